"""``mmx report``: write the files that people open, from stored results."""

import argparse

from mmxlib.cli.console import Console, journal_lines
from mmxlib.cli.options import add_run_folder
from mmxlib.errors import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the run."""
    add_run_folder(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Write the files and say where."""
    from mmxlib.cli.working import published_lines
    from mmxlib.workflow.session import Session

    with Session.open(arguments.run_dir, debug=arguments.debug) as session:
        published = session.write_outputs()
        status = session.status()
    for line in published_lines(published):
        console.show(line)
    for line in journal_lines(status):
        console.show(line)
    console.document(
        {
            "status": status.state.value,
            "exit_code": 0,
            "files": [str(path) for path in published.files],
            "head": status.head,
            "count": status.count,
        }
    )
    return ExitCode.DONE
