"""Guardrails of business sense: the baseline's share, believable returns, no channel that takes all."""

import numpy as np
import pandas as pd
from pydantic import model_validator

from mmxlib.artifacts.diagnostics import Check
from mmxlib.artifacts.note import percent
from mmxlib.artifacts.panel import Panel
from mmxlib.evaluation.checks import at_least, at_most, require_order, telling
from mmxlib.evaluation.mean_fit import MeanFit
from mmxlib.maths.arrays import Array
from mmxlib.settings import Settings, setting
from mmxlib.terms import Verdict


class BusinessSenseLimits(Settings):
    """What nobody who knows the business would believe."""

    baseline_share_fail: float = setting(
        0.05,
        "Share of the outcome without paid media below which the model fails.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    baseline_share_low: float = setting(
        0.25,
        "Share of the outcome without paid media below which there is a warning.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    baseline_share_high: float = setting(
        0.99,
        "Share of the outcome without paid media above which there is a warning: media bring nothing.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    negative_baseline_warn: float = setting(
        0.01,
        "Share of periods with a baseline below zero above which there is a warning.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    negative_baseline_fail: float = setting(
        0.1,
        "Share of periods with a baseline below zero above which the model fails.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    roi_warn: float = setting(
        10.0, "ROI of a channel above which there is a warning.", unit="money per money", gt=0.0
    )
    roi_fail: float = setting(
        20.0,
        "The model fails when even the lower end of a channel's ROI interval lies above this.",
        unit="money per money",
        gt=0.0,
    )
    roi_nothing: float = setting(
        0.05,
        "There is a warning when even the upper end of a channel's ROI interval lies below this.",
        unit="money per money",
        ge=0.0,
    )
    channel_share_warn: float = setting(
        0.35,
        "Share of the outcome that one channel brings above which there is a warning.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    channel_share_fail: float = setting(
        0.6,
        "Share of the outcome that one channel brings above which the model fails.",
        unit="share",
        ge=0.0,
        le=1.0,
    )

    @model_validator(mode="after")
    def _ordered(self) -> "BusinessSenseLimits":
        require_order(
            "baseline_share_fail", self.baseline_share_fail, "baseline_share_low", self.baseline_share_low
        )
        require_order(
            "baseline_share_low", self.baseline_share_low, "baseline_share_high", self.baseline_share_high
        )
        require_order(
            "negative_baseline_warn",
            self.negative_baseline_warn,
            "negative_baseline_fail",
            self.negative_baseline_fail,
        )
        require_order("roi_warn", self.roi_warn, "roi_fail", self.roi_fail)
        require_order(
            "channel_share_warn", self.channel_share_warn, "channel_share_fail", self.channel_share_fail
        )
        return self


def business_checks(
    panel: Panel, fit: MeanFit, *, summary: pd.DataFrame, limits: BusinessSenseLimits
) -> list[Check]:
    """Return the checks of baseline, returns and shares; a model without channels has only the baseline's.

    ``summary`` is the model's channel summary.
    """
    return [
        *_baseline(fit, np.array([channel.paid for channel in panel.channels], dtype=bool), limits),
        *_believable_roi(summary, limits),
        *_no_return(summary, limits.roi_nothing),
        *_channel_share(fit, summary, limits),
    ]


def _baseline(fit: MeanFit, paid: Array, limits: BusinessSenseLimits) -> list[Check]:
    """Return the checks of the outcome with no paid media: the base and what organic channels bring."""
    total = float(fit.actual.sum())
    baseline = fit.base + fit.media[:, :, ~paid].sum(axis=2)
    checks: list[Check] = []
    if total > 0.0 and paid.any():
        checks.append(_baseline_share(float(baseline.sum()) / total, limits))
    below = float((baseline < 0.0).mean())
    checks.append(
        at_most(
            "negative_baseline",
            below,
            warn=limits.negative_baseline_warn,
            fail=limits.negative_baseline_fail,
            form="%",
            meaning=f"In {percent(below)} of the periods the baseline lies below zero, as if sales without "
            "paid media were negative.",
            remedy="Media take credit that belongs to something else: state priors for the channels, or add "
            "the missing driver.",
        )
    )
    return checks


def _baseline_share(share: float, limits: BusinessSenseLimits) -> Check:
    low, high, fail = limits.baseline_share_low, limits.baseline_share_high, limits.baseline_share_fail
    failed = share < fail
    passed = low <= share <= high
    return Check(
        name="baseline_share",
        about="",
        value=share,
        threshold=f"{percent(low)} to {percent(high)} (fails below {percent(fail)})",
        verdict=Verdict.FAIL if failed else Verdict.PASS if passed else Verdict.WARN,
        meaning=f"{percent(share)} of the outcome would come without paid media.",
        remedy="Media take too much credit: state priors for the channels or add missing drivers."
        if share < low
        else "Media seem to bring nothing: check that spend and sales are of the same periods and places.",
    )


def _believable_roi(summary: pd.DataFrame, limits: BusinessSenseLimits) -> list[Check]:
    """Return the check of high returns: a warning by the mean, a fail only by the whole interval.

    A channel with little spend has a wide interval; its mean alone proves nothing.
    """
    checks, distances = [], []
    for channel, mean, lower, upper in _returns(summary):
        verdict = Verdict.PASS if mean <= limits.roi_warn else Verdict.WARN
        checks.append(
            Check(
                name="believable_roi",
                about=channel,
                value=mean,
                threshold=f"<= {limits.roi_warn:g} (fails if the interval lies above {limits.roi_fail:g})",
                verdict=Verdict.FAIL if lower > limits.roi_fail else verdict,
                meaning=f"Money spent on {channel} comes back {mean:.2f} times ({lower:.2f} to {upper:.2f}).",
                remedy="Check that spend and sales are in one currency and none of them in thousands; if so, "
                "state a prior ROI or run a lift test.",
            )
        )
        distances.append(mean)
    return telling(checks, distance=distances)


def _no_return(summary: pd.DataFrame, limit: float) -> list[Check]:
    checks = [
        at_least(
            "no_return",
            upper,
            warn=limit,
            about=channel,
            meaning=f"The ROI of {channel} is at most {upper:.2f}.",
            remedy="Check that the channel's spend is right; if it is, it earns next to nothing.",
        )
        for channel, _, _, upper in _returns(summary)
    ]
    return telling(checks, distance=[-check.value for check in checks])


def _returns(summary: pd.DataFrame) -> list[tuple[str, float, float, float]]:
    """Return channel, ROI and its interval of every channel that has them: paid, with a value in money."""
    columns = (summary[name].tolist() for name in ("channel", "roi", "roi_lower", "roi_upper"))
    rows = zip(*columns, strict=True)
    return [
        (str(channel), float(mean), float(lower), float(upper))
        for channel, mean, lower, upper in rows
        if np.all(np.isfinite([mean, lower, upper]))
    ]


def _channel_share(fit: MeanFit, summary: pd.DataFrame, limits: BusinessSenseLimits) -> list[Check]:
    total = float(fit.actual.sum())
    if total <= 0.0:
        return []
    shares = fit.media.sum(axis=(0, 1)) / total
    checks = [
        at_most(
            "channel_share",
            float(share),
            warn=limits.channel_share_warn,
            fail=limits.channel_share_fail,
            form="%",
            about=str(channel),
            meaning=f"{channel} alone is said to bring {percent(share)} of the outcome.",
            remedy="The channel may take credit that is the season's: state a prior or run a lift test.",
        )
        for channel, share in zip(summary["channel"], shares, strict=True)
    ]
    return telling(checks, distance=[check.value for check in checks])
