"""``mmx verify``: prove that a run's journal and results are what was written."""

import argparse

from mmxlib.cli.console import Console
from mmxlib.cli.options import add_run_folder
from mmxlib.errors import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the run and the head to expect."""
    add_run_folder(parser)
    parser.add_argument(
        "--expect", metavar="HEAD", help="a head noted earlier: the journal must still contain it"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Check everything and say what was checked."""
    from mmxlib.workflow.verifying import verified

    found = verified(arguments.run_dir, expect=arguments.expect)
    console.show(
        f"Intact: {found.entries} journal entries and {found.objects} stored results are what was written."
    )
    if arguments.expect:
        console.show(f"The journal contains the expected head; {found.since} entries were added since.")
    if found.torn:
        console.show(
            f"The last {found.torn} bytes of the journal were never committed; the next run cuts them off."
        )
    console.show(f"Head: {found.head}")
    console.document(
        {
            "status": "done",
            "exit_code": 0,
            "head": found.head,
            "count": found.entries,
            "objects": found.objects,
            "entries_since_expected": found.since,
            "uncommitted_bytes": found.torn,
        }
    )
    return ExitCode.DONE
