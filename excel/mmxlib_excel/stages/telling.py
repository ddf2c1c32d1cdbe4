"""What a press says while it works: to the open workbook, or to whoever runs it without Excel."""

from collections.abc import Callable

from mmxlib.terms import StepName
from mmxlib.workflow.status import Status
from mmxlib_excel.layout import start
from mmxlib_excel.stages.start_sheet import cancel_wanted, field_changes, stage_changes
from mmxlib_excel.workbooks.port import Changes, Workbook

STEP_WORDS = {
    StepName.SEGMENTATION: "Finding segments",
    StepName.TREND_SCANNER: "Scanning trends",
    StepName.BASELINE: "Measuring the baseline",
    StepName.MODEL_OPTIMIZATION: "Fitting the model",
    StepName.BUDGET_OPTIMIZATION: "Searching budgets",
    StepName.ALLOCATION: "Taking the approved plan",
    StepName.INSIGHT: "Writing insights",
}


class Teller:
    """Tells the status of a press and gathers what is written into the workbook.

    It has state because an open workbook is written at every turn, and a file once, at the end: so a run that
    is broken off leaves the file as it was.
    """

    def __init__(self, workbook: Workbook, *, live: bool, say: Callable[[str], None]) -> None:
        self._workbook = workbook
        self._live = live
        self._say = say
        self._kept = Changes()
        self.checked = ("open", "")

    def status(self, sentence: str) -> None:
        """Say how far the press is."""
        self._say(sentence)
        if self._live:
            self._workbook.write(field_changes(start.STATUS, sentence))

    def running(self, status: Status | None, step: StepName) -> None:
        """Say that a step runs now."""
        self._say(f"{STEP_WORDS[step]} …")
        if self._live:
            told = field_changes(start.STATUS, f"{STEP_WORDS[step]} …")
            self._workbook.write(told + stage_changes(status, checked=self.checked, running=step))

    def write(self, changes: Changes) -> None:
        """Write what belongs together: now into an open workbook, into a file at the end."""
        if self._live:
            self._workbook.write(changes)
        else:
            self._kept += changes

    def finish(self, sentence: str, changes: Changes) -> None:
        """Write the last of it, and then the sentence that stays in the status: it says that all is there."""
        last = field_changes(start.STATUS, sentence)
        if self._live:
            self._workbook.write(self._kept + changes)
            self._workbook.write(last)
        else:
            self._workbook.write(self._kept + changes + last)
        self._kept = Changes()

    def canceled(self) -> bool:
        """Return whether the user pressed Cancel."""
        return self._live and cancel_wanted(self._workbook)
