"""From what a person states to the distribution of every parameter."""

from typing import Any

import numpy as np

from mmxlib.artifacts.baseline import UNTIMED, ChannelPrior, Prior
from mmxlib.artifacts.panel import Channel, Panel
from mmxlib.errors import SettingsError
from mmxlib.maths.adstocks.family import Adstock
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.arrays import Vector
from mmxlib.maths.parameter import Parameter
from mmxlib.maths.saturations.registry import SATURATIONS
from mmxlib.model.channel_types import channel_type
from mmxlib.model.settings import (
    MEANT_FOR,
    ChannelPriorSettings,
    HalfLife,
    MeanSd,
    PriorSettings,
    Range90,
)
from mmxlib.terms import AdstockFamily, EffectScale, PriorFamily, SaturationFamily

Z90 = 1.6448536269514722
"""The standard normal quantile that leaves 5 % above it."""

DEFAULT_MEDIA_SHARE = 0.15
DEFAULT_SHARE_SPREAD = 0.9
"""What nobody stated: media together bring a seventh of the outcome, each paid channel by the root of its
spend, give or take a factor of four. One return for all (in proportion to spend) fails where a small spend
pays well, and equal contributions (whatever the spend) where a large one does: the root is between them. On
seven kinds of simulated truth the error of totals is a third below that of a half-normal effect, and a fifth
below that of one return for all."""
WEAK_DEFAULT = "weak default"
"""How the origin of a prior begins that nobody stated."""


def resolved_priors(settings: PriorSettings, panel: Panel) -> tuple[ChannelPrior, ...]:
    """Return the prior of every channel of ``panel``, each with its origin in words.

    Raises
    ------
    SettingsError
        If the settings name a channel that the panel does not have, or a ROI for a channel without spend.
    """
    unknown = [name for name in settings.channels if name not in panel.channel_names]
    if unknown:
        raise SettingsError(
            f"The priors name {', '.join(map(repr, unknown))}, but the data have the channels "
            f"{', '.join(panel.channel_names)}.",
            remedy="Correct the channel's name under `channels`.",
            code="MMX-S020",
            place="priors.yaml",
        )
    shares = _default_shares(panel)
    return tuple(
        _channel_prior(channel, settings, float(share))
        for channel, share in zip(panel.channels, shares, strict=True)
    )


def _default_shares(panel: Panel) -> Vector:
    """Return each channel's prior share of the outcome, shape (channel,).

    Paid channels divide their part by the root of their spend, organic ones theirs evenly; a paid channel
    without any spend counts like an organic one.
    """
    spend = np.sqrt(panel.total_spend())
    count = max(len(spend), 1)
    active = spend > 0.0
    even = DEFAULT_MEDIA_SHARE / count
    proportional: Vector = np.where(
        active, even * active.sum() * spend / max(float(spend.sum()), 1e-300), even
    )
    return proportional


def _channel_prior(channel: Channel, settings: PriorSettings, default_share: float) -> ChannelPrior:
    own = settings.channels.get(channel.name)
    stated = settings.default if own is None else _filled(own, settings.default)
    origin = "default of priors.yaml" if own is None else f"priors.yaml, channel {channel.name}"
    adstock = stated.adstock or AdstockFamily.GEOMETRIC
    saturation = stated.saturation or SaturationFamily.HILL
    carryover, curve = ADSTOCKS[adstock], SATURATIONS[saturation]
    timing = _timing(stated, carryover, origin)
    if own is not None and own.roi is not None and not channel.paid:
        raise SettingsError(
            f"{channel.name} has exposure but no spend, so it has no ROI.",
            remedy="State contribution_share instead of roi.",
            code="MMX-S021",
            place=f"priors.yaml: channels.{channel.name}.roi",
        )
    effect, scale = _effect(stated, channel, default_share, origin)
    return ChannelPrior(
        channel=channel.name,
        adstock=adstock,
        saturation=saturation,
        retention=_retention(stated, channel.name, carryover, timing.center, origin),
        half_saturation=_log_normal(stated.half_saturation, curve.half_saturation, origin),
        shape=_log_normal(stated.shape, curve.shape, origin),
        effect=effect,
        effect_scale=scale,
        timing=timing,
    )


def _filled(own: ChannelPriorSettings, default: ChannelPriorSettings) -> ChannelPriorSettings:
    """Return the channel's own statements, with the default's where it says nothing."""
    said = _stated(own)
    silent = {name: value for name, value in _stated(default).items() if name not in said}
    for pair in (("half_life", "retention"), ("roi", "contribution_share", "effect_sd")):
        if any(name in said for name in pair):
            silent = {name: value for name, value in silent.items() if name not in pair}
    for name, (kind, families) in MEANT_FOR.items():  # the default's family may be another than the channel's
        if said.get(kind, families[0]) not in families:
            silent.pop(name, None)
    return ChannelPriorSettings(**silent, **said)


def _stated(settings: ChannelPriorSettings) -> dict[str, Any]:
    """Return what is said: null says nothing, so that settings mean the same once written out in full."""
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    return {name: value for name, value in values.items() if value is not None}


def _retention(
    stated: ChannelPriorSettings, name: str, carryover: Adstock, timing: float, origin: str
) -> Prior:
    """Return the prior of retention; half-lives are those at the center of the timing's prior."""
    default = carryover.retention
    lower, upper = default.lower, default.upper

    def kept(half_life: float) -> float:
        return _kept(half_life, name, carryover, timing)

    if isinstance(stated.half_life, HalfLife):
        said = stated.half_life
        lower, mean, upper = (kept(each) for each in (said.low, said.mean, said.high))
        sd = 0.25 * (upper - lower)  # the bounds are about two sds away
        origin = f"{origin}: half-life {said.mean:g}, within {said.low:g} and {said.high:g}"
    elif stated.half_life is not None:
        mean, sd = kept(stated.half_life), 0.1
        origin = f"{origin}: half-life {stated.half_life:g}"
    elif stated.retention is not None:
        mean, sd = stated.retention.mean, stated.retention.sd
    else:
        known = channel_type(name)
        mean, sd = (default.center, default.spread) if known is None else (known.mean, known.sd)
        origin = WEAK_DEFAULT if known is None else f"{WEAK_DEFAULT} for {known.word}"
    sd = min(sd, 0.9 * float(np.sqrt(mean * (1.0 - mean))))  # a Beta's sd is bounded by its mean
    return Prior(PriorFamily.BETA, mean, sd, lower, upper, origin)


def _kept(half_life: float, name: str, carryover: Adstock, timing: float) -> float:
    """Return the retention of a half-life that the family can have."""
    found, most = carryover.retention_of(half_life, timing), carryover.retention.upper
    if found > most:
        longest = carryover.half_life(most, timing)
        raise SettingsError(
            f"{name}: a half-life of {half_life:g} periods is longer than its adstock allows: at most "
            f"{longest:.1f} periods.",
            remedy="State a shorter one, or another adstock.",
            code="MMX-S027",
            place=f"priors.yaml: channels.{name}.half_life",
        )
    return found


def _timing(stated: ChannelPriorSettings, carryover: Adstock, origin: str) -> Prior:
    if carryover.timing.held:
        return UNTIMED
    return _log_normal(getattr(stated, carryover.timing_word), carryover.timing, origin)


def _log_normal(stated: MeanSd | None, default: Parameter, origin: str) -> Prior:
    bounds = default.lower, default.upper
    if stated is None:
        return Prior(PriorFamily.LOG_NORMAL, default.center, default.spread, *bounds, WEAK_DEFAULT)
    return Prior(PriorFamily.LOG_NORMAL, *_median_and_log_sd(stated), *bounds, origin)


def _effect(
    stated: ChannelPriorSettings, channel: Channel, default_share: float, origin: str
) -> tuple[Prior, EffectScale]:
    beliefs = [(stated.contribution_share, EffectScale.CONTRIBUTION_SHARE)]
    if channel.paid:  # a ROI stated for all channels says nothing of those without spend
        beliefs.append((stated.roi, EffectScale.ROI))
    for belief, scale in beliefs:
        if belief is not None:
            return Prior(PriorFamily.LOG_NORMAL, *_median_and_log_sd(belief), 0.0, np.inf, origin), scale
    if stated.effect_sd is not None:
        return Prior(PriorFamily.HALF_NORMAL, 0.0, stated.effect_sd, 0.0, np.inf, origin), EffectScale.EFFECT
    weak = f"{WEAK_DEFAULT}: by the root of spend" if channel.paid else WEAK_DEFAULT
    prior = Prior(PriorFamily.LOG_NORMAL, default_share, DEFAULT_SHARE_SPREAD, 0.0, np.inf, weak)
    return prior, EffectScale.CONTRIBUTION_SHARE


def _median_and_log_sd(belief: MeanSd | Range90) -> tuple[float, float]:
    """Return a log-normal's median and log-sd from its mean and sd, or from its 90 % range."""
    if isinstance(belief, Range90):
        return float(np.sqrt(belief.low * belief.high)), float(np.log(belief.high / belief.low) / (2.0 * Z90))
    variance = float(np.log1p((belief.sd / belief.mean) ** 2))
    return belief.mean * float(np.exp(-0.5 * variance)), float(np.sqrt(variance))
