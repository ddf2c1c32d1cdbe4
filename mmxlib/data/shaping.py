"""What is put right in whole tables before any column is given a role."""

from collections.abc import Sequence

from mmxlib.data.columns import role_column
from mmxlib.data.damaged_names import undamaged
from mmxlib.data.findings import Findings
from mmxlib.data.repeated_columns import distinct_columns
from mmxlib.data.roles import DataSettings
from mmxlib.data.tables import Table
from mmxlib.data.week_texts import WeekCalendar
from mmxlib.data.wide_dates import long_dates, weeks_of_years

NAMES = ("sub_category", "geo", "channel")
"""The roles of columns that hold names."""


def shaped(tables: Sequence[Table], settings: DataSettings, findings: Findings) -> list[Table]:
    """Return the tables with names and columns as they are meant; what cannot be known is a question.

    Raises
    ------
    DataError
        If two columns share a name, so that nothing can be told of either.
    """

    def names(table: Table) -> list[str]:
        return [name for role in NAMES if (name := role_column(table, role, settings)) is not None]

    tables = undamaged(tables, names, settings.damaged_names, findings)
    distinct = [distinct_columns(table, settings.repeated_columns, findings) for table in tables]
    if None in distinct:
        findings.raise_if_rejected()
    found = (long_dates(table, settings, findings) for table in distinct if table is not None)
    return [weeks_of_years(table, settings, week_calendar(settings), findings) for table in found]


def week_calendar(settings: DataSettings) -> WeekCalendar:
    """Return how the settings read weeks that are named by numbers."""
    return WeekCalendar(settings.week_numbers, settings.first_week)
