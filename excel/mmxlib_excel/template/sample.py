"""The data that a new workbook holds, so that its buttons work before anything is pasted."""

import datetime
from collections.abc import Mapping, Sequence

import pandas as pd

from mmxlib.data.simulation import Simulation, simulate_panel
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.layout import inputs
from mmxlib_excel.layout.spec import Sheet

_SUB_CATEGORIES, _CHANNELS, _PERIODS, _SEED = 8, 6, 156, 7
_NATIONAL = 5 / 6
"""Share of channels that advertise all sub-categories at once."""

_TESTED = "search"
_TEST_START, _TEST_END = datetime.date(2025, 3, 3), datetime.date(2025, 6, 1)
_TEST_ERROR = 0.15
"""Standard error of the test's lift, as a share of it."""

Rows = tuple[tuple[CellValue, ...], ...]


def sample_contents() -> Mapping[str, Rows]:
    """Return the rows of the five tables of data by the blocks' names.

    Every number is rounded as people keep it, to cents or hundreds, so that it is the same on every machine.
    """
    simulation = simulate_panel(
        sub_categories=_SUB_CATEGORIES, channels=_CHANNELS, periods=_PERIODS, seed=_SEED, national=_NATIONAL
    )
    return {
        sheet.blocks[0].name: _rows(frame, sheet)
        for sheet, frame in (
            (inputs.SALES, simulation.sales),
            (inputs.MEDIA, simulation.media),
            (inputs.EVENTS, simulation.events),
            (inputs.CONTROLS, simulation.sales),
            (inputs.EXPERIMENTS, _experiment(simulation)),
        )
    }


def _experiment(simulation: Simulation) -> pd.DataFrame:
    """Return a lift test that found what the simulation planted."""
    planted = simulation.truth.contributions
    within = (
        (planted["channel"] == _TESTED)
        & (planted["date"] >= _TEST_START.isoformat())
        & (planted["date"] <= _TEST_END.isoformat())
    )
    lift = float(planted.loc[within, "contribution"].sum())
    return pd.DataFrame(
        {
            "channel": [_TESTED],
            "start": [_TEST_START.isoformat()],
            "end": [_TEST_END.isoformat()],
            "lift": [round(lift, -3)],
            "standard_error": [round(_TEST_ERROR * lift, -3)],
            "change": [-1.0],
        }
    )


def _rows(frame: pd.DataFrame, sheet: Sheet) -> Rows:
    """Return a frame's rows in the order of a sheet's columns; what the frame has not stays empty."""
    names = [column.name for column in sheet.blocks[0].columns]
    columns = [_cells(name, frame[name].tolist()) if name in frame else [None] * len(frame) for name in names]
    return tuple(zip(*columns, strict=True))


def _cells(name: str, values: Sequence[object]) -> list[CellValue]:
    if name in ("date", "start", "end"):
        return [datetime.date.fromisoformat(str(value)) for value in values]
    return [value if isinstance(value, int | float) else str(value) or None for value in values]
