"""How far the reading of raw tables is: a bar on a terminal, plain lines otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager

from mmxlib.cli.console import Console
from mmxlib.data.raw.progress import RawProgress, Show

_LINES = 4
"""Lines for all raw tables together, where there is no terminal."""


@contextmanager
def reading_display(console: Console) -> Iterator[Show]:
    """Yield a function that shows how far raw tables are read; with ``--json``, and without them, nothing."""
    if console.machine:
        yield lambda progress: None
    elif console.live:
        yield from _live(console)
    else:
        yield _lines(console)


def _lines(console: Console) -> Show:
    told = 0

    def tell(progress: RawProgress) -> None:
        nonlocal told
        reached = int(_LINES * progress.share)
        if reached > told:
            told = reached
            console.say(f"Reading raw tables: {progress.share:4.0%}  {_about(progress)}")

    return tell


def _live(console: Console) -> Iterator[Show]:
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    terminal = Terminal(stderr=True, no_color=not console.colored, highlight=False)
    columns = (
        TextColumn("Reading raw tables"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.description}", markup=False),
        TimeRemainingColumn(),
    )
    bars = Progress(*columns, console=terminal, transient=True)

    def tell(progress: RawProgress) -> None:
        bars.start()
        task = bars.task_ids[0] if bars.task_ids else bars.add_task("", total=1.0)
        bars.update(task, completed=progress.share, description=_about(progress))

    try:
        yield tell
    finally:
        bars.stop()


def _about(progress: RawProgress) -> str:
    return f"{progress.file}, {progress.rows:,} rows" if progress.rows else progress.file
