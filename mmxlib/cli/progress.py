"""The progress of a run: a live line on a terminal, plain lines otherwise."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mmxlib.artifacts.note import note_text
from mmxlib.cli.console import Console
from mmxlib.workflow.performing import Phase, Progress


@contextmanager
def step_display(console: Console, *, verbose: bool = False) -> Iterator[Callable[[Progress], None]]:
    """Yield a function that shows news of steps, with their notes if ``verbose``; with ``--json`` nothing."""
    if console.machine:
        yield lambda news: None
    elif console.live:
        yield from _live(console, verbose=verbose)
    else:

        def tell(news: Progress) -> None:
            for line in _lines(news, verbose=verbose):
                console.say(line)

        yield tell


def step_line(news: Progress) -> str:
    """Return one line on a step: number, name, time and what it found."""
    name = news.step.value.replace("_", " ")
    time = "kept" if news.phase is Phase.KEPT else f"{news.seconds:.1f} s"
    return f"[{news.number}/{news.total}] {name:<19} {time:>7}  {news.summary}".rstrip()


def _lines(news: Progress, *, verbose: bool) -> Iterator[str]:
    if news.phase is not Phase.STARTED:
        yield step_line(news)
        for note in news.notes if verbose else ():
            yield f"      - {note_text(note)}"


def _live(console: Console, *, verbose: bool) -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console as Terminal
    from rich.progress import Progress as Bars
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    terminal = Terminal(stderr=True, no_color=not console.colored, highlight=False)
    bars = Bars(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=terminal,
        transient=True,
    )
    with bars:

        def tell(news: Progress) -> None:
            for task in list(bars.task_ids):
                bars.remove_task(task)
            if news.phase is Phase.STARTED:
                bars.add_task(
                    f"[{news.number}/{news.total}] {news.step.value.replace('_', ' ')} …", total=None
                )
            for line in _lines(news, verbose=verbose):
                bars.console.print(line, markup=False, soft_wrap=True)

        yield tell
