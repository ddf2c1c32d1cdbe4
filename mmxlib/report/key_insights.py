"""``key_insights.json``: every sentence with its numbers, the path of what proves each, and their schema.

A path begins with one of ``ARTIFACTS`` and goes on as in Python: attributes by dots, the rows of a table (or
the units of the outcome) by a key in square brackets, its column last, such as
``response.channel_summary[tv].roi``.
"""

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from mmxlib.artifacts.insights import ChannelAction, Insights
from mmxlib.artifacts.note import Note
from mmxlib.report.tables import Json, plain
from mmxlib.terms import Action, StepName, Verdict

VERSION = 1
"""Raised when a program that read the file before could not read it any more."""


class _Part(BaseModel):
    """A part of the file; it has no keys but those described."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ArtifactTold(_Part):
    """Where the beginning of a path leads."""

    artifact: str = Field(description="The type of the stored result, as `Session.artifact` takes it.")
    attribute: str = Field(description="Where in that result the path begins; empty: the result itself.")
    step: str = Field(description="The step that made the result; empty: the data as they were read.")
    meaning: str = Field(description="What it holds, in one sentence.")
    files: tuple[str, ...] = Field(description="Files in `out` that show it.")


class InsightTold(_Part):
    """A sentence of the executive summary."""

    topic: str = Field(
        pattern="^(result|drivers|action|certainty|unknown|warning)$",
        description="The section of the summary: result (what happened), drivers (what drove it), action "
        "(what to do), certainty (how sure we are), unknown (what we do not know), warning (read first).",
    )
    text: str = Field(description="The sentence as every report shows it.")
    numbers: dict[str, float | None] = Field(
        description="The numbers that the sentence rests on, in full; null where one is not known."
    )
    sources: dict[str, str] = Field(
        description="For each of the numbers, the path of what proves it; `artifacts` tells its beginning."
    )


class LiftTestTold(_Part):
    """A lift test that would settle what is not sure."""

    periods: int = Field(ge=1, description="How many periods it runs.")
    change: float = Field(ge=-1.0, description="Change of the channel's spend as a share; -1 stops it.")
    detectable_lift: float | None = Field(description="Change of outcome that can be told from chance.")
    expected_lift: float | None = Field(description="Change of outcome that the model expects.")


class ActionTold(_Part):
    """What to do about one channel."""

    channel: str = Field(description="The channel's name as in the data.")
    action: Action = Field(description="more, hold, less or test.")
    present_spend: float = Field(ge=0.0, description="Money spent in the last periods, as many as planned.")
    recommended_spend: float = Field(ge=0.0, description="Money that the approved plan spends.")
    confidence: float = Field(
        ge=0.0, le=1.0, description="The probability that the direction of the move is right."
    )
    reason: str = Field(description="Why, in one or two sentences.")
    source: str = Field(description="The path of the plan's row on the channel.")
    test: LiftTestTold | None = Field(description="With the action test: the test to run.")


class NoteTold(_Part):
    """A sentence on how the insights were made."""

    text: str = Field(description="The sentence.")
    about: str = Field(description="The channel, segment or setting; empty: the whole.")
    verdict: Verdict = Field(description="pass: an explanation; warn: a doubt; fail: a reason to stop.")


class KeyInsights(_Part):
    """What a run says to a manager, with its numbers and where each comes from (`key_insights.json`)."""

    schema_version: int = Field(ge=1, description="Raised when older readers could not read the file.")
    headline: str = Field(description="The first line of the summary.")
    verdict: Verdict = Field(description="Of the guardrails; with fail there are no actions.")
    scenario: str = Field(description="The approved scenario; empty while none is.")
    insights: tuple[InsightTold, ...] = Field(description="The summary's sentences, warnings first.")
    actions: tuple[ActionTold, ...] = Field(
        description="One per channel, in the order of the data; none without an approved plan."
    )
    notes: tuple[NoteTold, ...] = Field(description="How the insights were made.")
    artifacts: dict[str, ArtifactTold] = Field(description="What the beginnings of paths stand for.")


def _told(artifact: str, attribute: str, step: StepName | None, meaning: str, *files: str) -> ArtifactTold:
    name = "" if step is None else step.value
    return ArtifactTold(artifact=artifact, attribute=attribute, step=name, meaning=meaning, files=files)


_MODEL = StepName.MODEL_OPTIMIZATION
ARTIFACTS: Mapping[str, ArtifactTold] = MappingProxyType(
    {
        "panel": _told(
            "FittedModel", "response.panel", _MODEL, "The data by segment.",
            "model/actual_against_fitted.csv",
        ),
        "trends": _told(
            "Trends", "", StepName.TREND_SCANNER, "Seasons, events and unusual periods.",
            "trends/seasonality.csv", "trends/event_impact.csv", "trends/flagged_periods.csv",
        ),
        "response": _told(
            "FittedModel", "response", _MODEL,
            "The fitted model; channel_summary is `Model.channel_summary` of the summary's window.",
            "model/channel_contributions.csv", "decks/mmx_summary_report.xlsx",
        ),
        "diagnostics": _told(
            "FittedModel", "diagnostics", _MODEL, "How well the model fits.", "model/diagnostics.json"
        ),
        "backtest": _told(
            "FittedModel", "backtest", _MODEL, "Forecasts of periods that the model had not seen.",
            "model/diagnostics.json", "model/backtest.csv",
        ),
        "guardrails": _told(
            "FittedModel", "guardrails", _MODEL, "The checks that stop recommendations.",
            "model/diagnostics.json",
        ),
        "scenarios": _told(
            "Scenarios", "", StepName.BUDGET_OPTIMIZATION, "Every budget beside the present plan.",
            "budget/scenarios.csv",
        ),
        "budget_plan": _told(
            "BudgetPlan", "", StepName.ALLOCATION, "The approved plan.", "budget/recommendations.csv"
        ),
        "insights": _told(
            "Insights", "", StepName.INSIGHT, "The actions of this very file.", "decks/key_insights.json"
        ),
    }
)  # fmt: skip
"""What the first word of a source stands for."""


def key_insights(insights: Insights) -> Mapping[str, Json]:
    """Return the insights as `KeyInsights` describes them."""
    content = {
        "schema_version": VERSION,
        "headline": insights.headline,
        "verdict": insights.verdict,
        "scenario": insights.scenario,
        "insights": [
            {
                "topic": each.topic,
                "text": each.text,
                "numbers": dict(each.numbers),
                "sources": dict(each.sources),
            }
            for each in insights.insights
        ],
        "actions": [_action(each) for each in insights.actions],
        "notes": [_note(each) for each in insights.notes],
        "artifacts": {name: told.model_dump() for name, told in ARTIFACTS.items()},
    }
    return {name: plain(value) for name, value in content.items()}


def _action(action: ChannelAction) -> Mapping[str, object]:
    return {
        "channel": action.channel,
        "action": action.action,
        "present_spend": action.present_spend,
        "recommended_spend": action.recommended_spend,
        "confidence": action.confidence,
        "reason": action.reason,
        "source": f"budget_plan.channels[{action.channel}]",
        "test": None if action.test is None else asdict(action.test),
    }


def _note(note: Note) -> Mapping[str, object]:
    return {"text": note.text, "about": note.about, "verdict": note.verdict}


def key_insights_schema() -> dict[str, Any]:
    """Return the JSON Schema of ``key_insights.json``."""
    return KeyInsights.model_json_schema()
