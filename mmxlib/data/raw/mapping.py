"""Which sub-category each SKU belongs to, and which region each store: from settings and from files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mmxlib.data.columns import found_column, listed, suggestion
from mmxlib.data.findings import Findings
from mmxlib.data.opening import file_tables
from mmxlib.data.roles import DataSettings
from mmxlib.data.spellings import spelling_key
from mmxlib.data.tables import Table, clean_name
from mmxlib.data.values import names

NamesByCode = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """The sub-category of each SKU and the region of each store; None where they are not mapped."""

    sub_categories: NamesByCode | None
    regions: NamesByCode | None


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is mapped to what: roles of the columns, and how a code and its groups are called."""

    code: str
    name: str
    code_word: str
    names_word: str


_SKUS = _Kind("sku", "sub_category", "SKU", "segments")
_STORES = _Kind("store", "geo", "Store", "regions")


def names_by_code(settings: DataSettings, folder: Path, findings: Findings) -> Names:
    """Return the mappings of the settings and of the files beside the raw tables, in ``folder``."""
    raw = settings.raw
    return Names(
        _mapped(_SKUS, raw.sub_categories, raw.sub_category_file, settings, folder, findings),
        _mapped(_STORES, raw.regions, raw.region_file, settings, folder, findings),
    )


def _mapped(
    kind: _Kind,
    given: NamesByCode,
    file: str | None,
    settings: DataSettings,
    folder: Path,
    findings: Findings,
) -> NamesByCode | None:
    if not given and file is None:
        return None
    chosen = _Chosen(kind, findings)
    for code, name in given.items():
        chosen.add(code.strip(), name, "global.yaml")
    tables = file_tables(folder / file, None, findings, settings=settings) if file else ()
    for table in tables:
        columns = [
            _column(table, getattr(settings.raw.columns, role), findings) for role in (kind.code, kind.name)
        ]
        if None not in columns:
            cells = [names(table, str(column), findings) for column in columns]
            for row, (code, name) in enumerate(zip(*cells, strict=True)):
                chosen.add(code.strip(), name, table.place(row))
    return chosen.names


@dataclass(slots=True)
class _Chosen:
    """The names found so far, each with its place.

    It has state because settings and files add to one mapping.
    """

    kind: _Kind
    findings: Findings
    names: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def add(self, code: str, name: str, place: str) -> None:
        """Take one pair; a code with another name than before is a fault."""
        known = self.names.setdefault(code, clean_name(name))
        first = self.places.setdefault(code, place)
        if spelling_key(known) != spelling_key(name):
            self.findings.reject(
                "MMX-D201",
                f"{self.kind.code_word} {code} is in two {self.kind.names_word}. It is in "
                f'"{known}" ({first}) and in "{clean_name(name)}".',
                remedy="Keep one of the two rows.",
                place=place,
            )


def _column(table: Table, name: str, findings: Findings) -> str | None:
    column = found_column(table, name)
    if column is None:
        findings.reject(
            "MMX-D202",
            f'The mapping has no column "{name}". Its columns are {listed(table.columns)}.',
            remedy=f"{suggestion(name, table.columns)}Rename it, or name yours under data.raw.columns in "
            "global.yaml.",
            place=table.place(),
        )
    return column
