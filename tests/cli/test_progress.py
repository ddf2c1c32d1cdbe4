"""News of steps: one line each on a terminal or in a file, their notes where more is asked for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mmxlib.artifacts.note import Note
from mmxlib.cli.console import Console
from mmxlib.cli.progress import step_display
from mmxlib.cli.working import published_lines
from mmxlib.terms import StepName
from mmxlib.workflow.performing import Phase, Progress
from mmxlib.workflow.publishing import Published

NOTES = (Note("Two weeks are odd.", "Crisps"), Note("[red]=1+1[/red] is a name."))
BEGUN = Progress(StepName.TREND_SCANNER, Phase.STARTED, 2, 7)
DONE = Progress(StepName.TREND_SCANNER, Phase.FINISHED, 2, 7, 1.25, "3 periods flagged", NOTES)
KEPT = Progress(StepName.SEGMENTATION, Phase.KEPT, 1, 7, 9.0, "1 segment")
LINES = [
    "[1/7] segmentation           kept  1 segment",
    "[2/7] trend scanner         1.2 s  3 periods flagged",
]
TOLD = ["      - Crisps: Two weeks are odd.", "      - [red]=1+1[/red] is a name."]


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Return a function that returns the lines on stderr of a run's news, and sees that stdout has none."""
    monkeypatch.setenv("COLUMNS", "60")

    def lines(*, verbose: bool, **kind: bool) -> list[str]:
        console = Console(**{"machine": False, "live": False, "colored": False} | kind)
        with step_display(console, verbose=verbose) as tell:
            for news in (KEPT, BEGUN, DONE):
                tell(news)
        printed = capsys.readouterr()
        assert printed.out == ""
        return [line.rstrip() for line in printed.err.splitlines() if line.strip()]

    return lines


@pytest.mark.parametrize(("verbose", "told"), [(False, []), (True, TOLD)])
@pytest.mark.parametrize("live", [False, True])
def test_a_step_is_told_once_it_is_done_and_its_notes_where_more_is_asked_for(
    shown: Callable[..., list[str]], told: list[str], *, live: bool, verbose: bool
) -> None:
    assert shown(verbose=verbose, live=live) == [*LINES, *told]


def test_for_a_machine_nothing_is_told(shown: Callable[..., list[str]]) -> None:
    assert shown(verbose=True, machine=True) == []


def test_a_terminal_shows_the_step_that_is_under_way(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as a terminal: what is redrawn is written
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with step_display(Console(machine=False, live=True, colored=True)) as tell:
        tell(BEGUN)
    assert "[2/7] trend scanner …" in capsys.readouterr().err


def published(folder: Path, *names: str, renamed: str | None = None) -> Iterator[str]:
    files = tuple(folder / name for name in names)
    return published_lines(Published(folder, files, (folder / renamed,) if renamed else (), ()))


def test_of_the_files_the_summaries_are_named_and_those_beside_an_open_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("executive_summary.html", "mmx_summary_report.xlsx", "plan.csv")
    first, *others = published(tmp_path / "out", *names, renamed="plan (2).xlsx")
    assert first == "Wrote 3 files to out"
    assert others[0] == f"  Summary: {Path('out') / 'executive_summary.html'}"
    assert not any("plan.csv" in line for line in others)
    assert others[-1] == "  Another program holds a file open; the new one is plan (2).xlsx"


def test_a_report_without_a_summary_names_none(tmp_path: Path) -> None:
    assert list(published(tmp_path, "plan.csv")) == [f"Wrote 1 files to {tmp_path}"]
