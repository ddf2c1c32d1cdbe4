"""The template as it is shipped: Run all, in how many seconds, and the sample cleared afterwards."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mmxlib.terms import StepName
from mmxlib.workflow.journal import EventKind
from mmxlib_excel.layout import inputs, start
from mmxlib_excel.layout.stage import Stage
from mmxlib_excel.template.build import template_bytes
from tests.libreoffice.desk import Desk, desk_at, office_of_a_person
from tests.libreoffice.installed import with_libreoffice
from tests.libreoffice.pressing import Pressed

pytestmark = pytest.mark.slow  # the whole sample, as shipped

FIRST_STATUS, RUN_ALL = 30.0, 400.0
"""Seconds that even a crowded machine keeps; what people should see is 2 and 30."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with_libreoffice()
    folder = tmp_path_factory.mktemp("person")
    with (
        office_of_a_person(folder) as office,
        desk_at(office, folder / "plan.xlsm", template_bytes()) as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def pressed(desk: Desk) -> Pressed:
    return desk.press(Stage.ALL, "^(Done|Waiting|Stopped)", seconds=RUN_ALL)


def test_the_sample_runs_to_its_end(desk: Desk, pressed: Pressed) -> None:
    assert pressed.shown[-1][1] == "Done: every step holds for these data and settings."
    steps = [each.said["step"] for each in desk.entries() if each.kind is EventKind.STEP]
    assert steps == list(StepName)
    approved = [each.said["by"] for each in desk.entries() if each.kind is EventKind.APPROVE]
    assert approved == ["Run all", "Run all"]


def test_the_status_moves_at_once_and_the_end_is_near(
    pressed: Pressed, record_property: Callable[[str, object], None]
) -> None:
    told = [
        f"{seconds:6.1f} s  {text}"
        for seconds, text in ((pressed.first_seconds, "first status"), *pressed.shown)
    ]
    print("\n".join([f"load {os.getloadavg()[0]:.1f}", *told]))  # for -rP
    record_property("first_status_seconds", pressed.first_seconds)
    record_property("run_all_seconds", pressed.seconds)
    assert pressed.first_seconds < FIRST_STATUS
    assert pressed.seconds < RUN_ALL


def test_the_sample_is_cleared_and_nothing_else(desk: Desk, pressed: Pressed) -> None:
    assert pressed.shown
    before = desk.book.rows(["Settings", "Budget"])
    desk.press(Stage.CLEAR, "^Cleared the sample on Sales, Media, Events, Controls and Experiments")
    for sheet in inputs.SHEETS:
        body = sheet.blocks[0].body()
        rows = desk.book.rows([sheet.name])[sheet.name]
        assert not any(value for row in rows[body.first.row - 1 :] for value in row)
    assert desk.book.rows(["Settings", "Budget"]) == before
    desk.press(Stage.CHECK, "^Stopped: ")
    assert desk.book.cells([f"Start!{start.FINDINGS.address('sheet', 0)}"]) == ["Sales"]


def test_the_file_of_the_template_is_as_it_was(desk: Desk, pressed: Pressed) -> None:
    assert pressed.shown
    assert Path(desk.path).read_bytes() == template_bytes()
