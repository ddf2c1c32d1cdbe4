"""``mmx init``: write the five files of settings into a folder."""

import argparse
from pathlib import Path

from mmxlib.cli.console import Console, typed
from mmxlib.errors import ExitCode, UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder."""
    parser.add_argument("folder", type=Path, nargs="?", default=Path("config"), help="default: config")
    parser.add_argument("--force", action="store_true", help="write over files that are there")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Write the files and say which."""
    from mmxlib.config import Config, config_files, write_config

    folder: Path = arguments.folder
    others = [name for name, text in config_files(Config()).items() if _differs(folder / name, text)]
    if others and not arguments.force:
        raise UsageError(
            f"{', '.join(others)} {'are' if len(others) > 1 else 'is'} already there, with other settings.",
            remedy="Choose another folder, or write over with --force.",
            code="MMX-C010",
            place=str(folder),
        )
    paths = write_config(Config(), folder)
    for path in paths:
        console.show(str(path))
    console.say(f"Next: mmx run --input FILES --config {typed(folder)} --run-dir runs/first")
    console.document({"status": "done", "exit_code": 0, "files": [str(path) for path in paths]})
    return ExitCode.DONE


def _differs(path: Path, content: bytes) -> bool:
    """Return whether something else than ``content`` stands there."""
    return path.exists() and not (path.is_file() and path.read_bytes() == content)
