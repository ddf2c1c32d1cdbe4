"""What the workbook's macros call: start the work of a button and give Excel back at once.

Nothing here prints: on a Mac whatever a started Python writes to its error stream pops up as an error.
"""

from collections.abc import Callable
from typing import Any

from mmxlib.errors import MmxError
from mmxlib_excel.layout import start
from mmxlib_excel.layout.spec import Field
from mmxlib_excel.layout.stage import LABELS, Stage
from mmxlib_excel.stages import worker
from mmxlib_excel.stages.folders import home_of
from mmxlib_excel.workbooks.patience import Patience, ResultT, patiently

_PATIENCE = Patience(seconds=60.0)
"""For an Excel whose user began to edit a cell: on a Mac the macro does not wait for us."""


def press(stage: str) -> None:
    """Start the work of a button of the workbook that calls, and say so in its status."""
    import xlwings

    try:
        book = _patiently(xlwings.Book.caller)
        try:
            _start(book, Stage(stage))
        except (MmxError, OSError, ValueError) as error:
            _say(book, start.STATUS, f"Not started: {error}")
    except MmxError:  # Excel stays busy: there is no cell to say it in, and the macro says that none was
        return


def _start(book: Any, stage: Stage) -> None:
    """Start the worker; what is said is said before, since the worker speaks next."""
    fullname = _patiently(lambda: str(book.fullname))
    home = home_of(fullname)
    if worker.is_working(home):
        _say(book, start.STATUS, f"Still at work; {LABELS[stage]} was not started. Wait, or press Cancel.")
        return
    _patiently(lambda: setattr(book.app, "screen_updating", True))  # a worker that was killed left it off
    _say(book, start.CANCEL, None)
    _say(book, start.STATUS, f"{LABELS[stage]}: starting …")
    worker.start(stage, book=fullname, pid=_patiently(lambda: int(book.app.pid)), home=home)


def _say(book: Any, field: Field, words: str | None) -> None:
    def put() -> None:
        book.sheets[field.sheet].range(field.cell).value = words

    _patiently(put)


def _patiently(act: Callable[[], ResultT]) -> ResultT:
    return patiently(act, patience=_PATIENCE, place="Excel")
