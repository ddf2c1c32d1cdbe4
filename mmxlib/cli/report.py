"""``mmx report``: write the files that people open from stored results, or say what changed between runs."""

import argparse
from pathlib import Path

from mmxlib.cli.console import Console, journal_facts, journal_lines, wrapped
from mmxlib.errors import ExitCode, UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the run, or the two to compare."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--run-dir", type=Path, metavar="DIR", help="the run's folder")
    which.add_argument(
        "--compare",
        type=Path,
        nargs=2,
        metavar=("RUN_A", "RUN_B"),
        help="say what changed from the first run to the second, and why; both stay as they are",
    )
    parser.add_argument("--out", type=Path, metavar="FILE.md", help="with --compare: write it to this file")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Write the files and say where, or compare."""
    if arguments.compare:
        return _compare(arguments.compare[0], arguments.compare[1], arguments.out, console)
    if arguments.out:
        raise UsageError(
            "--out says where a comparison goes; a run's files go into its own folder.",
            remedy="Leave --out away, or compare two runs with --compare RUN_A RUN_B.",
            code="MMX-C042",
        )
    from mmxlib.cli.working import published_lines
    from mmxlib.workflow.session import Session

    with Session.open(arguments.run_dir, debug=arguments.debug) as session:
        published = session.write_outputs()
        status = session.status()
    for line in published_lines(published):
        console.show(line)
    for line in journal_lines(status):
        console.show(line)
    console.document(
        {
            "status": status.state.value,
            "exit_code": 0,
            "files": [str(path) for path in published.files],
            "head": status.head,
            "count": status.count,
        }
    )
    return ExitCode.DONE


def _compare(first: Path, second: Path, out: Path | None, console: Console) -> ExitCode:
    """Say what changed from one run to another."""
    from mmxlib.cli.tables import records, table_text
    from mmxlib.files import write_atomic
    from mmxlib.workflow.run import view_run
    from mmxlib.workflow.run_comparison import compare_runs
    from mmxlib.workflow.run_comparison_words import (
        HEADINGS,
        cause_sentences,
        comparison_page,
        comparison_tables,
    )

    found = compare_runs(view_run(first), view_run(second))
    for line in cause_sentences(found):
        console.show(wrapped(line, "- ", "  "))
    for kind, heading in HEADINGS.items():
        told = [each for each in found.changes if each.kind is kind]
        console.show(f"\n{heading}{'' if told else ': the same'}")
        for each in told:
            console.show(wrapped(f"{each.about}: {each.before} -> {each.after}", "  ", "    "))
    for heading, table in comparison_tables(found).items():
        console.show(f"\n{heading}\n{table_text(table)}")
    if out is not None:
        write_atomic(out, comparison_page(found).encode())
        console.show(f"\nWritten: {out}")
    console.document(
        {
            "status": "done",
            "exit_code": 0,
            "before": {"run": str(first), **journal_facts(found.before)},
            "after": {"run": str(second), **journal_facts(found.after)},
            "identical": found.identical,
            "verdict": list(cause_sentences(found)),
            "model_causes": [each.value for each in found.model_causes],
            "plan_causes": [each.value for each in found.plan_causes],
            "changes": [
                {"kind": each.kind.value, "about": each.about, "before": each.before, "after": each.after}
                for each in found.changes
            ],
            "steps": [
                {
                    "step": each.step.value,
                    "causes": [cause.value for cause in each.causes],
                    "same": each.same,
                }
                for each in found.steps
            ],
            "window": None if found.window is None else [str(each) for each in found.window],
            "fit": records(found.fit),
            "channels": records(found.channels),
            "budget": records(found.budget),
        }
    )
    return ExitCode.DONE
