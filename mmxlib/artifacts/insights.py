"""What people are told: sentences with their numbers, and one action per channel."""

from collections.abc import Mapping
from dataclasses import dataclass

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.short_repr import short_repr
from mmxlib.terms import Action, Verdict


@dataclass(frozen=True, slots=True)
class Insight:
    """A sentence with the numbers it states and the artifact and table each comes from.

    ``topic`` is one of ``result``, ``drivers``, ``action``, ``certainty``, ``unknown``, ``warning``.
    ``numbers`` names each figure; ``sources`` gives its path, such as ``response.channel_summary[tv].roi``.
    """

    topic: str
    text: str
    numbers: Mapping[str, float]
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LiftTest:
    """A lift test worth running: hold ``change`` (share) of the channel's spend for ``periods``."""

    periods: int
    change: float
    detectable_lift: float
    expected_lift: float

    @property
    def visible(self) -> bool:
        """Whether the expected lift can be told from chance."""
        return self.expected_lift >= self.detectable_lift


@dataclass(frozen=True, slots=True)
class ChannelAction:
    """What to do about one channel, why, and how sure."""

    channel: str
    action: Action
    present_spend: float
    recommended_spend: float
    reason: str
    confidence: float
    test: LiftTest | None = None


@dataclass(frozen=True, eq=False)
class Insights:
    """The executive summary's content.

    ``headline`` is the first line; with ``verdict`` fail it says so and ``actions`` is empty. ``insights``
    are the findings, each with its number and proof; ``scenario`` is the approved one, whose plan the actions
    follow.
    """

    __repr__ = short_repr

    headline: str
    verdict: Verdict
    insights: tuple[Insight, ...]
    actions: tuple[ChannelAction, ...]
    scenario: str
    notes: tuple[Note, ...] = ()
