"""The audit trail on its sheet."""

from mmxlib.terms import Checkpoint, StepName
from mmxlib.workflow.status import DecisionStatus, RunState, Status, StepState, StepStatus
from mmxlib.workflow.trail import TrailLine
from mmxlib_excel.layout.results.journal import COUNT, DECISIONS, EVENTS, HEAD, SHEET, STEPS, VERSION
from mmxlib_excel.results.journal import journal_changes
from tests.mmxlib_excel.results.shown import Shown


def status(decisions: int = 1) -> Status:
    steps = tuple(
        StepStatus(step, StepState.OPEN if at else StepState.DONE, None if at else 1.5, "Three.", "", None)
        for at, step in enumerate(StepName)
    )
    decided = tuple(
        DecisionStatus(
            Checkpoint.BASELINE, "approve", f"person {at}", "2025-01-01T00:00:00.123+00:00", "=fine", "", "",
            "ab" * 32, at == 0, {},
        )
        for at in range(decisions)
    )  # fmt: skip
    return Status(
        RunState.WAITING, steps, decided, Checkpoint.BASELINE, "cd" * 32, (), ("Somebody asked.",), (),
        "ef" * 32, 12, "1.0",
    )  # fmt: skip


def trail(events: int) -> tuple[TrailLine, ...]:
    return tuple(TrailLine(at + 1, "2025-01-01", f"Event {at + 1}.", ("More.",)) for at in range(events))


def test_the_journal_says_who_did_what_when_and_on_what() -> None:
    book = Shown().write(journal_changes(status(), trail(3)))
    assert book.value(SHEET.fields[0]) == "Waiting. Somebody asked."
    assert (book.value(HEAD), book.value(COUNT), book.value(VERSION)) == ("ef" * 32, 12.0, "1.0")
    assert len(book.rows(STEPS)) == len(StepName)
    assert book.rows(STEPS)[0][:4] == ("Segmentation", "done", None, 1.5)
    assert book.rows(DECISIONS) == [
        ("baseline", "approve", "2025-01-01 00:00:00", "person 0", "yes", "=fine", None, None, "ab" * 6)
    ]
    assert book.rows(EVENTS)[0] == (3.0, "2025-01-01", "Event 3. More.")


def test_a_long_journal_shows_the_latest_and_says_so() -> None:
    book = Shown().write(journal_changes(status(60), trail(500)))
    assert len(book.rows(DECISIONS)) == DECISIONS.rows
    assert book.rows(DECISIONS)[-1][3] == "person 59"
    assert book.rows(EVENTS)[0][0] == 500.0
    assert "40 of 60 decisions are shown, the latest ones." in str(book.value(SHEET.fields[0]))
    assert "400 of 500 lines on events are shown, the latest ones." in str(book.value(SHEET.fields[0]))
