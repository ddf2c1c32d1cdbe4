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
    from mmxlib.artifacts.repair import repairs_table
    from mmxlib.cli.reading_progress import reading_display
    from mmxlib.cli.tables import records, table_text
    from mmxlib.config import Config, read_config
    from mmxlib.data.reading import read_folder
    from mmxlib.workflow.reviews import channel_table, data_table, note_text

    config = read_config(arguments.config) if arguments.config else Config()
    with reading_display(console) as show:
        panel = read_folder(arguments.input, settings=config.data, progress=show)
    found = {"Data": data_table(panel), "Channels": channel_table(panel)}
    for title, table in found.items():
        console.show(f"{title}\n{table_text(table)}\n")
    for note in panel.notes:
        console.show(f"- {note_text(note)}")
    console.document(
        {
            "status": "done",
            "exit_code": 0,
            "tables": {title: records(table) for title, table in found.items()},
            "notes": [
                {"about": note.about, "text": note.text, "verdict": str(note.verdict)} for note in panel.notes
            ],
            "repairs": records(repairs_table(panel.repairs)),
        }
    )
    return ExitCode.DONE
