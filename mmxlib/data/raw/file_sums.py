"""Rows of one raw table, added up by what they are about; faulty cells are kept for their messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from mmxlib.data.findings import Findings
from mmxlib.data.raw.batches import Batch, Labels
from mmxlib.data.raw.columns import Roles
from mmxlib.data.raw.exact_sums import LARGEST, Total, exact_sums
from mmxlib.data.raw.mapping import Names, NamesByCode
from mmxlib.data.raw.number_cells import NumberForms, shown_cell
from mmxlib.data.tables import Table
from mmxlib.data.values import days, numbers, refuse_blank_names, refuse_blanks
from mmxlib.maths.arrays import Array, Vector

MOST_FAULTS = 100_000
"""Faulty cells after which a file is not read to its end: the column is not what the settings say."""

SKU, STORE = "SKU", "store"
"""Why rows are left out that no rule of the settings leaves out: their code is not mapped."""


class Key(NamedTuple):
    """What rows have in common that are added up.

    Rows that are used have a ``date`` as written and, where there are such columns, ``sub_category`` and
    ``geo``. Rows that are left out have a ``reason`` instead, and a ``code`` where it is not mapped.
    """

    reason: str
    code: str
    date: str
    sub_category: str
    geo: str
    currency: str


Totals = dict[Key, Total]


def lacks_name(key: Key, roles: Roles) -> bool:
    """Return whether used rows miss a name by which they are added up, which is their fault."""
    named = (
        (roles.sku or roles.sub_category, key.sub_category),
        (roles.store or roles.geo, key.geo),
        (roles.currency, key.currency),
    )
    return not key.reason and any(column and not name for column, name in named)


@dataclass(slots=True)
class FileSums:
    """The sums of one raw table.

    It has state because it grows with every batch. ``dates`` holds the number of the first row of each date
    as written; ``faults`` the row numbers and cells that cannot be used, by column.
    """

    file: str
    roles: Roles
    names: Names
    forms: NumberForms
    totals: Totals = field(default_factory=dict)
    dates: dict[str, int] = field(default_factory=dict)
    faults: dict[str, list[tuple[int, object]]] = field(default_factory=dict)
    rows: int = 0

    def add(self, batch: Batch) -> bool:
        """Add a batch of rows; False where so many cells are faulty that reading on tells nothing new."""
        reasons = _Reasons(self.roles, self.names, batch)
        values = {name: self.forms.values(name, column, batch.rows) for name, column in batch.numbers.items()}
        self._keep_faults(batch, reasons.used, values)
        self._keep_dates(batch, reasons.used)
        groups, keys = reasons.groups(self.roles, self.names, batch)
        count = np.bincount(groups, minlength=len(keys)).tolist()
        sums = [exact_sums(_addable(values[name]), groups, len(keys)) for name in self.roles.values]
        for index, key in enumerate(keys):
            self.totals.setdefault(key, Total()).add(count[index], [each[index] for each in sums])
        self.rows += len(batch.rows)
        return sum(map(len, self.faults.values())) < MOST_FAULTS

    def tell(self, findings: Findings) -> None:
        """Say what was read other than it is written, and add a fault for every cell that cannot be used."""
        for repair in self.forms.repairs.values():
            findings.repair(repair)
        for name, found in self.faults.items():
            rows = np.array([row for row, _ in found], dtype=np.int64)
            cells = [cell for _, cell in found]
            table = Table(self.file, (name,), (cells,), rows, (0,))
            if name in self.roles.values:
                _tell_numbers(table, name, findings)
            elif name == self.roles.date:
                days(table, name, findings)
            else:
                refuse_blank_names(table, name, np.ones(len(rows), dtype=bool), findings)

    def _keep_faults(self, batch: Batch, used: Array, values: Mapping[str, Vector]) -> None:
        for name, column in values.items():
            wrong = np.flatnonzero(used & ~(np.abs(column) < LARGEST))
            cells = batch.numbers[name].cells
            shown = [shown_cell(column[row], "" if cells is None else cells[row]) for row in wrong]
            self._keep(name, batch.rows[wrong], shown)
        for name in self.roles.keys:
            blank = np.flatnonzero(used & _is_blank(batch.labels[name]))
            self._keep(name, batch.rows[blank], [""] * len(blank))

    def _keep(self, name: str, rows: Array, cells: Sequence[object]) -> None:
        if len(rows):
            self.faults.setdefault(name, []).extend(zip(rows.tolist(), cells, strict=True))

    def _keep_dates(self, batch: Batch, used: Array) -> None:
        labels = batch.labels[self.roles.date]
        found, first = np.unique(labels.codes[used], return_index=True)
        rows = batch.rows[used][first]
        for code, row in zip(found.tolist(), rows.tolist(), strict=True):
            self.dates.setdefault(labels.texts[code], row)


class _Reasons:
    """Why rows of one batch are left out: ``codes`` index ``words``, 0 for rows that are used."""

    def __init__(self, roles: Roles, names: Names, batch: Batch) -> None:
        self.words = ["", *(rule.setting for rule in roles.rules), SKU, STORE]
        self.codes = np.zeros(len(batch.rows), dtype=np.int64)
        for index, rule in enumerate(roles.rules, start=1):
            labels = batch.labels[rule.column]
            self._leave_out(index, labels, [not rule.passes(text) for text in labels.texts])
        mapped = ((roles.sku, names.sub_categories), (roles.store, names.regions))
        for index, (column, known) in enumerate(mapped, start=len(roles.rules) + 1):
            if column is not None and known is not None:
                texts = batch.labels[column].texts
                self._leave_out(index, batch.labels[column], [bool(t) and t not in known for t in texts])

    @property
    def used(self) -> Array:
        """Whether each row is used, shape (row,)."""
        used: Array = self.codes == 0
        return used

    def _leave_out(self, index: int, labels: Labels, failing: Sequence[bool]) -> None:
        failed = np.array(failing, dtype=bool)[labels.codes]
        self.codes[(self.codes == 0) & failed] = index

    def groups(self, roles: Roles, names: Names, batch: Batch) -> tuple[Array, list[Key]]:
        """Return the group of each row, and what the rows of each group have in common."""
        used, labels = self.used, batch.labels
        none = Labels(np.zeros(len(self.codes), dtype=np.int64), ("",))
        date = _where(used, labels[roles.date])
        sub_category = _where(used, _named(labels, roles.sku or roles.sub_category, names.sub_categories))
        geo = _where(used, _named(labels, roles.store or roles.geo, names.regions))
        currency = labels[roles.currency] if roles.currency else none
        code = none
        for word, column in ((SKU, roles.sku), (STORE, roles.store)):
            rows = self.codes == self.words.index(word)
            if column is not None and rows.any():
                code = _either(rows, _where(rows, labels[column]), code)
        columns = (Labels(self.codes, tuple(self.words)), code, date, sub_category, geo, currency)
        return _grouped(columns)


def _grouped(columns: Sequence[Labels]) -> tuple[Array, list[Key]]:
    """Return the group of each row by its texts in all columns, and the texts of each group."""
    sizes = [len(column.texts) for column in columns]
    joint = np.zeros(len(columns[0].codes), dtype=np.int64)
    for column, size in zip(columns, sizes, strict=True):
        if len(joint) and int(joint.max() + 1) * size >= 2**62:
            joint = pd.factorize(joint)[0].astype(np.int64)
        joint = joint * size + column.codes
    groups, _ = pd.factorize(joint)
    _, first = np.unique(groups, return_index=True)
    keys = [Key(*(column.texts[int(column.codes[row])] for column in columns)) for row in first.tolist()]
    return groups, keys


def _named(labels: Mapping[str, Labels], column: str | None, known: NamesByCode | None) -> Labels | None:
    """Return a column with its codes' names in place of its codes, where it is mapped."""
    if column is None:
        return None
    found = labels[column]
    if known is None:
        return found
    names = {name: index for index, name in enumerate(dict.fromkeys(("", *known.values())))}
    index = np.array([names[known.get(text, "")] for text in found.texts], dtype=np.int64)
    return Labels(index[found.codes], tuple(names))


def _where(rows: Array, labels: Labels | None) -> Labels:
    """Return the labels with an empty text in all but some rows."""
    if labels is None:
        return Labels(np.zeros(len(rows), dtype=np.int64), ("",))
    return Labels(np.where(rows, labels.codes, len(labels.texts)), (*labels.texts, ""))


def _either(rows: Array, chosen: Labels, others: Labels) -> Labels:
    """Return the chosen labels in some rows, the others elsewhere."""
    return Labels(
        np.where(rows, chosen.codes, others.codes + len(chosen.texts)), (*chosen.texts, *others.texts)
    )


def _is_blank(labels: Labels) -> Array:
    return np.array([not text for text in labels.texts], dtype=bool)[labels.codes]


def _tell_numbers(table: Table, name: str, findings: Findings) -> None:
    """Add a fault for every cell of a column of numbers: blank, no number, not finite or too large."""
    found = numbers(table, name, findings)
    remedy = "Fill the cell (0 if nothing was sold)."
    refuse_blanks(table, name, found.blank, findings, remedy=remedy)
    large = np.flatnonzero(np.isfinite(found.values)).tolist()
    findings.reject_each(
        "MMX-D205",
        ((table.place(row, name), f"{found.values[row]:,.0f} is too much for one row.") for row in large),
        total=len(large),
        remedy="Look whether another column, such as an article's number, stands in this one.",
    )


def _addable(values: Vector) -> Vector:
    """Return the values with NaN for those that no sum can hold; they are faults, or left out."""
    return np.where(np.abs(values) < LARGEST, values, np.nan)
