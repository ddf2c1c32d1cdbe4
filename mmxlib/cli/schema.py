"""``mmx schema``: print the JSON Schema of all settings, or of the key insights."""

import argparse
import json

from mmxlib.cli.console import Console
from mmxlib.errors import ExitCode

SETTINGS, KEY_INSIGHTS = "settings", "key-insights"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add whose schema it is; it is always JSON."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=(SETTINGS, KEY_INSIGHTS),
        default=SETTINGS,
        help="settings (default), or key-insights: the file decks/key_insights.json",
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print the schema."""
    from mmxlib.config import schema
    from mmxlib.report.key_insights import key_insights_schema

    told = key_insights_schema() if arguments.what == KEY_INSIGHTS else schema()
    print(json.dumps(told, ensure_ascii=False, indent=2))
    return ExitCode.DONE
