"""``mmx init``: write the five files of settings into a folder."""

import argparse
from pathlib import Path

from mmxlib.cli.console import Console
from mmxlib.errors import ExitCode, UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder."""
    parser.add_argument("folder", type=Path, nargs="?", default=Path("config"), help="default: config")
    parser.add_argument("--force", action="store_true", help="write over files that are there")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Write the files and say which."""
    from mmxlib.config import Config, config_files, write_config

    folder: Path = arguments.folder
    there = [name for name in config_files(Config()) if (folder / name).exists()]
    if there and not arguments.force:
        raise UsageError(
            f"{', '.join(there)} {'are' if len(there) > 1 else 'is'} already there.",
            remedy="Choose another folder, or write over with --force.",
            code="MMX-C010",
            place=str(folder),
        )
    paths = write_config(Config(), folder)
    for path in paths:
        console.show(str(path))
    console.document({"status": "done", "exit_code": 0, "files": [str(path) for path in paths]})
    return ExitCode.DONE
