"""One press of a button, on an open workbook or on a file: the same work, the same cells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mmxlib.errors import DataError, ExitCode, MmxError, WorkbookError
from mmxlib.terms import Checkpoint, StepName
from mmxlib.workflow.deciding import failures
from mmxlib.workflow.journal import EventKind
from mmxlib.workflow.run import view_run
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import RunState, Status, StepState
from mmxlib.workflow.store import JOURNAL, OUT
from mmxlib_excel.inputs.settings import read_run_folder
from mmxlib_excel.layout import start
from mmxlib_excel.layout.stage import LABELS, Stage
from mmxlib_excel.stages import start_sheet
from mmxlib_excel.stages.clearing import cleared
from mmxlib_excel.stages.decisions import Answer, answer_to, kept_settings, shown_changes
from mmxlib_excel.stages.folders import RUN, run_folder
from mmxlib_excel.stages.press_result import PressResult
from mmxlib_excel.stages.reading import Reading, findings_changes, read_sheets
from mmxlib_excel.stages.showing import headline, planner_changes, result_changes, trail_changes
from mmxlib_excel.stages.steps import run_steps
from mmxlib_excel.stages.telling import Teller
from mmxlib_excel.template.sample import sample_contents
from mmxlib_excel.workbooks.port import Changes, Workbook

SUMMARY = "executive_summary.html"
READ_BEFORE: Mapping[Checkpoint, str] = {
    Checkpoint.BASELINE: "Segments, Trends, Baseline, Priors and Constraints",
    Checkpoint.BUDGET: "Model, Contributions, Curves, Budget and Scenarios",
}
"""The sheets to read before each approval."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a press works with; ``folder`` is the run's."""

    workbook: Workbook
    stage: Stage
    folder: Path
    teller: Teller
    debug: bool = False


def perform(
    workbook: Workbook,
    stage: Stage,
    *,
    home: Path,
    folder: Path | None = None,
    live: bool = False,
    say: Callable[[str], None] = lambda _: None,
    debug: bool = False,
) -> PressResult:
    """Do what the button of a stage does, and return how it ended.

    Parameters
    ----------
    workbook
        The workbook.
    stage
        What its button asks for.
    home
        The folder that belongs to the workbook.
    folder
        The run's folder; None takes the one on Settings, else one in ``home``.
    live
        Whether the workbook is open: then its user sees every turn and may cancel. Otherwise it is written
        once, at the end.
    say
        Is told each sentence of the status.
    debug
        Whether the run's log may quote the data.

    Raises
    ------
    WorkbookError
        If the workbook itself cannot be read or written; every other error of ours is told in its cells.
    """
    teller = Teller(workbook, live=live, say=say)
    place, moved = home, ""
    try:
        place = folder or run_folder(home, read_run_folder(workbook))
        moved = _moved_from(workbook) if place == home / RUN and not _is_run(place) else ""
        result, changes = _DEEDS[stage](Press(workbook, stage, place, teller, debug))
    except MmxError as error:
        result = PressResult(stage, error.exit_code, _trouble(error), place, faults=error.faults)
        changes = findings_changes(workbook, error.faults)
    if live and start_sheet.cancel_wanted(workbook):
        changes += start_sheet.field_changes(start.CANCEL, None)
    if moved:
        result = replace(result, sentence=f"{result.sentence} {moved}")
    teller.finish(result.sentence, changes)
    return result


def _moved_from(workbook: Workbook) -> str:
    """Return what to say where the workbook's cells tell of a run that its name no longer leads to."""
    told = start_sheet.text_of(workbook.value(start.NAME, start.RUN_PLACE.cell))
    if not told or not _is_run(Path(told)):
        return ""
    return (
        "This workbook was moved, renamed or copied: under this name it has a run of its own. "
        f"The earlier run is kept; to go on with it, enter {told} as the run folder on Settings."
    )


def _trouble(error: MmxError) -> str:
    first = error.faults[0]
    where = f"{first.place}: " if first.place else ""
    more = len(error.faults) - 1
    others = f" And {more} more; see below." if more else ""
    return f"Stopped: {where}{first.problem} {first.remedy}{others} [{first.code}]"


def _check(press: Press) -> tuple[PressResult, Changes]:
    """Read everything; say what is wrong beside the cells, or what was read."""
    press.teller.status("Checking the data and settings …")
    reading = read_sheets(press.workbook)
    changes = reading.changes
    status = _status_of(press.folder)
    if reading.faults:
        return _faulty(press, reading, status, changes)
    changes += start_sheet.stage_changes(status, checked=("done", reading.about))
    sentence = f"The data and settings can be used: {reading.about}."
    return PressResult(press.stage, ExitCode.DONE, sentence, press.folder, status), changes


def _faulty(
    press: Press, reading: Reading, status: Status | None, changes: Changes
) -> tuple[PressResult, Changes]:
    many = len(reading.faults)
    count = "1 thing is" if many == 1 else f"{many:,} things are"
    sentence = f"Stopped: {count} wrong on the sheets; each is said beside its cell and below."
    changes += start_sheet.stage_changes(status, checked=("faults", f"{many:,} to correct"))
    result = PressResult(press.stage, ExitCode.INPUT, sentence, press.folder, status, faults=reading.faults)
    return result, changes


def _run(press: Press) -> tuple[PressResult, Changes]:
    """Take decisions down, then read, do the steps and write what people open."""
    teller = press.teller
    teller.status("Reading the data and settings …")
    reading = read_sheets(press.workbook)
    typed = start_sheet.typed_decisions(press.workbook)
    answers = _answers(press, typed, reading)
    teller.write(reading.changes + _answer_changes(answers))
    if reading.faults or reading.panel is None or reading.config is None:
        return _faulty(press, reading, _status_of(press.folder), Changes())
    teller.checked = ("done", reading.about)
    config = None if _in_force(press.folder) == reading.config else reading.config
    with Session.open(press.folder, config, reading.panel, debug=press.debug) as session:
        kept = kept_settings(session, reading.config)
        done = run_steps(session, press.stage, teller)
        files = _reports(session, teller)
        status = session.status()
        rest = [step for step in StepName if step not in done.ran]
        planner = _planner_part(press, session)
        changes = (
            result_changes(session, rest)
            + trail_changes(session)
            + planner.changes
            + start_sheet.stage_changes(status, checked=teller.checked)
            + shown_changes(status, typed, answers)
            + _standing_changes(press, status, headline(session))
        )
    sentence = _ending(press.stage, status, canceled=done.canceled, answers=answers)
    remarks = (*kept, *planner.remarks)
    sentence = " ".join((sentence, *remarks))
    result = PressResult(
        press.stage,
        _code(status, press.stage, done.canceled),
        sentence,
        press.folder,
        status,
        files=files,
        remarks=(*(each.text for each in answers), *remarks),
    )
    return result, changes


def _reports(session: Session, teller: Teller) -> tuple[Path, ...]:
    """Write the files that people open, unless nothing happened since they were written; return them."""
    last = session.entries[-1]
    if last.kind is EventKind.OUTPUTS:
        files = tuple(session.folder / OUT / name for name in last.said["files"])
        if all(each.is_file() for each in files):
            return files
    teller.status("Writing the reports …")
    return session.write_outputs().files


@dataclass(frozen=True, slots=True)
class _PlannerPart:
    """The planner's part of what a run writes, and why it has none where it could not."""

    changes: Changes = field(default_factory=Changes)
    remarks: tuple[str, ...] = ()


def _planner_part(press: Press, session: Session) -> _PlannerPart:
    """Return the planner's part where the model is there; what the planner has no room for is said."""
    if not any(
        each.step is StepName.MODEL_OPTIMIZATION and each.state is StepState.DONE
        for each in session.status().steps
    ):
        return _PlannerPart()
    try:
        return _PlannerPart(planner_changes(session, press.workbook))
    except (WorkbookError, DataError) as error:
        return _PlannerPart(remarks=(f"The planner was left as it is: {error.faults[0]}",))


def _answers(
    press: Press, typed: tuple[start_sheet.TypedDecision, ...], reading: Reading
) -> tuple[Answer, ...]:
    """Take down what was decided on the run as it stands, before new data or settings are taken."""
    if not any(each.decision for each in typed):
        return ()
    if not _is_run(press.folder):
        said = "Refused: nothing was put before you yet. Press Run to next approval first."
        return tuple(Answer(each, said) for each in typed if each.decision)
    with Session.open(press.folder, debug=press.debug) as session:
        found = [answer_to(session, each, reading) for each in typed]
    return tuple(each for each in found if each is not None)


def _answer_changes(answers: tuple[Answer, ...]) -> Changes:
    changes = Changes()
    for each in answers:
        changes += start_sheet.decision_changes(
            each.typed.checkpoint, {"answer": each.text, "time": each.time or None}
        )
    return changes


def _in_force(folder: Path) -> object:
    """Return the settings in force in a run, None where there is no run yet."""
    return view_run(folder).config if _is_run(folder) else None


def _status_of(folder: Path) -> Status | None:
    return view_run(folder).status() if _is_run(folder) else None


def _is_run(folder: Path) -> bool:
    return (folder / JOURNAL).is_file()


def _standing_changes(press: Press, status: Status, sentence: str) -> Changes:
    report = press.folder / OUT / "decks" / SUMMARY
    return (
        start_sheet.field_changes(start.WAITS, _waits(status) or None)
        + start_sheet.field_changes(start.HEADLINE, sentence or None)
        + start_sheet.field_changes(start.REPORT_PLACE, str(report) if report.is_file() else None)
        + start_sheet.field_changes(start.RUN_PLACE, str(press.folder))
    )


def _waits(status: Status) -> str:
    if status.checkpoint is None:
        return ""
    before = READ_BEFORE[status.checkpoint]
    said = f"Your decision on the {status.checkpoint.value}: read {before}, then decide under Approvals."
    if status.blocked_by:
        said += f" {failures(status.blocked_by)}: approving needs a reason to override."
    return said


def _ending(stage: Stage, status: Status, *, canceled: bool, answers: tuple[Answer, ...]) -> str:
    """Return the sentence that stays in the status."""
    refused = "".join(
        f"The decision on the {each.typed.checkpoint.value} was refused; see its answer. "
        for each in answers
        if each.refused
    )
    if canceled:
        return f"{refused}Canceled between two steps; what is done is kept. Press again to go on."
    missing = f" {' '.join(status.missing)}" if status.missing else ""
    if status.state is RunState.DONE:
        return f"{refused}Done: every step holds for these data and settings.{missing}"
    if status.state is RunState.STOPPED:
        return f"{refused}Stopped by a decision. Approving the same results takes the run up again."
    if status.state is RunState.WAITING and status.checkpoint is not None:
        return f"{refused}Waiting for your decision on the {status.checkpoint.value}.{missing}"
    return f"{refused}{LABELS[stage]}: done.{missing}"


def _code(status: Status, stage: Stage, canceled: bool) -> ExitCode:
    if canceled:
        return ExitCode.INTERRUPTED
    if status.state in (RunState.WAITING, RunState.STOPPED):
        return ExitCode.WAITING
    return ExitCode.PARTIAL if status.missing else ExitCode.DONE


def _planner(press: Press) -> tuple[PressResult, Changes]:
    """Put the run's model and plan into the planner's parameters."""
    press.teller.status("Refreshing the planner …")
    with _present_run(press) as session:
        changes = planner_changes(session, press.workbook)
        status = session.status()
    sentence = "The planner has the present model."
    return PressResult(press.stage, ExitCode.DONE, sentence, press.folder, status), changes


def _report(press: Press) -> tuple[PressResult, Changes]:
    """Say where the report is; whoever pressed opens it."""
    with _present_run(press) as session:
        files = session.write_outputs().files
        status = session.status()
        changes = _standing_changes(press, status, headline(session))
    report = next((each for each in files if each.name == SUMMARY), press.folder)
    sentence = f"The report is {report}."
    return PressResult(press.stage, ExitCode.DONE, sentence, press.folder, status, files=files), changes


def _present_run(press: Press) -> Session:
    """Return the run as it stands, which must be there."""
    if not _is_run(press.folder):
        raise WorkbookError(
            "Nothing was run from this workbook yet.",
            remedy="Press Run to next approval first.",
            code="MMX-X098",
        )
    return Session.open(press.folder, debug=press.debug)


def _clear(press: Press) -> tuple[PressResult, Changes]:
    """Empty the sheets of data."""
    done = cleared(press.workbook, sample_contents())
    changes = done.changes + findings_changes(press.workbook, ())
    return PressResult(press.stage, ExitCode.DONE, done.sentence, press.folder), changes


_DEEDS: Mapping[Stage, Callable[[Press], tuple[PressResult, Changes]]] = {
    **dict.fromkeys(Stage, _run),
    Stage.CHECK: _check,
    Stage.PLANNER: _planner,
    Stage.REPORT: _report,
    Stage.CLEAR: _clear,
}
