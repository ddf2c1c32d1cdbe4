"""Approvals, revisions and stops: what they hold for, and what voids them."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.artifacts.insights import Insights
from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.config import Config, revised
from mmxlib.errors import DecisionError, MmxError, RunError, SettingsError
from mmxlib.terms import Checkpoint, StepName
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import RunState, StepState
from tests.workflow import specimens
from tests.workflow.sessions import again, failing, finish, start
from tests.workflow.toys import toy, toys

pytestmark = pytest.mark.usefixtures("quick_disk", "plain_outputs")


@pytest.mark.parametrize(
    "change",
    [
        {"panel": True},
        {"config": {"seed": 5}},
        {"segmentation": {"knob": 3}},
        {"trend_scanner": {"version": 2}},
    ],
)
def test_an_approval_is_void_when_anything_before_it_changes(tmp_path, change):
    with start(tmp_path) as session:
        session.approve("baseline", by="Ana")
    panel = config = None
    changed = {}
    if "panel" in change:
        panel = specimens.panel()
        outcome = panel.outcome.copy()
        outcome[0, 0] = np.nextafter(outcome[0, 0], 9.0)
        panel = replace(panel, outcome=outcome)
    elif "config" in change:
        config = revised(Config(), change["config"])
    else:
        ((name, settings),) = change.items()
        changed = {name: toy(StepName(name), **settings)}
    with again(tmp_path, config, panel, **changed) as session:
        status = session.status()
        assert status.checkpoint is Checkpoint.BASELINE
        assert "no longer holds: the results changed since they were reviewed" in status.remarks[0]
        assert not status.decisions[0].holds


def test_what_moved_is_said(tmp_path):
    with start(tmp_path) as session:
        session.approve("baseline", by="Ana")
    with again(tmp_path, trend_scanner=toy(StepName.TREND_SCANNER, knob=4)) as session:
        assert "(the settings of trend scanner changed)" in session.status().remarks[0]
    with again(tmp_path, trend_scanner=toy(StepName.TREND_SCANNER, version=2)) as session:
        assert "the calculation of trend scanner is a newer one" in session.status().remarks[0]


def test_a_change_after_the_checkpoint_leaves_its_approval_alone(tmp_path):
    with start(tmp_path) as session:
        session.approve("baseline", by="Ana")
    model = toy(StepName.MODEL_OPTIMIZATION, knob=4)
    with again(tmp_path, model_optimization=model) as session:
        assert session.status().checkpoint is Checkpoint.BUDGET


def test_returning_to_the_approved_content_counts_as_approved(tmp_path):
    with start(tmp_path) as session:
        session.approve("baseline", by="Ana")
    again(tmp_path, segmentation=toy(StepName.SEGMENTATION, knob=3)).close()
    with again(tmp_path) as session:
        assert session.status().checkpoint is Checkpoint.BUDGET


def test_a_later_stop_wins_over_an_approval(tmp_path):
    with start(tmp_path) as session:
        session.approve("baseline", by="Ana")
        session.stop(by="Ben", checkpoint="baseline", comment="wrong quarter")
        status = session.advance()
        assert status.state is RunState.STOPPED
        assert "Ben stopped the run" in status.remarks[0]
        session.approve("baseline", by="Ana")
        assert session.advance().checkpoint is Checkpoint.BUDGET


def test_an_approval_names_what_was_reviewed(tmp_path):
    with start(tmp_path) as session:
        review = session.review()
        session.approve("baseline", by="Ana", content_id=review.content_id[:12])
        entry = session.entries[-1]
        assert entry.said["content_id"] == review.content_id
        assert set(review.tables) >= {"Priors", "Constraints", "Baselines", "Segments"}


def test_a_review_shows_what_experiments_tested_and_found(tmp_path):
    with start(tmp_path) as session:
        lift, step = session.review().tables["Experiments"].to_dict("records")
    assert lift["tested"] == "withheld from 2025-01-06 to 2025-01-19"
    assert lift["found"] == "12.5 of outcome, give or take 3.25"
    assert (step["channel"], step["unit"]) == ("tv", "all")
    assert step["tested"] == "from 10 to 7.5 of spend per period"
    assert step["found"] == "-1.25 of outcome per period, give or take 0.5"


def test_a_review_without_experiments_has_no_table_of_them(tmp_path):
    panel = replace(specimens.panel(), experiments=())
    with Session.open(tmp_path / "run", Config(), panel, agents=toys()) as session:
        session.advance()
        assert "Experiments" not in session.review().tables


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"checkpoint": "baseline", "content_id": "0" * 64}, "MMX-W043"),
        ({"checkpoint": "baseline", "content_id": ""}, "MMX-W042"),
        ({"checkpoint": "baseline", "by": "  "}, "MMX-W041"),
        ({"checkpoint": "basline"}, "MMX-W040"),
        ({"checkpoint": "budget"}, "MMX-W049"),
        ({"checkpoint": "baseline", "scenario": "base"}, "MMX-W044"),
        ({"checkpoint": "baseline", "override": "because"}, "MMX-W047"),
    ],
)
def test_a_wrong_approval_is_refused_and_leaves_no_trace(tmp_path, arguments, code):
    with start(tmp_path) as session:
        before = session.entries
        with pytest.raises(MmxError) as refused:
            session.approve(**{"by": "Ana", **arguments})
        assert refused.value.code == code
        assert session.entries == before


def test_an_unknown_scenario_is_refused_with_those_there(tmp_path):
    with start(tmp_path) as session:
        session.approve("baseline", by="Ana")
        session.advance()
        with pytest.raises(DecisionError, match=r'Did you mean "aggressive"\?'):
            session.approve("budget", by="Ana", scenario="agressive")


def test_approving_the_same_again_adds_nothing(tmp_path):
    with start(tmp_path) as session:
        session.approve("baseline", by="Ana")
        before = session.entries
        session.approve("baseline", by="Ana")
        assert session.entries == before


def test_another_scenario_later_makes_just_what_follows_stale(tmp_path):
    with start(tmp_path) as session:
        finish(session)
        session.approve("budget", by="Ana", scenario="aggressive")
        states = {each.step: each.state for each in session.status().steps}
        assert states[StepName.BUDGET_OPTIMIZATION] is StepState.DONE
        assert states[StepName.ALLOCATION] is states[StepName.INSIGHT] is StepState.STALE
        session.advance()
        assert session.artifact(BudgetPlan).scenario == "aggressive"


def test_a_failed_guardrail_blocks_until_a_person_overrides_with_a_reason(tmp_path):
    with start(tmp_path, model_optimization=failing()) as session:
        session.approve("baseline", by="Ana")
        session.advance()
        assert session.review().blocked_by
        for override in (None, "", "  "):
            with pytest.raises(DecisionError, match="guardrail failed"):
                session.approve("budget", by="Ana", override=override)
        session.approve("budget", by="Ana", override="a known outage")
        assert session.advance().state is RunState.DONE
        assert session.entries[-3].said["override"] == "a known outage"
        assert "a known outage" in session.artifact(BudgetPlan).notes[-1].text


def test_a_failed_model_has_its_report_without_a_plan(tmp_path):
    with start(tmp_path, model_optimization=failing()) as session:
        session.approve("baseline", by="Ana")
        session.advance()
        session.write_outputs()
        with pytest.raises(RunError):
            session.artifact(Insights)


def test_a_result_that_is_not_there_is_named_in_plain_words(tmp_path):
    with start(tmp_path) as session, pytest.raises(RunError, match="no budget plan yet: ") as none:
        session.artifact(BudgetPlan)
    assert none.value.code == "MMX-W050"


def test_a_revision_is_a_settings_patch_in_the_journal(tmp_path):
    with start(tmp_path) as session:
        session.revise({"seed": 9}, by="Ana", comment="try another")
        assert session.config.seed == 9
        assert session.entries[-1].said["patch"] == {"seed": 9}
        assert {each.state for each in session.status().steps} == {StepState.STALE, StepState.OPEN}


def test_a_revision_back_to_rejected_results_waits_again(tmp_path):
    with start(tmp_path) as session:
        session.revise({"seed": 9}, by="Ana")
        session.advance()
        session.revise({"seed": 0}, by="Ana")
        status = session.advance()
        assert status.state is RunState.WAITING
        assert "asked for a revision" in status.remarks[0]


def test_a_wrong_revision_is_refused_and_leaves_no_trace(tmp_path):
    with start(tmp_path) as session:
        before = session.entries
        with pytest.raises(SettingsError):
            session.revise({"seeed": 9}, by="Ana")
        with pytest.raises(DecisionError):
            session.revise({}, by="Ana")
        assert session.entries == before


def test_a_mistaken_revision_can_be_revised_before_its_steps_are_done_again(tmp_path):
    with start(tmp_path) as session:
        session.revise({"seed": 9}, by="Ana")
        session.revise({"seed": 10}, by="Ana", checkpoint="baseline")
        assert session.config.seed == 10
        with pytest.raises(DecisionError):
            session.revise({"seed": 11}, by="Ana", content_id="0123456789")
        assert session.advance().checkpoint is Checkpoint.BASELINE
        before = session.entries
        with pytest.raises(DecisionError):
            session.revise({"seed": 11}, by="Ana", checkpoint="budget")
        assert session.entries == before


def test_settings_for_a_channel_that_the_data_do_not_have_are_refused_at_once(tmp_path):
    with start(tmp_path) as session:
        before = session.entries
        with pytest.raises(SettingsError, match='no channel "tvv"') as refused:
            session.revise({"priors.tvv.half_life": 2}, by="Ana")
        assert 'Did you mean "tv"?' in refused.value.faults[0].remedy
        with pytest.raises(SettingsError, match='no channel with spend "news"'):
            session.revise({"constraints.news.lower": 0.9}, by="Ana")
        assert session.entries == before
    config = revised(Config(), {"priors.tvv.half_life": 2})
    with pytest.raises(SettingsError, match='no channel "tvv"'):
        Session.open(tmp_path / "new", config, specimens.panel(), agents=toys())


def test_how_files_are_read_cannot_be_revised(tmp_path):
    with start(tmp_path) as session, pytest.raises(SettingsError, match="has read its files"):
        session.revise({"data.columns.sales": "turnover"}, by="Ana")


def test_the_settings_given_before_do_not_undo_a_revision(tmp_path):
    with start(tmp_path) as session:
        session.revise({"seed": 9}, by="Ana")
    with Session.open(tmp_path / "run", Config(), specimens.panel(), agents=toys()) as session:
        assert session.config.seed == 9
    with Session.open(tmp_path / "run", revised(Config(), {"seed": 4}), agents=toys()) as session:
        assert session.config.seed == 4


def test_deciding_before_a_checkpoint_is_reached_is_refused(tmp_path):
    with Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()) as session:
        for decide in (
            lambda: session.stop(by="Ana"),
            lambda: session.revise({"seed": 1}, by="Ana"),
            lambda: session.approve("baseline", by="Ana"),
            session.review,
        ):
            with pytest.raises(DecisionError):
                decide()
