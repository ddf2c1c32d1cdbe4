"""The command line: results on stdout, words on stderr, a meaning in every exit code."""

import json
import re
import subprocess
import sys

import pytest

from mmxlib.cli.main import COMMANDS, main

JARGON = re.compile(r"Traceback|NaN|dtype|KeyError|DataFrame|pydantic|ValueError|\bNone\b")


SMALL = ("simulate", "--sub-categories", 3, "--channels", 2, "--periods", 110)


def mmx(capsys, *words):
    """Return a command's exit code, stdout and stderr."""
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def data_folder(tmp_path, capsys):
    code, _, _ = mmx(capsys, *SMALL, "--out", tmp_path / "data")
    assert code == 0
    return tmp_path / "data"


def test_help_names_every_command_and_nothing_that_does_not_exist(capsys):
    code, out, _ = mmx(capsys)
    assert code == 0
    for name in COMMANDS:
        assert re.search(rf"^\s+{name}\s", out, re.MULTILINE)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help(capsys, name):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_help_is_quick():
    """In seconds of its process, the start of Python included: that others work beside it does not count."""
    timed = "import time; from mmxlib.cli.main import main; main([]); print(time.process_time())"
    command = [sys.executable, "-c", timed]
    done = [subprocess.run(command, check=True, capture_output=True, text=True) for _ in range(3)]
    assert min(float(each.stdout.split()[-1]) for each in done) <= 0.3


def test_help_loads_no_heavy_library():
    probe = (
        "import sys; from mmxlib.cli.main import main; main([]); "
        "print([each for each in ('numpy', 'pandas', 'pydantic', 'yaml', 'rich') if each in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    assert found.stdout.strip().endswith("[]")


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (["rnu"], 2, "Did you mean `mmx run`?"),
        (["run"], 2, "--input, --run-dir"),
        (["run", "--input", "x", "--run-dir", "y", "--verbos"], 2, "--verbos"),
        (["status", "--run-dir", "nowhere"], 3, "There is no run in this folder"),
        (["check", "nowhere.csv"], 3, "nowhere.csv"),
        (["init", "config", "--config"], 2, "--config"),
        (["approve", "baseline", "--run-dir", "nowhere", "--by", "Ana"], 3, "There is no run"),
        (["revise", "baseline", "--run-dir", "nowhere", "--by", "Ana", "--set", "x"], 2, "SETTING=VALUE"),
        (["run", "--input", "x.csv", "--config", "nowhere", "--run-dir", "y"], 3, "mmx init"),
    ],
)
def test_a_fault_says_what_where_and_what_to_do(capsys, tmp_path, monkeypatch, words, code, expected):
    monkeypatch.chdir(tmp_path)
    found, out, err = mmx(capsys, *words)
    assert found == code
    assert expected in err
    assert out == ""
    assert re.search(r"\[MMX-[A-Z]\d{3}\]", err)
    assert not JARGON.search(err)


def test_a_fault_is_json_where_that_was_asked_for(capsys, tmp_path):
    code, out, _ = mmx(capsys, "status", "--run-dir", tmp_path, "--json")
    said = json.loads(out)
    assert (code, said["exit_code"], said["status"]) == (3, 3, "error")
    assert set(said["faults"][0]) == {"grade", "code", "place", "problem", "remedy", "setting"}


def test_our_own_fault_shows_no_traceback(capsys, monkeypatch):
    def broken(arguments, console):
        raise RuntimeError("gears")

    monkeypatch.setattr(COMMANDS["schema"], "run", broken)
    code, _, err = mmx(capsys, "schema")
    assert code == 1
    assert "our fault" in err
    assert "Traceback" not in err
    with pytest.raises(RuntimeError):
        main(["schema", "--debug"])


def test_an_interrupt_has_its_own_exit_code(capsys, monkeypatch):
    def interrupted(arguments, console):
        raise KeyboardInterrupt

    monkeypatch.setattr(COMMANDS["schema"], "run", interrupted)
    assert mmx(capsys, "schema")[0] == 130
    code, out, _ = mmx(capsys, "schema", "--json")
    assert (code, json.loads(out)["status"]) == (130, "interrupted")


def test_an_interrupt_within_compiled_code_is_an_interrupt_too(capsys, monkeypatch):
    def interrupted(arguments, console):
        raise SystemError("a compiled loop returned an error") from KeyboardInterrupt()

    monkeypatch.setattr(COMMANDS["schema"], "run", interrupted)
    code, _, err = mmx(capsys, "schema")
    assert code == 130
    assert "fault" not in err


def test_init_writes_the_five_files_and_never_over_others(capsys, tmp_path):
    code, out, _ = mmx(capsys, "init", tmp_path / "config")
    assert code == 0
    assert len(out.splitlines()) == 5
    assert mmx(capsys, "init", tmp_path / "config")[0] == 0  # the same files are no others
    (tmp_path / "config" / "priors.yaml").write_text("channels: {}\n", encoding="utf-8")
    code, _, err = mmx(capsys, "init", tmp_path / "config")
    assert code == 2
    assert "--force" in err
    assert "global.yaml" not in err
    assert mmx(capsys, "init", tmp_path / "config", "--force")[0] == 0


def test_schema_prints_json(capsys):
    code, out, _ = mmx(capsys, "schema")
    assert code == 0
    assert json.loads(out)["title"] == "Config"


def test_the_same_seed_simulates_the_same_bytes(capsys, tmp_path, data_folder):
    mmx(capsys, *SMALL, "--out", tmp_path / "two")
    first = {path.name: path.read_bytes() for path in data_folder.glob("*.csv")}
    assert first
    assert {path.name: path.read_bytes() for path in (tmp_path / "two").glob("*.csv")} == first


def test_check_says_what_the_files_hold(capsys, data_folder):
    code, out, _ = mmx(capsys, "check", data_folder)
    assert code == 0
    assert "110" in out
    code, out, _ = mmx(capsys, "check", data_folder, "--json")
    assert len(json.loads(out)["tables"]["Channels"]) == 2


def test_status_loads_none_of_the_libraries_that_only_steps_need():
    probe = (
        "import sys; import mmxlib.workflow.run; "
        "heavy = ('scipy.optimize', 'scipy.special', 'sklearn', 'matplotlib', 'xlsxwriter'); "
        "print([each for each in heavy if each in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"


def test_schema_prints_that_of_the_key_insights(capsys):
    code, out, _ = mmx(capsys, "schema", "key-insights")
    assert code == 0
    assert json.loads(out)["title"] == "KeyInsights"
