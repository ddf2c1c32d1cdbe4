"""Calls to an Excel that may be busy: a user who edits a cell, or an open dialog, makes it refuse them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mmxlib.errors import WorkbookError

ResultT = TypeVar("ResultT")

# Windows: the call was rejected, the server said to retry later, the call was canceled by the filter, and
# Excel's own word for a cell that is edited (0x800AC472), alone or inside "exception occurred".
_REFUSALS = frozenset({-2147418111, -2147417846, -2147418110, -2146777998})
# macOS: Excel is editing (-50), timed out (-1712), or does not listen for now (-609, -600).
_MAC_REFUSALS = frozenset({-50, -1712, -609, -600})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a busy Excel: ``seconds`` in all, ``pause`` between two tries."""

    seconds: float = 600.0
    pause: float = 0.25
    wait: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


def is_busy(error: BaseException) -> bool:
    """Return whether an error of the bridge to Excel means that Excel is busy, by the bridge's own words.

    The bridges' classes exist on their own systems alone, so that they are known by name.
    """
    kind = type(error).__name__
    if kind == "com_error":
        details = error.args[2] if len(error.args) > 2 else None
        inner = details[5] if isinstance(details, tuple) and len(details) > 5 else None
        return bool({getattr(error, "hresult", error.args[0] if error.args else None), inner} & _REFUSALS)
    if kind == "CommandError":
        return getattr(error, "errornumber", None) in _MAC_REFUSALS
    # pywin32 takes a refused call for a property that is not there, and xlwings says so after some tries
    return kind == "ExcelBusyError" or (kind == "AttributeError" and "can not be set" in str(error))


def patiently(act: Callable[[], ResultT], *, patience: Patience, place: str) -> ResultT:
    """Return what ``act`` returns, tried again while Excel is busy.

    Raises
    ------
    WorkbookError
        If Excel stays busy for longer than ``patience`` allows.
    """
    deadline = patience.clock() + patience.seconds
    while True:
        try:
            return act()
        except Exception as error:
            if not is_busy(error):
                raise
            if patience.clock() >= deadline:
                raise WorkbookError(
                    f"Excel did not answer for {patience.seconds / 60:.3g} minutes: a cell is being edited, "
                    "or a dialog is open.",
                    remedy="Press Enter or close the dialog, then press the button again; finished steps are "
                    "kept.",
                    code="MMX-X086",
                    place=place,
                ) from error
        patience.wait(patience.pause)
