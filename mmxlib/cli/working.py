"""What ``mmx run`` and ``mmx resume`` share: advance, approve if asked to, write, say how it ended."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mmxlib.cli.console import Console, journal_lines, typed, wrapped
from mmxlib.cli.documents import status_document
from mmxlib.cli.progress import step_display
from mmxlib.errors import ExitCode
from mmxlib.terms import StepName
from mmxlib.workflow.deciding import failures
from mmxlib.workflow.performing import Phase, Progress
from mmxlib.workflow.publishing import Published
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import RunState, Status

AUTO = "mmx --auto-approve"
SUMMARIES = ("executive_summary.html", "executive_summary.md", "mmx_summary_report.xlsx")


@dataclass(frozen=True, slots=True)
class WorkOptions:
    """How a run goes on: the folder as the user wrote it, and what was asked for."""

    run_dir: Path
    auto_approve: bool
    verbose: bool


@contextmanager
def worker_executor(workers: int) -> Iterator[Executor | None]:
    """Give the executor of so many workers, which end with the work; one worker is this process."""
    if workers == 1:
        yield None
        return
    from mmxlib.workers.processes import Workers

    with Workers(workers) as executor:
        yield executor


def work(session: Session, wanted: WorkOptions, console: Console) -> ExitCode:
    """Advance the run as far as it goes, write what people open, and return how it ended."""
    with step_display(console, verbose=wanted.verbose) as show:
        tell = _once(show)
        status = session.advance(tell)
        while status.state is RunState.WAITING and wanted.auto_approve and not status.blocked_by:
            assert status.checkpoint is not None
            if wanted.verbose:
                console.say(f"Approved without a person: the {status.checkpoint.value} checkpoint.")
            session.approve(
                status.checkpoint, by=AUTO, comment="approved without review", content_id=status.content_id
            )
            status = session.advance(tell)
    published = session.write_outputs()
    status = session.status()
    finished = ExitCode.PARTIAL if status.missing else ExitCode.DONE
    code = finished if status.state is RunState.DONE else ExitCode.WAITING
    if wanted.verbose:
        for path in published.files:
            console.say(f"  {_near(path)}")
    for line in (*published_lines(published), *_ending(status, wanted.run_dir)):
        console.show(line)
    for line in journal_lines(status):
        console.show(line)
    console.document(
        status_document(status, wanted.run_dir)
        | {"exit_code": int(code), "files": [str(path) for path in published.files]}
    )
    return code


def _once(show: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Return a function that shows news, but not again that a step is kept that was told of before."""
    told: set[StepName] = set()

    def tell(news: Progress) -> None:
        if news.phase is not Phase.KEPT or news.step not in told:
            show(news)
        told.add(news.step)

    return tell


def published_lines(published: Published) -> Iterator[str]:
    """Yield what to open, and files that were written beside one that was open elsewhere."""
    yield f"Wrote {len(published.files)} files to {_near(published.folder)}"
    names = {path.name: path for path in published.files}
    for name in SUMMARIES:
        if name in names:
            yield f"  {'Summary' if name.endswith('html') else 'also'}: {_near(names[name])}"
    for path in published.renamed:
        yield f"  Another program holds a file open; the new one is {path.name}"


def _ending(status: Status, run_dir: Path) -> Iterator[str]:
    for remark in (*status.remarks, *status.missing):
        yield wrapped(remark)
    if status.missing:
        yield f"  try again:  mmx resume --retry --run-dir {typed(run_dir)}"
    if status.state is RunState.STOPPED:
        yield "The run was stopped. Approving the same results takes it up again."
    elif status.state is RunState.WAITING and status.checkpoint is not None:
        name = status.checkpoint.value
        yield f"The run waits for your decision at the {name} checkpoint."
        if status.blocked_by:
            yield wrapped(f"{failures(status.blocked_by)}.")
            yield "The report says why and recommends nothing; only a person can override, with a reason."
        extra = " --scenario NAME" if name == "budget" else ""
        extra += " --override REASON" if status.blocked_by else ""
        yield f"  read it:    mmx review --run-dir {typed(run_dir)}"
        yield (
            f"  approve it: mmx approve {name} --run-dir {typed(run_dir)} --by NAME "
            f"--content-id {status.content_id[:12]}{extra}"
        )
        yield f"  change it:  mmx revise {name} --run-dir {typed(run_dir)} --by NAME --set SETTING=VALUE"
        yield f"  then:       mmx resume --run-dir {typed(run_dir)}"


def _near(path: Path) -> str:
    """Return a path as seen from here, where it is below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
