"""A model that misses parts is done again when asked for, and what comes out replaces it everywhere."""

from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.note import LOST_WORK, Note
from mmxlib.artifacts.plan import Scenarios
from mmxlib.errors import DecisionError
from mmxlib.terms import StepName
from mmxlib.workflow.journal import EventKind
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import RunState, StepState
from mmxlib.workflow.trail import trail
from mmxlib.workflow.verifying import verified
from tests.workflow import specimens
from tests.workflow.toys import Toy, UnpluggedError, toys

pytestmark = pytest.mark.usefixtures("quick_disk", "plain_outputs")


@dataclass(frozen=True)
class Losing(Toy):
    """A toy that loses so many parts of its result, which is no setting of it."""

    lost: ClassVar[int] = 0

    def run(self, inputs, rng):
        made = super().run(inputs, rng)
        if self.lost < 0:
            raise UnpluggedError
        notes = (*made.notes, *(Note(f"Part {each} is missing.", LOST_WORK) for each in range(self.lost)))
        return replace(made, notes=notes)


AGENTS = toys(model_optimization=Losing(StepName.MODEL_OPTIMIZATION))


def opened(tmp_path, name="run"):
    return Session.open(tmp_path / name, panel=specimens.panel(), agents=AGENTS)


def up_to_budget(session):
    session.advance()
    session.approve("baseline", by="Ana")
    return session.advance()


def ended(session):
    """Approve the budget, go on to the end, and return the results and the files for people."""
    session.approve("budget", by="Ana")
    session.advance()
    session.write_outputs()
    assert session.status().state is RunState.DONE
    out = session.folder / "out"
    files = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    last = {each.said["key"]: each.said["artifact"] for each in session.entries if each.kind == "step"}
    return last, files


@pytest.fixture
def whole(tmp_path):
    """The end of a run that never lost anything."""
    with opened(tmp_path, "whole") as session:
        up_to_budget(session)
        return ended(session)


@pytest.fixture
def partial(tmp_path, monkeypatch):
    """A session whose model misses two parts; the cause is gone."""
    with opened(tmp_path) as session:
        with monkeypatch.context() as ill:
            ill.setattr(Losing, "lost", 2)
            up_to_budget(session)
        yield session


def test_a_run_that_goes_on_or_is_opened_again_leaves_what_is_missing_missing(tmp_path, partial):
    before = partial.entries
    assert len(partial.advance().missing) == 2
    partial.close()
    with opened(tmp_path) as again:
        assert len(again.advance().missing) == 2
        assert again.entries == before


def test_a_retry_gives_the_bytes_of_a_run_that_lost_nothing(partial, whole):
    partial.retry()
    assert partial.advance().missing == ()
    assert ended(partial) == whole


def test_a_retry_makes_the_model_and_what_was_made_from_it_stale_and_nothing_else(partial):
    states = {each.step: each.state for each in partial.retry().steps}
    done = (StepName.SEGMENTATION, StepName.TREND_SCANNER, StepName.BASELINE)
    stale = (StepName.MODEL_OPTIMIZATION, StepName.BUDGET_OPTIMIZATION)
    assert [states[each] for each in done] == [StepState.DONE] * 3
    assert [states[each] for each in stale] == [StepState.STALE] * 2


def test_what_was_made_from_the_partial_model_is_made_again(partial):
    before = partial.artifact(Scenarios).notes
    partial.retry()
    partial.advance()
    assert partial.artifact(Scenarios).notes != before  # a toy's notes count the notes that it read


def test_an_approval_of_the_partial_result_is_void_after_a_retry(partial, whole):
    shown = partial.status().content_id
    ended(partial)
    partial.retry()
    status = partial.advance()
    assert status.state is RunState.WAITING
    assert "missing parts of model optimization were tried again" in status.remarks[0]
    assert [each.holds for each in status.decisions] == [True, False]
    with pytest.raises(DecisionError, match="changed since they were reviewed"):
        partial.approve("budget", by="Ben", content_id=shown)
    assert ended(partial)[0] == whole[0]


def test_an_approval_counts_again_where_a_retry_loses_the_same(partial, monkeypatch):
    ended(partial)
    partial.retry()
    monkeypatch.setattr(Losing, "lost", 2)
    assert partial.advance().state is RunState.DONE
    assert len(partial.status().missing) == 2


def test_a_retry_of_a_run_that_misses_nothing_changes_nothing(tmp_path, whole):
    with opened(tmp_path, "whole") as session:
        before = session.entries
        assert session.retry().state is RunState.DONE
        assert session.entries == before


def test_a_retry_that_breaks_off_is_gone_on_with(tmp_path, partial, monkeypatch, whole):
    partial.retry()
    with monkeypatch.context() as ill:
        ill.setattr(Losing, "lost", -1)
        with pytest.raises(UnpluggedError):
            partial.advance()
    partial.close()
    with opened(tmp_path) as again:
        assert again.advance().missing == ()
        assert ended(again) == whole


def test_the_trail_tells_of_a_retry_and_what_was_read_before_and_after_it(partial):
    first = partial._run.digests()[FittedModel]
    partial.retry()
    partial.advance()
    second = partial._run.digests()[FittedModel]
    told = trail(partial.folder, partial.entries)
    texts = [each.text for each in told]
    assert "Model optimization was taken back to be done again, since parts of it were missing." in texts
    read = [each.details[0] for each in told if each.text.startswith("Budget optimization was done")]
    assert [first[:12] in read[0], second[:12] in read[1]] == [True, True]
    assert first != second
    assert verified(partial.folder).entries == len(partial.entries)


def test_a_retry_is_one_entry_of_the_journal(partial):
    before = len(partial.entries)
    partial.retry()
    (entry,) = partial.entries[before:]
    assert (entry.kind, entry.said["step"]) == (EventKind.RETRY, "model_optimization")
