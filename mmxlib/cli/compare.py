"""``mmx compare``: say why the outcome is not the one that a run's plan foresaw."""

import argparse
from pathlib import Path
from typing import Any

from mmxlib.cli.console import Console, journal_facts
from mmxlib.cli.options import add_input, add_run_folder
from mmxlib.errors import ExitCode, Fault, UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the run, the plan, the newer data and where to write."""
    add_run_folder(parser)
    parser.add_argument(
        "--scenario", metavar="NAME", help="the plan to compare (or present); default: the approved one"
    )
    add_input(
        parser,
        files="the run's data again with those since: a file, several, or a folder",
        settings="the folder of settings by which the files are read; default: those of the run",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE.csv", help="write the parts by date and unit to this file"
    )
    parser.add_argument("--chart", type=Path, metavar="FILE.png", help="draw the way from plan to outcome")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Read, compare, say what was found; the run stays as it is."""
    from mmxlib.artifacts.fitted import FittedModel
    from mmxlib.artifacts.segments import Segments
    from mmxlib.cli.reading_progress import reading_display
    from mmxlib.config import read_config
    from mmxlib.data.reading import read_folder
    from mmxlib.evaluation.plan_comparison import compare_plan
    from mmxlib.files import write_atomic
    from mmxlib.model.model import Model
    from mmxlib.report.tables import csv_bytes
    from mmxlib.workflow.run import view_run

    run = view_run(arguments.run_dir)
    plan = _plan(run, arguments.scenario)
    fitted, segments = run.artifact(FittedModel), run.artifact(Segments)
    config = read_config(arguments.config) if arguments.config else run.config
    with reading_display(console) as show:
        panel = _grouped(read_folder(arguments.input, settings=config.data, progress=show), segments)
    compared = compare_plan(
        plan,
        Model(fitted.response, fitted.diagnostics),
        panel,
        settings=run.config.model,
        level=run.config.model.level,
        seed=run.config.seed,
    )
    _show(compared, run, console)
    if arguments.out:
        write_atomic(arguments.out, csv_bytes(compared.table))
        console.show(f"Written: {arguments.out}")
    if arguments.chart:
        _draw(compared, panel, arguments.chart)
        console.show(f"Drawn: {arguments.chart}")
    return ExitCode.DONE


def _plan(run: Any, scenario: str | None) -> Any:
    """Return the run's approved plan, or the named one."""
    from mmxlib.artifacts.plan import BudgetPlan, Scenarios

    if scenario is None:
        return run.artifact(BudgetPlan)
    scenarios = run.artifact(Scenarios)
    plans = {plan.scenario: plan for plan in (scenarios.present, *scenarios.plans)}
    if scenario not in plans:
        raise UsageError(
            f'The run has no scenario "{scenario}".',
            remedy=f"Choose one of {', '.join(plans)}.",
            code="MMX-C040",
        )
    return plans[scenario]


def _grouped(panel: Any, segments: Any) -> Any:
    """Return the panel with the sub-categories grouped as in the run."""
    from mmxlib.errors import DataError

    known = segments.segment_of
    faults = [
        Fault(
            "MMX-C041",
            f"The {panel.unit_word} {', '.join(names)} {what}.",
            "Give the series that the run had, named as then.",
            "input",
        )
        for names, what in (
            ([each for each in panel.units if each not in known], "is not in the run"),
            ([each for each in known if each not in panel.units], "of the run is missing"),
        )
        if names
    ]
    if faults:
        raise DataError.of(faults)
    return panel.grouped(known, segments.labels)


def _show(compared: Any, run: Any, console: Console) -> None:
    from mmxlib.artifacts.note import note_text
    from mmxlib.cli.tables import records, table_text

    tables = {"Parts": compared.parts, "Channels": compared.channels, "Base": compared.base}
    console.show(f"Plan {compared.scenario}, {compared.first} to {compared.last}")
    for title, table in tables.items():
        console.show(f"\n{title}\n{table_text(table)}")
    console.show()
    for note in compared.notes:
        console.show(f"- {note_text(note)}")
    figures = (
        "periods", "plan_periods", "planned_outcome", "planned_lower", "planned_upper", "actual_outcome",
        "difference", "level",
    )  # fmt: skip
    console.document(
        {
            "status": "done",
            "exit_code": 0,
            "scenario": compared.scenario,
            "first": compared.first.isoformat(),
            "last": compared.last.isoformat(),
            **{name: getattr(compared, name) for name in figures},
            "tables": {
                **{title.lower(): records(table) for title, table in tables.items()},
                "periods": records(compared.table),
            },
            "notes": [
                {"about": note.about, "text": note.text, "verdict": note.verdict.value}
                for note in compared.notes
            ],
            **journal_facts(run),
        }
    )


def _draw(compared: Any, panel: Any, path: Path) -> None:
    from mmxlib.files import write_atomic
    from mmxlib.report.charts.plan_comparison import comparison_chart
    from mmxlib.report.numbers import Measures

    write_atomic(path, comparison_chart(compared, Measures.of(panel)).png())
