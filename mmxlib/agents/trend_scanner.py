"""The trend scanner: growth, season, lasting shifts, odd periods and the impact of events."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from pydantic import field_validator

from mmxlib.agents.agent import Inputs
from mmxlib.agents.flagging import FLAG_COLUMNS, flagged_rows
from mmxlib.agents.promotions import promotion_doubts
from mmxlib.agents.scanning import Scan, ScanRules, scan
from mmxlib.artifacts.note import Note, percent
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.maths.arrays import Dates, Vector
from mmxlib.maths.seasonality import periods_per_year, strength, year_phase
from mmxlib.maths.stretches import Stretch
from mmxlib.settings import Settings, setting
from mmxlib.terms import StepName, Verdict

IMPACT_COLUMNS = (
    "segment", "event", "start", "end", "periods", "lift", "lift_lower", "lift_upper", "percent",
    "percent_lower", "percent_upper", "placebo_lift", "placebo_lower", "placebo_upper", "reliable",
)  # fmt: skip

SHOWN_PERIODS = 3
"""The flagged periods that a note names."""

SHOWN_EVENTS = 6
"""The events that a note names before it counts the rest."""


class TrendScannerSettings(Settings):
    """How series are scanned (segmentation.yaml)."""

    anomaly_threshold: float = setting(
        3.5,
        "Robust standard deviations from trend, season, known drivers and neighboring periods at which a "
        "period is flagged; one more for several in a row together. 3.5 flags one regular period in 400 and "
        "finds nearly every deviation of five; 2.5 finds more than half of those of three, but flags one "
        "regular period in 60.",
        unit="standard deviations",
        ge=2.0,
        le=10.0,
    )
    level_shift_threshold: float = setting(
        3.5,
        "How sure a lasting change of level must be before it is flagged, as a score that is standard normal "
        "without a change.",
        unit="standard deviations",
        ge=2.0,
        le=10.0,
    )
    minimum_shift_periods: int = setting(
        8,
        "Periods that a new level must last, and the least distance between two changes; what strays for "
        "fewer in a row is flagged as an anomaly.",
        unit="periods",
        ge=3,
        le=104,
    )
    maximum_shifts: int = setting(
        5, "Most changes of level flagged in one segment; 0 looks for none.", unit="shifts", ge=0, le=20
    )
    adjust_for_drivers: bool = setting(
        True,
        "Whether ups and downs by price, other controls and media are taken out before trend, season, odd "
        "periods and events are measured.",
    )
    season_window: int = setting(
        11,
        "Years, an odd number, over which the season is averaged; fewer let it change faster.",
        unit="years",
        ge=7,
        le=101,
    )
    season_smoothing: int = setting(
        5,
        "Neighboring periods, an odd number, over which the season is evened out; 1 leaves every wiggle in "
        "it and flags far too many periods.",
        unit="periods",
        ge=1,
        le=13,
    )
    level: float = setting(
        0.9, "Probability inside the intervals of event lifts.", unit="share", ge=0.5, le=0.99
    )

    @field_validator("season_window", "season_smoothing")
    @classmethod
    def _odd(cls, value: int) -> int:
        if value % 2 == 0:
            raise ValueError("must be an odd number")
        return value


@dataclass(frozen=True, slots=True)
class TrendScanner:
    """The second agent: scans every segment's series."""

    settings: TrendScannerSettings

    name: ClassVar[StepName] = StepName.TREND_SCANNER
    requires: ClassVar[tuple[type, ...]] = (Panel, Segments)
    produces: ClassVar[type] = Trends
    calculation_version: ClassVar[int] = 4

    def run(self, inputs: Inputs, rng: np.random.Generator) -> Trends:
        """Return growth, season, shifts, odd periods and event impacts of every segment; draws nothing."""
        segments = inputs[Segments]
        panel = inputs[Panel].grouped(segments.segment_of, segments.labels)
        settings = self.settings
        rules = scan_rules(settings)
        scans = [scan(panel, unit, rules) for unit in range(len(panel.units))]
        named = list(zip(panel.units, scans, strict=True))
        days = panel.dates.astype("datetime64[s]")
        year = periods_per_year(panel.period_days)
        flagged = [
            row for unit, (label, each) in enumerate(named) for row in flagged_rows(panel, unit, label, each)
        ]
        return Trends(
            yoy=pd.concat([_yoy(label, days, each, year) for label, each in named], ignore_index=True),
            seasonality=_seasonality(named, panel.dates, year),
            decomposition=pd.concat(
                [_decomposition(label, days, each) for label, each in named], ignore_index=True
            ),
            flagged_periods=pd.DataFrame(flagged, columns=list(FLAG_COLUMNS)).astype(
                {"date": "datetime64[s]"}
            ),
            event_impact=_impact_table(named),
            level=settings.level,
            notes=(
                *_common_notes(panel, named, settings, year),
                *promotion_doubts(inputs[Panel]),
                *_segment_notes(named, panel.dates, settings),
            ),
        )


def scan_rules(settings: TrendScannerSettings) -> ScanRules:
    """Return what the scan of one series must know of the settings."""
    return ScanRules(
        adjust_for_drivers=settings.adjust_for_drivers,
        season_window=settings.season_window,
        season_smoothing=settings.season_smoothing,
        level_shift_threshold=settings.level_shift_threshold,
        minimum_shift_periods=settings.minimum_shift_periods,
        maximum_shifts=settings.maximum_shifts,
        level=settings.level,
        anomaly_threshold=settings.anomaly_threshold,
        longest_anomaly=settings.minimum_shift_periods - 1,
    )


def _yoy(label: str, days: Dates, found: Scan, year: int) -> pd.DataFrame:
    """Return each period beside the one a whole number of weeks earlier that is nearest to a year."""
    outcome = np.where(found.missing, np.nan, found.observed)
    before = np.full(len(outcome), np.nan)
    before[year:] = outcome[:-year] if len(outcome) > year else []
    growth = np.divide(outcome - before, before, out=np.full(len(outcome), np.nan), where=before > 0.0)
    return pd.DataFrame(
        {"segment": label, "date": days, "outcome": outcome, "year_before": before, "growth": growth}
    )


def _decomposition(label: str, days: Dates, found: Scan) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "segment": label,
            "date": days,
            "observed": found.observed,
            "trend": found.parts.trend,
            "seasonal": found.parts.seasonal,
            "residual": found.parts.residual,
            "score": found.score,
            "known": found.known,
        }
    )


def _seasonality(named: Sequence[tuple[str, Scan]], dates: Dates, year: int) -> pd.DataFrame:
    weeks = pd.DatetimeIndex(dates.astype("datetime64[s]")).isocalendar()["week"].to_numpy(np.int64)
    rows = []
    for label, found in named:
        seasonal, trend = found.parts.seasonal, found.parts.trend
        last = seasonal[-year:]
        seasonal_strength = strength(seasonal, found.parts.residual)
        wide = float(last.max() - last.min())
        mean = float(found.observed.mean())
        rows.append(
            {
                "segment": label,
                "method": found.method,
                "seasonal_strength": seasonal_strength,
                "trend_strength": strength(trend, found.parts.residual),
                "peak_week": int(weeks[-year:][int(last.argmax())]) if wide > 0.0 else np.nan,
                "trough_week": int(weeks[-year:][int(last.argmin())]) if wide > 0.0 else np.nan,
                "amplitude": wide / mean if mean > 0.0 else np.nan,
                "yearly_growth": _yearly_growth(trend, year_phase(dates), year),
            }
        )
    return pd.DataFrame(rows)


def _yearly_growth(trend: Vector, years: Vector, year: int) -> float:
    """Return the trend's mean of the last year over the year before; the slope where there is less."""
    if len(trend) >= 2 * year:
        before, now = float(trend[-2 * year : -year].mean()), float(trend[-year:].mean())
        return now / before - 1.0 if before > 0.0 else float("nan")
    span, mean = float(years[-1] - years[0]), float(trend.mean())
    if span < 0.5 or mean <= 0.0:
        return float("nan")
    return float(np.polyfit(years - years.mean(), trend, 1)[0]) / mean


def _impact_table(named: Sequence[tuple[str, Scan]]) -> pd.DataFrame:
    rows = []
    for label, found in named:
        for impact in found.impacts:
            lift, placebo = impact.lift, impact.placebo
            shares = (each / impact.expected for each in (lift.mean, lift.lower, lift.upper))
            rows.append(
                (
                    label,
                    impact.event.name,
                    np.datetime64(impact.event.start, "s"),
                    np.datetime64(impact.event.end, "s"),
                    impact.periods,
                    *(lift.mean, lift.lower, lift.upper),
                    *shares,
                    *(placebo.mean, placebo.lower, placebo.upper),
                    not impact.doubt,
                )
            )
    table = pd.DataFrame(rows, columns=list(IMPACT_COLUMNS))
    return table.astype({"start": "datetime64[s]", "end": "datetime64[s]", "reliable": bool})


def _common_notes(
    panel: Panel, named: Sequence[tuple[str, Scan]], settings: TrendScannerSettings, year: int
) -> list[Note]:
    length = len(panel.dates)
    notes = []
    if length >= 2 * year:
        notes.append(
            Note(
                f"Trend and season by STL (smoothing by local averages), as there are {length} periods (two "
                f"years are {2 * year}); odd periods were taken out first, and the season is evened out over "
                f"{settings.season_smoothing} periods."
            )
        )
    elif length >= round(0.95 * year):
        notes.append(
            Note(
                f"Trend and season are fitted as plain yearly waves: {length} periods are too few for STL, "
                f"the finer method, which needs two years ({2 * year}).",
                verdict=Verdict.WARN,
            )
        )
    else:
        notes.append(
            Note(
                f"With {length} periods there is less than a year, so no season could be measured and growth "
                f"may be season.",
                verdict=Verdict.WARN,
            )
        )
    if settings.adjust_for_drivers and any(each.drivers.centered.shape[1] for _, each in named):
        notes.append(
            Note(
                "What events explain, and price, other controls and media beyond their own trend and season, "
                "was taken out first (column known), so that it bends neither trend nor season and is not "
                "flagged."
            )
        )
    return notes


def _segment_notes(
    named: Sequence[tuple[str, Scan]], days: Dates, settings: TrendScannerSettings
) -> list[Note]:
    notes = []
    for label, found in named:
        notes.append(Note(_why_flagged(label, found, days, settings.anomaly_threshold), label))
        if found.missing.any():
            notes.append(
                Note(
                    f"{label}: {int(found.missing.sum())} of {len(found.missing)} periods have no sales: "
                    f"they were bridged by trend, season and known drivers, and not judged.",
                    label,
                    Verdict.WARN,
                )
            )
        if found.left_out:
            notes.append(
                Note(
                    f"{label}: the history is too short to hold {', '.join(found.left_out)} constant, so "
                    f"they were left out.",
                    label,
                    Verdict.WARN,
                )
            )
        notes += _doubts(label, found)
    return notes


def _why_flagged(label: str, found: Scan, days: Dates, threshold: float) -> str:
    """Return how many periods were flagged and why, the surest by name, and each change of level."""
    flagged = int(sum(each.last - each.first + 1 for each in found.stretches))
    text = (
        f"{label}: {flagged} of {len(found.score)} periods {'is' if flagged == 1 else 'are'} flagged: more "
        f"than {threshold:g} times the usual scatter away from what trend, season, known drivers and the "
        f"periods beside them suggest"
    )
    if found.stretches:
        surest = sorted(found.stretches, key=lambda each: -abs(each.score))[:SHOWN_PERIODS]
        text += f" ({'; '.join(_where(each, found, days) for each in surest)}"
        text += "; and more)" if len(found.stretches) > SHOWN_PERIODS else ")"
    if not found.shifts:
        return f"{text}. No lasting change of level was found."
    changes = "; ".join(
        f"{'up' if shift.size > 0.0 else 'down'} by {abs(shift.size):,.4g} from {days[shift.period]} on "
        f"({abs(shift.score):.1f} times the scatter of such a change by chance)"
        for shift in found.shifts
    )
    return f"{text}. Lasting changes of level: {changes}."


def _where(stretch: Stretch, found: Scan, days: Dates) -> str:
    """Return when a stretch was, how far it strayed and how sure that is."""
    inside = slice(stretch.first, stretch.last + 1)
    strayed = float(found.parts.residual[inside].mean())
    expected = float(found.observed[inside].mean()) - strayed
    far = f"{abs(strayed):,.4g}" if expected <= 0.0 else percent(abs(strayed) / expected)
    several = stretch.last - stretch.first
    when = f"{days[stretch.first]}" + (f" to {days[stretch.last]} together" if several else "")
    return f"{when}: {far} {'above' if strayed > 0.0 else 'below'}, {abs(stretch.score):.1f} times"


def _doubts(label: str, found: Scan) -> list[Note]:
    """Return a note per kind of doubt; an event is named once, with days only if others of it are sure."""
    events: dict[str, list[str]] = {}
    sure = {impact.event.name for impact in found.impacts if not impact.doubt}
    told: set[str] = set()
    for impact in found.impacts:
        name = impact.event.name
        if impact.doubt and name not in told:
            day = f" of {impact.event.start}" if name in sure else ""
            events.setdefault(impact.doubt, []).append(name + day)
            told |= {name} - sure
    return [
        Note(f"{label}: do not rely on the lift of {_some(names)}: {doubt}.", label, Verdict.WARN)
        for doubt, names in events.items()
    ]


def _some(names: Sequence[str]) -> str:
    """Return the names, the first few of many: all stand in the table of events."""
    rest = len(names) - SHOWN_EVENTS
    return ", ".join(names) if rest <= 1 else f"{', '.join(names[:SHOWN_EVENTS])} and {rest} more"
