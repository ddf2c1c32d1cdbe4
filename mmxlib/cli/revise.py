"""``mmx revise``: send a checkpoint's results back with changed settings."""

import argparse

from mmxlib.cli.console import Console
from mmxlib.cli.options import add_decision, add_run_folder
from mmxlib.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the checkpoint, the run, the changes and the decision."""
    parser.add_argument("checkpoint", help="baseline or budget")
    add_run_folder(parser)
    parser.add_argument(
        "--set",
        dest="changes",
        action="append",
        required=True,
        metavar="SETTING=VALUE",
        help="a changed setting, such as priors.tv.half_life=3; may be given several times",
    )
    add_decision(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Record the revision."""
    from mmxlib.cli.decided import decide

    patch = dict(_change(each) for each in arguments.changes)
    return decide(
        arguments,
        console,
        lambda session: session.revise(
            patch,
            by=arguments.by,
            checkpoint=arguments.checkpoint,
            comment=arguments.comment,
            content_id=arguments.content_id,
        ),
    )


def _change(text: str) -> tuple[str, object]:
    """Return the name and the value of a change, the value read as in the settings files."""
    from mmxlib.config.yaml_text import parse_yaml

    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(
            f'"{text}" is no change of a setting.',
            remedy="Write SETTING=VALUE, such as priors.tv.half_life=3.",
            code="MMX-C020",
        )
    return name.strip(), parse_yaml(value.strip().encode(), f"--set {name.strip()}").value
