"""The tree of files, from the artifacts of a run."""

import io
import json
from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np
import openpyxl
import pandas as pd
import pytest

from mmxlib.agents.insight import InsightSettings, insights_of
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.insights import Insights
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.report.tables import csv_headings
from mmxlib.terms import Verdict
from mmxlib.workflow.outputs import outputs
from tests.golden.record import Record
from tests.golden.shapes import parts_of
from tests.report.builder import HOSTILE, Story, journal, story
from tests.report.plans import by_cells, scenarios_of_old

DESIGNED = {
    "segmentation/segment_map.csv", "segmentation/segment_profile.csv", "segmentation/quality.json",
    "segmentation/silhouette.png", "segmentation/segments.png", "trends/flagged_periods.csv",
    "trends/yoy.csv", "trends/seasonality.csv", "trends/event_impact.csv", "trends/flagged_periods.png",
    "baseline/baseline.csv", "baseline/priors.csv", "baseline/constraints.csv", "baseline/baseline.png",
    "model/channel_contributions.csv", "model/channel_contributions.json", "model/response_curves.json",
    "model/response_curves/tv.csv", "model/diagnostics.json", "model/backtest.csv",
    "budget/recommendations.csv", "budget/recommendations.xlsx", "budget/scenarios.csv",
    "budget/plan_by_period.csv", "budget/forecast.csv", "budget/limits.csv",
    "decks/executive_summary.md", "decks/executive_summary.html",
    "decks/mmx_summary_report.xlsx", "decks/key_insights.json", "decks/channel_contributions.png",
    "decks/allocation.png", "decks/response_curve_tv.png", "decks/scenarios.png",
    "decks/forecast.png",
}  # fmt: skip


def whole(made: Story) -> dict[type, object]:
    return {**made.by_type(), Insights: insights_of(made.by_type(), InsightSettings())}


@pytest.fixture(scope="module")
def made() -> Story:
    return story()


@pytest.fixture(scope="module")
def tree(made: Story) -> dict[str, bytes]:
    return outputs(whole(made), journal=journal())


def test_the_tree_holds_what_was_designed(tree: dict[str, bytes]) -> None:
    assert DESIGNED - tree.keys() == set()
    assert all(tree.values())


def test_every_file_has_the_columns_keys_and_headings_that_are_promised(
    tree: dict[str, bytes], golden: Record
) -> None:
    found = {part: held for path, content in tree.items() for part, held in parts_of(path, content).items()}
    golden.holds("outputs", found)


def test_the_tree_is_the_same_twice(made: Story, tree: dict[str, bytes]) -> None:
    again = outputs(whole(made), journal=journal())
    assert list(again) == list(tree)
    assert [name for name in tree if again[name] != tree[name]] == []


@pytest.mark.parametrize(
    ("done", "folders"),
    [
        ((Panel,), {"decks"}),
        ((Panel, Segments), {"segmentation", "decks"}),
        ((Panel, Segments, Trends, Baseline), {"segmentation", "trends", "baseline", "decks"}),
        (
            (Panel, Segments, Trends, Baseline, FittedModel, Scenarios),
            {"segmentation", "trends", "baseline", "model", "budget", "decks"},
        ),
    ],
)
def test_a_run_that_waits_has_the_files_of_what_is_done(
    made: Story, done: tuple[type, ...], folders: set[str]
) -> None:
    found = outputs({kind: made.by_type()[kind] for kind in done}, journal=pd.DataFrame())
    assert {PurePosixPath(name).parts[0] for name in found} == folders
    assert "budget/recommendations.csv" not in found
    assert "decks/allocation.png" not in found
    summary = found["decks/executive_summary.md"].decode()
    assert "yet" in summary.splitlines()[2]


def test_a_failed_model_has_its_report_without_a_recommendation() -> None:
    failed = story(failed=True)
    by_type = whole(failed)
    del by_type[BudgetPlan]
    found = outputs(by_type, journal=journal())
    assert json.loads(found["decks/key_insights.json"])["actions"] == []
    assert "budget/recommendations.csv" not in found
    assert "nothing is recommended" in found["decks/executive_summary.md"].decode()


def test_tables_give_the_frames_back_exactly(made: Story, tree: dict[str, bytes]) -> None:
    again = pd.read_csv(io.BytesIO(tree["budget/plan_by_period.csv"]), parse_dates=["date"])
    pd.testing.assert_frame_equal(again, made.plan.table, check_dtype=False, check_exact=True)
    forecast = pd.read_csv(io.BytesIO(tree["budget/forecast.csv"]), parse_dates=["date"])
    pd.testing.assert_frame_equal(forecast, made.plan.forecast, check_dtype=False, check_exact=True)
    compared = pd.read_csv(io.BytesIO(tree["budget/scenarios.csv"]))
    assert list(compared["contribution_of_spend"]) == list(made.scenarios.comparison["outcome"])
    assert list(compared["forecast_outcome"]) == list(made.scenarios.comparison["forecast_outcome"])
    told = json.loads(tree["model/channel_contributions.json"])
    totals = np.zeros(len(made.panel.dates))
    for each in told["series"]:
        totals += np.array(each["mean"])
    np.testing.assert_allclose(totals, made.panel.outcome.sum(axis=0), rtol=1e-9)
    curves = json.loads(tree["model/response_curves.json"])["curves"]
    assert [each["channel"] for each in curves] == ["tv", "search", "social", "print", "radio"]


def test_a_plan_by_cells_has_their_table_and_their_picture(made: Story) -> None:
    plan = by_cells(made.plan)
    found = outputs({**whole(made), BudgetPlan: plan}, journal=journal())
    cells = pd.read_csv(io.BytesIO(found["budget/cells.csv"]), parse_dates=["date"])
    assert list(cells["spend"]) == list(plan.cells["spend"])
    assert "decks/plan_by_period.png" in found
    sheet = openpyxl.load_workbook(io.BytesIO(found["decks/mmx_summary_report.xlsx"]))["Files"]
    told = [str(row[2].value) for row in sheet.iter_rows() if row[0].value == "budget/cells.csv"]
    assert len(told) == len(plan.cells.columns)
    assert "As recorded." not in told


def test_a_run_of_old_has_its_files_without_those_of_a_forecast(made: Story) -> None:
    old = scenarios_of_old(made.scenarios)
    found = outputs({**made.by_type(), Scenarios: old, BudgetPlan: old.plans[0]}, journal=journal())
    gone = {"budget/forecast.csv", "budget/limits.csv", "decks/forecast.png"}
    assert DESIGNED - found.keys() == gone
    assert b"nan" not in found["budget/scenarios.csv"]


def test_organic_media_have_a_contribution_but_neither_roi_nor_budget_in_any_file(
    tree: dict[str, bytes],
) -> None:
    """The newsletter is the one channel without spend."""

    def rows(name: str) -> pd.DataFrame:
        table = pd.read_csv(io.BytesIO(tree[name]))
        return table[table.get("channel", table.get("component")) == "newsletter"]

    summary = rows("model/channel_summary.csv")
    assert summary["contribution"].item() > 0.0
    assert summary["immediate"].item() + summary["carryover"].item() == pytest.approx(
        summary["contribution"].item()
    )
    assert summary[["roi", "marginal_roi"]].isna().all(axis=None)
    assert len(rows("model/channel_contributions.csv")) > 0
    for name in (
        "budget/recommendations.csv",
        "budget/plan_by_period.csv",
        "budget/scenarios_by_channel.csv",
    ):
        assert rows(name).empty
    assert "model/response_curves/newsletter.csv" not in tree


def test_every_file_of_text_is_utf8_with_line_feeds(tree: dict[str, bytes]) -> None:
    for name, content in tree.items():
        if not name.endswith((".png", ".xlsx")):
            assert b"\r" not in content, name
            assert content.decode("utf-8").endswith("\n"), name


def test_every_doubt_stands_in_the_workbook() -> None:
    worried = story()
    notes = tuple(Note(f"Doubt {k}.", verdict=Verdict.WARN) for k in range(30))
    by_type = {**worried.by_type(), Trends: replace(worried.trends, notes=notes)}
    found = outputs(by_type, journal=journal())
    sheet = openpyxl.load_workbook(io.BytesIO(found["decks/mmx_summary_report.xlsx"]))["Diagnostics"]
    told = [str(row[0].value) for row in sheet.iter_rows()]
    assert [f"• Doubt {k}." for k in range(30)] == [each for each in told if "Doubt " in each]
    text = found["decks/executive_summary.md"].decode()
    assert "further warnings: see the sheet Diagnostics" in text


def test_hostile_names_make_safe_paths_and_stay_text() -> None:
    hostile = story(HOSTILE, 2, organic=())
    found = outputs(whole(hostile), journal=journal())
    curves = [name for name in found if name.startswith("model/response_curves/")]
    assert len(curves) == len(HOSTILE)
    for name in found:
        assert ".." not in PurePosixPath(name).parts
        assert name == name.encode("ascii").decode()
        assert not set(name) & set('<>:"|?*\\')
        if name.endswith(".csv"):
            cells = pd.read_csv(io.BytesIO(found[name]), dtype=str, keep_default_na=False)
            words = [str(cell) for cell in cells.to_numpy().ravel()]
            starts = {word[0] for word in words if word and not _is_number(word)}
            assert not starts & set("=+-@\t\r"), name


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def test_every_number_told_can_be_traced(made: Story, tree: dict[str, bytes]) -> None:
    told = json.loads(tree["decks/key_insights.json"])["insights"]
    roi = {name: value for each in told for name, value in each["numbers"].items() if name.endswith("roi")}
    paid = made.frames.recent.dropna(subset=["roi"])
    assert roi["best_roi"] == paid["roi"].max()
    assert roi["least_roi"] == paid["roi"].min()


def test_a_waiting_run_speaks_by_its_own_insight_settings(made: Story) -> None:
    waiting = {kind: value for kind, value in made.by_type().items() if kind is not BudgetPlan}
    shorter = outputs(waiting, journal=journal(), insight=InsightSettings(recent_periods=13))
    said = json.loads(shorter["decks/key_insights.json"])["insights"]
    assert any("in the 13 weeks to " in each["text"] for each in said)


def test_every_column_of_a_file_is_explained_in_the_workbook(tree: dict[str, bytes]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(tree["decks/mmx_summary_report.xlsx"]))["Files"]
    told = {(row[0].value, row[1].value): str(row[2].value) for row in sheet.iter_rows()}
    for file, names in csv_headings(tree).items():
        for name in names:
            assert told[file, name] not in ("", "None", "As recorded."), (file, name)


def test_beside_every_picture_lies_the_table_that_it_shows(tree: dict[str, bytes]) -> None:
    pictures = [name.removesuffix(".png") for name in tree if name.endswith(".png")]
    assert len(pictures) >= 20
    assert [name for name in pictures if f"{name}.csv" not in tree] == []


def test_the_tables_of_pictures_hold_the_numbers_of_the_artifacts(
    made: Story, tree: dict[str, bytes]
) -> None:
    def table(name: str) -> pd.DataFrame:
        return pd.read_csv(io.BytesIO(tree[f"{name}.csv"]))

    allocation = table("decks/allocation").set_index("channel")
    planned = made.plan.channels.set_index("channel")["spend"]
    np.testing.assert_allclose(allocation["plan_spend"].loc[planned.index], planned, rtol=1e-12)
    brought = table("decks/channel_contributions")
    whole = brought[brought["date"].isna()].set_index("component")["contribution"]
    by_period = brought[brought["date"].notna()].groupby("component")["contribution"].sum()
    np.testing.assert_allclose(by_period[whole.index], whole, rtol=1e-9)
    curve = table("decks/response_curve_tv").fillna({"mark": ""})
    line, marks = curve[curve["mark"] == ""], curve[curve["mark"] != ""].set_index("mark")
    assert marks.loc["plan", "spend"] == pytest.approx(planned["tv"] / made.plan.periods)
    at = np.interp(marks["spend"], line["spend"], line["outcome"])
    np.testing.assert_allclose(marks["outcome"], at, rtol=1e-12)
    fit = table("model/actual_against_fitted")
    np.testing.assert_allclose(fit["actual"], made.panel.outcome.sum(axis=0), rtol=1e-9)
    np.testing.assert_allclose(fit["fitted"] + fit["residual"], fit["actual"], rtol=1e-12)
    forecast = table("decks/forecast")
    ahead = forecast[(forecast["unit"] == "all") & forecast["expected"].notna()]
    assert ahead["expected"].sum() == pytest.approx(made.plan.forecast_outcome, rel=1e-6)
