"""What goes wrong between Excel and Python, made to happen with real buttons: every time in words."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from mmxlib.workflow.journal import EventKind
from mmxlib_excel.layout import inputs, priors, settings, start
from mmxlib_excel.layout.stage import LABELS, Stage
from mmxlib_excel.stages import worker
from mmxlib_excel.stages.start_sheet import field_changes
from mmxlib_excel.template.macros import CANCEL, code_of
from mmxlib_excel.workbooks.file import FileWorkbook
from tests.libreoffice.calls import OfficeError
from tests.libreoffice.desk import Desk, busy_file, desk_at
from tests.libreoffice.office import Office
from tests.libreoffice.pressing import opened_book
from tests.mmxlib_excel.small_book import small_book

pytestmark = pytest.mark.slow  # presses in a real spreadsheet program

SALES = inputs.SALES.blocks[0]
DECISIONS = (EventKind.APPROVE, EventKind.REVISE, EventKind.STOP)


@pytest.fixture(scope="module")
def desk(persons_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A workbook that waits at the baseline; every test but the last ones leaves it so."""
    path = tmp_path_factory.mktemp("desk") / "plan.xlsm"
    with desk_at(persons_office, path, small_book()) as opened:
        opened.press(Stage.BASELINE, "^Waiting for your decision on the baseline")
        opened.book.ended_calls()
        yield opened


def _seed_cell() -> str:
    return f"Settings!{settings.BLOCK.address('value', list(settings.SETTINGS).index('seed'))}"


def _change_a_number(desk: Desk, number: float) -> None:
    desk.book.type_value(f"Sales!{SALES.address('sales', 3)}", number)


def _steps(desk: Desk) -> list[str]:
    return [each.said["step"] for each in desk.entries() if each.kind is EventKind.STEP]


def _decisions(desk: Desk) -> int:
    return sum(each.kind in DECISIONS for each in desk.entries())


def test_every_button_and_every_callback_asks_python_for_its_stage(desk: Desk) -> None:
    labels = {label for sheet, label in desk.book.buttons() if sheet == start.NAME}
    assert labels == {*LABELS.values(), "Cancel"}
    before = len(desk.book.python_calls())
    with worker.working(desk.home) as free:  # so that every press is refused, which is quick
        assert free
        for stage in Stage:
            desk.press(stage, "^STARTED|^Python|^Still at work")
            desk.ribbon(stage, "^STARTED|^Python|^Still at work")
        calls = desk.book.ended_calls(seconds=300)[before:]
    assert [call.code for call in calls] == [code_of(stage) for stage in Stage for _ in range(2)]
    assert {(call.exit_code, call.output, call.errors) for call in calls} == {(0, "", "")}
    assert re.match(r"Still at work; .* was not started\. Wait, or press Cancel\.", desk.status())
    desk.book.type_value(start.CANCEL.name, "")
    desk.book.ribbon(CANCEL.replace("Mmx_", "Rb_"), watch=start.CANCEL.name, until="^cancel$")


def test_wrong_cells_are_said_beside_them_and_on_start_until_they_are_mended(desk: Desk) -> None:
    book = desk.book
    media = inputs.MEDIA.blocks[0]
    wrong: dict[str, float | str] = {
        f"Sales!{SALES.address('sales', 3)}": "many",
        f"Sales!{SALES.address('date', 7)}": "soon",
        f"Media!{media.address('spend', 5)}": "a lot",
        _seed_cell(): "seven",
    }
    checks = [
        f"Sales!{SALES.address('check', 3)}",
        f"Sales!{SALES.address('check', 7)}",
        f"Media!{media.address('check', 5)}",
        f"Settings!{settings.BLOCK.address('check', list(settings.SETTINGS).index('seed'))}",
    ]
    found = [f"Start!{start.FINDINGS.address('sheet', row)}" for row in range(start.FINDINGS.rows)]
    right = dict(zip(wrong, book.cells(list(wrong)), strict=True))
    for place, value in wrong.items():
        book.type_value(place, value)
    desk.press(Stage.CHECK, "^Stopped: 4 things are wrong on the sheets")
    assert all("MMX-" in str(said) for said in book.cells(checks))
    assert sorted(str(name) for name in book.cells(found) if name) == ["Media", "Sales", "Sales", "Settings"]
    for place, value in right.items():
        book.type_value(place, value or 0.0)
    desk.press(Stage.CHECK, "^The data and settings can be used")
    assert book.cells(checks) == [None] * 4
    assert set(book.cells(found)) == {None}


def test_an_approval_after_a_number_was_changed_is_refused_and_the_new_results_are_shown(
    desk: Desk,
) -> None:
    before = desk.decided("baseline", "content_id")
    _change_a_number(desk, 1234.0)
    desk.decide("baseline", decision="approve", reviewer="Ana")
    desk.press(Stage.NEXT, "^The decision on the baseline was refused; see its answer. Waiting for your")
    assert "the data on the sheets changed since these results were shown" in desk.decided(
        "baseline", "answer"
    )
    assert _decisions(desk) == 0
    assert desk.decided("baseline", "decision") == ""
    assert desk.decided("baseline", "content_id") not in ("", before)


def test_a_revision_takes_down_exactly_what_was_changed_on_the_sheets(desk: Desk) -> None:
    half_life = next(name for name in priors.STATEMENTS if name.startswith("half_life"))
    desk.book.type_value(f"Priors!{priors.BLOCK.address(half_life, 1)}", 3.0)
    desk.decide("baseline", decision="revise", reviewer="Ana", comment="as agreed")
    desk.press(Stage.NEXT, "^Waiting for your decision on the baseline")
    (entry,) = [each for each in desk.entries() if each.kind is EventKind.REVISE]
    assert (entry.said["by"], entry.said["comment"]) == ("Ana", "as agreed")
    assert list(entry.said["patch"].values()) == [3.0]
    assert desk.decided("baseline", "answer").startswith("Sent back by Ana at ")


def test_a_second_press_is_refused_and_cancel_ends_the_first_between_two_steps(desk: Desk) -> None:
    _change_a_number(desk, 1235.0)
    before = len(_steps(desk))
    desk.press(Stage.NEXT, "^Finding segments|^Scanning trends")
    with desk.standing():
        desk.press(Stage.SEGMENTS, "^Still at work; Segments was not started")
        desk.book.press("Cancel", watch=start.CANCEL.name, until="^cancel$")
    desk.wait("^Canceled between two steps; what is done is kept. Press again to go on.")
    assert _steps(desk)[before:] in (["segmentation"], ["segmentation", "trend_scanner"])
    assert desk.book.cells([start.CANCEL.name]) == [None]
    desk.press(Stage.NEXT, "^Waiting for your decision on the baseline")
    assert _steps(desk)[before:] == ["segmentation", "trend_scanner", "baseline"]


def test_a_press_waits_for_an_excel_that_is_busy_and_ends_well(desk: Desk) -> None:
    _change_a_number(desk, 1236.0)
    busy = busy_file(desk.book.office)
    desk.press(Stage.BASELINE, "^STARTED|^Python|starting …$")
    busy.touch()
    try:
        with pytest.raises(OfficeError, match="did not match"):
            desk.wait("^Waiting for your decision on the baseline", seconds=5.0)
    finally:
        busy.unlink()
    desk.wait("^Waiting for your decision on the baseline")
    assert {(call.exit_code, call.errors) for call in desk.book.ended_calls()} == {(0, "")}


def test_a_worker_that_was_killed_blocks_nothing_and_the_next_press_heals_the_cells(
    desk: Desk,
) -> None:
    desk.decide("baseline", decision="approve", reviewer="Ana", time="")
    desk.press(Stage.NEXT, "^Fitting the model|^Searching budgets")
    with desk.standing() as process:
        os.kill(process, signal.SIGKILL)
    assert re.match("Fitting|Searching", desk.status())
    desk.press(Stage.NEXT, "^Waiting for your decision on the budget")
    assert [each.said["by"] for each in desk.entries() if each.kind is EventKind.APPROVE] == ["Ana"]
    desk.decide("budget", decision="approve", reviewer="Ana", content_id="0123456789ab")
    desk.press(Stage.NEXT, "^The decision on the budget was refused")
    assert "the results changed since they were reviewed" in desk.decided("budget", "answer")


def test_a_workbook_under_another_name_says_that_its_run_begins_anew(
    persons_office: Office, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "renamed.xlsm"
    path.write_bytes(small_book())
    FileWorkbook(path).write(field_changes(start.RUN_PLACE, *desk.book.shown([start.RUN_PLACE.name])))
    with opened_book(persons_office, path, add_in=False) as book:  # the add-in is open beside the first one
        renamed = Desk(path, book)
        pressed = renamed.press(Stage.SEGMENTS, "Segments: done.*This workbook was moved, renamed or copied")
        assert str(desk.run) in pressed.shown[-1][1]
        assert renamed.run != desk.run
