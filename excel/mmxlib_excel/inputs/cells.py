"""What a cell of an input sheet means: a plain value by YAML's rules, a name, or a fault in words."""

import datetime
import math
from dataclasses import dataclass

from mmxlib.config.yaml_text import parse_yaml, plain_value
from mmxlib.data.written_rows import is_blank
from mmxlib.errors import Fault, SettingsError

ERROR_VALUES = frozenset(
    {
        "#BLOCKED!", "#BUSY!", "#CALC!", "#CONNECT!", "#DIV/0!", "#EXTERNAL!", "#FIELD!", "#GETTING_DATA",
        "#N/A", "#NAME?", "#NULL!", "#NUM!", "#PYTHON!", "#REF!", "#SPILL!", "#UNKNOWN!", "#VALUE!",
    }
)  # fmt: skip
"""What a cell shows where a formula has no result."""

_EXACT = 2.0**53
"""Whole numbers below it are exact in a cell."""

_QUOTES = ('"', "'")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a cell means: a value, or the fault that it has none."""

    value: object = None
    fault: Fault | None = None


def meaning(
    cell: object, place: str, *, textual: bool = False, truth: bool = False, dated: bool = False
) -> Meaning:
    """Return what a cell that is not blank means as a setting.

    Parameters
    ----------
    cell
        The cell's value.
    place
        How a fault names the cell.
    textual
        Whether the setting holds text: then the cell is taken as it stands, without quotes around it.
    truth
        Whether the setting is true or false: then the case of these words does not matter.
    dated
        Whether the setting is a day: then a date is no mistake.
    """
    if dated and _is_day(cell):
        return Meaning(str(cell)[:10])
    fault = error_value(cell, place) or _dated(cell, place)
    if fault is not None:
        return Meaning(fault=fault)
    if not isinstance(cell, str):
        return Meaning(name_in(cell) if textual else _number(cell))
    if truth and cell.strip().lower() in ("true", "false"):
        return Meaning(cell.strip().lower() == "true")
    return _text(cell, place, textual=textual)


def _is_day(cell: object) -> bool:
    if isinstance(cell, datetime.datetime):
        return cell.time() == datetime.time()
    return isinstance(cell, datetime.date)


def error_value(cell: object, place: str) -> Fault | None:
    """Return the fault of a cell that shows an error of a formula, else None."""
    if not (isinstance(cell, str) and cell in ERROR_VALUES):
        return None
    return Fault(
        "MMX-X050",
        f"The cell shows {cell}: a formula has no result.",
        "Correct the formula, or type the value.",
        place,
    )


def name_in(cell: object) -> str:
    """Return a cell as a name, as data are read: text as it stands, 2024.0 as ``2024``, blank as nothing."""
    if is_blank(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell if isinstance(cell, str) else str(cell)


def _number(cell: object) -> object:
    """Return a number as YAML would have it: a cell does not tell 200 from 200.0."""
    if isinstance(cell, float) and cell.is_integer() and math.fabs(cell) < _EXACT:
        return int(cell)
    return cell


def _dated(cell: object, place: str) -> Fault | None:
    """Return the fault of a day or time where none is meant: Excel made it so."""
    if not isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
        return None
    return Fault(
        "MMX-X051",
        f"The cell holds {cell}: Excel took what was typed for a day or a time.",
        "Set the cell's format to General, and type the value again.",
        place,
    )


def _text(cell: str, place: str, *, textual: bool) -> Meaning:
    text = cell.strip()
    quoted = len(text) > 1 and text[0] in _QUOTES and text[-1] == text[0]
    if textual and not quoted:
        return Meaning(None if plain_value(text) is None else text)
    try:
        return Meaning(parse_yaml(text.encode("utf-8", "replace"), place).value)
    except SettingsError as error:
        return Meaning(fault=_unreadable(error.faults[0], place))


def _unreadable(fault: Fault, place: str) -> Fault:
    """Return the fault of a text that YAML's rules refuse, in the words of a single cell."""
    if fault.problem.startswith(("This line", "A tab")):
        return Fault(
            "MMX-X052",
            "The text is no value, list or names with values.",
            "Write lists as [a, b], names with values as {name: value}, and put other text in double quotes.",
            place,
        )
    return Fault(fault.code, fault.problem, fault.remedy, place)
