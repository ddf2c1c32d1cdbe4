"""The panel of a frame that a script already has: every column is named by the caller."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from mmxlib.artifacts.panel import Panel as Panel
from mmxlib.data.arguments import check_columns, check_frames, checked
from mmxlib.data.assembling import assembled
from mmxlib.data.choices import AlikeChannels, MissingSpend
from mmxlib.data.columns import listed, suggestion
from mmxlib.data.findings import Findings
from mmxlib.data.roles import ChannelColumns, ColumnSettings, DataSettings, FileRole
from mmxlib.data.tables import table_of_frame
from mmxlib.terms import ControlKind, OutcomeKind


def panel_from_frame(
    frame: pd.DataFrame,
    *,
    date: str,
    outcome: str,
    unit: str | None = None,
    spend: Mapping[str, str] | None = None,
    exposure: Mapping[str, str] | None = None,
    controls: Sequence[str] | Mapping[str, ControlKind] = (),
    volume: str | None = None,
    event_columns: Sequence[str] | Mapping[str, str] = (),
    event_name: str | None = None,
    events: pd.DataFrame | None = None,
    experiments: pd.DataFrame | None = None,
    outcome_kind: OutcomeKind = OutcomeKind.MONEY,
    revenue_per_unit: float | None = None,
    currency: str = "",
    missing_spend: MissingSpend = MissingSpend.ERROR,
) -> Panel:
    """Return the panel of a frame with a row per unit and period; other columns are passed over.

    Parameters
    ----------
    frame
        A row per unit and week (or day, which is summed to weeks from Monday).
    date
        Column with the first day of each period: dates, or text such as 2024-01-31.
    outcome
        Column with the outcome: money, or units when ``outcome_kind`` says so.
    unit
        Column with the unit (a sub-category or a region); None for a single series, whose unit is ``all``.
    spend
        Channel names with their columns of spend. A channel with the same spend in every unit on every date
        is taken as national.
    exposure
        Channel names with their columns of exposure; a channel that is only here is organic.
    controls
        Columns of known drivers that are not media; a mapping also says their kind (a column called price or
        promotion is of that kind without it).
    volume
        Column with units sold, where the outcome is money; price is then outcome / volume.
    event_columns, event_name
        Columns with 1 in the periods of an event (a mapping also names the events); a column with the name
        of the period's event.
    events, experiments
        Frames with a row per event (name, start, end) or test: a lift (channel, start, end, lift,
        standard_error) or a step in spend (channel, x, delta_x, delta_y, sigma; see `StepTest`). Both may
        have a column called as ``unit``.
    outcome_kind, revenue_per_unit, currency, missing_spend
        As in the ``data`` section of ``global.yaml``.

    Raises
    ------
    DataError
        With all faults found, each with its argument or row and its remedy.
    """
    spend, exposure, findings = spend or {}, exposure or {}, Findings()
    check_frames({"frame": frame, "events": events, "experiments": experiments}, findings)
    check_columns(
        {"spend": spend, "exposure": exposure, "controls": controls, "event_columns": event_columns}, findings
    )
    findings.raise_if_rejected()
    roles = _roles(date, outcome, unit, volume, outcome_kind)
    columns = checked(ColumnSettings, roles, findings)
    settings = checked(
        DataSettings,
        {
            "channels": {
                name: ChannelColumns(spend=spend.get(name), exposure=exposure.get(name))
                for name in dict.fromkeys([*spend, *exposure])
            },
            "controls": controls,
            "event_columns": event_columns,
            "event_name_column": event_name,
            "outcome_kind": outcome_kind,
            "revenue_per_unit": revenue_per_unit,
            "currency": currency,
            "missing_spend": missing_spend,
            "fewest_weeks": 1,  # a script knows what it asks of few weeks; the review says what it lacks
        },
        findings,
    )
    findings.raise_if_rejected()
    assert columns is not None  # else a fault was raised
    assert settings is not None
    amounts = [outcome, *spend.values(), *([volume] if volume else [])]
    settings = settings.model_copy(update={"columns": columns, **_answered(amounts)})
    media = [*spend.values(), *exposure.values()]
    named = [*roles.values(), *media, *settings.controls, *settings.event_columns]
    chosen = _chosen(frame, [*named, *([event_name] if event_name else [])], findings)
    tables = [table_of_frame(chosen, "the frame", FileRole.SALES)]
    if events is not None:
        tables.append(table_of_frame(events, "the frame of events", FileRole.EVENTS))
    if experiments is not None:
        tables.append(table_of_frame(experiments, "the frame of experiments", FileRole.EXPERIMENTS))
    panel = assembled(tables, settings, findings).panel
    return panel if unit is None else replace(panel, unit_word=unit)


Panel.from_frame = staticmethod(panel_from_frame)


def _answered(amounts: Sequence[str]) -> dict[str, object]:
    """Return the settings that answer what a caller who names every column is not asked."""
    return {"scales": dict.fromkeys(amounts, 1.0), "alike_channels": AlikeChannels.KEEP}


def _roles(
    date: str, outcome: str, unit: str | None, volume: str | None, outcome_kind: OutcomeKind
) -> dict[str, str]:
    """Return the standard roles with the caller's columns."""
    roles = {"date": date, "units" if outcome_kind == OutcomeKind.UNITS else "sales": outcome}
    if unit is not None:
        roles["sub_category"] = unit
    if volume is not None and outcome_kind == OutcomeKind.MONEY:
        roles["units"] = volume
    return roles


def _chosen(frame: pd.DataFrame, named: Sequence[str], findings: Findings) -> pd.DataFrame:
    """Return the named columns alone, so that no other takes a role because of its name.

    Raises
    ------
    DataError
        If a named column is not there, or there more than once.
    """
    wanted = list(dict.fromkeys(named))
    present = tuple(str(column) for column in frame.columns)
    for column in wanted:
        if present.count(column) > 1:
            findings.reject(
                "MMX-D078",
                f'The frame has {present.count(column)} columns called "{column}".',
                remedy="Rename one of them, or drop it.",
                place="the frame",
            )
        if column not in present:
            findings.reject(
                "MMX-D065",
                f'The frame has no column "{column}". Its columns are {listed(present)}.',
                remedy="It is the index: give frame.reset_index()."
                if column in frame.index.names
                else f"{suggestion(column, present)}Correct the name.",
                place="the frame",
            )
    findings.raise_if_rejected()
    return frame.iloc[:, [present.index(column) for column in wanted]]
