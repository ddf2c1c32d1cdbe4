"""Presses that several tests begin from, done once and copied."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from mmxlib_excel.layout.stage import Stage
from mmxlib_excel.stages.press_result import PressResult
from mmxlib_excel.stages.pressing import perform
from mmxlib_excel.workbooks.file import FileWorkbook
from tests.mmxlib_excel.small_book import decide, row_of, small_file

STRICT = {"guardrails__model_validity__r2_warn": 1.0, "guardrails__model_validity__r2_fail": 1.0}


@dataclass(frozen=True)
class Desk:
    """A workbook as a file with its run."""

    folder: Path

    @property
    def workbook(self) -> FileWorkbook:
        return FileWorkbook(self.folder / "plan.xlsm")

    @property
    def run(self) -> Path:
        return self.folder / "run"

    def press(self, stage: Stage = Stage.NEXT) -> PressResult:
        return perform(self.workbook, stage, home=self.folder)

    def decide(self, checkpoint: str, **values) -> None:
        decide(self.workbook, checkpoint, **values)

    def row(self, checkpoint: str):
        return row_of(self.workbook, checkpoint)

    def copied(self, folder: Path) -> "Desk":
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Desk(folder)


@pytest.fixture(scope="session")
def at_baseline(tmp_path_factory) -> Desk:
    """A workbook whose run waits at the baseline, and would fail its guardrails later."""
    folder = tmp_path_factory.mktemp("baseline")
    small_file(folder, **STRICT)
    desk = Desk(folder)
    assert desk.press().code == 4
    return desk


@pytest.fixture(scope="session")
def at_budget(at_baseline, tmp_path_factory) -> Desk:
    """The same, approved: it waits at the budget, and a guardrail has failed."""
    desk = at_baseline.copied(tmp_path_factory.mktemp("budget"))
    desk.decide("baseline", decision="approve", reviewer="Ana", comment="looks right")
    assert desk.press().code == 4
    return desk
