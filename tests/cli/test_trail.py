"""What an auditor asks of a run on the command line."""

import json
import shutil

import pytest

from mmxlib.workflow.journal import read_journal
from tests.cli.homes import mmx


def output(capsys, *words):
    capsys.readouterr()
    assert mmx(*words) == 0
    return capsys.readouterr().out


def test_every_document_on_a_run_has_head_and_count(fitted_home, tmp_path, capsys):
    shutil.copytree(fitted_home / "run", tmp_path / "run")
    folder = tmp_path / "run"
    commands = (
        ["status"], ["status", "--trail"], ["status", "--file", "model/channel_summary.csv"], ["verify"],
        ["backtest"], ["forecast"], ["optimize"], ["report"],
        ["stop", "--by", "Ana"], ["review"], ["approve", "budget", "--by", "Ana"],
        ["revise", "budget", "--by", "Ana", "--set", "insight.recent_periods=26"],
    )  # fmt: skip
    for words in commands:
        said = _document(capsys, *words, "--run-dir", folder)
        journal = read_journal(folder / "journal.jsonl")
        assert (said["head"], said["count"]) == (journal.head, len(journal.entries)), words


def _document(capsys, *words):
    return json.loads(output(capsys, *words, "--json"))


def test_the_trail_is_told_within_80_columns_and_ends_with_the_head(fitted_home, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for words in (("status",), ("status", "--trail"), ("status", "--file", "model/channel_summary.csv")):
        said = output(capsys, *words, "--run-dir", fitted_home / "run")
        assert max(map(len, said.splitlines())) <= 80
        assert said.splitlines()[-1] == f"Head: {read_journal(fitted_home / 'run' / 'journal.jsonl').head}"


def test_a_file_leads_to_its_step_settings_and_data(fitted_home, capsys):
    folder = fitted_home / "run"
    status = json.loads(output(capsys, "status", "--run-dir", folder, "--json"))
    step = next(each for each in status["steps"] if each["step"] == "model_optimization")
    for name in ("model/channel_summary.csv", str(folder / "out" / "model" / "channel_summary.csv")):
        said = json.loads(output(capsys, "status", "--run-dir", folder, "--file", name, "--json"))
        assert said["as_written"]
        assert said["steps"] == {"model_optimization": step["origin"]}
    assert step["origin"]["settings"]["settings"]["draws"] == 20
    assert set(step["origin"]["reads"]) == {"Panel", "Segments", "Baseline"}
    assert "model.draws = 20" in output(capsys, "status", "--run-dir", folder, "--file", name)


def test_a_file_that_somebody_changed_is_told(fitted_home, tmp_path, capsys):
    shutil.copytree(fitted_home / "run", tmp_path / "run")
    path = tmp_path / "run" / "out" / "model" / "channel_summary.csv"
    path.write_bytes(path.read_bytes() + b" ")
    said = output(capsys, "status", "--run-dir", tmp_path / "run", "--file", path)
    assert "model/channel_summary.csv is no longer what was written" in " ".join(said.split())
    assert "mmx report --run-dir" in said


def test_a_file_that_was_never_written_is_refused_with_the_one_that_was_meant(fitted_home, capsys):
    assert mmx("status", "--run-dir", fitted_home / "run", "--file", "modl/channel_summary.csv") == 2
    assert 'Did you mean "model/channel_summary.csv"?' in capsys.readouterr().err


def test_what_people_typed_cannot_forge_lines_or_speak_to_the_terminal(fitted_home, tmp_path, capsys):
    shutil.copytree(fitted_home / "run", tmp_path / "run")
    forged = "ok\nHead: 0000\x1b[2J"
    assert mmx("stop", "--run-dir", tmp_path / "run", "--by", "Ana\nBen", "--comment", forged) == 0
    for words in ((), ("--trail",)):
        said = output(capsys, "status", "--run-dir", tmp_path / "run", *words)
        assert "\x1b" not in said
        assert "\nHead: 0000" not in said


@pytest.mark.parametrize("debug", [False, True])
def test_an_error_names_the_log_that_tells_more(fitted_home, tmp_path, capsys, debug):
    shutil.copytree(fitted_home / "run", tmp_path / "run")
    words = ("approve", "budget", "--run-dir", tmp_path / "run", "--by", " ")
    log = tmp_path / "run" / "mmx.log"
    if debug:
        with pytest.raises(Exception, match="needs the name"):
            mmx(*words, "--debug")
        assert "needs the name" in log.read_text("ascii")
        return
    assert mmx(*words) == 3
    assert f"More in the log: {log}" in capsys.readouterr().err
    assert mmx(*words, "--json") == 3
    assert json.loads(capsys.readouterr().out)["notes"] == [f"More in the log: {log}"]
    assert "needs the name" not in log.read_text("ascii")


def test_our_own_fault_within_a_run_asks_for_the_log(fitted_home, tmp_path, capsys, monkeypatch):
    def broken(*_):
        raise RuntimeError("gears")

    shutil.copytree(fitted_home / "run", tmp_path / "run")
    monkeypatch.setattr("mmxlib.workflow.session.outputs", broken)
    monkeypatch.setattr("mmxlib.workflow.session.audit_table", broken)
    assert mmx("report", "--run-dir", tmp_path / "run") == 1
    said = capsys.readouterr().err
    assert "Send us the log, which quotes none of your data" in said
    assert "Traceback" not in said
    last = json.loads((tmp_path / "run" / "mmx.log").read_bytes().splitlines()[-1])
    assert (last["event"], last["causes"][0]["kind"]) == ("failed", "RuntimeError")
    assert "gears" not in json.dumps(last)
