"""Flips of the settings of the insight agent, on a run that was told by hand."""

from collections.abc import Callable
from functools import cache

import numpy as np

from mmxlib.agents.agent import Inputs
from mmxlib.artifacts.insights import Insights
from mmxlib.config import Config
from mmxlib.terms import StepName
from mmxlib.workflow.default_agents import default_agents
from tests.agents.test_insight import planned
from tests.config.flips.flip import Flip, Seen, flip
from tests.report.builder import Story, story

usual = cache(story)


@cache
def small_rise() -> Story:
    return planned(usual(), {"tv": 0.03})


@cache
def rises() -> Story:
    """Return a run whose plan raises every channel, against what some draws say."""
    return planned(usual(), dict.fromkeys(usual().panel.channel_names, 0.3), hurdle=0.5)


@cache
def doubtful_rise() -> Story:
    return planned(usual(), {"tv": 0.3}, hurdle=5.0)


def told(config: Config, run: Callable[[], Story]) -> Seen:
    """Return the sentences by topic, every channel's action, and every test that is proposed."""
    agent = default_agents(config)[StepName.INSIGHT]
    found = agent.run(Inputs(run().by_type()), np.random.default_rng(0))
    assert isinstance(found, Insights)
    seen: dict[str, object] = {"headline": found.headline, "notes": found.notes}
    for each in found.insights:
        seen[each.topic] = f"{seen.get(each.topic, '')} {each.text}"
    for each in found.actions:
        seen |= {f"action on {each.channel}": each.action, f"test of {each.channel}": each.test}
    return seen


def on(run: Callable[[], Story], name: str, value: float, *shows: str) -> Flip:
    return flip({f"insight.{name}": value}, *shows, given=run)


INSIGHT: dict[str, Flip] = {
    "insight.recent_periods": on(usual, "recent_periods", 26, "result"),
    "insight.hold_band": on(small_rise, "hold_band", 0.01, "action on tv"),
    "insight.sureness": on(rises, "sureness", 0.99, "action on social"),
    "insight.widest_range": on(small_rise, "widest_range", 1.5, "action on print"),
    "insight.test_change": on(doubtful_rise, "test_change", 0.25, "test of tv"),
    "insight.shortest_test": on(doubtful_rise, "shortest_test", 14, "test of tv"),
    "insight.longest_test": on(doubtful_rise, "longest_test", 6, "test of tv"),
    "insight.test_power": on(doubtful_rise, "test_power", 0.5, "test of tv"),
    "insight.test_false_alarm": on(doubtful_rise, "test_false_alarm", 0.01, "test of tv"),
}
