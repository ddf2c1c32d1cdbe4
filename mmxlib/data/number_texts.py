"""Numbers as people and programs write them: one reading for the whole column, or a question."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from mmxlib.artifacts.repair import Repair
from mmxlib.data.choices import DecimalMark, ShortNumbers
from mmxlib.data.columns import listed
from mmxlib.data.findings import Findings
from mmxlib.data.roles import DataSettings
from mmxlib.data.tables import Cells, Table
from mmxlib.data.values import ERROR_VALUES, all_plain

MISSING = frozenset({"-", "\u2013", "\u2014", ".", "n/a", "n.a.", "#n/a n/a"})
"""What stands for a missing value, in lower case."""

_FOLDED: dict[int, str] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F, 0x3000), " "),
    0xFFE1: "£",
    0xFFE5: "¥",
}
"""Wide signs and odd spaces as plain ones; no more, as 5² is not 52."""

_PLAIN_SPACES = " \t\r\n\f\v"  # those that the strict reading takes

_CURRENCY = re.compile(r"[€$£¥₹]|\b(?:EUR|USD|GBP|CHF|JPY|INR)\b")
_SHORTENED = re.compile(
    r"(?P<digits>.*[0-9])\s*(?:(?P<k>k|tsd\.?)|(?P<m>m|mn|mio\.?)|(?P<bn>bn|mrd\.?))", re.IGNORECASE
)
_TIMES = {"k": 1_000, "m": 1_000_000, "bn": 1_000_000_000}
_BARE = re.compile(r"(-?)([0-9][0-9.,]*)", re.ASCII)
_UNSURE = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")
_SHORT = re.compile(r"[0-9]{1,3}")
_BODY = {
    ".": re.compile(
        r"(?:[1-9][0-9]{0,2}(?P<t>[,' ])[0-9]{3}(?:(?P=t)[0-9]{3})*|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+"
    ),
    ",": re.compile(r"(?:[1-9][0-9]{0,2}(?P<t>[.' ])[0-9]{3}(?:(?P=t)[0-9]{3})*|[0-9]+)(?:,[0-9]*)?|,[0-9]+"),
}


_POINTED = {mark: str.maketrans(mark, ".", f"' {other}") for mark, other in ((".", ","), (",", "."))}
"""By decimal sign: that sign as a point, and nothing of the signs between thousands."""


class Sign(StrEnum):
    """What was taken off a number, in the words of the repair."""

    THOUSANDS = "a sign between thousands was taken out"
    COMMA = "the comma is the decimal sign"
    CURRENCY = "a sign of currency was taken out"
    MINUS = "brackets, or a minus of another kind, mean a negative number"
    UNSEEN = "spaces of another kind around a number were taken off"
    APOSTROPHE = "an apostrophe before a number marks it as text"
    WIDE = "wide digits were read as digits"
    PERCENT = "percent were read as shares"
    SHORT = "k, M and bn mean thousands, millions and billions, as data.short_numbers says"


@dataclass(frozen=True, slots=True)
class NumberText:
    """A written number without what stands around its digits."""

    body: str
    negative: bool
    percent: bool
    currency: str
    times: int
    signs: tuple[Sign, ...]


def repaired_numbers(
    table: Table,
    columns: Sequence[str],
    rates: Sequence[str],
    settings: DataSettings,
    findings: Findings,
) -> Mapping[str, Cells]:
    """Return the columns whose numbers needed repair, each cell plain or, where hopeless, as it was.

    A column that could be read with either decimal sign follows the other columns of its table, else it is a
    question that ``data.decimal`` answers; numbers such as 1.2M are one that ``data.short_numbers`` answers.
    ``rates`` are columns in which percent are meant as shares.
    """
    decimal = settings.decimal
    written = {
        name: known for name in columns if not _typed(table, name) and (known := _written(table.column(name)))
    }
    found = {name: decimal_marks(known) for name, known in written.items()}
    sure = {mark for marks in found.values() if len(marks) == 1 for mark in marks}
    repaired = {}
    for name, known in written.items():
        mixed = _mixed(table, name, known, findings)
        marks = found[name]
        if decimal is not DecimalMark.AUTO:
            mark = "." if decimal is DecimalMark.POINT else ","
        elif len(marks) == 1:
            (mark,) = marks
        elif len(sure) == 1 and len(marks) == 2:
            (mark,) = sure
        else:
            mark = "."
            if not mixed:
                ask_decimal(table, name, known, findings)
        if settings.short_numbers is ShortNumbers.ASK:
            _ask_short(table, name, known, mark, findings)
        plain = {text: plain_number(each, mark, rate=name in rates) for text, each in known.items()}
        repaired[name] = _replaced(table, name, plain, findings)
    return repaired


def _typed(table: Table, name: str) -> bool:
    """Return whether all texts of a column are plain numbers that have one reading."""
    if table.sheet:
        return False
    texts = table.column(name)
    if not all_plain(texts):
        texts = [cell for cell in texts if isinstance(cell, str) and cell and not cell.isspace()]
        if not all_plain(texts):
            return False
    unsure = False
    for text in map(str.strip, texts):  # as a rule the first one tells
        unsure = unsure or _UNSURE.fullmatch(text) is not None
        if not (_UNSURE.fullmatch(text) or _SHORT.fullmatch(text)):
            return True
    return not unsure


def _written(cells: Cells) -> dict[str, NumberText]:
    """Return each distinct text that may be a number, or stands for a missing one, taken apart."""
    texts = dict.fromkeys(cell for cell in cells if isinstance(cell, str) and cell.strip())
    return {text: parted(text) for text in texts if text.strip() not in ERROR_VALUES}


def parted(text: str) -> NumberText:
    """Return a written number taken apart: its digits, and what stands around them."""
    bare = _BARE.fullmatch(text)
    if bare:  # as nearly all are; the rest takes ten times as long
        return NumberText(bare[2], bare[1] == "-", False, "", 1, ())
    folded = text.translate(_FOLDED).strip()
    signs = [Sign.WIDE] if any("\uff01" <= each <= "\uff5e" for each in text) else []
    if text.strip() != text.strip(_PLAIN_SPACES):
        signs.append(Sign.UNSEEN)
    folded = folded.replace("\u2019", "'")
    if folded.startswith("'"):
        folded = folded.removeprefix("'")
        signs.append(Sign.APOSTROPHE)
    found = _CURRENCY.findall(folded)
    if found:
        folded = _CURRENCY.sub("", folded).strip()
        signs.append(Sign.CURRENCY)
    negative = folded.startswith("-")
    odd = (folded.startswith("(") and folded.endswith(")")) or folded.endswith("-") or "\u2212" in folded
    if odd and len(folded) > 1:
        negative = True
        folded = folded.strip("()").strip("-\u2212")
        signs.append(Sign.MINUS)
    folded = folded.removeprefix("-").removeprefix("+").strip()
    percent = folded.endswith("%")
    body, times = folded.removesuffix("%").strip(), 1
    shortened = _SHORTENED.fullmatch(body)
    if shortened and shortened.lastgroup:
        body, times = shortened["digits"].strip(), _TIMES[shortened.lastgroup]
        signs.append(Sign.SHORT)
    return NumberText(body, negative, percent, found[0] if found else "", times, tuple(signs))


def decimal_marks(known: Mapping[str, NumberText]) -> frozenset[str]:
    """Return the decimal signs by which all that can be read at all can be read."""
    each_body = [each.body for each in known.values()]
    read = {mark: list(map(pattern.fullmatch, each_body)) for mark, pattern in _BODY.items()}
    bodies = [body for body, *found in zip(each_body, *read.values(), strict=True) if any(found)]
    counts = {mark: sum(each is not None for each in found) for mark, found in read.items()}
    fits = [mark for mark, count in counts.items() if count == len(bodies)]
    if not fits:
        return frozenset(max(counts.items(), key=lambda pair: pair[1])[0])  # the others are faults
    if len(fits) == 2 and all(_value(body, ".") == _value(body, ",") for body in bodies):
        return frozenset(".")
    if len(fits) == 2 and not all(_UNSURE.fullmatch(body) or _SHORT.fullmatch(body) for body in bodies):
        # digits without a sign between thousands: then the sign that others have is the decimal one
        marked = {each for body in bodies if (match := _UNSURE.fullmatch(body)) for each in match.group(1)}
        return frozenset(marked) if len(marked) == 1 else frozenset(fits)
    return frozenset(fits)


def _value(body: str, mark: str) -> str:
    return body.translate(_POINTED[mark])


def plain_number(text: NumberText, mark: str, *, rate: bool) -> "tuple[str, str] | None":
    """Return the plain number and the rule that gave it, or None where there is none."""
    if not _BODY[mark].fullmatch(text.body) or (text.percent and not rate):
        return None
    plain = _value(text.body, mark)
    signs = list(text.signs)
    if len(plain) < len(text.body):
        signs.append(Sign.THOUSANDS)
    if mark == "," and "," in text.body:
        signs.append(Sign.COMMA)
    if text.times > 1:
        plain = f"{(Decimal(plain) * text.times).normalize():f}"
    if text.percent:
        plain = repr(float(plain) / 100.0)
        signs.append(Sign.PERCENT)
    return f"{'-' if text.negative else ''}{plain}", "; ".join(dict.fromkeys(signs))


def _replaced(
    table: Table, name: str, plain: "Mapping[str, tuple[str, str] | None]", findings: Findings
) -> Cells:
    """Return the column with plain numbers and empty cells, a repair for each distinct text changed."""
    cells = table.column(name)
    repaired: list[object] = list(cells)
    changes: dict[tuple[str, str, str], list[int]] = {}
    for row, cell in enumerate(cells):
        found = plain.get(cell) if isinstance(cell, str) else None
        if isinstance(cell, str) and cell.strip().lower() in MISSING:
            repaired[row] = ""
            changes.setdefault((cell, "(missing)", "read as missing"), []).append(row)
        elif found is not None:
            repaired[row] = found[0]
            stored = "numbers are stored as text" if table.sheet else ""
            if found[1] or stored:
                key = (cell, found[0], found[1]) if found[1] else ("", "", stored)
                changes.setdefault(key, []).append(row)
    for (before, after, rule), rows in changes.items():
        first = str(cells[rows[0]])
        findings.repair(
            Repair(
                table.file, table.sheet, table.within(rows[0], name), before or first, after or first.strip(),
                rule, len(rows),
            )
        )  # fmt: skip
    return repaired


def _mixed(table: Table, name: str, known: Mapping[str, NumberText], findings: Findings) -> bool:
    """Return whether thousands are written in two ways; this and two currencies are faults of a column."""
    currencies = sorted({each.currency for each in known.values() if each.currency})
    if len(currencies) > 1:
        findings.reject(
            "MMX-D101",
            f'There are two currencies in "{name}": {listed(currencies)}.',
            remedy="Convert all amounts to one currency.",
            place=table.place(column=name),
        )
    unsure = {each.body: match.group(1) for each in known.values() if (match := _UNSURE.fullmatch(each.body))}
    first = {mark: body for body, mark in reversed(unsure.items())}
    if len(first) == 2 and all(_UNSURE.fullmatch(b) or _SHORT.fullmatch(b) for b in _bodies(known.values())):
        findings.reject(
            "MMX-D102",
            f"The column mixes {first[',']} and {first['.']}.",
            remedy="Write all numbers in one way, with a point before the decimals.",
            place=table.place(column=name),
        )
        return True
    return False


def _bodies(texts: Iterable[NumberText]) -> list[str]:
    return [each.body for each in texts]


def _ask_short(
    table: Table, name: str, known: Mapping[str, NumberText], mark: str, findings: Findings
) -> None:
    """Ask about the first number such as 1.2M; all are then read, to find what else is wrong."""
    for text, each in known.items():
        read = plain_number(each, mark, rate=False) if each.times > 1 else None
        if read is not None:
            place = table.place(list(table.column(name)).index(text), name)
            ask_short(text, read[0], place, findings)
            return


def ask_short(text: str, number: str, place: str, findings: Findings) -> None:
    """Ask whether a number such as 1.2M is the one that it would be read as."""
    findings.ask(
        "MMX-D164",
        f'"{text.strip()}": is this {float(number):,.10g}?',
        setting="data.short_numbers",
        remedy="Set data.short_numbers: read in global.yaml, or write the numbers in full.",
        place=place,
    )


def ask_decimal(table: Table, name: str, known: Mapping[str, NumberText], findings: Findings) -> None:
    """Ask what stands before the decimals of a column that can be read in two ways."""
    first = next((text for text, each in known.items() if _UNSURE.fullmatch(each.body)), "")
    findings.ask(
        "MMX-D103",
        f'"{first.strip()}": is this a whole number of thousands, or a number with decimals?',
        setting="data.decimal",
        remedy="Set data.decimal in global.yaml: point or comma, whichever stands before the decimals.",
        place=table.place(column=name),
    )
