"""A changed setting makes exactly the steps run again that depend on it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from mmxlib.agents.agent import Agent
from mmxlib.config import Config, descriptions, revised
from mmxlib.errors import SettingsError
from mmxlib.terms import StepName
from mmxlib.workflow.checkpoints import StepRecord
from mmxlib.workflow.default_agents import default_agents
from mmxlib.workflow.journal import Entry, EventKind
from mmxlib.workflow.orchestrator import position
from mmxlib.workflow.performing import Phase
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import RunState
from tests.workflow import specimens
from tests.workflow.toys import SHAPES

ALL = tuple(StepName)
FROM_SCANNER = ALL[1:]
FROM_BASELINE = ALL[2:]
FROM_MODEL = ALL[3:]
FROM_BUDGET = ALL[4:]
DEPENDING = {
    "seed": ALL,
    "segmentation": ALL,
    "trend_scanner": FROM_SCANNER,
    "baseline": FROM_BASELINE,
    "priors": FROM_BASELINE,
    "constraints": FROM_BASELINE,
    "model": FROM_MODEL,
    "backtest": FROM_MODEL,
    "guardrails": FROM_MODEL,
    "budget": FROM_BUDGET,
    "insight": (StepName.INSIGHT,),
    "data": (),
}
"""What runs again when a setting of a section changed; how files are read no run does again."""

BY_HAND: dict[str, object] = {
    "priors.channels": {"tv": {"half_life": 3.0}},
    "constraints.channels": {"tv": {"lower": 0.9}},
    "budget.margin": 0.4,
    "data.encoding": "cp1252",
    "data.as_of": "2025-12-31",
    "data.first_week": "2024-01-01",
    "data.raw.files": ["pos*"],
    "data.raw.keep": {"kind": ["sale"]},
    "data.raw.leave_out": {"kind": ["return"]},
}
"""Other values of settings for which none is found by trying."""

NEEDED: dict[str, dict[str, object]] = {
    "priors.default.peak": {"priors.default.adstock": "delayed"},
    "priors.default.weibull_shape": {"priors.default.adstock": "weibull"},
}
"""What must be set besides for a setting to mean anything."""


def others(name: str, value: object, words: str) -> Iterator[object]:
    """Yield values that a setting might be changed to; ``words`` say what is allowed."""
    if name in BY_HAND:
        yield BY_HAND[name]
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value + 2, value - 1, value * 0.9, value * 1.1, value + 0.05)
    elif isinstance(value, tuple):
        yield list(value[:-1])
        yield [*value, {"channel": "tv", "date": "2026-01-05", "spend": 1.0}]
        yield [*value, {"name": "sale", "start": "2026-01-05", "end": "2026-01-06"}]
        yield [*value, {"channel": "tv", "x": 10.0, "delta_x": 1.0, "delta_y": 1.0, "sigma": 0.5}]
    elif isinstance(value, dict):
        yield from ({"tv": 1.0}, {"tv": {"upper_change": 0.1}}, {"tv": {"spend": "cost"}}, {"tv": "price"})
        yield {"video": {"channels": ["tv"], "upper_spend": 10.0}}
    else:
        yield from (each for each in re.split(r", | or ", words) if each != value)
        yield from (1.0, 0.5, 2, [1.0, 2.0], "other")
        yield from ({"upper_spend": 10.0}, {"mean": 0.3, "sd": 0.1}, {"mean": 1.5, "sd": 0.1})


def changed(name: str, value: object, words: str) -> Config | None:
    """Return the settings with one of them changed, or None if nothing that was tried is allowed."""
    for other in others(name, value, words):
        try:
            config = revised(Config(), {name: other, **NEEDED.get(name, {})})
        except SettingsError:
            continue
        if config != Config():
            return config
    return None


SETTINGS = {each.name: changed(each.name, each.value, each.allowed) for each in descriptions(Config())}


def walked(config: Config, records: dict[str, StepRecord], entries: list[Entry]) -> tuple[StepName, ...]:
    """Do what is to be done for these settings, approving whatever waits; return the steps that ran."""
    ran = []
    while True:
        now = position(
            default_agents(config), panel="panel", seed=config.seed, records=records, entries=entries
        )
        if now.checkpoint is not None:
            said = {
                "checkpoint": now.checkpoint.value,
                "content_id": now.content_id,
                "scenario": "base",
                "override": None,
            }
            entries.append(Entry(len(entries) + 1, EventKind.APPROVE, "", "", said, ""))
        elif now.step is not None:
            ran.append(now.step)
            records[now.key] = StepRecord(now.step, now.key, f"of {now.key}", now.basis, 0.0, "", "", "")
        else:
            return tuple(ran)


@pytest.fixture(scope="module")
def whole() -> tuple[dict[str, StepRecord], list[Entry]]:
    """Return the records and decisions of a finished run."""
    records: dict[str, StepRecord] = {}
    entries: list[Entry] = []
    assert walked(Config(), records, entries) == ALL
    assert walked(Config(), records, entries) == ()
    return records, entries


def test_every_section_of_the_settings_is_asked_of():
    assert set(DEPENDING) == set(Config.model_fields)
    assert {name.partition(".")[0] for name in SETTINGS} == set(DEPENDING)


@pytest.mark.parametrize("name", list(SETTINGS))
def test_a_changed_setting_makes_exactly_its_dependents_run_again(whole, name):
    config = SETTINGS[name]
    assert config is not None, "give another value by hand"
    records, entries = whole
    assert walked(config, dict(records), list(entries)) == DEPENDING[name.partition(".")[0]]


@dataclass(frozen=True)
class Quick:
    """Has the settings of a real agent and makes a specimen of what that makes."""

    agent: Agent

    def __getattr__(self, name: str) -> object:
        return getattr(object.__getattribute__(self, "agent"), name)

    def run(self, inputs, rng):
        return SHAPES[self.agent.name][2]()


REVISIONS = {
    "seed": {"seed": 1},
    "segmentation": {"segmentation.restarts": 11},
    "trend_scanner": {"trend_scanner.level": 0.8},
    "baseline": {"baseline.minimum_periods": 9},
    "priors": {"priors.tv.half_life": 2},
    "constraints": {"constraints.tv.lower": 0.9},
    "model": {"model.draws": 21},
    "backtest": {"backtest.folds": 2},
    "guardrails": {"guardrails.model_validity.r2_warn": 0.7},
    "budget": {"budget.draws": 30},
    "insight": {"insight.recent_periods": 26},
}


@pytest.mark.usefixtures("quick_disk")
@pytest.mark.parametrize("section", list(REVISIONS))
def test_a_revision_runs_exactly_its_dependents_again(tmp_path, monkeypatch, section):
    def quick(config):
        return {step: Quick(agent) for step, agent in default_agents(config).items()}

    monkeypatch.setattr("mmxlib.workflow.run.default_agents", quick)
    monkeypatch.setattr("mmxlib.workflow.orchestrator.basis_of", _basis_of_the_agent_within())
    with Session.open(tmp_path / "run", panel=specimens.panel()) as session:
        assert _ran(session) == ALL
        session.revise(REVISIONS[section], by="Ana", checkpoint="budget")
        assert _ran(session) == DEPENDING[section]
        assert session.status().state is RunState.DONE


def _basis_of_the_agent_within():
    from mmxlib.workflow.orchestrator import basis_of

    def basis(agent, **more):
        return basis_of(getattr(agent, "agent", agent), **more)

    return basis


def _ran(session: Session) -> tuple[StepName, ...]:
    """Advance to the end, approving whatever waits, and return the steps that ran."""
    news = []
    status = session.advance(news.append)
    while status.state is RunState.WAITING:
        session.approve(status.checkpoint, by="Ana")
        status = session.advance(news.append)
    return tuple(each.step for each in news if each.phase is Phase.FINISHED)
