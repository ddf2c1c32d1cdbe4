"""The baseline agent: the outcome without paid media, and the priors and constraints to approve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from mmxlib.agents.agent import Inputs
from mmxlib.agents.doubts import channel_doubts
from mmxlib.agents.levels import Levels, levels
from mmxlib.agents.promotions import promotion_doubts
from mmxlib.agents.quiet import Quiet, QuietRules, quiet_periods
from mmxlib.artifacts.baseline import Baseline, ChannelPrior, Constraint
from mmxlib.artifacts.note import Note, percent
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.errors import SettingsError
from mmxlib.maths.arrays import Array
from mmxlib.maths.seasonality import periods_per_year
from mmxlib.model.experiments import calibrated, in_words, stated_experiments
from mmxlib.model.priors import WEAK_DEFAULT, resolved_priors
from mmxlib.model.settings import PriorSettings
from mmxlib.settings import Settings, setting
from mmxlib.terms import StepName, Verdict

METHODS = ("median", "mean", "regression")

WARNED_SHARE = 0.1
"""The share from which a reader is warned: of the methods' spread, media that never pause, missing sales."""

MOST_EXPERIMENTS = 8
"""As many experiments are told one by one."""


class BaselineSettings(Settings):
    """How the baseline is measured (global.yaml)."""

    high_media_share: float = setting(
        0.25,
        "Share of periods, those with most paid media, that median and mean leave out.",
        unit="share",
        ge=0.0,
        le=0.9,
    )
    promotion_threshold: float = setting(
        0.25,
        "Share of a promotion control's range above which a period counts as a promotion and is left out.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    exclude_unusual: bool = setting(
        True, "Whether periods that the trend scanner flagged as anomalies are left out."
    )
    minimum_periods: int = setting(
        26,
        "Fewest quiet periods to work with: where fewer remain, periods of high media, then of promotions, "
        "unusual ones and events are let in again.",
        unit="periods",
        ge=4,
        le=520,
    )
    media_effect_sd: float = setting(
        0.1,
        "How strongly media may enter the regression baseline: prior standard deviation of a channel's full "
        "response, as a share of the mean outcome.",
        unit="share of mean outcome",
        gt=0.0,
        le=2.0,
    )
    correlation_warning: float = setting(
        0.9, "Correlation of two channels above which a reader is warned.", ge=0.0, le=1.0
    )


class ChannelConstraintSettings(Settings):
    """How far one channel's budget may move, as factors of its present spend."""

    lower: float = setting(
        0.4, "Least budget, as a factor of the present spend.", unit="factor", ge=0.0, le=1.0
    )
    upper: float = setting(
        1.6, "Most budget, as a factor of the present spend.", unit="factor", ge=1.0, le=100.0
    )


class ConstraintSettings(Settings):
    """How far the budget of each channel may move at all (optimization.yaml); scenarios stay within."""

    default: ChannelConstraintSettings = setting(
        ChannelConstraintSettings(), "What holds for every channel that says nothing of its own."
    )
    channels: dict[str, ChannelConstraintSettings] = setting({}, "Factors by channel name.")


@dataclass(frozen=True, slots=True)
class BaselineAgent:
    """The third agent: baselines side by side, then priors and constraints, for a person to approve."""

    settings: BaselineSettings
    priors: PriorSettings
    constraints: ConstraintSettings

    name: ClassVar[StepName] = StepName.BASELINE
    requires: ClassVar[tuple[type, ...]] = (Panel, Segments, Trends)
    produces: ClassVar[type] = Baseline
    calculation_version: ClassVar[int] = 2

    def run(self, inputs: Inputs, rng: np.random.Generator) -> Baseline:
        """Return the baselines, the priors and the constraints; draws nothing.

        Raises
        ------
        SettingsError
            If priors, their experiments or constraints name a channel or unit that the data do not have, or
            a channel without spend that needs some.
        """
        segments, trends = inputs[Segments], inputs[Trends]
        experiments = stated_experiments(self.priors, inputs[Panel])
        panel = inputs[Panel].grouped(segments.segment_of, segments.labels)
        priors = resolved_priors(self.priors, panel)
        constraints = _constraints(self.constraints, panel)
        rules = QuietRules(
            high_media_share=self.settings.high_media_share,
            promotion_threshold=self.settings.promotion_threshold,
            exclude_unusual=self.settings.exclude_unusual,
            minimum_periods=self.settings.minimum_periods,
        )
        year = periods_per_year(panel.period_days)
        measured = []
        for unit, label in enumerate(panel.units):
            unusual = _unusual(trends, label, panel)
            quiet = quiet_periods(panel, unit, unusual, rules)
            usable = np.isfinite(panel.outcome[unit]) & ~(unusual & rules.exclude_unusual)
            found = levels(
                panel,
                unit,
                _shifts(trends, label, panel),
                priors,
                quiet=quiet.periods,
                usable=usable,
                media_effect_sd=self.settings.media_effect_sd,
            )
            measured.append(_Measured(label, panel.outcome[unit], quiet, found, year))
        days = panel.dates.astype("datetime64[s]")
        table = pd.concat([_level_rows(each) for each in measured], ignore_index=True)
        return Baseline(
            levels=table,
            series=pd.concat([_series(each, days) for each in measured], ignore_index=True),
            excluded=_excluded(measured, days),
            priors=priors,
            constraints=constraints,
            experiments=experiments,
            notes=(
                *_method_notes(panel),
                *_pause_note(measured),
                *(note for each in measured for note in _segment_notes(each, table, paid=bool(constraints))),
                *_prior_notes(priors, self.priors),
                *_experiment_note(calibrated(inputs[Panel], experiments)),
                *_constraint_notes(constraints),
                *channel_doubts(panel, self.settings.correlation_warning),
                *promotion_doubts(inputs[Panel]),
            ),
        )


@dataclass(frozen=True, slots=True)
class _Measured:
    label: str
    outcome: Array
    quiet: Quiet
    levels: Levels
    year: int

    @property
    def by_method(self) -> Mapping[str, Array]:
        return {method: getattr(self.levels, method) for method in METHODS}


def _constraints(settings: ConstraintSettings, panel: Panel) -> tuple[Constraint, ...]:
    """Return the constraint of every channel with spend, in the panel's order."""
    paid = [channel.name for channel in panel.channels if channel.paid]
    unknown = [name for name in settings.channels if name not in paid]
    if unknown:
        raise SettingsError(
            f"The constraints name {', '.join(map(repr, unknown))}, but the channels with spend are "
            f"{', '.join(paid) or 'none'}.",
            remedy="Correct the channel's name under `channels`, or leave it out.",
            code="MMX-A020",
            place="optimization.yaml: constraints.channels",
        )
    rows = []
    for name in paid:
        own = settings.channels.get(name)
        limits = own or settings.default
        origin = "default of optimization.yaml" if own is None else f"optimization.yaml, channel {name}"
        rows.append(Constraint(name, limits.lower, limits.upper, origin))
    return tuple(rows)


def _unusual(trends: Trends, label: str, panel: Panel) -> Array:
    flagged = trends.flagged_periods
    days = flagged.loc[(flagged["segment"] == label) & (flagged["kind"] == "anomaly"), "date"]
    return np.isin(panel.dates, days.to_numpy().astype("datetime64[D]"))


def _shifts(trends: Trends, label: str, panel: Panel) -> list[int]:
    flagged = trends.flagged_periods
    days = flagged.loc[(flagged["segment"] == label) & (flagged["kind"] == "level_shift"), "date"]
    shifts = np.flatnonzero(np.isin(panel.dates, days.to_numpy().astype("datetime64[D]")))
    return [int(period) for period in shifts]


def _level_rows(measured: _Measured) -> pd.DataFrame:
    year = measured.year
    recent = measured.outcome[-year:][np.isfinite(measured.outcome[-year:])]
    outcome = float(recent.mean()) if len(recent) else float("nan")
    means = {method: float(series[-year:].mean()) for method, series in measured.by_method.items()}
    values = np.array(list(means.values()))
    center = float(values.mean())
    quiet = int(measured.quiet.periods.sum())
    return pd.DataFrame(
        {
            "segment": measured.label,
            "method": list(means),
            "baseline": values,
            "share": values / outcome if outcome > 0.0 else np.nan,
            "periods_used": [quiet, quiet, measured.levels.regression_periods],
            "spread": float(np.ptp(values)) / center if center > 0.0 else np.nan,
        }
    )


def _series(measured: _Measured, days: Array) -> pd.DataFrame:
    return pd.DataFrame(
        {"segment": measured.label, "date": days, "outcome": measured.outcome, **measured.by_method}
    )


def _excluded(measured: Sequence[_Measured], days: Array) -> pd.DataFrame:
    rows = [
        (each.label, days[period], reason)
        for each in measured
        for period, reason in each.quiet.reasons.items()
    ]
    return pd.DataFrame(rows, columns=["segment", "date", "reason"]).astype({"date": "datetime64[s]"})


def _method_notes(panel: Panel) -> list[Note]:
    if not any(channel.paid for channel in panel.channels):
        return [Note("No channel has spend, so the baseline is the outcome without noise.")]
    return [
        Note(
            "Median and mean are those of quiet periods (no event, promotion, high media or unusual "
            "period), with trend and season taken out and put back, less what media still bring in them; "
            "the regression uses all regular periods and takes media out by the curves near those of the "
            "priors that fit best. They share its view of media, so their spread says how regular the quiet "
            "periods are, not how sure media's effect is. The model will replace them."
        )
    ]


def _pause_note(measured: Sequence[_Measured]) -> list[Note]:
    """Return a doubt where media never pause, so that no period shows the baseline as it is."""
    stills = {each.label: _still(each) for each in measured}
    busy = {label: share for label, share in stills.items() if share > WARNED_SHARE}
    if not busy:
        return []
    several = len(measured) > 1
    listed = ", ".join(
        f"{label if several else ''} {percent(share)}".strip() for label, share in busy.items()
    )
    return [
        Note(
            f"Media never really pause: even in quiet periods they are estimated to bring this much of "
            f"the outcome: {listed}. The baseline would be as much higher if they brought nothing then; a "
            f"pause or a lift test would tell.",
            verdict=Verdict.WARN,
        )
    ]


def _still(measured: _Measured) -> float:
    """Return what paid media bring in quiet periods as a share of the mean outcome."""
    known = measured.outcome[np.isfinite(measured.outcome)]
    mean = float(known.mean()) if len(known) else 0.0
    return measured.levels.quiet_media / mean if mean > 0.0 else 0.0


def _segment_notes(measured: _Measured, table: pd.DataFrame, *, paid: bool) -> list[Note]:
    own = table[table["segment"] == measured.label].set_index("method")
    shares = [float(share) for share in own.loc[list(METHODS), "share"].to_numpy(np.float64)]
    spread = float(table.loc[table["segment"] == measured.label, "spread"].to_numpy(np.float64)[0])
    wide = not spread <= WARNED_SHARE
    label = measured.label
    quiet = int(measured.quiet.periods.sum())
    notes = [
        Note(
            f"{label}: without paid media {percent(shares[2])} of the last year's outcome would remain by "
            f"regression, {percent(shares[0])} by the median and {percent(shares[1])} by the mean of {quiet} "
            f"quiet periods, in which media still bring about {percent(_still(measured))} of the outcome"
            + (f"; the methods differ by {percent(spread)}, so the baseline is not sure." if wide else "."),
            label,
            Verdict.WARN if wide else Verdict.PASS,
        )
    ]
    notes = _gap_notes(measured, notes)
    if not measured.levels.media_told and paid:
        notes.append(
            Note(
                f"{label}: no effect of media could be told, so the baseline still holds what they bring.",
                label,
                Verdict.WARN,
            )
        )
    if measured.quiet.given_up:
        notes.append(
            Note(
                f"{label}: too few quiet periods remained, so these were let in again: "
                f"{', '.join(measured.quiet.given_up)}.",
                label,
                Verdict.WARN,
            )
        )
    if np.isfinite(shares[0]) and not 0.0 < min(shares) <= max(shares) <= 1.1:
        notes.append(
            Note(
                f"{label}: a baseline below nothing or well above the outcome is not plausible; check the "
                f"segment's sales and media.",
                label,
                Verdict.WARN,
            )
        )
    return notes


def _gap_notes(measured: _Measured, notes: list[Note]) -> list[Note]:
    """Return the notes of one segment with those on missing sales, which may leave no share to tell."""
    label, length = measured.label, len(measured.outcome)
    missing = ~np.isfinite(measured.outcome)
    if missing[-measured.year :].all():
        text = (
            f"{label}: no sales were recorded in the last year, so no share of them can be told; the "
            f"baseline continues the trend and season of before."
        )
        notes = [Note(text, label, Verdict.WARN)]
    if missing.sum() > WARNED_SHARE * length:
        text = (
            f"{label}: {int(missing.sum())} of {length} periods have no sales; the baseline there is that of "
            f"trend, season and known drivers."
        )
        notes = [*notes, Note(text, label, Verdict.WARN)]
    return notes


def _prior_notes(priors: Sequence[ChannelPrior], settings: PriorSettings) -> list[Note]:
    weak = [each.channel for each in priors if each.effect.origin.startswith(WEAK_DEFAULT)]
    notes = []
    if weak:
        notes.append(
            Note(f"Nothing was stated of what {', '.join(weak)} bring: the data decide, from a weak default.")
        )
    stated = [each.channel for each in priors if each.channel in settings.channels]
    if stated:
        notes.append(Note(f"Priors of their own in priors.yaml: {', '.join(stated)}."))
    return notes


def _experiment_note(panel: Panel) -> list[Note]:
    """Return which experiments will calibrate the model, and what each of them read."""
    if not panel.experiments:
        return []
    said = [in_words(each) for each in panel.experiments[:MOST_EXPERIMENTS]]
    more = len(panel.experiments) - len(said)
    rest = f"; and {more} more" if more else ""
    return [Note(f"Experiments that will calibrate the model: {'; '.join(said)}{rest}.")]


def _constraint_notes(constraints: Sequence[Constraint]) -> list[Note]:
    """Return what the constraints mean, a sentence for each pair of limits."""
    if not constraints:
        return []
    channels: dict[tuple[float, float], list[str]] = {}
    for each in constraints:
        channels.setdefault((each.lower_factor, each.upper_factor), []).append(each.channel)
    limits = "; ".join(
        f"{', '.join(names) if len(channels) > 1 else 'every channel'} between {lower:.0%} and {upper:.0%}"
        for (lower, upper), names in channels.items()
    )
    return [
        Note(
            f"No plan may leave these limits of a channel's present spend: {limits}. A scenario may keep "
            f"closer to the present, but never goes beyond."
        )
    ]
