"""``mmx schema``: print the JSON Schema of all settings."""

import argparse
import json

from mmxlib.cli.console import Console
from mmxlib.errors import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the schema is always JSON."""


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print the schema."""
    from mmxlib.config import schema

    print(json.dumps(schema(), ensure_ascii=False, indent=2))
    return ExitCode.DONE
