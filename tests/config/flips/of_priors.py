"""Flips of the priors: of all channels and of one, and of the tests that calibrate the model."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from mmxlib.agents.agent import Inputs
from mmxlib.artifacts.baseline import Baseline, ChannelPrior
from mmxlib.artifacts.experiments import Experiment
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.config import Config
from mmxlib.terms import StepName
from mmxlib.workflow.default_agents import default_agents
from tests.agents.markets import one_segment, trends_of
from tests.config.flips.flip import Flip, Seen, flip
from tests.evaluation.handmade import made_panel

PARAMETERS = ("adstock", "saturation", "retention", "timing", "half_saturation", "shape", "effect")


@cache
def given() -> Inputs:
    panel = made_panel(channels=2)
    return Inputs({Panel: panel, Segments: one_segment(panel), Trends: trends_of(panel)})


def approved(config: Config, _: Any) -> Seen:
    """Return what the baseline agent puts to a person: every channel's priors and limits, and the tests."""
    agent = default_agents(config)[StepName.BASELINE]
    found = agent.run(given(), np.random.default_rng(0))
    assert isinstance(found, Baseline)
    seen: dict[str, object] = {
        f"{prior.channel}.{name}": _believed(prior, name) for prior in found.priors for name in PARAMETERS
    }
    for limit in found.constraints:
        seen |= {f"{limit.channel}.lower": limit.lower_factor, f"{limit.channel}.upper": limit.upper_factor}
    for test in found.experiments:
        kind = "lift test" if isinstance(test, Experiment) else "step test"
        seen |= {f"{kind}.{name}": getattr(test, name) for name in type(test).__slots__}
    return seen


def _believed(prior: ChannelPrior, name: str) -> object:
    """Return a belief without the words on its origin."""
    belief = getattr(prior, name)
    if name in {"adstock", "saturation"}:
        return belief
    return prior.effect_scale, belief.family, belief.center, belief.spread, belief.lower, belief.upper


def pair(name: str, one: str, other: str, parameter: str, **beside: object) -> dict[str, tuple[Any, ...]]:
    """Return the flips of two numbers that state one belief together, such as mean and sd."""
    stated = {one: 0.2, other: 0.3}
    return {
        f"{name}.{each}": ({name: stated | {each: value}}, parameter, {name: stated, **beside})
        for each, value in ((one, 0.25), (other, 0.35))
    }


def half_life(end: str, value: float) -> tuple[Any, ...]:
    """Return the flip of one number of a half-life with bounds."""
    stated = {"mean": 3, "low": 1, "high": 6}
    return {"half_life": stated | {end: value}}, "retention", {"half_life": stated}


BELIEFS: dict[str, tuple[Mapping[str, object], str, Mapping[str, object]]] = {
    "adstock": ({"adstock": "weibull"}, "adstock", {}),
    "saturation": ({"saturation": "logistic"}, "saturation", {}),
    "half_life": ({"half_life": 3.0}, "retention", {"half_life": 2.0}),
    **{f"half_life.{end}": half_life(end, value) for end, value in (("mean", 4), ("low", 2), ("high", 9))},
    **pair("retention", "mean", "sd", "retention"),
    **pair("peak", "mean", "sd", "timing", adstock="delayed"),
    **pair("weibull_shape", "mean", "sd", "timing", adstock="weibull"),
    **pair("half_saturation", "mean", "sd", "half_saturation"),
    **pair("shape", "mean", "sd", "shape"),
    **pair("roi", "mean", "sd", "effect"),
    **pair("roi", "low", "high", "effect"),
    **pair("contribution_share", "mean", "sd", "effect"),
    **pair("contribution_share", "low", "high", "effect"),
    "effect_sd": ({"effect_sd": 0.3}, "effect", {"effect_sd": 0.2}),
}  # fmt: skip
"""By the name of a belief: its other value, the parameter that it moves, and what is stated beside it."""


def belief(place: str, channels: tuple[str, ...], name: str) -> Flip:
    to, parameter, beside = BELIEFS[name]
    return flip(
        {f"{place}.{each}": value for each, value in to.items()},
        *(f"{channel}.{parameter}" for channel in channels),
        beside={f"{place}.{each}": value for each, value in beside.items()},
    )


LIFT = {"channel": "tv", "start": "2022-03-07", "end": "2022-04-03", "lift": 300.0, "standard_error": 40.0}
STEP = {"channel": "tv", "x": 20.0, "delta_x": 5.0, "delta_y": 30.0, "sigma": 9.0}


def trial(stated: Mapping[str, object], name: str, value: object) -> Flip:
    kind = "lift test" if "lift" in stated else "step test"
    return flip(
        {"priors.experiments": [{**stated, name: value}]},
        f"{kind}.{name}",
        beside={"priors.experiments": [stated]},
    )


EXPERIMENTS = {
    "channel": trial(LIFT, "channel", "search"),
    "unit": trial(LIFT, "unit", "S1"),
    "start": trial(LIFT, "start", "2022-02-28"),
    "end": trial(LIFT, "end", "2022-04-10"),
    "lift": trial(LIFT, "lift", 350.0),
    "standard_error": trial(LIFT, "standard_error", 50.0),
    "change": trial(LIFT, "change", -0.5),
    "x": trial(STEP, "x", 25.0),
    "delta_x": trial(STEP, "delta_x", 6.0),
    "delta_y": trial(STEP, "delta_y", 35.0),
    "sigma": trial(STEP, "sigma", 8.0),
    "date": trial(STEP, "date", "2024-12-02"),
}

PRIORS: dict[str, Flip] = {
    **{f"priors.default.{name}": belief("priors.default", ("tv", "search"), name) for name in BELIEFS},
    **{f"priors.channels.*.{name}": belief("priors.channels.tv", ("tv",), name) for name in BELIEFS},
    **{f"priors.experiments.*.{name}": tried for name, tried in EXPERIMENTS.items()},
    "constraints.default.lower": flip({"constraints.default.lower": 0.5}, "tv.lower", "search.lower"),
    "constraints.default.upper": flip({"constraints.default.upper": 1.5}, "tv.upper", "search.upper"),
    "constraints.channels.*.lower": flip(
        {"constraints.channels.tv.lower": 0.5}, "tv.lower", beside={"constraints.channels.tv.upper": 1.6}
    ),
    "constraints.channels.*.upper": flip(
        {"constraints.channels.tv.upper": 1.5}, "tv.upper", beside={"constraints.channels.tv.lower": 0.4}
    ),
}
