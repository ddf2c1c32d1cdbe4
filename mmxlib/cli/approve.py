"""``mmx approve``: approve what a checkpoint shows."""

import argparse

from mmxlib.cli.console import Console
from mmxlib.cli.options import add_decision, add_run_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the checkpoint, the run and the decision."""
    parser.add_argument("checkpoint", help="baseline or budget")
    add_run_folder(parser)
    add_decision(parser)
    parser.add_argument(
        "--scenario", metavar="NAME", help="at the budget: which becomes the plan; default: base"
    )
    parser.add_argument("--override", metavar="REASON", help="why to go on although a guardrail failed")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Record the approval."""
    from mmxlib.cli.decided import decide

    return decide(
        arguments,
        console,
        lambda session: session.approve(
            arguments.checkpoint,
            by=arguments.by,
            comment=arguments.comment,
            content_id=arguments.content_id,
            scenario=arguments.scenario,
            override=arguments.override,
        ),
    )
