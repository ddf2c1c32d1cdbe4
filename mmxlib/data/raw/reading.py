"""The way in for raw tables: which files they are, and the one table of sales that they make."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from mmxlib.data.findings import Findings
from mmxlib.data.raw.aggregating import sales_table
from mmxlib.data.raw.collecting import AllSums
from mmxlib.data.raw.files import RawReading, sums_of_file, sums_of_table
from mmxlib.data.raw.mapping import names_by_code
from mmxlib.data.raw.progress import Meter, Show
from mmxlib.data.raw.settings import RawSettings
from mmxlib.data.roles import DataSettings
from mmxlib.data.tables import Table


def is_raw(name: str, settings: RawSettings) -> bool:
    """Return whether a file or table of this name is a raw table."""
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for pattern in settings.files)


def is_mapping(name: str, settings: RawSettings) -> bool:
    """Return whether a file of this name maps SKUs or stores."""
    return name in (settings.sub_category_file, settings.region_file)


def raw_sales(
    paths: Sequence[Path], settings: DataSettings, findings: Findings, show: Show | None = None
) -> tuple[Table, ...]:
    """Return the table of sales that raw files make together; none where faults leave nothing.

    Parameters
    ----------
    paths
        The raw files. A mapping lies beside the first one.
    settings
        The meaning of columns, with the part ``raw``.
    findings
        Where faults, questions and explanations go.
    show
        Called now and then with how far the reading is.
    """
    names = names_by_code(settings, paths[0].parent, findings)
    if findings.rejected:
        return ()
    reading = RawReading(settings, names, findings)
    meter = Meter(show, [path.stat().st_size if path.is_file() else 0 for path in paths])
    collected = AllSums(settings)
    for index, path in enumerate(paths):
        tell = meter.of_file(index, path.name)
        sums = sums_of_file(path, reading, tell)
        if sums is not None:
            tell(1.0, sums.rows)
            collected.add(sums, findings)
    return _sales(collected, settings, findings)


def raw_sales_of_table(table: Table, settings: DataSettings, findings: Findings) -> tuple[Table, ...]:
    """Return the table of sales that a raw table makes which was read already: a frame, or a sheet.

    Its mapping stands in the settings, or in a file of the folder in which the program runs.
    """
    names = names_by_code(settings, Path(), findings)
    sums = None if findings.rejected else sums_of_table(table, RawReading(settings, names, findings))
    collected = AllSums(settings)
    if sums is not None:
        collected.add(sums, findings)
    return _sales(collected, settings, findings)


def _sales(collected: AllSums, settings: DataSettings, findings: Findings) -> tuple[Table, ...]:
    table = sales_table(collected, settings, findings) if collected.files else None
    return () if table is None else (table,)
