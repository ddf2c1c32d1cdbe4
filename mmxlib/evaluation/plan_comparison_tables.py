"""Plan versus actual as tables: the four parts, by unit and period, by channel, the base's own parts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Panel
from mmxlib.evaluation.draw_pairs import draw_pairs
from mmxlib.evaluation.plan_periods import PlanPeriods
from mmxlib.evaluation.plan_views import BASE_PARTS, ViewAfter, ViewBefore
from mmxlib.maths.arrays import Array, Indices, Matrix, Vector
from mmxlib.model.returns import interval


@dataclass(frozen=True, eq=False)
class Pairs:
    """Which old draw meets which new one, (2, pair) each: by all media and by each channel's own."""

    whole: Indices
    by_channel: tuple[Indices, ...]


def paired(old: Matrix, new: Matrix, agreement: float, *, rng: np.random.Generator) -> Pairs:
    """Return the pairs by what media brought in the same history, (draw, channel): see `draw_pairs`."""
    return Pairs(
        draw_pairs(old.sum(axis=1), new.sum(axis=1), agreement, rng=rng),
        tuple(draw_pairs(old[:, c], new[:, c], agreement, rng=rng) for c in range(old.shape[1])),
    )


@dataclass(frozen=True, eq=False)
class Compared:
    """Both models' views of the covered periods."""

    before: ViewBefore
    after: ViewAfter
    pairs: Pairs
    since: PlanPeriods
    future: Panel
    level: float

    @property
    def actual(self) -> Matrix:
        """What came, (unit, period)."""
        return self.since.panel.outcome[:, self.since.first : self.since.last]

    def within_old(self, change: Vector | Matrix) -> tuple[Array, Array, Array]:
        """Return mean and interval of what the old draws alone say."""
        return interval(change, self.level)

    def new_less_old(
        self, new: Vector | Matrix, old: Vector | Matrix, pairs: Indices | None = None
    ) -> tuple[Array, Array, Array]:
        """Return mean and interval of a difference; the mean is that of all draws, paired or not.

        ``pairs`` are those of all media if None.
        """
        mean = new.mean(axis=0) - old.mean(axis=0)
        chosen = self.pairs.whole if pairs is None else pairs
        apart = new[chosen[1]] - old[chosen[0]]
        _, lower, upper = interval(apart - apart.mean(axis=0) + mean, self.level)
        return mean, lower, upper

    def media_and_base(self) -> tuple[Array, Array, Array]:
        """Return mean and interval of base and effectiveness together."""
        new = self.after.base_parts.sum(axis=1) + self.after.by_channel.sum(axis=1)
        old = self.before.base_parts.sum(axis=1) + self.before.by_channel_actual.sum(axis=1)
        return self.new_less_old(new, old)


def parts_table(compared: Compared, planned: float) -> pd.DataFrame:
    """Return a row for each of the four parts: see `PlanComparison`; ``planned`` is the planned outcome."""
    before, after = compared.before, compared.after
    new_base, new_media = after.base_parts.sum(axis=1), after.by_channel.sum(axis=1)
    old_actual = before.by_channel_actual.sum(axis=1)
    rows = {
        "base": compared.new_less_old(new_base, before.base_parts.sum(axis=1)),
        "spend": compared.within_old(old_actual - before.by_channel.sum(axis=1)),
        "effectiveness": compared.new_less_old(new_media, old_actual),
        "noise": interval(float(compared.actual.sum()) - new_base - new_media, compared.level),
    }
    mean, lower, upper = (np.array([float(each[k]) for each in rows.values()]) for k in range(3))
    return pd.DataFrame(
        {
            "part": list(rows),
            "mean": mean,
            "lower": lower,
            "upper": upper,
            "share": mean / planned,
            "certain": (lower > 0.0) | (upper < 0.0),
        }
    )


def by_period_table(compared: Compared) -> pd.DataFrame:
    """Return a row per date and unit with the four parts' means."""
    before, after, since = compared.before, compared.after, compared.since
    units = since.panel.units
    columns = {
        "planned": before.base + before.media,
        "actual": compared.actual,
        "base": after.base - before.base,
        "spend": before.media_actual - before.media,
        "effectiveness": after.media - before.media_actual,
        "noise": compared.actual - after.base - after.media,
    }
    return pd.DataFrame(
        {
            "date": np.repeat(since.dates, len(units)),
            "unit": np.tile(np.array(units, dtype=object), since.periods),
            **{name: values.T.ravel() for name, values in columns.items()},
        }
    )


def channels_table(compared: Compared) -> pd.DataFrame:
    """Return a row per channel: spend and outcome, planned and actual, and what lies between."""
    before, after, since = compared.before, compared.after, compared.since
    paid = np.array([channel.paid for channel in since.panel.channels], dtype=bool)
    money = since.panel.money_per_outcome
    planned_spend = np.where(paid, compared.future.total_spend(), np.nan)
    actual_spend = np.where(paid, since.panel.total_spend(since.first, since.last), np.nan)
    spend = compared.within_old(before.by_channel_actual - before.by_channel)
    by_money = (before.by_channel_at_cost - before.by_channel).mean(axis=0)
    effects = [
        compared.new_less_old(after.by_channel[:, c], before.by_channel_actual[:, c], pairs)
        for c, pairs in enumerate(compared.pairs.by_channel)
    ]
    mean, lower, upper = (np.array([float(each[k]) for each in effects]) for k in range(3))
    return pd.DataFrame(
        {
            "channel": list(since.panel.channel_names),
            "planned_spend": planned_spend,
            "actual_spend": actual_spend,
            "planned_outcome": before.by_channel.mean(axis=0),
            "spend_effect": spend[0],
            "spend_effect_lower": spend[1],
            "spend_effect_upper": spend[2],
            "money_effect": np.where(paid, by_money, np.nan),
            "cost_effect": np.where(paid, spend[0] - by_money, np.nan),
            "effectiveness": mean,
            "effectiveness_lower": lower,
            "effectiveness_upper": upper,
            "actual_outcome": after.by_channel.mean(axis=0),
            "planned_roi": _ratio(before.caused.mean(axis=0) * money, planned_spend),
            "actual_roi": _ratio(after.caused.mean(axis=0) * money, actual_spend),
        }
    )


def base_table(compared: Compared) -> pd.DataFrame:
    """Return a row per part of the base, planned and actual."""
    before, after = compared.before.base_parts, compared.after.base_parts
    mean, lower, upper = compared.new_less_old(after, before)
    return pd.DataFrame(
        {
            "part": [name for name, _ in BASE_PARTS],
            "planned": before.mean(axis=0),
            "actual": after.mean(axis=0),
            "mean": mean,
            "lower": lower,
            "upper": upper,
        }
    )


def _ratio(part: Vector, whole: Vector) -> Vector:
    """Return the ratio, missing where there is nothing to divide by."""
    ratio: Vector = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0.0)
    return ratio
