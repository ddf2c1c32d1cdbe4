"""``mmx forecast``: from a run's model to what a plan brings, in words, as JSON and as a file."""

import json

import pandas as pd
import pytest

from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.plan import Scenarios
from mmxlib.forecasting.forecast import forecast
from mmxlib.model.model import Model
from mmxlib.workflow.run import view_run
from tests.cli.homes import mmx


@pytest.fixture
def model(fitted_home):
    return Model(view_run(fitted_home / "run").artifact(FittedModel).response)


def said(capsys, *words):
    """Return a command's exit code, stdout and stderr."""
    capsys.readouterr()
    code = mmx(*words)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def plan_file(fitted_home, model, spend=1000.0):
    panel = model.response.panel
    rows = [
        (panel.dates[-1] + 7 * ahead, channel, spend)
        for ahead in (1, 2, 3)
        for channel in panel.channel_names
    ]
    path = fitted_home / "plan.csv"
    pd.DataFrame(rows, columns=["date", "channel", "spend"]).to_csv(path, index=False)
    return path


def test_the_present_plan_is_forecast_period_by_period_and_in_all(capsys, fitted_home):
    code, out, _ = said(capsys, "forecast", "--run-dir", fitted_home / "run")
    assert code == 0
    lines = out.splitlines()
    assert all(name in lines[0] for name in ("date", "spend", "outcome", "outcome lower", "base", "media"))
    assert "In all 13 periods: an outcome of" in out
    assert "90 % range" in out


def test_the_document_is_the_forecast(capsys, fitted_home, model):
    code, out, _ = said(capsys, "forecast", "--run-dir", fitted_home / "run", "--json", "--periods", 4)
    assert code == 0
    document = json.loads(out)
    expected = forecast(model, periods=4, by_unit=False)
    assert [each["mean"] for each in document["components"]] == expected["mean"].tolist()
    for row in document["periods"]:
        assert row["base"] + row["media"] == pytest.approx(row["outcome"])
        assert row["outcome_lower"] < row["outcome"] < row["outcome_upper"]
    spend = model.response.panel.spend_by_period()[-4:].sum(axis=1)
    assert [row["spend"] for row in document["periods"]] == pytest.approx(list(spend))
    assert document["total"]["outcome"] == pytest.approx(sum(r["outcome"] for r in document["periods"]))


def test_a_file_with_a_plan_is_forecast_and_written(capsys, fitted_home, model):
    plan, out_file = plan_file(fitted_home, model), fitted_home / "forecast.csv"
    words = ("forecast", "--run-dir", fitted_home / "run", "--plan", plan, "--by-unit", "--out", out_file)
    code, out, _ = said(capsys, *words)
    assert code == 0
    assert f"Wrote {out_file}" in out
    frame = pd.read_csv(plan, parse_dates=["date"])
    written = pd.read_csv(out_file)
    assert list(written) == ["date", "unit", "component", "mean", "lower", "upper"]
    pd.testing.assert_series_equal(written["mean"], forecast(model, frame)["mean"])


def test_a_scenario_of_the_run_is_forecast(capsys, fitted_home, model):
    code, out, _ = said(
        capsys, "forecast", "--run-dir", fitted_home / "run", "--scenario", "aggressive", "--json"
    )
    assert code == 0
    plan = view_run(fitted_home / "run").artifact(Scenarios).plan("aggressive")
    assert json.loads(out)["total"]["spend"] == pytest.approx(plan.total)
    assert json.loads(out)["total"]["media"] == pytest.approx(plan.outcome_in_periods)


def test_a_wider_level_is_a_wider_range(capsys, fitted_home):
    words = ("forecast", "--run-dir", fitted_home / "run", "--json")
    narrow, wide = (json.loads(said(capsys, *words, "--level", each)[1])["total"] for each in (0.5, 0.95))
    assert wide["outcome_lower"] < narrow["outcome_lower"]
    assert wide["outcome_upper"] > narrow["outcome_upper"]


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("--scenario", "bold"), 2, "It has "),
        (("--plan", "absent.csv"), 3, "no such file"),
        (("--periods", "500"), 2, "Ask for 1 to 110 periods"),
        (("--level", "2"), 2, "level from 0.5"),
        (("--plan", "a.csv", "--scenario", "base"), 2, "not allowed with"),
    ],
)
def test_what_cannot_be_forecast_is_refused_in_words(capsys, fitted_home, words, code, text):
    found, _, err = said(capsys, "forecast", "--run-dir", fitted_home / "run", *words)
    assert found == code
    assert text in err


def test_faults_of_a_plan_name_the_files_rows(capsys, fitted_home, model):
    path = plan_file(fitted_home, model)
    path.write_text(path.read_text("utf-8").replace("1000.0", "-3", 1), encoding="utf-8")
    code, _, err = said(capsys, "forecast", "--run-dir", fitted_home / "run", "--plan", path)
    assert code == 3
    assert "plan.csv, row 2, column spend: The spend -3 is negative." in err


def test_a_folder_without_a_run_is_refused(capsys, tmp_path):
    assert said(capsys, "forecast", "--run-dir", tmp_path / "none")[0] == 3


def test_the_future_comes_from_files(capsys, fitted_home, model):
    panel = model.response.panel
    days = [str(panel.dates[-1] + 7 * ahead) for ahead in range(1, 14)]
    price = next(control.name for control in panel.controls if control.kind == "price")
    dear = pd.DataFrame({"date": days, price: 1.2 * panel.control_values[:, -1].max()})
    sale = pd.DataFrame({"name": [panel.events[0].name], "start": days[1], "end": days[2]})
    controls, events = fitted_home / "dear.csv", fitted_home / "sale.csv"
    dear.to_csv(controls, index=False)
    sale.to_csv(events, index=False)
    words = ("forecast", "--run-dir", fitted_home / "run", "--json")
    _, out, _ = said(capsys, *words, "--controls", controls, "--events", events)
    made = forecast(model, controls=dear, events=sale, by_unit=False, by_period=False)
    expected = made.set_index("component")["mean"]["outcome"]
    assert json.loads(out)["total"]["outcome"] == pytest.approx(expected, rel=1e-9)
    assert expected != pytest.approx(float(forecast(model).query("component == 'outcome'")["mean"].sum()))


def test_a_fault_of_the_future_names_the_file(capsys, fitted_home):
    path = fitted_home / "wrong.csv"
    path.write_text("name,start,end\nMoon landing,2026-01-01,2026-01-02\n", encoding="utf-8")
    code, _, err = said(capsys, "forecast", "--run-dir", fitted_home / "run", "--events", path)
    assert code == 3
    assert "wrong.csv" in err
    assert "Moon landing" in err
