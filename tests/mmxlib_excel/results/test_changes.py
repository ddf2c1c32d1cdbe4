"""Every sheet of results against the frames it shows, for usual runs and for those at the edge."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.model.prediction import whole_prediction
from mmxlib.report.forecast import forecast_table, plan_forecast
from mmxlib.report.plan_tables import limits_table, recommendation_table, scenario_table
from mmxlib.report.sheets.budget import AGAINST_CHECKS
from mmxlib.report.sheets.trust import checks_table, constraints_table, priors_table
from mmxlib.terms import OutcomeKind, StepName, Verdict
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.layout.results import (
    SHEETS,
    baseline,
    budget,
    contributions,
    curves,
    forecast,
    insights,
    model,
    segments,
    trends,
)
from mmxlib_excel.layout.scenarios import COMPARED
from mmxlib_excel.layout.spec import Block
from mmxlib_excel.results.changes import changes_of
from mmxlib_excel.results.forecast import year_before
from mmxlib_excel.results.writing import HOLDS, LINE, NO_LONGER, in_lines
from tests.mmxlib_excel.results.shown import Shown, in_cells, material, shown
from tests.report.builder import Story, story

EVERY_SHEET = {sheet.name: sheet for sheet in SHEETS}
RUN_FIRST = {
    "Segments": StepName.SEGMENTATION,
    "Trends": StepName.TREND_SCANNER,
    "Baseline": StepName.BASELINE,
    "Model": StepName.MODEL_OPTIMIZATION,
    "Contributions": StepName.MODEL_OPTIMIZATION,
    "Curves": StepName.MODEL_OPTIMIZATION,
    "Budget": StepName.BUDGET_OPTIMIZATION,
    "Forecast": StepName.BUDGET_OPTIMIZATION,
    "Insights": StepName.INSIGHT,
}


@pytest.fixture(scope="module")
def made() -> Story:
    return story()


@pytest.fixture(scope="module")
def book(made: Story) -> Shown:
    return shown(material(made))


def by_size(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame.sort_values(column, ascending=False, kind="stable")


FRAMES: dict[str, tuple[Block, Callable[[Story], pd.DataFrame]]] = {
    "profile": (segments.PROFILE, lambda made: made.segments.profile),
    "tried": (segments.TRIED, lambda made: made.segments.candidates),
    "season": (trends.SEASON, lambda made: made.trends.seasonality),
    "events": (trends.EVENTS, lambda made: made.trends.event_impact),
    "limits of channels": (baseline.LIMITS, lambda made: constraints_table(made.baseline)),
    "excluded": (baseline.EXCLUDED, lambda made: made.baseline.excluded),
    "accuracy": (model.ACCURACY, lambda made: made.fitted.diagnostics.accuracy),
    "totals": (contributions.TOTALS, lambda made: by_size(made.frames.summary, "contribution")),
    "returns": (
        contributions.RETURNS,
        lambda made: by_size(made.frames.summary[made.frames.summary["roi"].notna()], "roi"),
    ),
    "plan": (budget.PLAN, lambda made: recommendation_table(made.plan, material(made).summary.insights)),
    "limits": (budget.LIMITS, lambda made: limits_table(made.plan)),
    "scenarios": (COMPARED, lambda made: scenario_table(made.scenarios)),
    "actions": (insights.ACTIONS, lambda made: pd.DataFrame(material(made).summary.channels)),
}


@pytest.mark.parametrize("which", FRAMES)
def test_every_cell_is_the_frames(which: str, made: Story, book: Shown) -> None:
    block, frame = FRAMES[which]
    expected = in_cells(frame(made), block)
    assert expected
    assert book.rows(block) == expected


def test_choices_of_ours_are_words_and_their_numbers_the_frames(made: Story, book: Shown) -> None:
    words = {"seasonal_naive": "last year repeated", "no_media": "model without media"}
    for block, frame in (
        (baseline.PRIORS, priors_table(made.baseline.priors)),
        (model.BACKTEST, made.fitted.backtest.summary),
    ):
        expected = [
            tuple(words.get(each, each.replace("_", " ")) if isinstance(each, str) else each for each in row)
            for row in in_cells(frame, block)
        ]
        assert book.rows(block) == expected


def test_checks_stand_with_the_worst_first(made: Story, book: Shown) -> None:
    for block, checks in (
        (model.GUARDRAILS, made.fitted.guardrails),
        (model.CHECKS, made.fitted.diagnostics.checks),
    ):
        rows = book.rows(block)
        assert sorted(map(str, rows)) == sorted(map(str, in_cells(checks_table(checks), block)))
        order = [str(row[block.position("verdict")]) for row in rows]
        assert order == sorted(order, key=["fail", "warn", "pass"].index)


def test_segments_add_up_to_the_course_of_all(made: Story, book: Shown) -> None:
    together = made.trends.decomposition.groupby("date")[["observed", "trend"]].sum()
    rows = book.rows(trends.COURSE)
    assert [row[1:3] for row in rows] == list(map(tuple, together.to_numpy()))
    flagged = {date.date() for date in made.trends.flagged_periods["date"]}
    assert {row[0] for row in rows if row[5] is not None} == flagged
    assert all(row[3] is None and row[4] is None for row in rows[:52])


def test_baselines_stand_side_by_side(made: Story, book: Shown) -> None:
    levels = made.baseline.levels.set_index(["segment", "method"])["baseline"]
    for row in book.rows(baseline.LEVELS):
        at = baseline.LEVELS.position("baseline_median")
        assert row[at : at + 3] == tuple(levels[row[0], each] for each in baseline.METHODS)


def test_the_fit_is_the_models_for_all_segments(made: Story, book: Shown) -> None:
    fit = whole_prediction(made.fitted.response, made.fitted.backtest.level)
    fit["width"] = fit["upper"] - fit["lower"]
    assert book.rows(model.FIT) == in_cells(fit, model.FIT)
    assert book.value(model.R2) == 0.94
    assert (book.value(model.UNSEEN), book.value(model.NAIVE)) == (0.05, 0.08)


def test_the_parts_of_a_period_add_up_to_its_outcome(made: Story, book: Shown) -> None:
    sums = [
        sum(float(each) for each in row[1:] if each is not None) for row in book.rows(contributions.BY_PERIOD)
    ]
    np.testing.assert_allclose(sums, made.panel.outcome.sum(axis=0), rtol=1e-9)
    assert book.headings(contributions.BY_PERIOD)[:3] == ["Period from", "Baseline", "tv"]


def test_bars_reach_from_the_base_to_the_whole(made: Story, book: Shown) -> None:
    rows = book.rows(contributions.FALL)
    level = 0.0
    for name, amount, lift, whole, brought, below in rows[:-1]:
        assert isinstance(amount, float)
        assert lift == pytest.approx(level)
        assert (whole if name == "Base" else brought) == pytest.approx(amount)
        assert below is None
        level += amount
    assert rows[-1][0] == "All together"
    assert rows[-1][3] == pytest.approx(level)
    sizes = [float(str(row[1])) for row in rows[1:-1]]
    assert sizes == sorted(sizes, reverse=True)


def test_the_list_of_channels_leads_to_the_points_of_each(made: Story, book: Shown) -> None:
    points = book.rows(curves.POINTS_OF_ALL)
    for at, row in enumerate(book.rows(curves.EACH)):
        first = at * curves.POINTS
        curve = made.frames.curves[str(row[0])].assign(channel=row[0])
        assert points[first : first + curves.POINTS] == in_cells(curve, curves.POINTS_OF_ALL)
    spend = [float(str(row[1])) for row in book.rows(curves.EACH)]
    assert spend == sorted(spend, reverse=True)


def test_no_point_is_recommended_without_a_plan(made: Story) -> None:
    with_plan, without = shown(material(made)), shown(material(made, BudgetPlan, Scenarios))
    assert (len(with_plan.rows(curves.MARKS)), len(without.rows(curves.MARKS))) == (2, 1)


def test_the_plan_by_period_is_the_plans(made: Story, book: Shown) -> None:
    rows = book.rows(budget.BY_PERIOD)
    names = book.headings(budget.BY_PERIOD)[2:]
    spend = made.plan.table.groupby(["date", "channel"])["spend"].sum()
    for row in rows:
        for name, value in zip(names, row[2:], strict=False):
            assert value == pytest.approx(spend[pd.Timestamp(str(row[0])), name], rel=1e-12)
        assert row[1] == pytest.approx(sum(float(str(each)) for each in row[2:] if each is not None))


def test_the_forecast_is_the_plans_beside_the_present_one(made: Story, book: Shown) -> None:
    own = plan_forecast(made.plan, [each.name for each in made.panel.channels])
    now = plan_forecast(made.scenarios.present, [each.name for each in made.panel.channels])
    assert own is not None
    assert now is not None
    frame = forecast_table(own.whole, own.channels, most=0).frame
    frame["width"] = frame["expected_upper"] - frame["expected_lower"]
    frame["present"] = now.whole.mean
    frame["year_before"] = made.raw.outcome.sum(axis=0)[-52:][: len(frame)]
    rows = book.rows(forecast.PERIODS_AHEAD)
    assert rows == in_cells(frame, forecast.PERIODS_AHEAD)
    assert len(book.rows(forecast.BY_SEGMENT)) == 3 * len(rows)


def test_a_year_before_is_the_same_week(made: Story) -> None:
    total = made.raw.outcome.sum(axis=0)
    assert year_before(made.raw, made.raw.dates[60:63]).tolist() == total[8:11].tolist()
    assert np.isnan(year_before(made.raw, made.raw.dates[:2])).all()


def test_insights_say_every_sentence_once_and_warnings_before_what_happened(made: Story, book: Shown) -> None:
    summary = material(made).summary
    rows = book.rows(insights.SENTENCES)
    text = " ".join(str(row[1]) for row in rows).replace("• ", "")
    assert text.startswith(summary.insights.headline)
    for each in summary.insights.insights:
        assert " ".join(each.text.split()) in text
    sections = [row[0] for row in rows if row[0] is not None]
    assert sections.index("Read this first") < sections.index("What happened")


@pytest.mark.parametrize("name", RUN_FIRST)
def test_a_sheet_without_results_is_empty_and_says_what_to_do(name: str, made: Story) -> None:
    kinds = [kind for kind in made.by_type() if kind is not type(made.raw)]
    sheet = EVERY_SHEET[name]
    full = shown(material(made))
    for stale in (frozenset[StepName](), frozenset({RUN_FIRST[name]})):
        for changes in changes_of(material(made, *kinds, stale=stale)).values():
            full.write(changes)
        assert all(full.rows(block) == [] for block in sheet.blocks)
        assert all(full.value(each) is None for each in sheet.fields[1:])
        said = str(full.value(sheet.fields[0]))
        assert said.startswith(NO_LONGER if stale else "Run the ")
        assert said.endswith("again." if stale else "first.")


def test_a_failed_model_says_so_first_and_recommends_nothing() -> None:
    failed = story(failed=True)
    of = material(failed, BudgetPlan)
    book = shown(of)
    headline = of.summary.insights.headline
    assert "nothing is recommended" in headline
    assert str(book.rows(insights.SENTENCES)[0][1]) in headline
    for sheet, block in ((budget.SHEET, budget.PLAN), (forecast.SHEET, forecast.PERIODS_AHEAD)):
        assert book.value(sheet.fields[0]) == headline
        assert book.rows(block) == []
    assert book.rows(insights.ACTIONS) == []
    assert book.value(model.VERDICT) == "fail"
    assert str(book.value(model.SHEET.fields[0])).startswith("The model failed 1 guardrail")
    assert len(book.rows(curves.MARKS)) == 1


def test_a_plan_approved_against_failed_checks_says_so() -> None:
    book = shown(material(story(failed=True)))
    said = str(book.value(budget.SHEET.fields[0]))
    assert AGAINST_CHECKS in said
    assert "Approved: scenario base." in said
    assert book.rows(budget.PLAN)


def test_a_plan_is_proposed_before_it_is_approved(made: Story) -> None:
    book = shown(material(made, BudgetPlan))
    assert str(book.value(budget.SHEET.fields[0])).startswith("Proposed, not approved yet: scenario base.")
    assert len(book.rows(budget.PLAN)) == len(made.plan.channels)


@pytest.mark.parametrize(
    ("channels", "groups"), [(["tv"], 1), ([f"channel {at}" for at in range(35)], 12), (["a", "b"], 1)]
)
def test_few_and_many_channels_and_segments_have_room(channels: list[str], groups: int) -> None:
    many = story(channels, groups, organic=())
    book = shown(material(many))
    shown_rows = book.rows(contributions.TOTALS)
    assert len(shown_rows) == min(len(channels), contributions.TOTALS.rows)
    notes = " ".join(str(row[1]) for row in book.rows(contributions.NOTES))
    assert ("30 of 35 channels are shown" in notes) == (len(channels) > 30)
    sums = [
        sum(float(str(each)) for each in row[1:] if each is not None)
        for row in book.rows(contributions.BY_PERIOD)
    ]
    np.testing.assert_allclose(sums, many.panel.outcome.sum(axis=0), rtol=1e-9)
    named = book.headings(contributions.BY_PERIOD)
    assert ("Other channels" in named) == (len(channels) > 7)
    whole = float(str(book.rows(contributions.FALL)[-1][1]))
    assert whole == pytest.approx(sum(float(str(row[1])) for row in book.rows(contributions.FALL)[:-1]))
    assert len(book.rows(trends.SEASON)) == groups


def test_a_long_history_shows_its_latest_periods_and_says_so() -> None:
    long = story(["tv", "search"], 1, periods=600, organic=())
    book = shown(material(long))
    rows = book.rows(baseline.SERIES)
    assert len(rows) == 520
    assert rows[-1][0] == long.panel.dates[-1].item()
    assert "520 of 600 periods are shown, the latest ones." in str(book.rows(baseline.NOTES))


def test_without_events_and_flags_their_tables_are_not_seen(made: Story) -> None:
    calm = replace(
        made.trends,
        event_impact=made.trends.event_impact.iloc[:0],
        flagged_periods=made.trends.flagged_periods.iloc[:0],
    )
    book = shown(material(replace(made, trends=calm)))
    for block in (trends.EVENTS, trends.FLAGGED):
        assert book.rows(block) == []
        assert {(block.sheet, block.head.row - 1), (block.sheet, block.head.row)} <= book.hidden_rows
    assert all(row[5] is None for row in book.rows(trends.COURSE))


def test_charts_of_roi_are_empty_with_a_word_where_a_unit_has_no_worth(made: Story, book: Shown) -> None:
    counted = replace(made.raw, outcome_kind=OutcomeKind.UNITS)
    bare = shown(material(replace(made, raw=counted)))
    valued = shown(material(replace(made, raw=replace(counted, revenue_per_unit=2.0))))
    for block in (contributions.NOTES, budget.NOTES):
        told = [
            "revenue_per_unit" in " ".join(str(row) for row in each.rows(block))
            for each in (bare, valued, book)
        ]
        assert told == [True, False, False]


def test_doubts_come_before_notes(made: Story) -> None:
    notes = (Note("All is well."), Note("This is odd.", verdict=Verdict.WARN))
    book = shown(material(replace(made, segments=replace(made.segments, notes=notes))))
    assert book.rows(segments.NOTES)[0] == ("doubt", "This is odd.")


def test_a_backtest_that_could_not_be_made_leaves_its_figures_empty(made: Story) -> None:
    none = replace(
        made.fitted.backtest, folds=pd.DataFrame(), forecasts=pd.DataFrame(), summary=pd.DataFrame()
    )
    book = shown(material(replace(made, fitted=replace(made.fitted, backtest=none))))
    assert book.value(model.UNSEEN) is None
    assert book.rows(model.FOLDS) == []


def test_results_that_hold_say_so(book: Shown) -> None:
    for name in ("Segments", "Trends", "Baseline", "Model", "Contributions", "Curves", "Budget"):
        assert HOLDS in str(book.value(EVERY_SHEET[name].fields[0]))


def test_the_same_artifacts_give_the_same_changes(made: Story) -> None:
    assert changes_of(material(made)) == changes_of(material(made))


def test_steps_that_are_not_asked_for_cost_nothing(made: Story) -> None:
    of = material(made)
    assert set(changes_of(of, (StepName.SEGMENTATION, StepName.BASELINE))) == {
        StepName.SEGMENTATION,
        StepName.BASELINE,
    }
    assert "frames" not in of.__dict__


def test_a_sentence_in_lines_is_the_sentence() -> None:
    text = "word " * 100
    rows: list[tuple[CellValue, ...]] = in_lines("Kind", text)
    assert " ".join(str(row[1]) for row in rows) == text.strip()
    assert all(len(str(row[1])) <= LINE for row in rows)
    assert [row[0] for row in rows] == ["Kind", *([None] * (len(rows) - 1))]
