"""What a cell can hold and how it is stored: text always as text, so that none turns into a formula."""

import datetime
import math
import numbers
import re
from dataclasses import dataclass

CellValue = str | float | int | bool | datetime.date | datetime.datetime | None

LONGEST_TEXT = 32_767
"""Excel's limit for a cell, in UTF-16 units."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE_LENGTH = 7
_LONE_HALF = re.compile("[\ud800-\udfff]")
_EPOCH_1900 = datetime.date(1899, 12, 30)
_EPOCH_1904 = datetime.date(1904, 1, 1)
# Excel counts a 29 February 1900 that never was; before March 1900 its day numbers are one off.
_FIRST_DATE_1900 = datetime.date(1900, 3, 1)
_LARGEST_NUMBER = 9.99999999999999e307  # Excel's, below that of the machine
_MOST_BITS = 1023  # of a whole number that is surely below it


@dataclass(frozen=True, slots=True)
class StoredValue:
    """A value as the file keeps it: the cell's type (``b``, ``inlineStr``, None for a number) and its text.

    ``cut`` says that a text was longer than a cell can hold.
    """

    kind: str | None
    text: str
    cut: bool = False


def storable(value: object, *, from_1904: bool) -> bool:
    """Return whether a cell can hold ``value``; the workbook may count its days from 1904 instead of 1900."""
    if value is None or isinstance(value, str):  # nearly all cells: asked first
        return True
    if isinstance(value, float):
        return not math.isfinite(value) or math.fabs(value) <= _LARGEST_NUMBER
    if isinstance(value, datetime.date):
        return _is_missing(value) or _day(value) >= (_EPOCH_1904 if from_1904 else _FIRST_DATE_1900)
    if isinstance(value, numbers.Integral):
        return int(value).bit_length() <= _MOST_BITS
    if isinstance(value, numbers.Real):
        return not math.isfinite(value) or math.fabs(value) <= _LARGEST_NUMBER
    return False


def stored_value(value: CellValue, *, from_1904: bool) -> StoredValue | None:
    """Return ``value`` as the file keeps it, None for an empty cell.

    Not-a-number and infinity leave the cell empty. A date is a number of days since the workbook's own
    origin; the cell's format makes it a date for the eye.
    """
    if value is None or _is_missing(value):
        return None
    if isinstance(value, bool):
        return StoredValue("b", str(int(value)))
    if isinstance(value, str):
        return _stored_text(value)
    if isinstance(value, datetime.date):
        return StoredValue(None, _number_text(_days(value, _EPOCH_1904 if from_1904 else _EPOCH_1900)))
    return StoredValue(None, _number_text(value)) if math.isfinite(value) else None


def _is_missing(value: object) -> bool:
    return bool(value != value)  # only a missing number or time differs from itself


def _day(value: datetime.date) -> datetime.date:
    return value.date() if isinstance(value, datetime.datetime) else value


def _days(value: datetime.date, epoch: datetime.date) -> float:
    since = _day(value) - epoch
    if isinstance(value, datetime.datetime):
        clock = value.time()
        since += datetime.timedelta(
            hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond
        )
    return since / datetime.timedelta(days=1)


def _number_text(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def _stored_text(text: str) -> StoredValue:
    whole = _LONE_HALF.sub("\ufffd", text)
    kept, stored = whole, _escaped(whole)
    while (excess := len(stored.encode("utf-16-le")) // 2 - LONGEST_TEXT) > 0:
        # An escape is seven units of one character, so that this many characters at least must go.
        kept = kept[: len(kept) - max(1, excess // _ESCAPE_LENGTH)]
        stored = _escaped(kept)
    return StoredValue("inlineStr", stored, cut=len(kept) < len(whole))


def _escaped(text: str) -> str:
    """Return ``text`` with what XML cannot hold in the format's own escape (ECMA-376 22.9.2.19)."""
    shielded = _LOOKS_ESCAPED.sub("_x005F_", text)
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", shielded)
