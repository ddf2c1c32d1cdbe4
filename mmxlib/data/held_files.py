"""Files that another program holds open, as Excel does on Windows: tried again before they are refused."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


def whole_file(path: Path) -> bytes:
    """Return all bytes of a file.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    return path.read_bytes()


@dataclass(frozen=True, slots=True)
class Patience:
    """How a held file is tried again: ``retries`` times after the first try, ``pause`` seconds apart."""

    retries: int = 3
    pause: float = 0.5
    wait: Callable[[float], None] = time.sleep
    read: Callable[[Path], bytes] = whole_file


def patient_content(path: Path, patience: Patience) -> bytes:
    """Return the whole file, tried again while another program holds it.

    Raises
    ------
    PermissionError
        If it is held to the end, or if this user may not read it at all.
    OSError
        If it cannot be read for another reason.
    """
    for _ in range(patience.retries):
        try:
            return patience.read(path)
        except PermissionError:
            if not held(path):
                raise
        patience.wait(patience.pause)
    return patience.read(path)


def held(path: Path) -> bool:
    """Return whether a file that could not be opened is one that this user may read.

    Windows refuses a held file by the same error as one without permission, but only the latter's access
    says no.
    """
    return os.access(path, os.R_OK)


def open_in_excel(path: Path) -> bool:
    """Return whether Excel's own mark of an open workbook lies beside the file."""
    return path.with_name(f"~${path.name}").exists()
