"""No setting changes nothing: each has a flip that shows what it changes, through the run's own agents."""

import inspect
from dataclasses import replace
from pathlib import Path

import pytest

from mmxlib.artifacts.segments import Segments
from mmxlib.config import Config, revised
from mmxlib.terms import StepName
from mmxlib.workflow.default_agents import default_agents
from mmxlib.workflow.session import Session
from tests.agents.test_segmentation import TestSettings as SettingsOfSegmentation
from tests.agents.test_settings_flips import BASELINE, SEGMENTATION, TRENDS
from tests.config.flips.flip import changed
from tests.config.flips.names import setting_names
from tests.config.flips.of_budget import BUDGET, planned
from tests.config.flips.of_guardrails import GUARDRAILS, judged
from tests.config.flips.of_insight import INSIGHT, told
from tests.config.flips.of_model import LEAVE_THE_FIT, MODEL, QUICK, fitted
from tests.config.flips.of_priors import PRIORS, approved
from tests.config.flips.of_raw_tables import RAW_TABLES
from tests.config.flips.of_reading import READING, read
from tests.workflow import specimens
from tests.workflow.toys import toys

FIRST_AGENTS = {"segmentation": SEGMENTATION, "trend_scanner": TRENDS, "baseline": BASELINE}
"""The tables of tests/agents/test_settings_flips.py, which flip the settings of the first three agents."""

ELSEWHERE = {"segmentation.restarts": SettingsOfSegmentation.test_more_restarts_never_fit_worse}
"""Settings that a test of their own flips, because it needs another market."""

OF_THE_FIT = ("priors.channels", "priors.experiments")
"""What is said of single channels; what is said of all comes to the same priors."""

FLIPPED = [
    "seed",
    *READING,
    *RAW_TABLES,
    *(f"{section}.{name}" for section, flips in FIRST_AGENTS.items() for name in flips),
    *PRIORS,
    *MODEL,
    *BUDGET,
    *GUARDRAILS,
    *INSIGHT,
]


def test_every_setting_is_flipped() -> None:
    missing = [name for name in setting_names() if name not in FLIPPED]
    assert not missing, (
        f"Nothing shows that {', '.join(missing)} changes anything: add to the table of its part in "
        "tests/config/flips another value, what must change with it, and what that is tried on."
    )


def test_no_flip_is_of_a_setting_that_is_gone() -> None:
    assert sorted(FLIPPED) == sorted(set(FLIPPED) & set(setting_names()))


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_test_elsewhere_names_the_setting_that_it_flips(name: str) -> None:
    assert name.rpartition(".")[2] in inspect.getsource(ELSEWHERE[name])


@pytest.mark.parametrize("name", [*READING, *RAW_TABLES])
def test_a_setting_of_reading_changes_the_panel(name: str) -> None:
    tried = (READING | RAW_TABLES)[name]
    assert set(tried.shows) <= changed(name, tried, read)


def test_the_seed_changes_what_a_step_draws(tmp_path: Path) -> None:
    notes = []
    for seed in (0, 1):
        config = revised(Config(), {"seed": seed})
        with Session.open(tmp_path / str(seed), config, specimens.panel(), agents=toys()) as session:
            session.advance(until=StepName.SEGMENTATION)
            notes.append(session.artifact(Segments).notes)
    assert notes[0] != notes[1]


@pytest.mark.parametrize("section", FIRST_AGENTS)
def test_the_first_agents_are_built_from_their_sections(section: str) -> None:
    config = Config()
    agent = default_agents(config)[StepName(section)]
    assert getattr(agent, "settings", None) is getattr(config, section)


@pytest.mark.parametrize("name", PRIORS)
def test_a_prior_or_limit_changes_what_is_approved_of_its_channels(name: str) -> None:
    tried = PRIORS[name]
    seen = changed(name, tried, approved)
    assert set(tried.shows) <= seen
    assert {each.split(".")[0] for each in seen} == {each.split(".")[0] for each in tried.shows}


@pytest.mark.parametrize("name", [name for name in PRIORS if name.startswith(OF_THE_FIT)])
def test_what_is_approved_of_a_channel_changes_the_fit(name: str) -> None:
    tried = replace(PRIORS[name], beside=QUICK | PRIORS[name].beside)
    seen = changed(name, tried, fitted)
    # a test of a step is known from its date on, which the fit of all data does not feel
    assert ("forecasts" if name.endswith("date") else "effects") in seen


@pytest.mark.parametrize("name", MODEL)
def test_a_setting_of_the_model_changes_the_fit_and_one_of_its_backtest_does_not(name: str) -> None:
    tried = MODEL[name]
    seen = changed(name, tried, fitted)
    assert set(tried.shows) <= seen
    assert ("effects" in seen) is (name not in LEAVE_THE_FIT)


@pytest.mark.parametrize("name", GUARDRAILS)
def test_a_limit_changes_the_verdict_of_its_check_and_of_no_other(name: str) -> None:
    tried = GUARDRAILS[name]
    assert changed(name, tried, judged) == set(tried.shows)


@pytest.mark.parametrize("name", BUDGET)
def test_a_setting_of_budgets_changes_the_plan(name: str) -> None:
    tried = BUDGET[name]
    seen = changed(name, tried, planned)
    assert set(tried.shows) <= seen
    assert ("refused" in seen) is ("refused" in tried.shows)


@pytest.mark.parametrize("name", INSIGHT)
def test_a_setting_of_the_insight_changes_what_is_said_or_advised(name: str) -> None:
    tried = INSIGHT[name]
    assert set(tried.shows) <= changed(name, tried, told)
