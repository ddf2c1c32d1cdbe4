"""A run goes on by itself, waits for people, and keeps what they decided."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.artifacts.insights import Insights
from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.config import Config, revised
from mmxlib.errors import DecisionError, MmxError, RunError, SettingsError, UsageError
from mmxlib.terms import Checkpoint, StepName, Verdict
from mmxlib.workflow.journal import EventKind
from mmxlib.workflow.performing import Phase
from mmxlib.workflow.publishing import publish
from mmxlib.workflow.run import view_run
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import RunState, StepState
from mmxlib.workflow.verifying import verified
from tests.workflow import specimens
from tests.workflow.toys import SHAPES, Toy, UnpluggedError, toy, toys

pytestmark = pytest.mark.usefixtures("quick_disk", "plain_outputs")


def start(tmp_path, **changed):
    """Return a session that has run up to the baseline checkpoint."""
    session = Session.open(tmp_path / "run", Config(), specimens.panel(), agents=toys(**changed))
    session.advance()
    return session


def again(tmp_path, config=None, panel=None, **changed):
    session = Session.open(tmp_path / "run", config, panel, agents=toys(**changed))
    session.advance()
    return session


def finish(session):
    """Approve whatever waits until all is done."""
    while session.status().state is RunState.WAITING:
        session.approve(session.status().checkpoint, by="Ana")
        session.advance()


def run_through(session):
    session.advance()
    finish(session)


def failing():
    return toy(StepName.MODEL_OPTIMIZATION, verdict=Verdict.FAIL)


def tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def results(session):
    """Return what a run made: each step's key and artifact."""
    last = {each.said["key"]: each.said for each in session.entries if each.kind is EventKind.STEP}
    return sorted((said["step"], said["key"], said["artifact"]) for said in last.values())


def test_a_run_waits_at_both_checkpoints_and_ends(tmp_path):
    session = start(tmp_path)
    assert session.status().checkpoint is Checkpoint.BASELINE
    session.approve("baseline", by="Ana")
    session.advance()
    assert session.status().checkpoint is Checkpoint.BUDGET
    session.approve("budget", by="Ben", scenario="aggressive")
    assert session.advance().state is RunState.DONE
    assert session.artifact(BudgetPlan).scenario == "aggressive"
    session.close()


def test_advancing_while_it_waits_changes_nothing(tmp_path):
    with start(tmp_path) as session:
        before = session.entries
        session.advance()
        assert session.entries == before


def test_a_finished_step_is_not_run_again(tmp_path):
    start(tmp_path).close()
    news = []
    with Session.open(tmp_path / "run", agents=toys()) as session:
        session.advance(news.append)
    assert [each.phase for each in news] == [Phase.KEPT] * 3


def test_progress_tells_of_every_step_in_order(tmp_path):
    news = []
    with Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()) as session:
        session.advance(news.append)
        finish_news = []
        session.approve("baseline", by="Ana")
        session.advance(finish_news.append)
    assert [(each.phase, each.number) for each in news] == [
        (phase, number) for number in (1, 2, 3) for phase in (Phase.STARTED, Phase.FINISHED)
    ]
    assert [each.number for each in finish_news if each.phase is Phase.FINISHED] == [4, 5]


def test_a_run_advances_no_further_than_it_is_asked_to(tmp_path):
    with Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()) as session:
        for _ in range(2):
            status = session.advance(until="trend_scanner")
            assert [each.state for each in status.steps[:3]] == [
                StepState.DONE,
                StepState.DONE,
                StepState.OPEN,
            ]
        with pytest.raises(UsageError, match="There is no step"):
            session.advance(until="trends")
        assert session.advance().checkpoint is Checkpoint.BASELINE
        assert session.advance(until=StepName.SEGMENTATION).checkpoint is Checkpoint.BASELINE


@pytest.mark.parametrize("step", list(SHAPES))
def test_a_run_that_breaks_off_in_any_step_resumes_to_the_same_results(tmp_path, step):
    with Session.open(tmp_path / "whole", panel=specimens.panel(), agents=toys()) as whole:
        whole.advance()
        finish(whole)
        whole.write_outputs()
    broken = toys(**{step.value: toy(step, knob=-1)})
    with (
        Session.open(tmp_path / "run", panel=specimens.panel(), agents=broken) as session,
        pytest.raises(UnpluggedError),
    ):
        run_through(session)
    with Session.open(tmp_path / "run", agents=toys()) as resumed:
        resumed.advance()
        finish(resumed)
        resumed.write_outputs()
        assert results(resumed) == results(whole)
    assert tree(tmp_path / "run" / "out") == tree(tmp_path / "whole" / "out")


def test_opening_a_folder_without_a_run_needs_data(tmp_path):
    with pytest.raises(RunError, match="no run"):
        Session.open(tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_the_stored_data_and_settings_serve_a_resumed_run(tmp_path):
    config = revised(Config(), {"seed": 11, "priors.tv.half_life": 2})
    with Session.open(tmp_path / "run", config, specimens.panel(), agents=toys()):
        pass
    with Session.open(tmp_path / "run", agents=toys()) as session:
        assert session.config == config
        np.testing.assert_array_equal(session.panel.outcome, specimens.panel().outcome)


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


@pytest.mark.parametrize(
    ("agents", "code"),
    [
        ({"segmentaton": Toy(StepName.SEGMENTATION)}, "MMX-W031"),
        ({"allocation": Toy(StepName.SEGMENTATION)}, "MMX-W031"),
        ({"segmentation": Toy(StepName.TREND_SCANNER)}, "MMX-W032"),
        ({"segmentation": Toy(StepName.BASELINE)}, "MMX-W032"),
    ],
)
def test_an_agent_that_does_not_fit_is_refused(tmp_path, agents, code):
    with pytest.raises(UsageError) as refused:
        Session.open(tmp_path / "run", panel=specimens.panel(), agents=agents)
    assert refused.value.code == code
    Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()).close()


def test_the_same_seed_gives_the_same_results_in_another_folder(tmp_path):
    made = []
    for name in ("one", "two"):
        with Session.open(tmp_path / name, panel=specimens.panel(), agents=toys()) as session:
            session.advance()
            finish(session)
            made.append(results(session))
    assert made[0] == made[1]


def test_each_step_draws_from_its_own_stream(tmp_path):
    with start(tmp_path) as session:
        finish(session)
        notes = [session.artifact(made).notes[0].text.split()[1] for _, made, _ in SHAPES.values()]
    assert len(set(notes)) == len(notes)


def test_a_run_can_be_looked_at_while_it_is_held(tmp_path):
    with start(tmp_path) as session:
        assert view_run(tmp_path / "run", agents=toys()).status() == session.status()


def test_a_run_whose_own_agent_is_not_handed_in_says_so(tmp_path):
    start(tmp_path).close()
    status = view_run(tmp_path / "run").status()
    assert status.state is RunState.READY
    assert "tests.workflow.toys.Toy" in status.remarks[0]


def test_nothing_is_to_be_decided_once_all_is_done_or_before_anything_is(tmp_path):
    with Session.open(tmp_path / "run", Config(), specimens.panel(), agents=toys()) as session:
        with pytest.raises(DecisionError, match="decision: the next step is segmentation"):
            session.review()
        run_through(session)
        with pytest.raises(DecisionError, match="decision: all steps are done") as refused:
            session.review()
    assert refused.value.code == "MMX-W051"


def test_outputs_of_results_that_no_longer_hold_are_taken_away(tmp_path):
    with start(tmp_path) as session:
        finish(session)
        session.write_outputs()
        before = set(tree(tmp_path / "run" / "out"))
        session.revise({"seed": 3}, by="Ana", checkpoint="baseline")
        session.advance()
        published = session.write_outputs()
        after = set(tree(tmp_path / "run" / "out"))
        assert after < before
        assert len(published.removed) == len(before - after)


def test_files_of_a_write_that_broke_off_are_taken_away_too(tmp_path, monkeypatch):
    def broken_off(*arguments):
        publish(*arguments)
        raise UnpluggedError

    with start(tmp_path) as session:
        finish(session)
        with monkeypatch.context() as patched:
            patched.setattr("mmxlib.workflow.session.publish", broken_off)
            with pytest.raises(UnpluggedError):
                session.write_outputs()
        session.revise({"seed": 3}, by="Ana", checkpoint="baseline")
        session.advance()
        session.write_outputs()
        assert "BudgetPlan/digest.txt" not in tree(tmp_path / "run" / "out")


def test_the_reports_of_a_waiting_run_follow_its_own_insight_settings(tmp_path):
    with start(tmp_path) as session:
        session.revise({"insight.recent_periods": 26}, by="Ana")
        session.write_outputs()
        assert (tmp_path / "run" / "out" / "insight.txt").read_text(encoding="utf-8") == "26"


def test_writing_outputs_twice_gives_the_same_bytes_and_one_entry(tmp_path):
    with start(tmp_path) as session:
        session.write_outputs()
        before, entries = tree(tmp_path / "run" / "out"), session.entries
        session.write_outputs()
        assert tree(tmp_path / "run" / "out") == before
        assert session.entries == entries


def test_an_intact_run_is_verified_and_knows_an_earlier_head(tmp_path):
    with start(tmp_path) as session:
        head = session.status().head
        finish(session)
        count = session.status().count
    found = verified(tmp_path / "run", expect=head)
    assert found.entries == count
    assert found.since == count - 4


def test_a_journal_whose_end_was_cut_off_lacks_the_expected_head(tmp_path):
    with start(tmp_path) as session:
        head = session.status().head
    journal = tmp_path / "run" / "journal.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:-1]))
    verified(tmp_path / "run")
    with pytest.raises(RunError, match="does not contain the head"):
        verified(tmp_path / "run", expect=head)
