"""``mmx excel run``: do what a button of a workbook does, without Excel."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmxlib.cli.console import Console, journal_facts, journal_lines, wrapped
from mmxlib.cli.documents import status_document
from mmxlib.errors import ExitCode


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the workbook, the button and the run."""
    parser.add_argument("workbook", type=Path, metavar="FILE", help="the workbook (.xlsm or .xlsx)")
    parser.add_argument(
        "--stage",
        default="next",
        metavar="STAGE",
        help="which button: check, segments, trends, baseline, model, budget, insights, next (to the next "
        "approval; the default), all, planner, report or clear",
    )
    parser.add_argument(
        "--run-dir",
        type=Path,
        metavar="DIR",
        help="the run's folder; default: the one on the sheet Settings, else one of your user's for this "
        "workbook, the same that its buttons use",
    )


def run_workbook(arguments: argparse.Namespace, console: Console) -> int:
    """Do what the button does, write it into the file, and say how it ended."""
    from mmxlib.cli.ahead import compiling_ahead
    from mmxlib_excel.stages.folders import home_of
    from mmxlib_excel.stages.pressing import perform
    from mmxlib_excel.workbooks.file import FileWorkbook

    stage = _stage(arguments.stage)
    workbook = FileWorkbook(arguments.workbook)
    workbook.check_writable()
    say = (lambda _: None) if console.machine else console.say
    with compiling_ahead():
        outcome = perform(
            workbook,
            stage,
            home=home_of(str(workbook.path)),
            folder=None if arguments.run_dir is None else arguments.run_dir.absolute(),
            say=say,
            debug=arguments.debug,
        )
    if outcome.faults:
        console.fail(outcome.faults, outcome.code)
        return outcome.code
    for line in _lines(outcome, arguments.workbook):
        console.show(line)
    console.document(_document(outcome, arguments.workbook))
    return outcome.code


def _stage(name: str) -> Any:
    import difflib

    from mmxlib.errors import UsageError
    from mmxlib_excel.layout.stage import Stage

    if name in tuple(Stage):
        return Stage(name)
    near = difflib.get_close_matches(name, list(Stage), n=1)
    raise UsageError(
        f'There is no stage "{name}".',
        remedy=f"Did you mean {near[0]}?" if near else f"The stages are {', '.join(Stage)}.",
        code="MMX-X093",
    )


def _lines(outcome: Any, workbook: Path) -> Iterator[str]:
    for remark in outcome.remarks:
        yield wrapped(remark)
    yield wrapped(outcome.sentence)
    yield f"Wrote {workbook}"
    yield f"The run is in {outcome.folder}"
    if outcome.code == ExitCode.WAITING:
        yield "Decide on the sheet Start and run this again."
    if outcome.status is not None:
        yield from journal_lines(outcome.status)


def _document(outcome: Any, workbook: Path) -> dict[str, Any]:
    """Return how it ended as plain values."""
    standing = {} if outcome.status is None else status_document(outcome.status, outcome.folder)
    head = {} if outcome.status is None else journal_facts(outcome.status)
    return {
        **({"status": "done"} | standing),
        **head,
        "exit_code": int(outcome.code),
        "stage": outcome.stage.value,
        "workbook": str(workbook),
        "run_dir": str(outcome.folder),
        "said": [*outcome.remarks, outcome.sentence],
        "files": [str(path) for path in outcome.files],
    }
