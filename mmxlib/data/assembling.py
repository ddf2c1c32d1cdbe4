"""From tables by role to the panel, with every fault found on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from mmxlib.artifacts.panel import Event, Panel
from mmxlib.data.accounting import Reading, placings
from mmxlib.data.alike import settled_alike
from mmxlib.data.calendar import Calendar, is_daily, sales_calendar
from mmxlib.data.columns import (
    claimed_keys,
    listed,
    missing_mapped_column,
    role_column,
    standard_name,
    suggestion,
)
from mmxlib.data.controls import panel_controls
from mmxlib.data.cubes import media_cubes
from mmxlib.data.doubts import ask_about_total, looks_personal, review_panel
from mmxlib.data.events import column_events, listed_events
from mmxlib.data.experiments import experiments
from mmxlib.data.findings import Findings
from mmxlib.data.future_weeks import ask_about_future, known_weeks
from mmxlib.data.grid import Grid, grid_of
from mmxlib.data.mac_dates import same_calendar
from mmxlib.data.media import MediaRecords, is_long, media_records, wide_columns
from mmxlib.data.outcome import Outcome, outcome_of
from mmxlib.data.repairing import repaired
from mmxlib.data.roles import ColumnSettings, DataSettings, FileRole, matching_key
from mmxlib.data.rows import ALL, KeyedRows, keyed_rows, unit_columns
from mmxlib.data.shaping import shaped
from mmxlib.data.tables import Table

ROLES_OF_FILE = {
    FileRole.SALES: ("date", "sub_category", "geo", "sales", "units", "price", "promotion"),
    FileRole.MEDIA: ("date", "sub_category", "geo", "channel", "spend", "exposure"),
    FileRole.EVENTS: ("name", "start", "end", "sub_category", "geo"),
    FileRole.EXPERIMENTS: (
        "channel", "start", "end", "lift", "standard_error", "change",
        "x", "delta_x", "delta_y", "sigma", "date", "sub_category", "geo",
    ),
}  # fmt: skip
"""The columns with a standard meaning in each kind of file; in a file of controls every column has one."""


def assembled(tables: Sequence[Table], settings: DataSettings, findings: Findings) -> Reading:
    """Return the panel that the tables make, and where their rows went; every table has a role.

    Raises
    ------
    DataError
        With all faults found.
    """
    tables = shaped(tables, settings, findings)
    by_role = {role: [table for table in tables if table.role is role] for role in FileRole}
    if not by_role[FileRole.SALES] and not findings.rejected:
        findings.reject(
            "MMX-D056",
            "There are no sales: no file or sheet is called sales.",
            remedy="Name it so, or name the file under data.files.sales in global.yaml.",
            place=", ".join(dict.fromkeys(table.file for table in tables)),
        )
    if not by_role[FileRole.SALES]:
        findings.raise_if_rejected()
    _check_mapped_roles(tables, settings, findings)
    _check_same_detail(by_role, settings, findings)
    kept = same_calendar(repaired(tables, settings, findings), settings, findings)
    kept = known_weeks(kept, settings, findings)
    by_role = {role: [table for table in kept if table.role is role] for role in FileRole}
    sales_rows = _keyed(by_role[FileRole.SALES], settings, findings)
    media_rows = _keyed(by_role[FileRole.MEDIA], settings, findings, blank_units=True)
    control_rows = _keyed(by_role[FileRole.CONTROLS], settings, findings)
    records = media_records([*sales_rows, *media_rows], settings, findings)
    units, calendar = _units(sales_rows), _calendar(sales_rows, settings, findings)
    if calendar is None or not units:  # nothing can be placed, so nothing more can be found
        findings.raise_if_rejected()
    assert calendar is not None  # without one, a fault was raised
    sales = grid_of(sales_rows, units, calendar, findings, word="sales")
    assert sales is not None  # there are sales, as checked above
    other_rows = [*control_rows, *(rows for rows in media_rows if not is_long(rows.table, settings))]
    others = [
        grid_of([rows], units, calendar, _findings_of(rows, findings), word="controls") for rows in other_rows
    ]
    grids = (sales, *(grid for grid in others if grid is not None))
    panel = _panel(by_role, records, grids, settings, findings)
    where = placings(kept, grids, records, panel)
    return Reading(panel, tuple(tables), tuple(kept), where, settings, findings)


def _panel(
    by_role: Mapping[FileRole, Sequence[Table]],
    records: Sequence[MediaRecords],
    grids: Sequence[Grid],
    settings: DataSettings,
    findings: Findings,
) -> Panel:
    sales = grids[0]
    media = media_cubes(records, sales.units, sales.calendar, settings, findings)
    if not media.channels:
        _refuse_no_media(sales, settings, findings)
    ask_about_total(media, settings, findings)
    media = media if findings.rejected else settled_alike(media, settings, findings)
    outcome = outcome_of(sales, settings, findings)
    ask_about_future(sales, outcome.values, settings, findings)
    controls = panel_controls(grids, outcome, settings, findings)
    events = (
        *listed_events(by_role[FileRole.EVENTS], sales.units, settings, findings),
        *column_events(sales, settings, findings),
    )
    channel_names = [channel.name for channel in media.channels]
    tests = experiments(
        by_role[FileRole.EXPERIMENTS], sales.units, channel_names, sales.calendar, settings, findings
    )
    findings.raise_if_rejected()
    _tell_read(sales, outcome, findings)
    for table in (table for tables in by_role.values() for table in tables):
        _tell_unused(table, settings, findings)
    shape = (*outcome.values.shape, 0)
    panel = Panel(
        units=sales.units,
        dates=sales.calendar.dates.astype("datetime64[D]"),
        channels=media.channels,
        controls=tuple(control for control, _ in controls),
        outcome=outcome.values,
        spend=media.spend,
        exposure=media.exposure,
        control_values=np.stack([values for _, values in controls], axis=-1) if controls else np.empty(shape),
        events=tuple(sorted(events, key=_event_order)),
        experiments=tests,
        volume=outcome.volume,
        outcome_kind=settings.outcome_kind,
        revenue_per_unit=outcome.revenue_per_unit,
        currency=settings.currency,
        unit_word=_unit_word(sales.rows[0]),
    )
    review_panel(panel, findings)
    return replace(panel, notes=findings.notes(), repairs=findings.repairs())


def _keyed(
    tables: Sequence[Table], settings: DataSettings, findings: Findings, *, blank_units: bool = False
) -> list[KeyedRows]:
    found = (keyed_rows(table, settings, findings, blank_units=blank_units) for table in tables)
    return [rows for rows in found if rows is not None]


def _findings_of(rows: KeyedRows, findings: Findings) -> Findings:
    """Return where the faults of a table's rows go: nowhere for media, whose rows the cubes check."""
    return findings if rows.table.role is FileRole.CONTROLS else Findings()


def _units(sales: Sequence[KeyedRows]) -> tuple[str, ...]:
    """Return the sub-categories (or regions, or both) of the sales, sorted."""
    named = {str(unit) for rows in sales if rows.units is not None for unit in rows.units if unit}
    return tuple(sorted(named)) if any(rows.units is not None for rows in sales) else (ALL,)


def _calendar(sales: Sequence[KeyedRows], settings: DataSettings, findings: Findings) -> Calendar | None:
    if not sales:
        return None
    days = np.concatenate([rows.days for rows in sales])
    place = ", ".join(dict.fromkeys(rows.table.place() for rows in sales))
    found = sales_calendar(days, is_daily(days), settings.week_starts, findings, place)
    if found is not None and found.periods < settings.fewest_weeks:
        findings.reject(
            "MMX-D153",
            f"There are {found.periods:,} weeks of sales; at least {settings.fewest_weeks:,} are needed for "
            "the yearly pattern.",
            remedy="Add earlier weeks. With less, data.fewest_weeks in global.yaml sets what is enough.",
            place=place,
        )
    return found


def _check_same_detail(
    by_role: Mapping[FileRole, Sequence[Table]], settings: DataSettings, findings: Findings
) -> None:
    """Add a fault for each file whose rows name units in another way than sales do."""
    dated = [
        table
        for role in (FileRole.SALES, FileRole.MEDIA, FileRole.CONTROLS)
        for table in by_role[role]
        if role_column(table, "date", settings) is not None
    ]
    sales = by_role[FileRole.SALES][0]
    wanted = tuple(unit_columns(sales, settings).values())
    for table in dated:
        columns = tuple(unit_columns(table, settings).values())
        optional = table.role is not FileRole.SALES and not columns
        if not optional and len(columns) != len(wanted):
            less = sales if len(wanted) < len(columns) else table
            missing = "geo" if {len(wanted), len(columns)} == {1, 2} else "sub_category"
            near = suggestion(missing, [name for name in less.columns if name not in ("date", "sales")])
            findings.reject(
                "MMX-D037",
                f"The rows are by {listed(columns) or 'date alone'}, but those of sales are by "
                f"{listed(wanted) or 'date alone'}.",
                remedy=f"{near}Give both by the same columns, or say what a column means under "
                "data.columns in global.yaml; media and controls may also name none (national).",
                place=table.place(),
            )
            findings.raise_if_rejected()  # rows that cannot be told apart would all look doubled


def _check_mapped_roles(tables: Sequence[Table], settings: DataSettings, findings: Findings) -> None:
    """Add a fault for each column that the settings rename and no file has."""
    for role in ColumnSettings.model_fields:
        name = getattr(settings.columns, role)
        readers = [table for table in tables if table.role is not None and role in _roles_of(table)]
        if matching_key(name) == matching_key(standard_name(role)) or not readers:
            continue
        if not any(role_column(table, role, settings) for table in readers):
            missing_mapped_column(f"data.columns.{role}", name, readers, findings)


def _roles_of(table: Table) -> tuple[str, ...]:
    return ROLES_OF_FILE.get(table.role or FileRole.SALES, ("date", "sub_category", "geo"))


def _refuse_no_media(sales: Grid, settings: DataSettings, findings: Findings) -> None:
    if not findings.rejected:
        table = sales.rows[0].table
        spare = [name for name in _unused(table, settings) if not looks_personal(table.column(name))]
        unknown = f" These columns have no meaning yet: {listed(spare)}." if spare else ""
        findings.reject(
            "MMX-D055",
            f"There are no media: no file of media, and no column of spend beside the sales.{unknown}",
            remedy="Name the columns of spend under data.channels in global.yaml, such as "
            "tv: {spend: tv_cost}, or add a file media.csv (date, channel, spend).",
            place=table.file,
        )


def _tell_read(sales: Grid, outcome: Outcome, findings: Findings) -> None:
    files = ", ".join(dict.fromkeys(rows.table.place() for rows in sales.rows))
    findings.tell(
        f"{len(sales.used):,} rows of sales were read from {files}, {int(sales.used.sum()):,} used; "
        f"the outcome adds up to {outcome.values.sum():,.2f}."
    )


def _tell_unused(table: Table, settings: DataSettings, findings: Findings) -> None:
    """Say which columns of a table have no meaning."""
    unused = _unused(table, settings)
    for name in unused:
        if looks_personal(table.column(name)):
            findings.review(
                f'The column "{name}" looks like e-mail addresses. It is not needed and was not stored; '
                "leave it out of the file.",
                about=table.file,
            )
    if unused:
        findings.tell(f"Columns of {table.place()} that were not used: {listed(unused)}.", about=table.file)


def _unused(table: Table, settings: DataSettings) -> list[str]:
    """Return the columns of a table that no setting gives a meaning."""
    if table.role is FileRole.CONTROLS:
        return []
    used = {role_column(table, role, settings) for role in _roles_of(table)}
    if table.role is FileRole.SALES or (table.role is FileRole.MEDIA and not is_long(table, settings)):
        used |= {name for columns in wide_columns(table, settings).values() for name in columns.values()}
    claimed = claimed_keys(settings)
    return [name for name in table.columns if name not in used and matching_key(name) not in claimed]


def _unit_word(rows: KeyedRows) -> str:
    return " and ".join(column.replace("_", "-") for column in rows.unit_columns) or "sub-category"


def _event_order(event: Event) -> tuple[str, str, str]:
    return event.start.isoformat(), event.name, event.unit or ""
