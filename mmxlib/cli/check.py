"""``mmx check``: read files and say what was found, without running anything."""

import argparse
from pathlib import Path

from mmxlib.cli.console import Console
from mmxlib.cli.options import source
from mmxlib.errors import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files and the settings."""
    parser.add_argument("input", type=source, nargs="+", metavar="FILE", help="files, or a folder")
    parser.add_argument("--config", type=Path, metavar="DIR", help="the folder of settings")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Say what the files hold."""
    from mmxlib.artifacts.note import note_text
    from mmxlib.artifacts.repair import repairs_table
    from mmxlib.cli.reading_progress import reading_display
    from mmxlib.cli.tables import records, table_text
    from mmxlib.data.accounting import rows_table, sums_table
    from mmxlib.data.reading import check_folder
    from mmxlib.report.data_tables import channel_table, data_table

    settings = None
    if arguments.config:  # the settings of all agents, which nothing else here needs, take long to load
        from mmxlib.config import read_config

        settings = read_config(arguments.config).data
    with reading_display(console) as show:
        reading = check_folder(arguments.input, settings=settings, progress=show)
    panel, accounts = reading.panel, reading.accounts()
    found = {
        "Data": data_table(panel),
        "Channels": channel_table(panel),
        "Rows": rows_table(accounts),
        "Sums": sums_table(accounts),
    }
    for title, table in found.items():
        console.show(f"{title}\n{table_text(table)}\n")
    for note in panel.notes:
        console.show(f"- {note_text(note)}")
    if console.machine:  # a repaired column may have a line for every one of its numbers
        console.document(
            {
                "status": "done",
                "exit_code": 0,
                "tables": {title: records(table) for title, table in found.items()},
                "notes": [
                    {"about": note.about, "text": note.text, "verdict": str(note.verdict)}
                    for note in panel.notes
                ],
                "repairs": records(repairs_table(panel.repairs)),
            }
        )
    return ExitCode.DONE
