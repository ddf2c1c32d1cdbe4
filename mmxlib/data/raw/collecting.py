"""The sums of all raw tables together, file by file: what one file has told need not be kept."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.day_texts import aligned_weeks, repaired_days
from mmxlib.data.findings import Findings
from mmxlib.data.raw.exact_sums import Total
from mmxlib.data.raw.file_sums import FileSums, Totals, lacks_name
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.spellings import ONE_NAME, spellings_of
from mmxlib.data.tables import Table
from mmxlib.data.values import days


@dataclass(frozen=True, slots=True)
class _Named:
    """A name as it stands in a column of a file."""

    role: str
    file: str
    column: str
    name: str


@dataclass(slots=True)
class AllSums:
    """The sums of all raw tables read so far.

    It has state because it grows with every file. Dates of its keys are days as year-month-day, empty where
    a date or a name is faulty. ``with_units`` says that every file knows the units sold.
    """

    settings: DataSettings
    totals: Totals = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    with_units: bool = True
    named: Counter[_Named] = field(default_factory=Counter)
    contents: dict[int, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """How messages name the table: by its file, or by the first one and how many more there are."""
        others = len(self.files) - 1
        more = f" and {others:,} more file{'s' if others > 1 else ''}" if others else ""
        return f"{self.files[0]}{more} (added up)"

    def add(self, sums: FileSums, findings: Findings) -> None:
        """Add the sums of one file; dates that cannot be read are faults."""
        known = self._days(sums, findings)
        for key, total in sums.totals.items():
            day = "" if key.reason or lacks_name(key, sums.roles) else known.get(key.date, "")
            self.totals.setdefault(key._replace(date=day), Total()).add(total.rows, list(total.values))
            for role in ("sub_category", "geo"):
                column, name = getattr(sums.roles, role), getattr(key, role)
                if name:
                    self.named[_Named(role, sums.file, column or "", name)] += total.rows
        self.files.append(sums.file)
        self.with_units = self.with_units and sums.roles.units is not None
        self._review_copy(sums, findings)

    def spellings(self, role: str, findings: Findings) -> Mapping[str, str]:
        """Return the common spelling of each name, with a repair for each that is written otherwise."""
        found = sorted((each for each in self.named if each.role == role), key=lambda each: each.name)
        counts: Counter[str] = Counter()
        for each in found:
            counts[each.name] += self.named[each]
        chosen = spellings_of(counts)
        for each in found:
            if each.column and chosen[each.name] != each.name:
                findings.repair(
                    Repair(
                        each.file, "", f"column {each.column}", each.name, chosen[each.name], ONE_NAME,
                        self.named[each],
                    )
                )  # fmt: skip
        return chosen

    def _days(self, sums: FileSums, findings: Findings) -> Mapping[str, str]:
        """Return the day of each date as written, read as the dates of any table are."""
        settings, column = self.settings, sums.roles.date
        written = sorted(text for text in sums.dates if text)
        rows = np.array([sums.dates[text] for text in written], dtype=np.int64)
        table = Table(sums.file, (column,), (written,), rows, (0,), role=FileRole.SALES)
        changed = repaired_days(table, column, settings.date_order, findings, spaced=True)
        if changed is not None:
            table = replace(table, cells=(changed,))
        if settings.align_weeks:
            table = replace(table, cells=(aligned_weeks(table, column, settings.week_starts, findings),))
        found = days(table, column, findings)
        return {text: str(day) for text, day in zip(written, found, strict=True) if not np.isnat(day)}

    def _review_copy(self, sums: FileSums, findings: Findings) -> None:
        """Say where a file adds up to exactly the same as an earlier one, which may be a copy."""
        content = hash(frozenset((key, each.rows, *each.values) for key, each in sums.totals.items()))
        first = self.contents.setdefault(content, sums.file)
        if self.files.count(sums.file) > 1 or first != sums.file:
            findings.review(
                f"{sums.file} adds up to exactly the same as {first}. If it is a copy, take it out: all its "
                "sales count twice.",
                about=sums.file,
            )
