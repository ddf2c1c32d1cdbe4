"""The workbook that is open in Excel, through xlwings."""

import datetime
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from mmxlib.artifacts.note import Note
from mmxlib.errors import WorkbookError
from mmxlib.terms import Verdict
from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.editing.cell_values import LONGEST_TEXT, CellValue
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.workbooks.file import no_sheet
from mmxlib_excel.workbooks.patience import Patience, patiently
from mmxlib_excel.workbooks.port import Changes, Span
from mmxlib_excel.workbooks.reading import NumberedRows, numbered, plain

ResultT = TypeVar("ResultT")

UNLOCK, LOCK = "MmxUnlock", "MmxLock"
USUAL_HEIGHT, USUAL_WIDTH = 15.0, 12.0  # of rows in points and columns in characters that say none
_TRIES_OF_XLWINGS = 3  # it would try without end and without rest; we wait ourselves
_SPECIAL = ("=", "+", "-", "@", "\t", "\r", "\n", " ", "'", "#")
_LONGEST_NUMBER = 40  # characters that Excel might read as a number or a day
_TRUTHS = frozenset({"TRUE", "FALSE", "WAHR", "FALSCH", "VRAI", "FAUX", "VERDADERO", "FALSO", "VERO"})


class LiveWorkbook:
    """A workbook open in Excel, as an xlwings book; ``protected`` names the sheets that a macro unlocks.

    It has state because the book is Excel's: what a user types is there at the next reading. Every word to
    Excel goes from process to process, so that sheets and their names are asked for once.
    """

    def __init__(
        self, book: Any, *, protected: frozenset[str] = frozenset(), patience: Patience | None = None
    ) -> None:
        self._book = book
        self._protected = protected
        self._patience = patience or Patience()
        windows = sys.modules.get("xlwings._xlwindows")
        if windows is not None:
            windows.N_COM_ATTEMPTS = _TRIES_OF_XLWINGS  # type: ignore[attr-defined]  # untyped module
        self._place = str(self._patiently(lambda: book.name))
        self._known: frozenset[str] = frozenset()
        self._found: dict[str, Any] = {}

    @property
    def place(self) -> str:
        """The workbook's name in Excel."""
        return self._place

    def sheets(self) -> tuple[str, ...]:
        """Return the names of its sheets in their order."""
        return self._patiently(lambda: tuple(sheet.name for sheet in self._book.sheets))

    def numbered_rows(self, sheet: str) -> NumberedRows:
        """Return the rows of a sheet that hold any value, by number from 1, all from column A and as wide.

        Raises
        ------
        WorkbookError
            If there is no such sheet, or Excel stays busy.
        """
        self._check_sheets([sheet])
        return self._act_on(sheet, lambda: numbered(self._values(sheet)))

    def value(self, sheet: str, cell: str) -> object:
        """Return a cell's value: text, number, truth, day or None."""
        self._check_sheets([sheet])
        return self._act_on(
            sheet, lambda: plain(self._sheet(sheet).range(cell).options(err_to_str=True).value)
        )

    def write(self, changes: Changes) -> tuple[Note, ...]:
        """Write all of it together; return notes on what could not be written whole.

        The screen stands still meanwhile. Each rectangle is tried until Excel takes it; a process that is
        ended in between leaves the rest to the next press.

        Raises
        ------
        WorkbookError
            If a sheet is not there (nothing is written then, unless it goes meanwhile), or Excel stays busy.
        """
        touched = {tile.sheet for tile in changes.cells}
        touched |= {span.sheet for span in (*changes.rows, *changes.columns)}
        self._check_sheets(sorted(touched))
        notes: list[Note] = []
        with self._still(), self._unlocked(touched):
            for tile in changes.cells:
                notes += self._write_tile(tile)
            for span in changes.rows:
                self._show(span, _rows, "row_height", USUAL_HEIGHT)
            for span in changes.columns:
                self._show(span, _columns, "column_width", USUAL_WIDTH)
        return tuple(notes)

    def _values(self, sheet: str) -> Sequence[Sequence[object]]:
        cells = self._sheet(sheet)
        used = cells.used_range
        last = (used.row + used.rows.count - 1, used.column + used.columns.count - 1)
        read: Sequence[Sequence[object]] = cells.range((1, 1), last).options(ndim=2, err_to_str=True).value
        return read

    def _sheet(self, name: str) -> Any:
        if name not in self._found:
            self._found[name] = self._book.sheets[name]
        return self._found[name]

    def _check_sheets(self, wanted: Sequence[str]) -> None:
        if not self._known.issuperset(wanted):
            self._known = frozenset(self.sheets())
        for sheet in wanted:
            if sheet not in self._known:
                raise no_sheet(sheet, self.place)

    def _act_on(self, sheet: str, act: Callable[[], ResultT]) -> ResultT:
        """Return what ``act`` returns; a sheet that went since its name was asked for is said to be gone."""
        try:
            return self._patiently(act)
        except WorkbookError:
            raise
        except Exception as error:  # the bridges have classes of their own, on their own systems alone
            if sheet in self.sheets():
                raise
            raise no_sheet(sheet, self.place) from error

    def _write_tile(self, tile: Tile) -> list[Note]:
        if not tile.rows:
            return []
        width = max(len(row) for row in tile.rows)
        notes = []
        for address, value in tile.cells():
            if isinstance(value, str) and _is_long(value):
                cut = f"The text was cut to the {LONGEST_TEXT:,} characters a cell can hold."
                notes.append(Note(cut, f"{tile.sheet}!{address}", Verdict.WARN))
        rows = [[*(live_value(each) for each in row), *([None] * (width - len(row)))] for row in tile.rows]
        if width:
            area = str(tile.area)

            def put() -> None:
                self._sheet(tile.sheet).range(area).value = rows

            self._act_on(tile.sheet, put)
        return notes

    def _show(self, span: Span, named: Callable[[int, int], str], measure: str, usual: float) -> None:
        """Hide by a size of nothing; show what has none, and leave every other size as it is."""

        def act() -> None:
            sheet = self._sheet(span.sheet)
            whole = sheet.range(named(span.first, span.last))
            if not span.shown:
                setattr(whole, measure, 0)
                return
            for unseen in _unseen(sheet, named, span.first, span.last, measure):
                setattr(unseen, measure, span.size or usual)

        self._act_on(span.sheet, act)

    @contextmanager
    def _still(self) -> Iterator[None]:
        app = self._book.app
        self._patiently(lambda: setattr(app, "screen_updating", False))
        try:
            yield
        finally:
            self._patiently(lambda: setattr(app, "screen_updating", True))

    @contextmanager
    def _unlocked(self, touched: set[str]) -> Iterator[None]:
        if not touched & self._protected:
            yield
            return
        self._patiently(lambda: self._book.macro(UNLOCK)())
        try:
            yield
        finally:
            self._patiently(lambda: self._book.macro(LOCK)())

    def _patiently(self, act: Callable[[], ResultT]) -> ResultT:
        return patiently(act, patience=self._patience, place=getattr(self, "_place", "Excel"))


def live_value(value: CellValue) -> object:
    """Return a value so that Excel keeps it as it is: text that it would read as something else is marked.

    Excel takes what is written like what is typed: ``=1+1`` would calculate, ``2024-1`` become a day and
    ``1e5`` a number. An apostrophe in front, which is not part of the text, keeps it text.
    """
    if value is None or value != value:  # only a missing number or time differs from itself
        return None
    if isinstance(value, str):
        whole = _cut(value.replace("\0", "�"))
        return f"'{whole}" if _is_special(whole) else (whole or None)
    if isinstance(value, bool | datetime.datetime):
        return value
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - cells know no zone
    return float(value) if math.isfinite(value) else None


def _is_special(text: str) -> bool:
    could_be_number = len(text) <= _LONGEST_NUMBER and any(letter.isdigit() for letter in text)
    return text.startswith(_SPECIAL) or could_be_number or text.strip().upper() in _TRUTHS


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _is_long(text: str) -> bool:
    return len(text) > LONGEST_TEXT // 2 and _units(text) > LONGEST_TEXT


def _cut(text: str) -> str:
    if not _is_long(text):
        return text
    kept = text[:LONGEST_TEXT]
    while (excess := _units(kept) - LONGEST_TEXT) > 0:
        kept = kept[: len(kept) - (excess + 1) // 2]
    return kept


def _unseen(
    sheet: Any, named: Callable[[int, int], str], first: int, last: int, measure: str
) -> Iterator[Any]:
    """Yield the ranges of rows or columns without a size; halved where sizes differ, to ask seldom."""
    whole = sheet.range(named(first, last))
    size = getattr(whole, measure)  # None where they differ
    if size is None:
        middle = (first + last) // 2
        yield from _unseen(sheet, named, first, middle, measure)
        yield from _unseen(sheet, named, middle + 1, last, measure)
    elif size == 0:
        yield whole


def _rows(first: int, last: int) -> str:
    return f"{first}:{last}"


def _columns(first: int, last: int) -> str:
    return ":".join(str(Address(1, column)).removesuffix("1") for column in (first, last))
