"""A run's files are the same with workers, what a dead worker cost is said, and finished folds are kept."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import redirect_stdout, suppress
from io import StringIO
from pathlib import Path

import psutil
import pytest

import mmxlib as mmx
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.terms import StepName
from mmxlib.workflow.journal import EventKind, read_journal
from mmxlib.workflow.store import object_path
from mmxlib.workflow.verifying import verified
from tests.cli.homes import mmx as command
from tests.cli.homes import small_home
from tests.workers.sabotage import Counting, KillingWorkers, of_fold
from tests.workers.test_processes import gone
from tests.workers.test_tasks import KILLS

JOURNAL = "journal.jsonl"
WARM_SECONDS = 1.0
"""A worker has then loaded the library and begun its first fold."""
SETTINGS = """
model: {draws: 30, starts: 4}
backtest: {folds: 2, draws: 20}
"""


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A folder with small data, quick settings and a finished run, ``alone``."""
    home = small_home(tmp_path_factory.mktemp("shared"), channels=2)
    (home / "config" / "optimization.yaml").write_text(SETTINGS, encoding="utf-8")
    command(*words(home, "alone"))
    return home


def words(home: Path, name: str, *more: object) -> list[object]:
    given = ("--input", home / "data", "--config", home / "config", "--run-dir", home / name)
    return ["run", *given, "--auto-approve", *more]


def artifacts(folder: Path) -> dict[str, str]:
    entries = read_journal(folder / JOURNAL).entries
    return {each.said["step"]: each.said["artifact"] for each in entries if each.kind is EventKind.STEP}


def test_a_run_with_two_workers_gives_the_same_files(home):
    code = command(*words(home, "shared", "--workers", 2))
    assert code in (0, 4)
    assert tree(home / "shared" / "out") == tree(home / "alone" / "out")
    assert artifacts(home / "shared") == artifacts(home / "alone")


@pytest.fixture(scope="module")
def partial(home) -> tuple[int, dict]:
    """How the run ``partial`` ended, whose workers died of the backtest's first fold: its code, its words."""
    told = StringIO()
    with pytest.MonkeyPatch.context() as sabotaged, redirect_stdout(told):
        sabotaged.setattr("mmxlib.workers.processes.Workers", KillingWorkers)
        code = command(*words(home, "partial", "--workers", 2, "--json"))
    return code, json.loads(told.getvalue())


@KILLS
def test_a_retry_does_the_lost_fold_alone_and_gives_the_results_of_a_run_that_lost_none(
    home, partial, capsys
):
    shutil.copytree(home / "partial", home / "retried")
    command("resume", "--run-dir", home / "retried", "--retry", "--auto-approve", "--json")
    assert json.loads(capsys.readouterr().out)["missing"] == []
    assert artifacts(home / "retried") == artifacts(home / "alone")
    entries = read_journal(home / "retried" / JOURNAL).entries
    assert [each.said["part"] for each in entries if each.kind is EventKind.PART] == ["fold 2", "fold 1"]


@KILLS
def test_a_fold_that_always_kills_its_worker_ends_the_run_with_a_code_of_its_own(home, partial, capsys):
    code, said = partial
    assert [text[:33] for text in said["missing"]] == ["Forecast 1 of the backtest is mis"]
    if code == 4:  # a guardrail may fail all the same; a person overrides it
        decide = ("approve", "budget", "--run-dir", home / "partial", "--by", "Ana", "--override", "seen")
        assert command(*decide) == 0
    assert command("resume", "--run-dir", home / "partial") == 7
    assert "mmx resume --retry" in capsys.readouterr().out
    with mmx.Session.open(home / "partial") as session:
        assert session.artifact(FittedModel).backtest.folds["fold"].unique().tolist() == [2]


def busy_workers(program: subprocess.Popen[str]) -> list[int]:
    """Return the processes of a program's workers, once one has worked for a while: the search has begun."""
    while program.poll() is None:
        with suppress(subprocess.TimeoutExpired, psutil.NoSuchProcess):  # a child may end while looked at
            children = psutil.Process(program.pid).children(recursive=True)
            workers = [each for each in children if "loky" in " ".join(each.cmdline())]
            if any(each.cpu_times().user > WARM_SECONDS for each in workers):
                return [each.pid for each in workers]
            program.wait(0.02)
    return []


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system has no handles of processes")
def test_an_interrupted_run_leaves_no_process_and_goes_on_from_there(home):
    line = [sys.executable, "-m", "mmxlib", *map(str, words(home, "stopped", "--workers", 2))]
    with subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as program:
        assert program.stderr is not None
        next(said for said in program.stderr if "baseline" in said)
        handles = [os.pidfd_open(each) for each in busy_workers(program)]
        program.send_signal(signal.SIGINT)
        assert "the same command goes on from there" in program.stderr.read()
    assert program.returncode == 130
    assert handles
    assert gone(handles)
    assert command(*words(home, "stopped")) in (0, 4)
    assert tree(home / "stopped" / "out") == tree(home / "alone" / "out")


def begun(home: Path, name: str, executor: Counting) -> mmx.Session:
    """Return a session on the data of ``alone``, whose steps are worked at by ``executor``."""
    with mmx.Session.open(home / "alone") as session:
        config, panel = session.config, session.panel
    return mmx.Session.open(home / name, config, panel, executor=executor)


def test_folds_that_were_finished_are_not_done_again_after_an_interruption(home):
    with begun(home, "interrupted", Counting(of_fold(2))) as session:
        session.advance()
        session.approve("baseline", by="Ana")
        with pytest.raises(KeyboardInterrupt):
            session.advance()
    rest = Counting()
    with begun(home, "interrupted", rest) as session:
        session.advance()
        parts = [each.said["part"] for each in session.entries if each.kind is EventKind.PART]
    assert sorted(parts) == ["fold 1", "fold 2"]
    assert [task.name for task in rest.done if hasattr(task, "name")] == ["fold 2"]
    model = StepName.MODEL_OPTIMIZATION.value
    assert artifacts(home / "interrupted")[model] == artifacts(home / "alone")[model]


def test_a_kept_fold_of_other_settings_is_not_used(home):
    with begun(home, "revised", Counting(of_fold(2))) as session:
        session.advance()
        session.approve("baseline", by="Ana")
        with pytest.raises(KeyboardInterrupt):
            session.advance()
        assert [each.said["part"] for each in session.entries if each.kind is EventKind.PART] == ["fold 1"]
        session.revise({"model.draws": 31}, by="Ana")
    rest = Counting()
    with begun(home, "revised", rest) as session:
        session.advance()
        session.approve("baseline", by="Ana")
        session.advance()
    assert [task.name for task in rest.done if hasattr(task, "name")] == ["fold 1", "fold 2"]


def test_a_changed_fold_is_seen_by_verify(home):
    folder = home / "shared"
    parts = [each for each in read_journal(folder / JOURNAL).entries if each.kind is EventKind.PART]
    path = object_path(folder, parts[0].said["artifact"])
    content = path.read_bytes()
    path.write_bytes(content + b" ")
    with pytest.raises(mmx.RunError, match="is not what was written"):
        verified(folder)
    path.write_bytes(content)
    assert verified(folder).entries > 0
