"""Calls that Excel refuses where LibreOffice would not."""

import os
from pathlib import Path
from typing import Any

BUSY = "MMX_LIBREOFFICE_BUSY"
REJECTED, FAILED = -2147418111, -2147352567


class com_error(Exception):  # noqa: N801, N818 - the name that Excel's refusals bear on Windows
    """A refused call, in the shape in which pywin32 reports it."""

    def __init__(self, hresult: int, text: str) -> None:
        super().__init__(hresult, text, None, None)
        self.hresult = hresult


def refuse_while_busy() -> None:
    """Refuse the call as an Excel does whose user edits a cell, while the file that says so exists."""
    marker = os.environ.get(BUSY)
    if marker and Path(marker).exists():
        raise com_error(REJECTED, "Call was rejected by callee.")


def refuse_locked(sheet: Any, cells: Any) -> None:
    """Refuse to write to cells that a protected sheet locks."""
    if not sheet.isProtected():
        return
    blocks = cells.getUniqueCellFormatRanges()
    if any(blocks.getByIndex(number).CellProtection.IsLocked for number in range(blocks.Count)):
        raise com_error(FAILED, f"The cells are on the protected sheet {sheet.Name}.")
