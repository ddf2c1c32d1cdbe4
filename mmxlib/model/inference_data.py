"""A model's draws in the form that ArviZ plots and summarizes."""

from types import ModuleType
from typing import Any

import numpy as np

from mmxlib.artifacts.response import Response
from mmxlib.errors import ModelError
from mmxlib.maths.arrays import Array
from mmxlib.model.decomposition import media_totals
from mmxlib.model.prediction import predictive_draws
from mmxlib.model.returns import window_returns
from mmxlib.terms import Method

DIMENSIONS = {
    "retention": ("channel",),
    "timing": ("channel",),
    "half_saturation": ("channel",),
    "shape": ("channel",),
    "effect": ("unit", "channel"),
    "base": ("unit", "column"),
    "noise_sd": ("unit",),
    "contribution": ("unit", "channel"),
    "roi": ("channel",),
    "outcome": ("unit", "date"),
    "exposure": ("unit", "date", "channel"),
    "spend": ("unit", "date", "channel"),
    "exposure_scale": ("unit", "channel"),
    "outcome_scale": ("unit",),
    "autocorrelation": ("unit",),
}
"""Of every variable, behind chain and draw where it has them."""


def inference_data(response: Response, rng: np.random.Generator) -> Any:
    """Return the draws as an ``arviz.InferenceData``: see `Model.to_inference_data`.

    Raises
    ------
    ModelError
        If ArviZ is not installed.
    """
    arviz = _arviz()
    panel = response.panel
    chains, places = _order(response)

    def by_chain(values: Array) -> Array:
        return values.reshape(chains, len(places), *values.shape[1:])

    drawn = {
        "posterior": _posterior(response),
        "posterior_predictive": {"outcome": predictive_draws(response, rng)},
        "sample_stats": _statistics(response),
    }
    groups = {
        group: {name: by_chain(each) for name, each in values.items()}
        for group, values in drawn.items()
        if values
    }
    groups["observed_data"] = {"outcome": panel.outcome}
    groups["constant_data"] = {
        "exposure": panel.exposure,
        "spend": panel.spend,
        "exposure_scale": response.exposure_scale,
        "outcome_scale": response.outcome_scale,
        "autocorrelation": response.autocorrelation,
    }
    made = arviz.from_dict(
        **groups,
        dims={name: list(axes) for name, axes in DIMENSIONS.items()},
        coords={
            "chain": np.arange(chains),
            "draw": places,
            "unit": list(panel.units),
            "channel": list(panel.channel_names),
            "column": list(response.base.columns),
            "date": panel.dates.astype("datetime64[ns]"),
        },
    )
    made.posterior.attrs |= _about(response)
    return made


def _arviz() -> ModuleType:
    try:
        import arviz  # a large extra: it is loaded by those alone who ask for its form
    except ImportError:
        raise ModelError(
            "The form InferenceData is that of the library ArviZ, which is not installed.",
            remedy='Run `pip install "mmxlib[bayes]"`.',
            code="MMX-M012",
        ) from None
    module: ModuleType = arviz
    return module


def _order(response: Response) -> tuple[int, Array]:
    """Return how many chains the draws come from, and the place in its chain of each draw of a chain."""
    steps = None if response.sampler is None else response.sampler.steps
    if steps is None:
        return 1, np.arange(len(response.draws))
    chains = int(steps["chain"].max()) + 1
    return chains, steps["draw"].to_numpy()[: len(steps) // chains]


def _posterior(response: Response) -> dict[str, Array]:
    """Return the draws by name, each with the draw as its first axis."""
    draws, panel = response.draws, response.panel
    periods = len(panel.dates)
    spend = panel.total_spend()
    worth = np.where(spend > 0.0, panel.money_per_outcome / np.where(spend > 0.0, spend, 1.0), np.nan)
    named = {
        name: getattr(draws, name)
        for name in ("retention", "timing", "half_saturation", "shape", "effect", "base", "noise_sd")
    }
    return {
        **named,
        "contribution": media_totals(response),
        "roi": window_returns(response, 0, periods).caused * worth,
    }


def _statistics(response: Response) -> dict[str, Array]:
    steps = None if response.sampler is None else response.sampler.steps
    if steps is None:
        return {}
    return {name: steps[name].to_numpy() for name in steps.columns if name not in ("chain", "draw")}


def _about(response: Response) -> dict[str, str]:
    """Return in words what the draws are, so that nobody reads chains into what are none."""
    count, sampler = len(response.draws), response.sampler
    if sampler is None:
        kind = (
            "independent draws of a posterior known in closed form"
            if response.method is Method.BAYES
            else "refits to resampled data, in no order: R-hat and effective draws say nothing of them"
        )
        return {"method": str(response.method), "draws_are": f"{count} {kind}"}
    kept = f"{count} of the {sampler.chains * sampler.samples} draws of {sampler.chains} chains"
    worst = float(sampler.checks["r_hat"].max())
    return {
        "method": str(response.method),
        "draws_are": f"{kept}, every chain thinned alike",
        "of_all_draws": f"R-hat at most {worst:.4f}, effective draws at least "
        f"{float(sampler.checks['effective_draws'].min()):.0f}, divergences {sampler.divergences}",
    }
