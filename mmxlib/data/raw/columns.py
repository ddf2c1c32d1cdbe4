"""The columns of a raw table by what they mean, and the rules by which rows are left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from mmxlib.data.columns import found_column, listed, suggestion
from mmxlib.data.findings import Findings
from mmxlib.data.raw.mapping import Names
from mmxlib.data.raw.settings import RawColumns, RawSettings
from mmxlib.data.roles import matching_key
from mmxlib.data.tables import Table

BLANKS = " \t\r\n"
"""What may stand around a code or a value and does not belong to it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule by which rows are left out: those without, or with, one of some values in a column."""

    column: str
    values: frozenset[str]
    keeps: bool

    @property
    def setting(self) -> str:
        """The setting that gives the rule."""
        return f"data.raw.{'keep' if self.keeps else 'leave_out'}.{self.column}"

    def passes(self, value: str) -> bool:
        """Return whether a row with this value is used."""
        return (value in self.values) is self.keeps


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column of one raw table plays which role; None where the table does not have it.

    ``sku`` and ``store`` are there only where they are mapped, and then ``sub_category`` and ``geo`` are not.
    """

    date: str
    sku: str | None
    sub_category: str | None
    store: str | None
    geo: str | None
    currency: str | None
    sales: str
    units: str | None
    rules: tuple[Rule, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns by which rows are added up; a blank cell in one is a fault."""
        named = (self.date, self.sku, self.sub_category, self.store, self.geo, self.currency)
        return tuple(dict.fromkeys(each for each in named if each))

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns whose cells are names, codes or dates, or are compared as text by a rule, each once."""
        return tuple(dict.fromkeys((*self.keys, *(rule.column for rule in self.rules))))

    @property
    def values(self) -> tuple[str, ...]:
        """The columns whose cells are numbers."""
        return (self.sales, self.units) if self.units else (self.sales,)


def roles_of(
    file: str, columns: Sequence[str], settings: RawSettings, names: Names, findings: Findings
) -> Roles | None:
    """Return which column plays which role, or None and a fault for each that is needed and not there."""
    table = Table(file, tuple(columns), ((),) * len(columns), (), tuple(range(len(columns))))  # type: ignore[arg-type]  # no rows
    found = _Found(table, settings.columns, findings)
    maps_skus, maps_stores = names.sub_categories is not None, names.regions is not None
    roles = {
        "date": found.needed("date"),
        "sales": found.needed("sales"),
        "units": found.optional("units"),
        "currency": found.needed("currency") if settings.rates else found.optional("currency"),
        "sku": found.needed("sku") if maps_skus else None,
        "sub_category": None if maps_skus else found.optional("sub_category"),
        "store": found.needed("store") if maps_stores else None,
        "geo": None if maps_stores else found.optional("geo"),
    }
    rules = _rules(table, settings, findings)
    if roles["date"] is None or roles["sales"] is None or findings.rejected:
        return None
    return Roles(rules=rules, **roles)  # type: ignore[arg-type]  # date and sales are there


@dataclass(frozen=True, slots=True)
class _Found:
    table: Table
    names: RawColumns
    findings: Findings

    def needed(self, role: str) -> str | None:
        wanted = getattr(self.names, role)
        column = found_column(self.table, wanted)
        if column is None:
            self.findings.ask(
                "MMX-D203",
                f'The raw table has no column "{wanted}". Its columns are {listed(self.table.columns)}.',
                setting=f"data.raw.columns.{role}",
                remedy=f"{suggestion(wanted, self.table.columns)}Name your column for it under "
                f"data.raw.columns.{role} in global.yaml.",
                place=self.table.file,
            )
        return column

    def optional(self, role: str) -> str | None:
        """A column that may be absent under its standard name, but not under one that was chosen."""
        standard = RawColumns.model_fields[role].default
        if matching_key(getattr(self.names, role)) != matching_key(standard):
            return self.needed(role)
        return found_column(self.table, standard)


def _rules(table: Table, settings: RawSettings, findings: Findings) -> tuple[Rule, ...]:
    rules = []
    for chosen, keeps in ((settings.keep, True), (settings.leave_out, False)):
        for name, values in chosen.items():
            column = found_column(table, name)
            rule = Rule(column or name, frozenset(value.strip(BLANKS) for value in values), keeps)
            rules.append(rule)
            if column is None:
                findings.reject(
                    "MMX-D204",
                    f'The raw table has no column "{name}", which {rule.setting} filters by. '
                    f"Its columns are {listed(table.columns)}.",
                    remedy=f"{suggestion(name, table.columns)}Correct the setting or the file.",
                    place=table.file,
                )
    return tuple(rules)
