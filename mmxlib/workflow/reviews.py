"""What a person reads at a checkpoint before deciding."""

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist

import pandas as pd

from mmxlib.artifacts.baseline import Baseline, ChannelPrior, Prior
from mmxlib.artifacts.check_titles import plain_title
from mmxlib.artifacts.experiments import AnyExperiment
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.note import Note, note_text
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import Scenarios
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.saturations.registry import SATURATIONS
from mmxlib.model.experiments import reading_words, treatment_words
from mmxlib.model.model import Model
from mmxlib.model.priors import Z90
from mmxlib.report.data_tables import channel_table, data_table
from mmxlib.report.numbers import Measures
from mmxlib.report.plan_tables import limits_table, scenario_table
from mmxlib.report.plan_words import beyond_sentence, plan_sentences
from mmxlib.terms import EffectScale, PriorFamily, Verdict

EFFECT_WORDS: Mapping[EffectScale, str] = {
    EffectScale.ROI: "ROI",
    EffectScale.CONTRIBUTION_SHARE: "share of outcome",
    EffectScale.EFFECT: "full effect / mean outcome",
}


SCENARIO_WORDS: Mapping[str, str] = {
    "forecast_outcome": "sales in the periods (base included)",
    "forecast_lower": "sales from",
    "forecast_upper": "sales to",
    "contribution_of_spend": "what the spend causes (tail included)",
    "contribution_of_spend_lower": "caused from",
    "contribution_of_spend_upper": "caused to",
    "gain": "gain over the present plan",
    "gain_lower": "gain from",
    "gain_upper": "gain to",
}
"""How the two outcomes of a plan are told apart where a person decides."""


def baseline_tables(
    panel: Panel, segments: Segments, trends: Trends, baseline: Baseline
) -> Mapping[str, pd.DataFrame]:
    """Return what the baseline checkpoint is about, by title; experiments where there are any."""
    experiments = (*panel.experiments, *baseline.experiments)
    return {
        "Data": data_table(panel),
        "Channels": channel_table(panel),
        "Segments": segments.profile,
        "Flagged periods": trends.flagged_periods,
        "Baselines": baseline.levels,
        "Priors": prior_table(baseline.priors),
        **({"Experiments": experiment_table(experiments)} if experiments else {}),
        "Constraints": pd.DataFrame(
            [
                {
                    "channel": each.channel,
                    "lower": each.lower_factor,
                    "upper": each.upper_factor,
                    "origin": each.origin,
                }
                for each in baseline.constraints
            ],
            columns=["channel", "lower", "upper", "origin"],
        ),
    }


def budget_tables(fitted: FittedModel, scenarios: Scenarios) -> Mapping[str, pd.DataFrame]:
    """Return what the budget checkpoint is about, by title."""
    checks = [each for each in fitted.guardrails if each.verdict is not Verdict.PASS]
    columns = [
        "channel", "spend", "contribution", "share", "roi", "roi_lower", "roi_upper", "marginal_roi",
    ]  # fmt: skip
    returns = Model(fitted.response, fitted.diagnostics).channel_summary()
    return {
        "Fit": fitted.diagnostics.accuracy,
        "Forecasts of periods it had not seen": fitted.backtest.summary,
        "Guardrails that did not pass": pd.DataFrame(
            [
                {
                    "check": plain_title(each.name),
                    "about": each.about,
                    "value": each.value,
                    "wanted": each.threshold,
                    "verdict": each.verdict.value,
                    "what to do": each.remedy,
                }
                for each in checks
            ],
            columns=["check", "about", "value", "wanted", "verdict", "what to do"],
        ),
        "Channels": returns[[each for each in columns if each in returns.columns]],
        "Scenarios": scenario_table(scenarios).rename(columns=SCENARIO_WORDS),
        "Spend by channel": _by_scenario(scenarios),
        **_answers(scenarios, Measures.of(fitted.response.panel)),
    }


def _answers(scenarios: Scenarios, measures: Measures) -> Mapping[str, pd.DataFrame]:
    """Return what each scenario comes to in words, spend never tried first, and the limits that bind."""
    rows = [
        {"scenario": plan.scenario, "in words": text}
        for plan in scenarios.plans
        for text in (beyond_sentence(plan), *plan_sentences(plan, measures))
        if text
    ]
    tables = {"Why the scenarios are as they are": pd.DataFrame(rows, columns=["scenario", "in words"])}
    bound = [
        (plan.scenario, limits[limits["binding"] != ""])
        for plan in scenarios.plans
        if len(limits := limits_table(plan))
    ]
    if any(len(limits) for _scenario, limits in bound):
        told = pd.concat([limits.assign(scenario=name) for name, limits in bound], ignore_index=True)
        order = ["scenario", *(name for name in told.columns if name != "scenario")]
        tables["Limits that bind"] = told[order].rename(columns={"plan_spend": "spend"})
    return tables


def prior_table(priors: Sequence[ChannelPrior]) -> pd.DataFrame:
    """Return the priors, a row per channel, each as its center and 90 % range, with the effect's origin."""
    return pd.DataFrame(
        [
            {
                "channel": each.channel,
                "retention": _believed(each.retention),
                "half_saturation": _believed(each.half_saturation),
                "shape": _believed(each.shape),
                "carryover": _carryover(each),
                "diminishing returns": _returns(each),
                "effect on": EFFECT_WORDS[each.effect_scale],
                "effect": _believed(each.effect),
                "origin": each.effect.origin,
            }
            for each in priors
        ],
        columns=[
            "channel", "retention", "half_saturation", "shape", "carryover", "diminishing returns",
            "effect on", "effect", "origin",
        ],
    )  # fmt: skip


def _carryover(prior: ChannelPrior) -> str:
    """Return what the centers of retention and timing mean, in words."""
    return ADSTOCKS[prior.adstock].in_words(prior.retention.center, prior.timing.center)


def _returns(prior: ChannelPrior) -> str:
    """Return what the centers of half-saturation and shape mean, in words."""
    return SATURATIONS[prior.saturation].in_words(prior.half_saturation.center, prior.shape.center)


def experiment_table(experiments: Sequence[AnyExperiment]) -> pd.DataFrame:
    """Return the experiments that calibrate the model, a row each, in words."""
    return pd.DataFrame(
        [
            {
                "channel": each.channel,
                "unit": "all" if each.unit is None else each.unit,
                "tested": treatment_words(each),
                "found": reading_words(each),
            }
            for each in experiments
        ]
    )


def _believed(prior: Prior) -> str:
    """Return a prior's center and the range that holds the truth with 90 % probability."""
    from scipy.stats import beta

    if prior.family is PriorFamily.LOG_NORMAL:
        factor = math.exp(Z90 * prior.spread)
        low, high = prior.center / factor, prior.center * factor
    elif prior.family is PriorFamily.BETA:
        total = prior.center * (1.0 - prior.center) / prior.spread**2 - 1.0
        low, high = beta(prior.center * total, (1.0 - prior.center) * total).interval(0.9)
    else:
        return f"at most {prior.spread * (NormalDist().inv_cdf(0.975)):.2g} (95 %)"
    return f"{prior.center:.2g} ({max(low, prior.lower):.2g} to {min(high, prior.upper):.2g})"


def doubts(notes: Sequence[Note]) -> tuple[str, ...]:
    """Return the notes that a reader must see."""
    return tuple(note_text(each) for each in notes if each.verdict is not Verdict.PASS)


def _by_scenario(scenarios: Scenarios) -> pd.DataFrame:
    """Return each channel's spend under the present plan and every scenario."""
    table = scenarios.present.channels[["channel", "spend"]].rename(columns={"spend": "present"})
    for plan in scenarios.plans:
        own = plan.channels[["channel", "spend"]].rename(columns={"spend": plan.scenario})
        table = table.merge(own, on="channel", how="left")
    return table
