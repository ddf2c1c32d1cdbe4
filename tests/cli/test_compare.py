"""``mmx compare``: a run's plan against the weeks that came after it."""

import json
from pathlib import Path

import pandas as pd
import pytest

from mmxlib.workflow.journal import read_journal
from tests.cli.homes import SETTINGS, mmx

PERIODS, CAME = 110, 6


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A run with an approved plan, made on the first weeks of data that go on a little."""
    home = tmp_path_factory.mktemp("home")
    size = ("--sub-categories", 3, "--channels", 2, "--periods", PERIODS + CAME, "--seed", 7)
    assert mmx("simulate", *size, "--out", home / "newer") == 0
    (home / "data").mkdir()
    for name in ("sales", "media"):
        frame = pd.read_csv(home / "newer" / f"{name}.csv")
        dates = sorted(frame["date"].unique())
        early = frame[frame["date"] <= dates[PERIODS - 1]]
        early.to_csv(home / "data" / f"{name}.csv", index=False)
    (home / "data" / "events.csv").write_bytes((home / "newer" / "events.csv").read_bytes())
    assert mmx("init", home / "config") == 0
    (home / "config" / "optimization.yaml").write_text(SETTINGS, encoding="utf-8")
    run = ("--run-dir", home / "run")
    code = mmx("run", "--input", home / "data", "--config", home / "config", *run, "--auto-approve")
    if code == 4:  # a guardrail failed, which no machine overrides
        mmx("approve", "budget", *run, "--by", "test", "--override", "a test of what follows")
        code = mmx("resume", *run)
    assert code == 0
    return home


def compare(home: Path, *more) -> int:
    return mmx("compare", "--run-dir", home / "run", "--input", home / "newer", *more)


def test_the_approved_plan_is_compared_in_words_and_tables(home, capsys):
    assert compare(home) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Plan base, ")
    for word in ("Parts", "Channels", "effectiveness", "of sales came"):
        assert word in shown
    assert f"The data cover the first {CAME} of the plan's 13 periods" in shown


def test_json_holds_parts_that_add_up_and_the_file_too(home, tmp_path, capsys):
    out, chart = tmp_path / "parts.csv", tmp_path / "way.png"
    assert compare(home, "--json", "--out", out, "--chart", chart) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["periods"] == CAME
    total = sum(row["mean"] for row in said["tables"]["parts"])
    assert total == pytest.approx(said["difference"], abs=1e-9 * said["planned_outcome"])
    assert said["difference"] == pytest.approx(said["actual_outcome"] - said["planned_outcome"])
    written = pd.read_csv(out)
    parts = written[["base", "spend", "effectiveness", "noise"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx((written["actual"] - written["planned"]).to_numpy(), abs=1e-3)
    assert written["actual"].sum() == pytest.approx(said["actual_outcome"])
    assert chart.read_bytes().startswith(b"\x89PNG")


def test_another_scenario_may_be_named_and_an_unknown_one_is_refused(home, capsys):
    assert compare(home, "--scenario", "present", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    journal = read_journal(home / "run" / "journal.jsonl")
    assert said["scenario"] == "present"
    assert (said["head"], said["count"]) == (journal.head, len(journal.entries))
    assert compare(home, "--scenario", "nonsense", "--json") == 2
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert fault["code"] == "MMX-C040"
    assert "present, base" in fault["remedy"]


def test_data_of_the_run_alone_and_another_sub_category_are_refused(home, tmp_path, capsys):
    words = ("compare", "--run-dir", home / "run", "--json", "--input")
    assert mmx(*words, home / "data") == 3
    assert json.loads(capsys.readouterr().out)["faults"][0]["code"] == "MMX-M107"
    for name in ("sales", "media", "events"):
        text = (home / "newer" / f"{name}.csv").read_text("utf-8")
        (tmp_path / f"{name}.csv").write_text(text.replace("Shampoo", "Shampoos"), "utf-8")
    assert mmx(*words, tmp_path) == 3
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert [fault["code"] for fault in faults] == ["MMX-C041", "MMX-C041"]


def test_comparing_leaves_the_run_as_it_was(home, capsys):
    before = {path: path.read_bytes() for path in (home / "run").rglob("*") if path.is_file()}
    assert compare(home) == 0
    assert {path: path.read_bytes() for path in (home / "run").rglob("*") if path.is_file()} == before
