"""What a person reads at a checkpoint before deciding."""

from collections.abc import Mapping, Sequence

import pandas as pd

from mmxlib.artifacts.baseline import Baseline, ChannelPrior
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import Scenarios
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.model.model import Model
from mmxlib.terms import Verdict


def baseline_tables(
    panel: Panel, segments: Segments, trends: Trends, baseline: Baseline
) -> Mapping[str, pd.DataFrame]:
    """Return what the baseline checkpoint is about, by title."""
    return {
        "Data": data_table(panel),
        "Channels": channel_table(panel),
        "Segments": segments.profile,
        "Flagged periods": trends.flagged_periods,
        "Baselines": baseline.levels,
        "Priors": prior_table(baseline.priors),
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
                    "check": each.name.replace("_", " "),
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
        "Scenarios": scenarios.comparison,
        "Spend by channel": _by_scenario(scenarios),
    }


def prior_table(priors: Sequence[ChannelPrior]) -> pd.DataFrame:
    """Return the priors side by side: channel, parameter, family, center, spread, origin."""
    return pd.DataFrame(
        [
            {
                "channel": each.channel,
                "parameter": name if name != "effect" else each.effect_scale.value.replace("_", " "),
                "family": prior.family.value.replace("_", " "),
                "center": prior.center,
                "spread": prior.spread,
                "origin": prior.origin,
            }
            for each in priors
            for name, prior in (
                ("retention", each.retention),
                ("half_saturation", each.half_saturation),
                ("shape", each.shape),
                ("effect", each.effect),
            )
        ],
        columns=["channel", "parameter", "family", "center", "spread", "origin"],
    )


def doubts(notes: Sequence[Note]) -> tuple[str, ...]:
    """Return the notes that a reader must see."""
    return tuple(
        f"{f'{each.about}: ' if each.about else ''}{each.text}"
        for each in notes
        if each.verdict is not Verdict.PASS
    )


def data_table(panel: Panel) -> pd.DataFrame:
    """Return what the data are, in a few lines: what, value."""
    word = panel.unit_word
    many = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return pd.DataFrame(
        {
            "what": [
                f"number of {many}",
                "periods",
                "first period",
                "last period",
                "outcome",
                "spend",
            ],
            "value": [
                str(len(panel.units)),
                str(len(panel.dates)),
                str(panel.dates[0]),
                str(panel.dates[-1]),
                f"{panel.outcome.sum():,.0f}",
                f"{panel.total_spend().sum():,.0f}",
            ],
        }
    )


def channel_table(panel: Panel) -> pd.DataFrame:
    """Return the channels of the data: channel, kind, spend, first and last period with exposure."""
    by_period = panel.exposure.sum(axis=0)
    rows = []
    for index, channel in enumerate(panel.channels):
        active = by_period[:, index].nonzero()[0]
        rows.append(
            {
                "channel": channel.name,
                "kind": "paid" if channel.paid else "organic",
                "reach": "national" if channel.national else f"by {panel.unit_word}",
                "spend": float(panel.total_spend()[index]),
                "active periods": len(active),
                "from": str(panel.dates[active[0]]) if len(active) else "",
                "to": str(panel.dates[active[-1]]) if len(active) else "",
            }
        )
    return pd.DataFrame(rows)


def _by_scenario(scenarios: Scenarios) -> pd.DataFrame:
    """Return each channel's spend under the present plan and every scenario."""
    table = scenarios.present.channels[["channel", "spend"]].rename(columns={"spend": "present"})
    for plan in scenarios.plans:
        own = plan.channels[["channel", "spend"]].rename(columns={"spend": plan.scenario})
        table = table.merge(own, on="channel", how="outer", sort=False)
    return table
