"""Opening the user's files: local regular files alone, whole in one read, then as tables by kind."""

import stat
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from mmxlib.artifacts.repair import Repair
from mmxlib.data.delimited import delimited_tables
from mmxlib.data.findings import Findings
from mmxlib.data.held_files import Patience, held, open_in_excel, patient_content
from mmxlib.data.parquet import parquet_tables
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.tables import PathLike, Table
from mmxlib.data.workbooks import workbook_tables

ReadT = TypeVar("ReadT")
Reader = Callable[[str, bytes, "FileRole | None", DataSettings, Findings], tuple[Table, ...]]

_ZIP = b"PK"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How workbooks begin: a zip; before 2007, or with a password, a container of another kind."""

MOST_BYTES = 500_000_000
"""What a file may hold that is read at once."""

READERS: dict[str, Reader] = {
    ".csv": delimited_tables,
    ".txt": delimited_tables,
    ".xlsx": workbook_tables,
    ".xlsm": workbook_tables,
    ".parquet": parquet_tables,
}
"""How each kind of file is read, by the end of its name."""


def file_tables(
    path: PathLike,
    role: FileRole | None,
    findings: Findings,
    *,
    settings: DataSettings | None = None,
    patience: Patience | None = None,
) -> tuple[Table, ...]:
    """Return the tables of one file; ``role`` is that of a table whose sheet names none."""
    local = local_path(path, findings)
    if local is None:
        return ()
    content = _content(local, patience or Patience(), findings)
    if content is None:
        return ()
    if not content.strip():
        findings.reject("MMX-D006", "The file is empty.", remedy="Export it again.", place=local.name)
        return ()
    if refused_kind(local, content, findings):
        return ()
    reader = READERS.get(local.suffix.lower())
    if reader is workbook_tables and not content.startswith(_ZIP) and _is_text(content):
        rule = "the file is no workbook but text (CSV)"
        findings.repair(Repair(local.name, "", "", local.suffix, ".csv", rule))
        reader = delimited_tables
    if reader is None:
        findings.reject(
            "MMX-D004",
            f"A file that ends in {local.suffix or 'nothing'} is not read.",
            remedy=f"Save it as one of {', '.join(READERS)}.",
            place=local.name,
        )
        return ()
    return reader(local.name, content, role, settings or DataSettings(), findings)


def refused_kind(path: Path, content: bytes, findings: Findings) -> bool:
    """Return whether the file is of a kind that people take for a workbook, and add the fault."""
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    suffix = path.suffix.lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<?xml")):
        findings.reject(
            "MMX-D110",
            "The file is a web page, not a workbook.",
            remedy="Open it in Excel and save it as .xlsx.",
            place=path.name,
        )
    elif content.startswith(_COMPOUND) and suffix in (".xlsx", ".xlsm"):
        findings.reject(
            "MMX-D111",
            "The workbook is protected with a password.",
            remedy="Remove the password in Excel (File, Info, Protect Workbook) and save it again.",
            place=path.name,
        )
    elif content.startswith(_COMPOUND) or suffix in (".xls", ".xlsb"):
        findings.reject(
            "MMX-D112",
            "This is an old Excel format, or a binary one.",
            remedy="Open it in Excel and save it as .xlsx.",
            place=path.name,
        )
    else:
        return False
    return True


def _is_text(content: bytes) -> bool:
    return b"\0" not in content[:4096] and any(mark in content[:4096] for mark in (b",", b";", b"\t"))


def local_path(path: PathLike, findings: Findings) -> Path | None:
    """Return the path, or None (and a fault) for a network address."""
    if "://" in str(path):
        findings.reject(
            "MMX-D001",
            "Only local files are read.",
            remedy="Download the file and give its path on this machine.",
            place=str(path),
        )
        return None
    return Path(path)


def _content(path: Path, patience: Patience, findings: Findings) -> bytes | None:
    """Return the whole file, or None (and a fault): not there, no regular file, held, changing, too large."""
    size = opened(path, lambda each: each.stat().st_size, findings)
    if size is not None and size > MOST_BYTES:
        findings.ask(
            "MMX-D210",
            f"The file has {size / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:,.0f} MB are read at once.",
            setting="data.raw.files",
            remedy="If it holds sales by store, SKU and day or week, name it under data.raw.files in "
            "global.yaml: such raw tables may have any size.",
            place=path.name,
        )
        return None
    return None if size is None else opened(path, lambda each: patient_content(each, patience), findings)


def opened(path: Path, read: Callable[[Path], ReadT], findings: Findings) -> ReadT | None:
    """Return what ``read`` makes of a local regular file, or None (and a fault) where it cannot be read.

    A file that changes meanwhile cannot: part of it would be old and part of it new.
    """
    try:
        before = path.lstat()
        if not stat.S_ISREG(before.st_mode):
            findings.reject(
                "MMX-D003",
                "This is not a regular file (a folder, a link or a device).",
                remedy="Give the path of the file itself.",
                place=str(path),
            )
            return None
        content = read(path)
        after = path.lstat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            findings.reject(
                "MMX-D165",
                "The file changed while it was read.",
                remedy="Wait until the other program has saved it, and run again.",
                place=str(path),
            )
            return None
        return content
    except FileNotFoundError:
        findings.reject("MMX-D002", "There is no such file.", remedy=_near_files(path), place=str(path))
    except OSError as error:
        if isinstance(error, PermissionError) and held(path):
            where = "in Excel" if open_in_excel(path) else "in another program, such as Excel"
            findings.reject(
                "MMX-D140",
                f"The file is open {where}.",
                remedy="Save and close it there, then run again.",
                place=str(path),
            )
            return None
        findings.reject(
            "MMX-D005",
            f"The file cannot be read ({error.strerror}).",
            remedy="Close it in other programs, check that you may read it, and run again.",
            place=str(path),
        )
    return None


def _near_files(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"There is no folder {folder} either: correct the path."
    names = sorted(each.name for each in folder.iterdir() if each.is_file())
    near = get_close_matches(path.name, names, n=1)
    return f"Did you mean {near[0]}?" if near else f"Correct the path; the folder {folder} is there."
