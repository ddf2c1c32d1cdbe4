"""``mmx resume``: go on with a run that waited, was interrupted or was revised."""

import argparse

from mmxlib.cli.console import Console
from mmxlib.cli.options import add_run_folder, add_working


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the run."""
    add_run_folder(parser)
    parser.add_argument(
        "--retry",
        action="store_true",
        help="do a model again that parts are missing from, because they ended every worker (exit 7); "
        "approvals of what was made from it have to be given again",
    )
    add_working(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Advance and write what people open."""
    from mmxlib.cli.ahead import compiling_ahead
    from mmxlib.cli.working import WorkOptions, work, worker_executor
    from mmxlib.workflow.session import Session

    with (
        compiling_ahead(),
        worker_executor(arguments.workers) as executor,
        Session.open(arguments.run_dir, executor=executor, debug=arguments.debug) as session,
    ):
        if arguments.retry:
            session.retry()
        return work(
            session, WorkOptions(arguments.run_dir, arguments.auto_approve, arguments.verbose), console
        )
