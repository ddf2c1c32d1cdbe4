"""``mmx optimize``: questions typed by hand, answered from a run's model."""

import json

import pandas as pd
import pytest

from mmxlib.artifacts.fitted import FittedModel
from mmxlib.budget.optimizing import budget_for_target, optimize_budget
from mmxlib.model.model import Model
from mmxlib.workflow.run import view_run
from tests.cli.homes import mmx


@pytest.fixture
def run(fitted_home):
    return fitted_home / "run"


@pytest.fixture
def model(run):
    return Model(view_run(run).artifact(FittedModel).response)


def document(capsys, *words):
    capsys.readouterr()
    code = mmx("optimize", *words, "--json")
    return code, json.loads(capsys.readouterr().out)


def test_without_a_question_the_present_money_is_spent_best(run, model, capsys):
    code, said = document(capsys, "--run-dir", run)
    plan = optimize_budget(model)
    assert code == 0
    assert said["plan"]["outcome"] == pytest.approx(plan.outcome, rel=1e-12)
    assert [row["spend"] for row in said["channels"]] == pytest.approx(
        list(plan.channels["spend"]), rel=1e-12
    )


def test_a_target_with_a_chance_is_sought(run, model, capsys):
    wanted = round(1.01 * optimize_budget(model).forecast_outcome)
    code, said = document(capsys, "--run-dir", run, "--target", wanted, "--probability", 0.7)
    plan = budget_for_target(model, wanted, probability=0.7)
    assert code == 0
    assert said["target"]["chance"] == pytest.approx(0.7, abs=5e-3)
    assert said["plan"]["total"] == pytest.approx(plan.total, rel=1e-12)


def test_limits_are_typed_and_kept(run, model, capsys, tmp_path):
    present = optimize_budget(model)
    first, second, third = present.channels["channel"]
    day = str(present.table["date"].min().date())
    spend = present.channels.set_index("channel")["present_spend"]
    most = 0.98 * (spend[first] + spend[second])
    out = tmp_path / "plan.csv"
    code, said = document(
        capsys, "--run-dir", run, "--bound", f"{third}=0:{3 * spend[third]}",
        "--group", f"two={first}+{second}:0:{most}", "--fix", f"{first}@{day}=1234", "--out", out,
    )  # fmt: skip
    assert code == 0
    assert said["limits"][0]["spend"] <= most * (1.0 + 1e-9)
    written = pd.read_csv(out)
    own = written[(written["channel"] == first) & (written["date"] == day)]
    assert own["spend"].sum() == pytest.approx(1234.0, rel=1e-9)


def test_people_read_what_it_spends_causes_and_sells(run, capsys):
    capsys.readouterr()
    assert mmx("optimize", "--run-dir", run, "--margin", "0.8") == 0
    said = capsys.readouterr().out
    for word in (
        "Spend:",
        "What it causes, later carryover included:",
        "Sales within the 13 periods",
        "Profit:",
    ):
        assert word in said
    assert "nan" not in said


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("--bound", "tv"), "such as tv=10000:20000"),
        (("--group", "video=tv"), "such as video=tv+youtube"),
        (("--fix", "tv=5"), "such as tv@2026-01-05=10000"),
        (("--bound", "tv=a:b"), "an amount where 'a' stands"),
        (("--objective", "best"), "mean, mean_minus_risk, cvar"),
        (("--bound", "nowhere=0:1"), "Correct the channel's name"),
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(run, capsys, words, remedy):
    capsys.readouterr()
    assert mmx("optimize", "--run-dir", run, *words) == 2
    assert remedy in capsys.readouterr().err
