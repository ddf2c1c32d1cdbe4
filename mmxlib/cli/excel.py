"""``mmx excel``: make the workbook, press its buttons without Excel, say what the buttons lack here."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mmxlib.cli.console import Console, typed
from mmxlib.cli.excel_run import add_run_arguments, run_workbook
from mmxlib.errors import ExitCode, UsageError
from mmxlib.terms import Verdict

_ENDING = ".xlsm"


@dataclass(frozen=True, slots=True)
class _Task:
    """One thing to do about Excel: what it is, what it takes, and how it is done."""

    words: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Console], int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what to do about Excel, each with arguments of its own."""
    from mmxlib.cli.options import add_shared

    tasks = parser.add_subparsers(dest="task", metavar="task", required=True)
    for name, task in TASKS.items():
        described = f"{task.words[:1].upper()}{task.words[1:]}."
        of_task = tasks.add_parser(name, help=task.words, description=described, allow_abbrev=False)
        task.add_arguments(of_task)
        add_shared(of_task)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Do the task."""
    return TASKS[arguments.task].run(arguments, console)


def _new_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workbook", type=Path, help=f"where the workbook goes; its name ends in {_ENDING}")
    parser.add_argument("--empty", action="store_true", help="without the sample data")
    parser.add_argument(
        "--config",
        type=Path,
        metavar="DIR",
        help="with the settings of this folder on its sheets, as `mmx init` writes them",
    )
    parser.add_argument("--force", action="store_true", help="write over a workbook that is there")


def _new(arguments: argparse.Namespace, console: Console) -> int:
    """Write a workbook of one's own."""
    from mmxlib_excel.template.build import empty_template, template_bytes

    path: Path = arguments.workbook
    _check_ending(path)
    if path.exists() and not arguments.force:
        raise UsageError(
            "there is already a file of this name.",
            remedy="Choose another name, or write over it with --force.",
            code="MMX-X041",
            place=str(path),
        )
    content = empty_template() if arguments.empty else template_bytes()
    if arguments.config:
        content = _with_settings(content, arguments.config, path.name)
    _write(path, content, console)
    console.say("Next: open it in Excel and press Run all. If a button does nothing: mmx excel doctor")
    return ExitCode.DONE


def _with_settings(content: bytes, folder: Path, name: str) -> bytes:
    """Return a workbook whose four sheets of settings say what the YAML files of a folder say."""
    from mmxlib.config import read_config
    from mmxlib_excel.editing.patching import patched
    from mmxlib_excel.inputs.settings import settings_changes

    changes = settings_changes(read_config(folder), ())
    return patched(content, changes.cells, place=name).content


def _build_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("workbook_template.xlsm"),
        help="default: workbook_template.xlsm, here",
    )


def _build(arguments: argparse.Namespace, console: Console) -> int:
    """Build the template anew."""
    from mmxlib_excel.template.build import built_template

    _check_ending(arguments.out)
    _write(arguments.out, built_template(), console)
    return ExitCode.DONE


def _check_ending(path: Path) -> None:
    if path.suffix.lower() != _ENDING:
        raise UsageError(
            f"the name {path.name!r} does not end in {_ENDING}: Excel would not run the workbook's macros.",
            remedy=f"Write {typed(path.with_suffix(_ENDING))}." if path.name else "Give the file a name.",
            code="MMX-X042",
            place=str(path),
        )


def _write(path: Path, content: bytes, console: Console) -> None:
    from mmxlib.files import write_atomic

    write_atomic(path, content)
    console.show(str(path))
    console.document({"status": "done", "exit_code": 0, "files": [str(path)], "bytes": len(content)})


def _doctor_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "workbook", type=Path, nargs="?", help="look also at whether Excel runs the macros of this workbook"
    )


def _doctor(arguments: argparse.Namespace, console: Console) -> int:
    """Print what was looked at; something missing is an answer, not an error."""
    from mmxlib_excel.doctor import report, report_text

    findings = report(arguments.workbook)
    console.show(report_text(findings))
    console.document(
        {
            "status": "ready" if all(each.verdict is Verdict.PASS for each in findings) else "incomplete",
            "exit_code": 0,
            "findings": [
                {"about": each.about, "verdict": each.verdict.value, "text": each.text, "remedy": each.remedy}
                for each in findings
            ],
        }
    )
    return ExitCode.DONE


TASKS: dict[str, _Task] = {
    "new": _Task("write a workbook of your own, with sample data inside", _new_arguments, _new),
    "run": _Task("do what a button of the workbook does, without Excel", add_run_arguments, run_workbook),
    "build": _Task("build the template that new workbooks are copied from", _build_arguments, _build),
    "doctor": _Task("say what the workbook's buttons lack here, and what to do", _doctor_arguments, _doctor),
}
"""What can be done, in the order of ``--help``; a further task is a row here."""
