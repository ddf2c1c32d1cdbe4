"""``mmx run``: from files to an executive summary, up to the next approval."""

import argparse

from mmxlib.cli.console import Console
from mmxlib.cli.options import add_input, add_run_folder, add_working


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the input, the settings and the run."""
    add_input(
        parser,
        files="a file, several, or a folder whose files say by name what they hold (sales, media, events, …)",
        settings="the folder of settings, as `mmx init` writes it; without it every setting has its default",
    )
    add_run_folder(parser)
    add_working(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Read, advance, write what people open."""
    from mmxlib.cli.ahead import compiling_ahead

    with compiling_ahead():
        return _run(arguments, console)


def _run(arguments: argparse.Namespace, console: Console) -> int:
    from mmxlib.artifacts.note import note_text
    from mmxlib.cli.reading_progress import reading_display
    from mmxlib.cli.working import WorkOptions, work, worker_executor
    from mmxlib.config import Config, read_config
    from mmxlib.data.reading import read_folder
    from mmxlib.workflow.log import failures_logged
    from mmxlib.workflow.session import Session

    with failures_logged(arguments.run_dir.absolute(), debug=arguments.debug):
        config = read_config(arguments.config) if arguments.config else Config()
        with reading_display(console) as show:
            panel = read_folder(arguments.input, settings=config.data, progress=show)
    if not console.machine:
        console.say(
            f"Read {len(panel.units)} {panel.unit_word} series of {len(panel.dates)} periods "
            f"({panel.dates[0]} to {panel.dates[-1]}) and {len(panel.channels)} channels."
        )
    if arguments.verbose:
        for note in panel.notes:
            console.say(f"  {note_text(note)}")
    with (
        worker_executor(arguments.workers) as executor,
        Session.open(arguments.run_dir, config, panel, executor=executor, debug=arguments.debug) as session,
    ):
        return work(
            session, WorkOptions(arguments.run_dir, arguments.auto_approve, arguments.verbose), console
        )
