"""``mmx report --compare``: what changed between two runs, and why, on real runs of a small market."""

import json
import shutil

import pandas as pd
import pytest

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.terms import StepName
from mmxlib.workflow import record as record_room
from mmxlib.workflow.checkpoints import StepRecord
from mmxlib.workflow.run import view_run
from mmxlib.workflow.run_changes import ChangeKind, step_changes
from mmxlib.workflow.session import Session
from tests.cli.homes import mmx


@pytest.fixture(scope="module")
def homes(fitted_home, tmp_path_factory):
    """Copies of one run: as it was, with another setting, other data, another scenario, and two of these."""
    folder = tmp_path_factory.mktemp("compared")
    names = ("same", "setting", "data", "scenario", "both")
    for name in names:
        shutil.copytree(fitted_home / "run", folder / name)
    shutil.copytree(fitted_home / "config", folder / "config")
    shutil.copytree(fitted_home / "data", folder / "edited")
    settings = folder / "config" / "optimization.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("draws: 20", "draws: 24"), "utf-8")
    sales = pd.read_csv(folder / "edited" / "sales.csv")
    sales.loc[sales.index[:2], "sales"] *= 1.5
    sales.to_csv(folder / "edited" / "sales.csv", index=False)

    def again(name, data, config):
        words = ("--input", data, "--config", config, "--run-dir", folder / name)
        assert mmx("run", *words, "--auto-approve") in (0, 4)

    again("setting", fitted_home / "data", folder / "config")
    again("data", folder / "edited", fitted_home / "config")
    again("both", folder / "edited", folder / "config")
    words = ("--by", "Ana", "--comment", "more", "--scenario", "aggressive")
    override = ("--override", "a test") if view_run(folder / "same").status().blocked_by else ()
    assert mmx("approve", "budget", "--run-dir", folder / "scenario", *words, *override) == 0
    assert mmx("resume", "--run-dir", folder / "scenario") in (0, 4)
    return folder


def compared(capsys, before, after):
    capsys.readouterr()
    assert mmx("report", "--compare", before, after, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_a_run_and_its_copy_differ_in_nothing(homes, fitted_home, capsys):
    told = compared(capsys, fitted_home / "run", homes / "same")
    assert told["identical"]
    assert told["changes"] == []
    assert told["verdict"][0].startswith("Nothing changed")
    assert {each["roi_move"] for each in told["channels"]} == {"the same"}
    assert all(each["same"] for each in told["steps"])


def test_one_setting_that_changed_is_the_cause(homes, capsys):
    told = compared(capsys, homes / "same", homes / "setting")
    assert [(each["kind"], each["about"], each["before"], each["after"]) for each in told["changes"]] == [
        ("settings", "model.draws", "20", "24")
    ]
    assert told["model_causes"] == told["plan_causes"] == ["settings"]
    assert "Only the settings changed (model.draws: 20 -> 24)" in told["verdict"][0]
    assert "the cause of every difference in the model's results" in told["verdict"][0]
    steps = {each["step"]: each for each in told["steps"]}
    assert steps["baseline"]["same"]
    assert not steps["model_optimization"]["same"]
    assert steps["model_optimization"]["causes"] == ["settings"]


def test_data_that_changed_are_the_cause_and_counted(homes, capsys):
    told = compared(capsys, homes / "same", homes / "data")
    about = {each["about"]: each for each in told["changes"]}
    assert {each["kind"] for each in told["changes"]} == {"data"}
    assert any(name.startswith("outcome, 2 of 330 values") for name in about)
    assert told["model_causes"] == ["data"]
    assert "Only the data changed" in told["verdict"][0]


def test_another_scenario_moves_the_budget_and_not_the_model(homes, capsys):
    told = compared(capsys, homes / "same", homes / "scenario")
    assert told["model_causes"] == []
    assert told["plan_causes"] == ["decisions"]
    assert "contributions and ROI did not change" in told["verdict"][0]
    assert "Only the approval of the budget changed" in told["verdict"][1]
    assert any("scenario aggressive" in each["after"] for each in told["changes"])
    plan = view_run(homes / "scenario").artifact(BudgetPlan).channels.set_index("channel")["spend"]
    for row in told["budget"]:
        assert row["recommended_after"] == pytest.approx(plan[row["channel"]])
        assert row["recommended_after"] != row["recommended_before"]


def test_two_causes_at_once_are_not_told_apart(homes, capsys):
    told = compared(capsys, homes / "same", homes / "both")
    assert told["model_causes"] == ["data", "settings"]
    assert "cannot be told apart" in told["verdict"][0]
    assert "Make the run between them" in told["verdict"][0]
    between = compared(capsys, homes / "data", homes / "both")
    assert between["model_causes"] == ["settings"]


def test_a_move_is_held_against_the_ranges_of_both_runs(homes, capsys):
    for row in compared(capsys, homes / "same", homes / "both")["channels"]:
        for measure in ("contribution", "roi"):
            at = [row[f"{measure}_{when}"] for when in ("before", "after")]
            low, high = ([row[f"{measure}_{end}_{when}"] for when in ("before", "after")]
                         for end in ("lower", "upper"))  # fmt: skip
            apart = low[0] > high[1] or low[1] > high[0]
            inside = low[0] <= at[1] <= high[0] and low[1] <= at[0] <= high[1]
            expected = (
                "beyond both ranges"
                if apart
                else "within both ranges"
                if inside
                else "at the edge of the ranges"
            )
            assert row[f"{measure}_move"] == expected


def test_the_comparison_is_written_as_a_page_of_the_same_words(homes, tmp_path, capsys):
    capsys.readouterr()
    page = tmp_path / "changes.md"
    assert mmx("report", "--compare", homes / "same", homes / "setting", "--out", page) == 0
    shown, text = capsys.readouterr().out, page.read_text("utf-8")
    assert "model.draws: 20 -> 24" in shown
    assert "| model.draws | 20 | 24 |" in text
    assert "## Data\n\nThe same." in text
    assert text.splitlines()[0] == "# What changed between two runs"
    for odd in ("nan", "None", "inf", "e+0"):
        assert odd not in text.replace("finance", "")


def test_both_runs_stay_as_they_are(homes, capsys):
    before = {name: (homes / name / "journal.jsonl").read_bytes() for name in ("same", "both")}
    compared(capsys, homes / "same", homes / "both")
    assert {name: (homes / name / "journal.jsonl").read_bytes() for name in before} == before


@pytest.mark.parametrize(
    "words", [(), ("--run-dir", "a", "--compare", "a", "b"), ("--run-dir", "a", "--out", "b.md")]
)
def test_a_report_is_of_one_run_or_a_comparison_of_two(words):
    assert mmx("report", *words) == 2


def record(step=StepName.BASELINE, artifact="a", **changed):
    basis = {
        "inputs": {"Panel": "p"}, "settings": {"s": 1}, "seed": 0, "agent": "m.A", "calculation_version": 1,
        "requires": {},
    }  # fmt: skip
    said = basis | changed
    return StepRecord(step, json.dumps(said), artifact, said, 1.0, "", "", "0.1.0")


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"inputs": {"Panel": "q"}}, ChangeKind.DATA),
        ({"settings": {"s": 2}}, ChangeKind.SETTINGS),
        ({"seed": 1}, ChangeKind.SETTINGS),
        ({"calculation_version": 2}, ChangeKind.VERSIONS),
        ({"agent": "own.B"}, ChangeKind.VERSIONS),
        ({"artifact": "b"}, ChangeKind.VERSIONS),
    ],
)
def test_what_a_step_was_given_tells_the_kind_of_cause(changed, cause):
    (found,) = step_changes([record()], [record(**changed)])
    assert found.causes == (cause,)


def test_a_result_of_other_earlier_results_has_no_cause_of_its_own():
    (found,) = step_changes([record()], [record(requires={"Segments": "k"}, artifact="b")])
    assert found.causes == ()
    assert not found.same


def test_the_scenario_is_a_decision_and_no_setting():
    step = StepName.ALLOCATION
    (found,) = step_changes([record(step)], [record(step, settings={"scenario": "aggressive"})])
    assert found.causes == (ChangeKind.DECISIONS,)


def test_other_versions_of_libraries_are_told(homes, tmp_path, monkeypatch, capsys):
    panel = view_run(homes / "same").panel
    made = record_room.made_with()
    for name, numpy in (("old", "2.0.0"), ("new", made["numpy"])):
        monkeypatch.setattr("mmxlib.workflow.session.made_with", lambda numpy=numpy: made | {"numpy": numpy})
        Session.open(tmp_path / name, panel=panel).close()
    told = compared(capsys, tmp_path / "old", tmp_path / "new")
    assert [(each["kind"], each["about"], each["before"], each["after"]) for each in told["changes"]] == [
        ("versions", "numpy", "2.0.0", made["numpy"])
    ]
    assert told["verdict"] == [
        "The two runs have no finished step in common: there is nothing to compare yet."
    ]
    assert told["channels"] == told["budget"] == told["steps"] == []


def test_a_setting_of_the_summary_alone_moves_its_words_alone(homes, fitted_home, capsys):
    folder = homes / "words"
    shutil.copytree(fitted_home / "run", folder)
    override = ("--override", "a test") if view_run(folder).status().blocked_by else ()
    words = ("--by", "Ana", "--set", "insight.recent_periods=26")
    assert mmx("revise", "budget", "--run-dir", folder, *words) == 0
    if override:
        assert mmx("approve", "budget", "--run-dir", folder, "--by", "Ana", *override) == 0
    assert mmx("resume", "--auto-approve", "--run-dir", folder) in (0, 4)
    told = compared(capsys, homes / "same", folder)
    assert told["model_causes"] == told["plan_causes"] == []
    assert told["verdict"][0].startswith("The model is the same, byte for byte")
    assert "The recommended budget is the same, channel by channel." in told["verdict"]
    assert any("every difference in the summary" in each for each in told["verdict"])
    assert {"settings", "decisions"} == {each["kind"] for each in told["changes"]}
