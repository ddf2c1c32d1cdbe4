"""Cells' values in the form in which both adapters give them, whatever gave them first."""

import datetime
from collections.abc import Iterable, Sequence

NumberedRows = tuple[tuple[int, tuple[object, ...]], ...]


def plain(value: object) -> object:
    """Return a value as text, number (a float), truth, day or None; no text is no value."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | str | datetime.datetime):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - cells know no zone
    return str(value)


def numbered(rows: Iterable[Sequence[object]]) -> NumberedRows:
    """Return the rows that hold any value, by number from 1, all as wide as the widest."""
    found = []
    for number, row in enumerate(rows, start=1):
        values = [plain(each) for each in row]
        while values and values[-1] is None:
            values.pop()
        if values:
            found.append((number, values))
    width = max((len(values) for _, values in found), default=0)
    return tuple((number, (*values, *([None] * (width - len(values))))) for number, values in found)
