"""Guardrails of data quality: length, gaps in the outcome, variation of media."""

import numpy as np
from pydantic import model_validator

from mmxlib.artifacts.diagnostics import Check
from mmxlib.artifacts.note import percent
from mmxlib.artifacts.panel import Panel
from mmxlib.evaluation.checks import at_least, at_most, require_order, telling
from mmxlib.settings import Settings, setting


class DataQualityLimits(Settings):
    """What the data must offer before a model of them can be believed."""

    periods_warn: int = setting(
        104,
        "Fewer periods than this give a warning: a season seen once cannot be told from chance.",
        unit="periods",
        ge=1,
    )
    periods_fail: int = setting(26, "Fewer periods than this fail.", unit="periods", ge=1)
    zero_share_warn: float = setting(
        0.1,
        "Share of periods without any outcome, by unit, above which there is a warning.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    zero_share_fail: float = setting(
        0.5,
        "Share of periods without any outcome, by unit, above which the data fail.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    spend_variation: float = setting(
        0.1,
        "Standard deviation of a channel's media over its mean below which there is a warning.",
        unit="share",
        ge=0.0,
    )
    active_periods: int = setting(
        8, "Periods in which a channel must be on air; fewer give a warning.", unit="periods", ge=1
    )

    @model_validator(mode="after")
    def _ordered(self) -> "DataQualityLimits":
        require_order("periods_fail", self.periods_fail, "periods_warn", self.periods_warn)
        require_order("zero_share_warn", self.zero_share_warn, "zero_share_fail", self.zero_share_fail)
        return self


def data_checks(panel: Panel, limits: DataQualityLimits) -> list[Check]:
    """Return the checks of ``panel``; of units and channels those in trouble, or the one nearest to it."""
    return [
        _history(panel, limits),
        *_zeros(panel, limits),
        *_variation(panel, limits.spend_variation),
        *_active(panel, limits.active_periods),
    ]


def _history(panel: Panel, limits: DataQualityLimits) -> Check:
    periods = len(panel.dates)
    years = periods * panel.period_days / 365.25
    return at_least(
        "history",
        periods,
        warn=limits.periods_warn,
        fail=limits.periods_fail,
        meaning=f"The data have {periods} periods, {years:.1f} years.",
        remedy="Add earlier data; two full years or more let the season be told from media.",
    )


def _zeros(panel: Panel, limits: DataQualityLimits) -> list[Check]:
    shares = [float(share) for share in (panel.outcome == 0.0).mean(axis=1)]
    checks = [
        at_most(
            "zero_outcome",
            share,
            warn=limits.zero_share_warn,
            fail=limits.zero_share_fail,
            form="%",
            about=unit,
            meaning=f"{percent(share)} of the periods of {panel.unit_word} {unit} have no outcome at all.",
            remedy="Check whether sales are missing rather than zero, or join it with a larger one.",
        )
        for unit, share in zip(panel.units, shares, strict=True)
    ]
    return telling(checks, distance=shares)


def _variation(panel: Panel, limit: float) -> list[Check]:
    """Return the check that each channel's media move; one that is never on is left to `_active`."""
    total = panel.exposure.sum(axis=0)
    checks = []
    for index, name in enumerate(panel.channel_names):
        mean = float(total[:, index].mean())
        if mean <= 0.0:
            continue
        variation = float(total[:, index].std()) / mean
        checks.append(
            at_least(
                "media_variation",
                variation,
                warn=limit,
                form="%",
                about=name,
                meaning=f"The media of {name} move by {percent(variation)} of their mean from period to "
                "period.",
                remedy="What never moves looks like the baseline: vary the spend or run a lift test.",
            )
        )
    return telling(checks, distance=[-check.value for check in checks])


def _active(panel: Panel, limit: int) -> list[Check]:
    counts = (panel.exposure > 0.0).any(axis=0).sum(axis=0)
    checks = [
        at_least(
            "active_periods",
            int(count),
            warn=limit,
            about=name,
            meaning=f"{name} was on air in {count} of {len(panel.dates)} periods.",
            remedy="Too few periods to learn from: state a prior, or join the channel with a similar one.",
        )
        for name, count in zip(panel.channel_names, counts, strict=True)
    ]
    return telling(checks, distance=[-float(np.float64(count)) for count in counts])
