"""Sales with paid media whose baseline is known, and how near the baseline agent comes to it."""

from dataclasses import dataclass

import numpy as np

from mmxlib.agents.agent import Inputs
from mmxlib.agents.baseline import BaselineAgent, BaselineSettings, ConstraintSettings
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.panel import Channel, Panel
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.data.simulation import simulate_panel
from mmxlib.maths.adstocks.geometric import adstock
from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.model.settings import PriorSettings
from tests.agents.markets import base_of, one_segment, panel_of, trends_of


@dataclass(frozen=True, slots=True)
class Market:
    """What media do: ``pause`` is the share of half-quarters in which a channel is off.

    ``share`` is what a channel's full response is of the mean baseline; ``retention`` and ``half`` (a
    multiple of mean active spend) bend it, the priors' own centers being 0.3 and 1.
    """

    name: str
    channels: int = 2
    periods: int = 156
    pause: float = 0.5
    share: float = 0.3
    retention: float = 0.3
    half: float = 1.0
    noise: float = 0.03


MARKETS = (
    Market("media pause half of the time"),
    Market("pause half, other curves than the priors'", retention=0.6, half=0.5),
    Market("pause a third", pause=0.33),
    Market("pause half, 104 weeks", periods=104),
    Market("pause half, four channels", channels=4, share=0.15),
    Market("never pause", pause=0.0),
)


def planted_market(market: Market, seed: int) -> tuple[Panel, Matrix]:
    """Return a panel of two sub-categories and its baseline, (unit, period)."""
    rng = np.random.default_rng([seed, market.periods])
    base = np.stack([base_of(rng, market.periods, level, market.noise) for level in (1000.0, 400.0)])
    blocks = -(-market.periods // 6)
    on = np.repeat(rng.random((blocks, market.channels)) >= market.pause, 6, axis=0)[: market.periods]
    spend = on[None] * rng.uniform(50.0, 150.0, (2, market.periods, market.channels))
    media = np.zeros_like(base)
    for unit in range(2):
        for channel in range(market.channels):
            series = np.ascontiguousarray(spend[unit, :, channel])
            at_work = adstock(series, market.retention, 0.0)
            scale = market.half * max(1.0, float(series[series > 0.0].mean())) if series.any() else 1.0
            media[unit] += market.share * base[unit].mean() * at_work / (at_work + scale)
    named = tuple(Channel(f"channel_{each}") for each in range(market.channels))
    return panel_of(base + media, spend=spend, channels=named), base


def baseline_of(panel: Panel) -> Baseline:
    agent = BaselineAgent(BaselineSettings(), PriorSettings(), ConstraintSettings())
    inputs = Inputs({Panel: panel, Segments: one_segment(panel), Trends: trends_of(panel)})
    return agent.run(inputs, np.random.default_rng(0))


def errors(panel: Panel, base: Matrix) -> dict[str, Vector]:
    """Return each method's error of the last year's baseline, a share of the truth, (unit,)."""
    table = baseline_of(panel).levels
    truth = base[:, -52:].mean(axis=1)
    return {
        method: table.loc[table["method"] == method, "baseline"].to_numpy(np.float64) / truth - 1.0
        for method in ("median", "mean", "regression")
    }


def simulated(seed: int) -> tuple[Panel, Matrix]:
    """Return a panel of the package's own simulation, and the baseline that it planted."""
    market = simulate_panel(sub_categories=3, channels=4, seed=seed)
    table = market.truth.contributions.groupby(["sub_category", "date"])["contribution"].sum()
    media = np.stack([table[unit].to_numpy(np.float64) for unit in market.panel.units])
    return market.panel, market.panel.outcome - media
