"""Cells that are no plain numbers: what they mean, by one decimal sign for a whole column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
import pandas as pd

from mmxlib.artifacts.repair import Repair
from mmxlib.data.choices import DecimalMark, ShortNumbers
from mmxlib.data.findings import Findings
from mmxlib.data.number_texts import (
    MISSING,
    Sign,
    ask_decimal,
    ask_short,
    decimal_marks,
    parted,
    plain_number,
)
from mmxlib.data.raw.batches import Batch, Numbers
from mmxlib.data.tables import Table
from mmxlib.data.values import PLAIN_NUMBER
from mmxlib.maths.arrays import Array, Vector

SAMPLE = 20_000
"""Rows and distinct texts by which a column's decimal sign is told."""

_CHOSEN = {DecimalMark.POINT: ".", DecimalMark.COMMA: ","}


@dataclass(slots=True)
class NumberForms:
    """How the numbers of one file are written, as far as its rows have shown so far.

    ``typed`` says that the file holds numbers as such, and not only texts.

    It has state because a column of whole numbers shows its decimal sign only where the first decimals
    stand, and because a repair or a question is told once for all cells that it is about.
    """

    file: str
    chosen: DecimalMark
    short: ShortNumbers
    findings: Findings
    typed: bool
    marks: dict[str, str] = field(default_factory=dict)
    repairs: dict[tuple[str, str], Repair] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    @property
    def decimal(self) -> str:
        """The sign by which rows are read at once: a comma where every column that shows one has it."""
        known = set(self.marks.values())
        return _CHOSEN.get(self.chosen, "," if known == {","} else ".")

    def unknown(self, batch: Batch) -> dict[str, int]:
        """Return the columns whose decimal sign is not known and matters, each with the first such row."""
        if self.chosen is not DecimalMark.AUTO:
            return {}
        found = {
            name: np.flatnonzero(_with_decimals(column.values) if column.cells is None else _odd(column))
            for name, column in batch.numbers.items()
            if name not in self.marks
        }
        return {name: int(rows[0]) for name, rows in found.items() if len(rows)}

    def settle(self, texts: Mapping[str, Sequence[object]], rows: Array) -> bool:
        """Learn the decimal signs of columns from the ``texts`` of some rows; False leaves a question."""
        for name, cells in texts.items():
            written = dict.fromkeys(cell for cell in cells if isinstance(cell, str) and cell.strip())
            known = {text: parted(text) for text in islice(written, SAMPLE)}
            marks, others = decimal_marks(known), set(self.marks.values())
            if len(marks) == 1:
                self.marks[name] = next(iter(marks))
            elif len(others) == 1:
                self.marks[name] = next(iter(others))
            else:
                ask_decimal(Table(self.file, (name,), (cells,), rows, (0,)), name, known, self.findings)
        return all(name in self.marks for name in texts)

    def values(self, name: str, column: Numbers, rows: Array) -> Vector:
        """Return a column's numbers, also those of texts that have one reading; NaN for all other cells."""
        if column.cells is None:
            if self.decimal == "," and not self.typed:
                self._tell_commas(name, column.values, rows)
            return column.values
        values = column.values.copy()
        odd = np.flatnonzero(np.isnan(values))
        codes, texts = pd.factorize(column.cells[odd], use_na_sentinel=True)
        first = {int(code): int(at) for at, code in reversed(list(enumerate(codes)))}
        counts = np.bincount(codes[codes >= 0], minlength=len(texts))
        found = np.full(len(texts) + 1, np.nan)
        for code, text in enumerate(texts):
            if isinstance(text, str) and text.strip():
                value, after, rule = self._meaning(name, text)
                found[code] = value
                place = f"row {rows[odd[first[code]]]}, column {name}"
                if str(Sign.SHORT) in rule and self.short is ShortNumbers.ASK:
                    if name not in self.asked:
                        ask_short(text, after, f"{self.file}, {place}", self.findings)
                    self.asked.add(name)
                elif rule:
                    self._tell(Repair(self.file, "", place, text, after, rule, int(counts[code])), name)
        values[odd] = found[codes]
        return values

    def _meaning(self, name: str, text: str) -> tuple[float, str, str]:
        """Return the number (or NaN), its plain text and the rule that a repair says; empty for none."""
        if text.strip().lower() in MISSING:
            return np.nan, "(missing)", "read as missing"
        mark = _CHOSEN.get(self.chosen) or self.marks.get(name, ".")
        plain = plain_number(parted(text), mark, rate=False)
        if plain is not None:
            return float(plain[0]), plain[0], plain[1]
        return (float(text) if PLAIN_NUMBER.fullmatch(text) else np.nan), "", ""

    def _tell_commas(self, name: str, values: Vector, rows: Array) -> None:
        with_decimals = np.flatnonzero(_with_decimals(values))
        if len(with_decimals):
            first = int(with_decimals[0])
            after = repr(float(values[first]))
            place, rule = f"row {rows[first]}, column {name}", str(Sign.COMMA)
            before = after.replace(".", ",")
            self._tell(Repair(self.file, "", place, before, after, rule, len(with_decimals)), name)

    def _tell(self, repair: Repair, name: str) -> None:
        """Keep one repair for each column and rule: the first case, and how many there are."""
        known = self.repairs.get((name, repair.rule))
        self.repairs[(name, repair.rule)] = (
            repair if known is None else replace(known, cells=known.cells + repair.cells)
        )


def shown_cell(value: float, cell: object) -> object:
    """Return a faulty cell as its message quotes it: its number, or empty where it stands for none."""
    if not np.isnan(value):
        return float(value)
    missing = cell is None or (isinstance(cell, str) and cell.strip().lower() in MISSING)
    return "" if missing else cell


def _with_decimals(values: Vector) -> Array:
    found: Array = np.isfinite(values) & (values != np.floor(values))
    return found


def _odd(column: Numbers) -> Array:
    """Return which cells are texts that may be numbers."""
    assert column.cells is not None  # the caller asks for cells alone
    return np.array([isinstance(cell, str) and bool(cell.strip()) for cell in column.cells], dtype=bool)
