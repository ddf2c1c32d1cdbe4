"""The main job on the command line: to the end, through approvals, and through being killed."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mmxlib.workflow.journal import EventKind, read_journal
from mmxlib.workflow.session import Session
from tests.cli.homes import SETTINGS, mmx, small_home


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with small data and quick settings."""
    return small_home(tmp_path_factory.mktemp("home"), channels=2)


def run_words(home: Path, name: str, *more: str) -> list[str]:
    return [
        "run",
        "--input",
        str(home / "data"),
        "--config",
        str(home / "config"),
        "--run-dir",
        str(home / name),
        *more,
    ]


@pytest.fixture(scope="module")
def whole(home):
    """The outputs of a run that nothing interrupted."""
    code = mmx(*run_words(home, "whole", "--auto-approve"))
    return code, tree(home / "whole" / "out")


def test_the_main_job_ends_with_a_summary(home, whole, capsys):
    code, files = whole
    assert code in (0, 4)  # 4: a guardrail failed, which no machine overrides
    assert "decks/executive_summary.html" in files
    status = mmx("status", "--run-dir", home / "whole", "--json")
    said = json.loads(capsys.readouterr().out)
    assert status == 0
    assert said["status"] == ("done" if code == 0 else "waiting")


def test_running_again_runs_no_step_and_writes_the_same_bytes(home, whole, capsys):
    before = read_journal(home / "whole" / "journal.jsonl").head
    assert mmx(*run_words(home, "whole", "--auto-approve")) == whole[0]
    assert capsys.readouterr().err.count(" kept") >= 5
    assert tree(home / "whole" / "out") == whole[1]
    assert read_journal(home / "whole" / "journal.jsonl").head == before


def test_another_folder_gives_the_same_bytes(home, whole):
    assert mmx(*run_words(home, "second", "--auto-approve")) == whole[0]
    assert tree(home / "second" / "out") == whole[1]


@pytest.mark.parametrize("steps", [1, 4])
def test_a_run_killed_after_any_step_resumes_to_the_same_bytes(home, whole, steps):
    folder = home / f"killed{steps}"
    journal = folder / "journal.jsonl"
    command = [sys.executable, "-m", "mmxlib", *run_words(home, folder.name, "--auto-approve")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60.0
    while time.monotonic() < deadline and process.poll() is None:
        if journal.exists() and journal.read_bytes().count(b'"event":"step"') >= steps:
            break
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert mmx("resume", "--run-dir", folder, "--auto-approve") == whole[0]
    assert tree(folder / "out") == whole[1]
    done = [each.said["step"] for each in read_journal(journal).entries if each.kind is EventKind.STEP]
    assert len(done) == len(set(done))  # no finished step was done again


def test_a_person_reviews_and_approves_by_the_content_id(home, capsys):
    folder = home / "reviewed"
    assert mmx(*run_words(home, folder.name)) == 4
    said = capsys.readouterr()
    typed = re.search(r"--content-id ([0-9a-f]{12})", said.out).group(1)
    assert mmx("review", "--run-dir", folder) == 0
    assert typed in capsys.readouterr().out
    assert mmx("approve", "baseline", "--run-dir", folder, "--by", "Ana", "--content-id", typed) == 0
    assert "mmx resume" in capsys.readouterr().out
    assert mmx("resume", "--run-dir", folder) == 4
    capsys.readouterr()
    assert mmx("review", "--run-dir", folder, "--json") == 0
    review = json.loads(capsys.readouterr().out)
    assert review["checkpoint"] == "budget"
    assert review["tables"]["Scenarios"]


def test_a_revision_makes_what_depends_on_it_stale(home, capsys):
    folder = home / "revised"
    assert mmx(*run_words(home, folder.name)) == 4
    channel = json.loads(_output(capsys, "check", home / "data", "--json"))["tables"]["Channels"][0][
        "channel"
    ]
    change = f"priors.{channel}.half_life=3"
    assert mmx("revise", "baseline", "--run-dir", folder, "--by", "Ana", "--set", change) == 0
    assert "To be done again: baseline" in capsys.readouterr().out
    assert mmx("resume", "--run-dir", folder) == 4
    assert mmx("revise", "baseline", "--run-dir", folder, "--by", "Ana", "--set", "model.drws=3") == 3
    assert 'Did you mean "draws"?' in capsys.readouterr().err
    assert mmx("revise", "baseline", "--run-dir", folder, "--by", "Ana", "--set", "model.draws=21") == 0
    said = capsys.readouterr().out
    assert "No step that is done depends on what you changed" in said
    assert "revise baseline by Ana" in _output(capsys, "status", "--run-dir", folder)
    named = f"priors.channels.{channel}.half_life = 3.0"
    assert named in _output(capsys, "status", "--run-dir", folder)
    assert "Next: mmx review" in said


def test_approving_again_says_who_approved_before(home, capsys):
    folder = home / "twice"
    assert mmx(*run_words(home, folder.name)) == 4
    assert mmx("approve", "baseline", "--run-dir", folder, "--by", "Ana") == 0
    assert "Approved: the baseline checkpoint, by Ana" in capsys.readouterr().out
    assert mmx("approve", "baseline", "--run-dir", folder, "--by", "Ben") == 0
    assert "Nothing new; approved before: the baseline checkpoint, by Ana" in capsys.readouterr().out


def test_a_failed_guardrail_is_overridden_by_a_person_alone(home, capsys):
    folder, strict = home / "failed", home / "strict"
    assert mmx("init", strict) == 0
    (strict / "optimization.yaml").write_text(SETTINGS, encoding="utf-8")
    (strict / "guardrails.yaml").write_text("model_validity:\n  r2_warn: 1\n  r2_fail: 1\n", encoding="utf-8")
    words = run_words(home, folder.name, "--auto-approve")
    words[words.index(str(home / "config"))] = str(strict)
    assert mmx(*words) == 4
    assert "recommends nothing" in capsys.readouterr().out
    assert "decks/executive_summary.html" in tree(folder / "out")
    decide = ("approve", "budget", "--run-dir", folder, "--by", "Ana")
    assert mmx(*decide) == 3
    assert "--override REASON" in capsys.readouterr().err
    assert mmx(*decide, "--override", "a strike") == 0
    assert mmx("resume", "--run-dir", folder) == 0
    assert mmx("status", "--run-dir", folder) == 0
    assert "override: a strike" in capsys.readouterr().out


def test_a_run_in_use_is_refused_with_its_own_exit_code(home, whole, capsys):
    with Session.open(home / "whole"):
        assert mmx("report", "--run-dir", home / "whole") == 5
        assert f"process {os.getpid()} on" in capsys.readouterr().err
        assert mmx("status", "--run-dir", home / "whole") == 0  # looking on is allowed
        said = capsys.readouterr().out
        assert f"is in use by process {os.getpid()} on" in said
        assert "Next:" not in said
    assert mmx("status", "--run-dir", home / "whole") == 0
    assert "in use" not in capsys.readouterr().out


def _output(capsys, *words):
    capsys.readouterr()
    assert mmx(*words) == 0
    return capsys.readouterr().out


def test_a_run_is_verified_and_its_end_cannot_be_cut_off_unnoticed(home, whole, capsys):
    head = json.loads(_output(capsys, "status", "--run-dir", home / "whole", "--json"))["head"]
    assert mmx("verify", "--run-dir", home / "whole", "--expect", head) == 0
    assert mmx("verify", "--run-dir", home / "whole", "--expect", "0" * 64) == 3


def test_a_report_is_written_again_from_stored_results(home, whole):
    folder = home / "whole"
    summary = folder / "out" / "decks" / "executive_summary.html"
    before = summary.read_bytes()
    summary.unlink()
    assert mmx("report", "--run-dir", folder) == 0
    assert summary.read_bytes() == before
