"""A decision is the same event in the journal, whichever door it came through."""

import shutil
from dataclasses import fields
from pathlib import Path

import pytest

from mmxlib.artifacts.fitted import FittedModel
from mmxlib.config import Config, revised, settled
from mmxlib.terms import Verdict
from mmxlib.workflow.journal import read_journal
from mmxlib.workflow.session import Session
from mmxlib_excel.stages.decisions import answer_to
from mmxlib_excel.stages.reading import Reading
from mmxlib_excel.stages.start_sheet import TypedDecision
from mmxlib_excel.workbooks.port import Changes
from tests.cli.homes import mmx, small_home


@pytest.fixture(scope="module")
def waiting(tmp_path_factory) -> Path:
    """A folder with two runs: one waits at the baseline, one at the budget with a failed guardrail."""
    home = small_home(tmp_path_factory.mktemp("home"), channels=2)
    strict = "model_validity:\n  r2_warn: 1\n  r2_fail: 1\n"
    (home / "config" / "guardrails.yaml").write_text(strict, encoding="utf-8")
    words = ("run", "--input", home / "data", "--config", home / "config", "--run-dir")
    assert mmx(*words, home / "baseline") == 4
    shutil.copytree(home / "baseline", home / "budget")
    assert mmx("approve", "baseline", "--run-dir", home / "budget", "--by", "Ana") == 0
    assert mmx("resume", "--run-dir", home / "budget") == 4
    with Session.open(home / "budget") as session:
        assert session.artifact(FittedModel).verdict is Verdict.FAIL
    return home


DECISIONS = {
    "approve": (
        "baseline",
        ["approve", "baseline", "--by", "Ana", "--comment", "looks right"],
        lambda session: session.approve("baseline", by="Ana", comment="looks right"),
    ),
    "approve with override": (
        "budget",
        ["approve", "budget", "--by", "Ana", "--scenario", "aggressive", "--override", "a strike"],
        lambda session: session.approve("budget", by=" Ana ", scenario="aggressive", override="a strike "),
    ),
    "revise": (
        "baseline",
        [
            "revise", "baseline", "--by", "Ana", "--comment", "as agreed",
            "--set", "priors.tv.half_life=3", "--set", "model.draws=21",
        ],
        lambda session: session.revise(
            {"model.draws": 21, "priors.channels.tv.half_life": 3.0}, by="Ana", comment="as agreed"
        ),
    ),
    "stop": (
        "budget",
        ["stop", "--by", "Ana", "--comment", "wrong quarter"],
        lambda session: session.stop(by="Ana", comment="wrong quarter"),
    ),
}  # fmt: skip


TYPED = {
    "approve": {"decision": "approve", "comment": "looks right"},
    "approve with override": {"decision": "Approve", "scenario": "aggressive", "override": "a strike"},
    "revise": {"decision": "revise", "comment": "as agreed"},
    "stop": {"decision": "stop", "comment": "wrong quarter"},
}
"""The same decisions as they are typed on the sheet Start."""
ON_THE_SHEETS = {"priors.tv.half_life": 3, "model.draws": 21}


def _typed(session: Session, name: str) -> None:
    status = session.status()
    assert status.checkpoint is not None
    cells = dict.fromkeys([each.name for each in fields(TypedDecision)], "") | TYPED[name]
    cells |= {"checkpoint": status.checkpoint, "reviewer": "Ana", "content_id": status.content_id[:12]}
    config = revised(session.config, ON_THE_SHEETS) if name == "revise" else session.config
    answer = answer_to(session, TypedDecision(**cells), Reading(config, session.panel, (), Changes()))
    assert answer is not None
    assert not answer.refused, answer.text


@pytest.mark.parametrize("name", list(DECISIONS))
def test_command_library_and_workbook_write_the_same_event(waiting, tmp_path, name):
    run, words, decide = DECISIONS[name]
    doors = ("command", "library", "workbook")
    for door in doors:
        shutil.copytree(waiting / run, tmp_path / door)
    assert mmx(*words, "--run-dir", tmp_path / "command") == 0
    with Session.open(tmp_path / "library") as session:
        decide(session)
    with Session.open(tmp_path / "workbook") as session:
        _typed(session, name)
    command, *others = (read_journal(tmp_path / door / "journal.jsonl").entries[-1] for door in doors)
    for each in others:
        assert (command.kind, command.number, command.version) == (each.kind, each.number, each.version)
        assert command.said == each.said


def test_a_change_is_told_alike_however_it_was_written():
    told = [
        settled(patch, revised(Config(), patch))
        for patch in (
            {"priors.tv.half_life": 3, "model.draws": 21},
            {"model.draws": 21, "priors.channels.tv.half_life": 3.0},
        )
    ]
    assert told[0] == told[1] == {"model.draws": 21, "priors.channels.tv.half_life": 3.0}
    assert list(told[0]) == list(told[1])


def test_a_name_with_a_dot_keeps_its_quotes():
    patch = {'priors."tv.de".half_life': 3}
    told = settled(patch, revised(Config(), patch))
    assert told == {'priors.channels."tv.de".half_life': 3.0}
    assert revised(Config(), told) == revised(Config(), patch)


def test_a_stopped_run_waits_until_the_same_results_are_approved(waiting, tmp_path, capsys):
    folder = tmp_path / "run"
    shutil.copytree(waiting / "baseline", folder)
    assert mmx("stop", "--run-dir", folder, "--by", "Ana", "--comment", "wrong quarter") == 0
    said = capsys.readouterr().out
    assert "Stopped: the baseline checkpoint, by Ana, content" in said
    assert "Approving the same results takes the run up again:\n  mmx approve baseline" in said
    assert mmx("resume", "--run-dir", folder, "--auto-approve") == 4
    assert "Ana stopped the run" in capsys.readouterr().out
    assert mmx("approve", "baseline", "--run-dir", folder, "--by", "Ben") == 0
    with Session.open(folder) as session:
        assert session.status().state == "ready"
