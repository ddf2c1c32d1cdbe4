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
        result = perform(
            workbook,
            stage,
            home=home_of(str(workbook.path)),
            folder=None if arguments.run_dir is None else arguments.run_dir.absolute(),
            say=say,
            debug=arguments.debug,
        )
    if result.faults:
        console.fail(result.faults, result.code)
        return result.code
    for line in _lines(result, arguments.workbook):
        console.show(line)
    console.document(_document(result, arguments.workbook))
    return result.code


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


def _lines(result: Any, workbook: Path) -> Iterator[str]:
    for remark in result.remarks:
        yield wrapped(remark)
    yield wrapped(result.sentence)
    yield f"Wrote {workbook}"
    yield f"The run is in {result.folder}"
    if result.code == ExitCode.WAITING:
        yield "Decide on the sheet Start and run this again."
    if result.status is not None:
        yield from journal_lines(result.status)


def _document(result: Any, workbook: Path) -> dict[str, Any]:
    """Return how it ended as plain values."""
    standing = {} if result.status is None else status_document(result.status, result.folder)
    head = {} if result.status is None else journal_facts(result.status)
    return {
        **({"status": "done"} | standing),
        **head,
        "exit_code": int(result.code),
        "stage": result.stage.value,
        "workbook": str(workbook),
        "run_dir": str(result.folder),
        "said": [*result.remarks, result.sentence],
        "files": [str(path) for path in result.files],
    }
