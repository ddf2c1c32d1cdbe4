"""The workbook as a file: what the buttons do, without Excel."""

import io
import os
import re
from pathlib import Path
from typing import Any

from mmxlib.artifacts.note import Note
from mmxlib.errors import StorageError, WorkbookError
from mmxlib.files import storage_error, write_atomic
from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.editing.archive import read_archive
from mmxlib_excel.editing.patching import Seen, patched
from mmxlib_excel.editing.workbook_parts import workbook_parts
from mmxlib_excel.workbooks.port import Changes
from mmxlib_excel.workbooks.reading import NumberedRows, numbered

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_SHARING_VIOLATIONS = (5, 32, 33)  # Windows: access denied, in use by another process, locked


class FileWorkbook:
    """A workbook's file; every part that is not written stays byte for byte.

    It has state because it remembers the bytes it read: a file that changed since is not overwritten.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()
        self._content = self._read()
        archive = read_archive(self._content, place=self.place)  # refuses what is a danger to open
        self._names = tuple(workbook_parts(archive).sheets)
        self._rows: dict[str, NumberedRows] = {}
        self._opened: Any = None  # the content as openpyxl reads it

    @property
    def place(self) -> str:
        """The file's name."""
        return self._path.name

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def sheets(self) -> tuple[str, ...]:
        """Return the names of its sheets in their order."""
        return self._names

    def numbered_rows(self, sheet: str) -> NumberedRows:
        """Return the rows of a sheet that hold any value, by number from 1, all from column A and as wide.

        Raises
        ------
        WorkbookError
            If there is no such sheet, or it is damaged.
        """
        if sheet not in self._rows:
            if sheet not in self._names:
                raise no_sheet(sheet, self.place)
            self._rows[sheet] = self._read_rows(sheet)
        return self._rows[sheet]

    def value(self, sheet: str, cell: str) -> object:
        """Return a cell's value: text, number, truth, day or None."""
        return value_in(self.numbered_rows(sheet), cell)

    def write(self, changes: Changes) -> tuple[Note, ...]:
        """Write all of it or nothing; return notes on what could not be written whole.

        Raises
        ------
        WorkbookError
            If the file changed since it was read, is open in a spreadsheet program, or a cell cannot take
            its value.
        StorageError
            If the disk refuses.
        """
        seen = Seen(changes.rows, changes.columns)
        done = patched(self._content, changes.cells, place=self.place, seen=seen)
        self._check_free()
        if self._read() != self._content:
            raise WorkbookError(
                "the workbook was changed by another program since it was read; nothing was written.",
                remedy="Run it again.",
                code="MMX-X080",
                place=self.place,
            )
        self._replace(done.content)
        self._content, self._opened = done.content, None
        for sheet in {tile.sheet for tile in changes.cells}:
            self._rows.pop(sheet, None)
        return done.notes

    def check_writable(self) -> None:
        """Refuse a workbook that could not be written, before work is done for it.

        Raises
        ------
        WorkbookError
            If it is open in a spreadsheet program, or may only be read.
        """
        self._check_free()
        if not os.access(self._path, os.W_OK):
            raise WorkbookError(
                "the workbook may only be read.",
                remedy="Take away its write protection, or work on a copy.",
                code="MMX-X082",
                place=self.place,
            )

    def _check_free(self) -> None:
        marks = (f"~${self._path.name}", f".~lock.{self._path.name}#")
        found = next((mark for mark in marks if self._path.with_name(mark).exists()), None)
        if found is not None:
            raise _open_elsewhere(self.place, f"; if it is not open anywhere, delete the file {found}")

    def _replace(self, content: bytes) -> None:
        mode = self._path.stat().st_mode
        try:
            write_atomic(self._path, content)
        except StorageError as error:
            cause = error.__cause__
            if isinstance(cause, OSError) and getattr(cause, "winerror", None) in _SHARING_VIOLATIONS:
                raise _open_elsewhere(self.place, "") from error
            raise
        os.chmod(self._path, mode)

    def _read(self) -> bytes:
        try:
            return self._path.read_bytes()
        except FileNotFoundError as error:
            raise WorkbookError(
                "there is no such workbook.",
                remedy="Check the path, or make one with `mmx excel new`.",
                code="MMX-X083",
                place=str(self._path),
            ) from error
        except OSError as error:
            raise storage_error(error, self._path) from error

    def _read_rows(self, sheet: str) -> NumberedRows:
        import openpyxl  # takes a third of a second, which a press of a button need not wait for

        try:
            if self._opened is None:
                self._opened = openpyxl.load_workbook(
                    io.BytesIO(self._content), read_only=True, data_only=True, keep_links=False
                )
            opened = self._opened[sheet]
            opened.reset_dimensions()  # what a file states of its extent may be false
            cells = opened.iter_rows(values_only=True)
            rows = numbered([_unescaped(value) for value in row] for row in cells)
        except Exception as error:  # a damaged part fails in openpyxl, the XML parser or anywhere between
            raise WorkbookError(
                f'the sheet "{sheet}" cannot be read: it is damaged.',
                remedy="Open the workbook in Excel, save it and run again.",
                code="MMX-X085",
                place=self.place,
            ) from error
        return rows


def value_in(rows: NumberedRows, cell: str) -> object:
    """Return the value of a cell among the rows of its sheet."""
    address = Address.parse(cell)
    row = next((values for number, values in rows if number == address.row), ())
    return row[address.column - 1] if address.column <= len(row) else None


def no_sheet(sheet: str, place: str) -> WorkbookError:
    """Return the error for a sheet that is not there."""
    return WorkbookError(
        f'there is no sheet "{sheet}".',
        remedy="Restore it from a new copy of the workbook (`mmx excel new`).",
        code="MMX-X084",
        place=place,
    )


def _unescaped(value: object) -> object:
    """Return text with the format's escape of what XML cannot hold undone (ECMA-376 22.9.2.19)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if isinstance(value, str) else value


def _open_elsewhere(place: str, more: str) -> WorkbookError:
    return WorkbookError(
        "the workbook is open in a spreadsheet program, which would not see what is written.",
        remedy=f"Close it there and run again{more}. Or use its buttons.",
        code="MMX-X081",
        place=place,
    )
