"""A small workbook as the template makes it: few series, quick settings, everything else as shipped."""

import datetime
from functools import cache
from pathlib import Path

from mmxlib.config import Config, revised
from mmxlib.data.simulation import simulate_panel
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.inputs.contents import settings_contents
from mmxlib_excel.layout import inputs, start
from mmxlib_excel.stages.start_sheet import decision_changes, typed_decisions
from mmxlib_excel.template.build import workbook_bytes
from mmxlib_excel.workbooks.file import FileWorkbook
from mmxlib_excel.workbooks.port import Changes

QUICK = {"model.draws": 20, "model.starts": 4, "backtest.folds": 1}


@cache
def small_book(**more) -> bytes:
    """Return the workbook's bytes; ``more`` are settings by names with ``__`` for dots."""
    simulation = simulate_panel(sub_categories=3, channels=2, periods=110, seed=7)
    return book_of(simulation.sales, simulation.media, simulation.events, **more)


def book_of(sales, media, events, **more) -> bytes:
    """Return the workbook with these tables in it, quick as well."""
    config = revised(Config(), QUICK | {name.replace("__", "."): value for name, value in more.items()})
    tables = ((inputs.SALES, sales), (inputs.MEDIA, media), (inputs.EVENTS, events))
    contents = {sheet.blocks[0].name: _rows(frame, sheet) for sheet, frame in tables}
    channels = tuple(dict.fromkeys(media["channel"]))
    return workbook_bytes({**settings_contents(config, channels), **contents})


def _rows(frame, sheet):
    names = [column.name for column in sheet.blocks[0].columns]
    columns = [frame[name].tolist() if name in frame else [None] * len(frame) for name in names]
    days = ("date", "start", "end")
    return tuple(
        tuple(_cell(name in days, value) for name, value in zip(names, row, strict=True))
        for row in zip(*columns, strict=True)
    )


def _cell(is_day, value):
    if is_day:
        return datetime.date.fromisoformat(str(value)[:10])
    return value if isinstance(value, int | float) or value is None else str(value) or None


def small_file(folder: Path, **more) -> FileWorkbook:
    """Return the workbook as a file in a folder."""
    path = folder / "plan.xlsm"
    path.write_bytes(small_book(**more))
    return FileWorkbook(path)


def decide(workbook, checkpoint, **values) -> None:
    """Type into a row of the approvals as a user does."""
    workbook.write(decision_changes(checkpoint, values))


def row_of(workbook, checkpoint):
    """Return what stands in a row of the approvals."""
    return next(each for each in typed_decisions(workbook) if each.checkpoint == checkpoint)


def set_cell(workbook, sheet, cell, value) -> None:
    """Type a value into a cell."""
    workbook.write(Changes((Tile(sheet, cell, ((value,),)),)))


def status_of(workbook) -> str:
    """Return the sentence in the status."""
    return str(workbook.value(start.NAME, start.STATUS.cell))
