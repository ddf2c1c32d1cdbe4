"""What the sampler's chains say about a fit: whether they agree, what draws are worth, where steps fail."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmxlib.artifacts.diagnostics import Check
from mmxlib.artifacts.response import Response, Sampler
from mmxlib.evaluation.checks import at_least, at_most, telling
from mmxlib.evaluation.diagnostic_settings import DiagnosticSettings


def sampler_checks(response: Response, settings: DiagnosticSettings) -> list[Check]:
    """Return the checks of R-hat, effective draws and divergences; none where nothing was sampled.

    Each channel is judged by the worst of its parameters; of each kind only the channels that do not pass are
    kept, or else the one nearest to its limit.
    """
    sampler = response.sampler
    if sampler is None or sampler.checks.empty:
        return []
    return [
        *_agreement(sampler, response.panel.channel_names, settings.highest_r_hat),
        *_effective_draws(sampler, response.panel.channel_names, settings.least_effective_draws),
        _divergences(sampler, settings.largest_divergence_share),
    ]


def _agreement(sampler: Sampler, channels: Sequence[str], limit: float) -> list[Check]:
    checks = [
        at_most(
            "r_hat",
            worst.value,
            warn=limit,
            about=worst.channel,
            meaning=f"How far the {sampler.chains} chains differ on the {worst.parameter} of "
            f"{worst.channel}, the worst of its parameters; 1 says that they agree.",
            remedy="Raise tune and samples, or state narrower priors for the channel: the chains may not "
            "have seen every explanation.",
        )
        for worst in _by_channel(sampler.checks, channels, "r_hat", largest=True)
    ]
    return telling(checks, distance=[check.value for check in checks])


def _effective_draws(sampler: Sampler, channels: Sequence[str], per_chain: float) -> list[Check]:
    checks = [
        at_least(
            "effective_draws",
            worst.value,
            warn=per_chain * sampler.chains,
            about=worst.channel,
            meaning=f"So many independent draws are the {sampler.chains * sampler.samples:,} draws of the "
            f"{worst.parameter} of {worst.channel} worth, the fewest of its parameters.",
            remedy="Raise samples: the ends of intervals are rough.",
        )
        for worst in _by_channel(sampler.checks, channels, "effective_draws", largest=False)
    ]
    return telling(checks, distance=[-check.value for check in checks])


def _divergences(sampler: Sampler, limit: float) -> Check:
    total = sampler.chains * sampler.samples
    return at_most(
        "divergences",
        sampler.divergences / total,
        warn=limit,
        form="%",
        meaning=f"Share of the sampler's steps that failed to follow the model: {sampler.divergences:,} of "
        f"{total:,}.",
        remedy="State narrower priors where the data say little: intervals may miss what lies in a corner.",
    )


@dataclass(frozen=True, slots=True)
class _Worst:
    """A channel's parameter with the worst value of a measure."""

    channel: str
    parameter: str
    value: float


def _by_channel(
    checks: pd.DataFrame, channels: Sequence[str], measure: str, *, largest: bool
) -> list[_Worst]:
    """Return the worst parameter of every channel that was sampled, in the channels' order."""
    found = []
    for channel in channels:
        own = checks[checks["channel"] == channel]
        if own.empty:
            continue
        values = own[measure].to_numpy(np.float64)
        at = int(values.argmax() if largest else values.argmin())
        parameter, unit = str(own["parameter"].iloc[at]), str(own["unit"].iloc[at])
        where = f" in {unit}" if unit else ""
        found.append(_Worst(channel, parameter.replace("_", "-") + where, float(values[at])))
    return found
