"""``mmx forecast``: say which outcome to expect under a plan of spend, from a run's model."""

import argparse
from pathlib import Path

from mmxlib.cli.console import Console, journal_facts
from mmxlib.cli.options import add_run_folder, number, source, whole_number
from mmxlib.errors import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the run, the plan and what to show."""
    add_run_folder(parser)
    plans = parser.add_mutually_exclusive_group()
    plans.add_argument(
        "--plan",
        type=source,
        metavar="FILE",
        help="date, channel, spend and, where it is by unit, unit; default: the spend of the last periods",
    )
    plans.add_argument("--scenario", metavar="NAME", help="the plan of this scenario of the run")
    parser.add_argument(
        "--events",
        type=source,
        metavar="FILE",
        help="events to come: name, start, end and, where they are for one unit, unit",
    )
    parser.add_argument(
        "--controls",
        type=source,
        metavar="FILE",
        help="prices and other controls to come: date, a column for each and, where they differ, unit",
    )
    parser.add_argument(
        "--periods", type=whole_number, metavar="N", help="periods ahead; default: 13, or those of the plan"
    )
    parser.add_argument(
        "--level", type=number, default=0.9, metavar="L", help="probability inside ranges; default: 0.9"
    )
    parser.add_argument("--by-unit", action="store_true", help="show every unit by itself")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write all components and their ranges as CSV"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Forecast, and say what is expected period by period and in all."""
    from mmxlib.cli.run_forecast import ForecastRequest, run_forecast
    from mmxlib.cli.tables import records, table_text
    from mmxlib.files import write_atomic
    from mmxlib.report.tables import csv_bytes
    from mmxlib.workflow.run import view_run

    found = run_forecast(
        arguments.run_dir,
        ForecastRequest(
            file=arguments.plan,
            scenario=arguments.scenario,
            events=arguments.events,
            controls=arguments.controls,
            periods=arguments.periods,
            level=arguments.level,
            by_unit=arguments.by_unit,
        ),
    )
    console.show(table_text(found.periods))
    console.show()
    console.show(found.sentence)
    for note in found.notes:
        console.show(f"- {note.text}")
    if arguments.out is not None:
        write_atomic(arguments.out, csv_bytes(found.components))
        console.show(f"Wrote {arguments.out}")
    console.document(
        {
            "status": "done",
            "exit_code": 0,
            "periods": records(found.periods),
            "total": records(found.total)[0],
            "components": records(found.components),
            "notes": [{"about": note.about, "text": note.text} for note in found.notes],
            "file": None if arguments.out is None else str(arguments.out),
            **journal_facts(view_run(arguments.run_dir)),
        }
    )
    return ExitCode.DONE
