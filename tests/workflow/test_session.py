"""A run goes on by itself, waits for people, and keeps what they decided."""

import numpy as np
import pytest

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.config import Config, revised
from mmxlib.errors import DecisionError, RunError, UsageError
from mmxlib.terms import Checkpoint, StepName
from mmxlib.workflow.performing import Phase
from mmxlib.workflow.publishing import publish
from mmxlib.workflow.run import view_run
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import RunState, StepState
from mmxlib.workflow.verifying import verified
from tests.workflow import specimens
from tests.workflow.sessions import finish, results, run_through, start, tree
from tests.workflow.toys import SHAPES, Toy, UnpluggedError, toy, toys

pytestmark = pytest.mark.usefixtures("quick_disk", "plain_outputs")


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
