"""``mmx review``: what waits to be decided, with its content id."""

import argparse

from mmxlib.cli.console import Console, journal_lines, typed, wrapped
from mmxlib.cli.options import add_run_folder
from mmxlib.errors import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the run."""
    add_run_folder(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Show the tables to decide on."""
    from mmxlib.cli.tables import records, table_text
    from mmxlib.workflow.deciding import failures
    from mmxlib.workflow.run import view_run

    run = view_run(arguments.run_dir)
    review, status = run.review(), run.status()
    console.show(f"The {review.checkpoint.value} checkpoint, content id {review.content_id[:12]}\n")
    for title, table in review.tables.items():
        console.show(f"{title}\n{table_text(table)}\n")
    if review.blocked_by:
        console.show(wrapped(f"{failures(review.blocked_by)}. Approving needs --override REASON.") + "\n")
    for remark in review.remarks:
        console.show(wrapped(remark, "- ", "  "))
    extra = " --scenario NAME" if review.checkpoint == "budget" else ""
    extra += " --override REASON" if review.blocked_by else ""
    if review.remarks:
        console.show()
    console.show(
        f"Approve exactly this: mmx approve {review.checkpoint.value} --run-dir {typed(arguments.run_dir)} "
        f"--by NAME --content-id {review.content_id[:12]}{extra}"
    )
    for line in journal_lines(status):
        console.show(line)
    console.document(
        {
            "status": status.state.value,
            "exit_code": 0,
            "checkpoint": review.checkpoint.value,
            "content_id": review.content_id,
            "remarks": list(review.remarks),
            "blocked_by": [{"check": each.name, "about": each.about} for each in review.blocked_by],
            "tables": {title: records(table) for title, table in review.tables.items()},
            "head": status.head,
            "count": status.count,
        }
    )
    return ExitCode.DONE
