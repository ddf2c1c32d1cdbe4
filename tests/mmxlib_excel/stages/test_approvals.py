"""Decisions typed on Start: what is taken down, what is refused, and in which words."""

import shutil

import pytest

from mmxlib.workflow.journal import EventKind, read_journal
from mmxlib.workflow.session import Session
from mmxlib_excel.layout import inputs, priors, settings, start
from mmxlib_excel.layout.stage import Stage
from tests.mmxlib_excel.small_book import set_cell, status_of


def _events(desk, *kinds):
    entries = read_journal(desk.run / "journal.jsonl").entries
    return [each for each in entries if not kinds or each.kind in kinds]


HALF_LIFE = next(name for name in priors.STATEMENTS if name.startswith("half_life"))
DECIDED = (EventKind.APPROVE, EventKind.REVISE, EventKind.STOP)


def _refused(desk, checkpoint, **values):
    before = len(_events(desk, *DECIDED))
    desk.decide(checkpoint, **values)
    desk.press()
    assert len(_events(desk, *DECIDED)) == before
    row = desk.row(checkpoint)
    assert row.answer.startswith("Refused: ")
    assert row.time == ""
    assert "refused" in status_of(desk.workbook)
    return row.answer


def test_what_waits_is_put_before_a_person(at_baseline):
    with Session.open(at_baseline.run) as session:
        shown = session.review().content_id
    row = at_baseline.row("baseline")
    assert shown.startswith(row.content_id)
    assert len(row.content_id) == 12
    waits = at_baseline.workbook.value(start.NAME, start.WAITS.cell)
    assert "Your decision on the baseline: read Segments, Trends, Baseline" in waits
    assert status_of(at_baseline.workbook) == "Waiting for your decision on the baseline."


def test_an_approval_is_taken_down_and_answered(at_budget):
    entry = _events(at_budget, EventKind.APPROVE)[-1]
    assert entry.said["by"] == "Ana"
    assert entry.said["comment"] == "looks right"
    row = at_budget.row("baseline")
    assert row.answer == f"Approved by Ana at {row.time} UTC."
    assert row.time == entry.at[:19].replace("T", " ")


def test_a_decision_is_taken_down_once(at_budget, tmp_path):
    desk = at_budget.copied(tmp_path)
    before = _events(desk)
    desk.press()
    desk.press()
    assert [each.kind for each in _events(desk)[len(before) :]] in ([], [EventKind.OUTPUTS])
    assert desk.row("baseline") == at_budget.row("baseline")


def test_the_budget_is_not_approved_before_the_baseline(at_baseline, tmp_path):
    desk = at_baseline.copied(tmp_path)
    said = _refused(desk, "budget", decision="approve", reviewer="Ana", content_id="0123456789ab")
    assert "the budget checkpoint is not reached" in said


def test_a_decision_on_nothing_shown_is_refused(at_baseline, tmp_path):
    desk = at_baseline.copied(tmp_path)
    assert "nothing was put before you" in _refused(desk, "budget", decision="approve", reviewer="Ana")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"decision": "aprove", "reviewer": "Ana"}, "Did you mean approve?"),
        ({"decision": "=1+1", "reviewer": "Ana"}, 'there is no decision "=1+1"'),
        ({"decision": "approve"}, "Enter your name"),
        ({"decision": "approve", "reviewer": "Ana", "scenario": "base"}, "Clear the scenario"),
        ({"decision": "approve", "reviewer": "Ana", "override": "a strike"}, "Clear the reason"),
        ({"decision": "revise", "reviewer": "Ana"}, "Change a setting"),
        ({"decision": "approve", "reviewer": "Ana", "content_id": "12"}, "too short"),
        ({"decision": "approve", "reviewer": "Ana", "content_id": "0123456789ab"}, "the results changed"),
    ],
)
def test_what_python_does_not_take_is_refused_in_words(at_baseline, tmp_path, values, words):
    assert words in _refused(at_baseline.copied(tmp_path), "baseline", **values)


def test_a_decision_on_results_that_changed_is_refused_and_the_new_ones_are_shown(at_baseline, tmp_path):
    desk = at_baseline.copied(tmp_path)
    old = desk.row("baseline").content_id
    seed = settings.BLOCK.address("value", list(settings.SETTINGS).index("seed"))
    set_cell(desk.workbook, "Settings", str(seed), 5)
    desk.press()
    new = desk.row("baseline").content_id
    assert new != old
    desk.decide("baseline", decision="approve", reviewer="Ana", content_id=old)
    desk.press()
    after = desk.row("baseline")
    assert after.answer.startswith("Refused: the results changed since they were reviewed")
    assert after.content_id == new
    assert after.decision == ""


def _change_a_setting(desk):
    seed = settings.BLOCK.address("value", list(settings.SETTINGS).index("seed"))
    set_cell(desk.workbook, "Settings", str(seed), 5)


def _change_a_number(desk):
    set_cell(desk.workbook, "Sales", str(inputs.SALES.blocks[0].address("sales", 3)), 1234.0)


@pytest.mark.parametrize("decision", ["approve", "stop"])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_change_a_number, "the data on the sheets changed since these results were shown"),
        (_change_a_setting, "the settings (seed) on the sheets changed since these results were shown"),
    ],
)
def test_sheets_that_changed_since_they_were_read_refuse_a_decision(
    at_baseline, tmp_path, change, words, decision
):
    desk = at_baseline.copied(tmp_path)
    old = desk.row("baseline").content_id
    change(desk)
    assert words in _refused(desk, "baseline", decision=decision, reviewer="Ana")
    after = desk.row("baseline")
    assert after.content_id not in ("", old)
    assert after.decision == ""
    desk.decide("baseline", decision="approve", reviewer="Ana", time=None)
    desk.press()
    (entry,) = _events(desk, *DECIDED)
    assert entry.said["content_id"].startswith(after.content_id)


def test_sheets_with_faults_refuse_an_approval(at_baseline, tmp_path):
    desk = at_baseline.copied(tmp_path)
    set_cell(desk.workbook, "Sales", str(inputs.SALES.blocks[0].address("sales", 3)), "many")
    desk.decide("baseline", decision="approve", reviewer="Ana")
    assert desk.press().code == 3
    assert not _events(desk, *DECIDED)
    assert "there are faults in the data or settings on the sheets" in desk.row("baseline").answer


def test_an_approval_stands_when_the_sheets_change_after_it(at_budget, tmp_path):
    desk = at_budget.copied(tmp_path)
    _change_a_number(desk)
    desk.press()
    assert [each.said["by"] for each in _events(desk, *DECIDED)] == ["Ana"]
    assert desk.row("baseline").decision == ""
    assert "Waiting for your decision on the baseline." in status_of(desk.workbook)


def test_a_revised_setting_that_was_taken_back_on_the_sheets_is_said(at_baseline, tmp_path):
    desk = at_baseline.copied(tmp_path)
    before = desk.row("baseline").content_id
    cell = str(priors.BLOCK.address(HALF_LIFE, 1))
    set_cell(desk.workbook, "Priors", cell, 3)
    desk.decide("baseline", decision="revise", reviewer="Ana")
    desk.press()
    set_cell(desk.workbook, "Priors", cell, None)
    desk.press()
    assert "A revision holds against the sheets in priors." in status_of(desk.workbook)
    desk.decide("baseline", decision="revise", reviewer="Ana", time=None)
    desk.press()
    assert desk.row("baseline").content_id == before
    assert "A revision holds" not in status_of(desk.workbook)


def test_a_guardrail_that_failed_needs_a_reason(at_budget, tmp_path):
    desk = at_budget.copied(tmp_path)
    assert "guardrail" in _refused(desk, "budget", decision="approve", reviewer="Ana", scenario="base")
    desk.decide("budget", override="a strike", scenario="aggressive")
    assert desk.press().code == 0
    entry = _events(desk, EventKind.APPROVE)[-1]
    assert (entry.said["override"], entry.said["scenario"]) == ("a strike", "aggressive")
    assert "against failed guardrails: a strike" in desk.row("budget").answer


def test_an_unknown_scenario_is_refused(at_budget, tmp_path):
    values = {"decision": "approve", "reviewer": "Ana", "override": "a strike", "scenario": "agressive"}
    assert "Did you mean" in _refused(at_budget.copied(tmp_path), "budget", **values)


def test_run_all_overrides_no_guardrail(at_budget, tmp_path):
    desk = at_budget.copied(tmp_path)
    outcome = desk.press(Stage.ALL)
    assert outcome.code == 4
    assert outcome.status is not None
    assert outcome.status.blocked_by
    assert [each.said["by"] for each in _events(desk, EventKind.APPROVE)] == ["Ana"]


def test_a_revision_takes_what_was_changed_on_the_sheets(at_baseline, tmp_path):
    desk = at_baseline.copied(tmp_path)
    set_cell(desk.workbook, "Priors", str(priors.BLOCK.address(HALF_LIFE, 1)), 3)
    desk.decide("baseline", decision="revise", reviewer="Ana", comment="as agreed")
    old = desk.row("baseline").content_id
    assert desk.press().code == 4
    entry = _events(desk, EventKind.REVISE)[-1]
    assert list(entry.said["patch"].values()) == [3.0]
    assert not _events(desk, EventKind.INPUT)
    after = desk.row("baseline")
    assert after.content_id != old
    assert after.decision == ""
    assert after.answer.startswith("Sent back by Ana")


def test_a_stopped_run_goes_on_when_the_same_results_are_approved(at_baseline, tmp_path):
    desk = at_baseline.copied(tmp_path)
    desk.decide("baseline", decision="stop", reviewer="Ana")
    assert desk.press().code == 4
    assert status_of(desk.workbook).startswith("Stopped by a decision")
    assert desk.press(Stage.ALL).code == 4
    assert len(_events(desk, *DECIDED)) == 1
    desk.decide("baseline", decision="approve", reviewer="Ben", time=None)
    desk.press(Stage.MODEL)
    assert [each.kind for each in _events(desk, *DECIDED)] == [EventKind.STOP, EventKind.APPROVE]


def test_workbook_and_library_write_the_same_event(at_budget, tmp_path):
    desk = at_budget.copied(tmp_path / "excel")
    shutil.copytree(at_budget.run, tmp_path / "library")
    desk.decide("budget", decision="stop", reviewer=" Ana ", comment="wrong quarter")
    desk.press()
    with Session.open(tmp_path / "library") as session:
        session.stop(by="Ana", comment="wrong quarter")
    excel = next(each for each in _events(desk) if each.kind is EventKind.STOP)
    library = read_journal(tmp_path / "library" / "journal.jsonl").entries[-1]
    assert (excel.kind, excel.said, excel.version) == (library.kind, library.said, library.version)
