"""``mmx stop``: stop a run at a checkpoint, until its results are approved after all."""

import argparse

from mmxlib.cli.console import Console
from mmxlib.cli.options import add_decision, add_run_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the checkpoint, the run and the decision."""
    parser.add_argument(
        "checkpoint", nargs="?", help="baseline or budget; default: the last one that was reached"
    )
    add_run_folder(parser)
    add_decision(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Record the stop."""
    from mmxlib.cli.decided import decide

    return decide(
        arguments,
        console,
        lambda session: session.stop(
            by=arguments.by,
            checkpoint=arguments.checkpoint,
            comment=arguments.comment,
            content_id=arguments.content_id,
        ),
    )
