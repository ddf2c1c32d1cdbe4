"""The forecast of a plan: the table behind the sheet, the page and the picture."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mmxlib.report.charts.forecast import cells_chart, forecast_chart
from mmxlib.report.charts.scenarios import scenarios_chart
from mmxlib.report.forecast import forecast_table, plan_forecast
from mmxlib.report.numbers import Measures
from mmxlib.report.plan_tables import cells_table
from tests.report.builder import HOSTILE, Story, story
from tests.report.plans import as_of_old, by_cells, scenarios_of_old


@pytest.fixture(scope="module")
def made() -> Story:
    return story()


def names(made: Story) -> list[str]:
    return list(made.frames.summary["channel"])


def rows(made: Story, unit: str, component: str) -> pd.DataFrame:
    table = made.plan.forecast
    return table[(table["unit"] == unit) & (table["component"] == component)]


def test_the_forecast_is_the_artifacts_for_all_and_for_each_unit(made: Story) -> None:
    forecast = plan_forecast(made.plan, names(made))
    assert forecast is not None
    assert [each.unit for each in forecast.units] == ["S1", "S2", "S3"]
    for each in (forecast.whole, *forecast.units):
        own = rows(made, each.unit, "outcome")
        for name in ("mean", "lower", "upper"):
            assert getattr(each, name).tolist() == own[name].tolist()
        assert each.media[:, 0].tolist() == rows(made, each.unit, "tv")["mean"].tolist()
        parts = [rows(made, each.unit, part)["mean"].to_numpy() for part in ("level", "season")]
        np.testing.assert_allclose(each.base, sum(parts), rtol=1e-9)


def test_the_range_of_all_is_not_the_sum_of_the_units_ranges(made: Story) -> None:
    forecast = plan_forecast(made.plan, names(made))
    assert forecast is not None
    assert np.all(sum(each.lower for each in forecast.units) < forecast.whole.lower)


def test_one_unit_is_not_shown_twice() -> None:
    one = story(("tv",), 1, organic=())
    forecast = plan_forecast(one.plan, ["tv"])
    assert forecast is not None
    assert forecast.units == ()
    alone = replace(one.plan, forecast=one.plan.forecast[one.plan.forecast["unit"] != "all"])
    without_sum = plan_forecast(alone, ["tv"])
    assert without_sum is not None
    assert without_sum.whole.mean.tolist() == forecast.whole.mean.tolist()


def test_many_channels_are_added_up_where_asked(made: Story) -> None:
    forecast = plan_forecast(made.plan, names(made))
    assert forecast is not None
    apart = forecast_table(forecast.whole, forecast.channels, most=6)
    together = forecast_table(forecast.whole, forecast.channels, most=5)
    assert [each.label for each in apart.described.values()] == names(made)
    assert list(together.described) == ["media"]
    np.testing.assert_allclose(
        together.frame["media"] + together.frame["base"], together.frame["expected"], rtol=1e-12
    )


def test_channels_named_like_columns_keep_their_own_numbers() -> None:
    odd = story(("date", "base", "expected", "media"), 2, organic=())
    forecast = plan_forecast(odd.plan, names(odd))
    assert forecast is not None
    table = forecast_table(forecast.whole, forecast.channels, most=9)
    assert table.frame["part 1"].tolist() == rows(odd, "all", "base")["mean"].tolist()


def test_a_plan_without_forecast_has_neither_picture_nor_table(made: Story) -> None:
    assert plan_forecast(as_of_old(made.plan), names(made)) is None
    headless = replace(made.plan, forecast=made.plan.forecast[made.plan.forecast["component"] != "outcome"])
    assert plan_forecast(headless, names(made)) is None


@pytest.mark.parametrize(
    ("channels", "segments", "panels"),
    [(("tv",), 1, 1), (HOSTILE, 2, 3), ([f"channel {k}" for k in range(30)], 12, 13), (("tv", "tw"), 13, 1)],
)
def test_the_picture_has_a_panel_for_all_and_for_few_units(
    channels: list[str], segments: int, panels: int
) -> None:
    each = story(channels, segments, organic=())
    forecast = plan_forecast(each.plan, names(each))
    assert forecast is not None
    picture = forecast_chart(each.frames, forecast, Measures.of(each.panel))
    assert len(picture.figure.axes) == panels
    assert picture.png() == forecast_chart(each.frames, forecast, Measures.of(each.panel)).png()
    total = Measures.of(each.panel).finer_outcome(float(forecast.whole.mean.sum()))
    assert total in picture.alt


def test_a_forecast_without_ranges_is_drawn_all_the_same(made: Story) -> None:
    bare = replace(made.plan, forecast=made.plan.forecast.assign(lower=float("nan"), upper=float("nan")))
    forecast = plan_forecast(bare, names(made))
    assert forecast is not None
    picture = forecast_chart(made.frames, forecast, Measures.of(made.panel))
    assert picture.png().startswith(b"\x89PNG")
    assert "not known" not in picture.alt


def test_the_cells_are_the_plans_and_are_drawn_only_where_they_were_free(made: Story) -> None:
    plan = by_cells(made.plan)
    table = cells_table(plan)
    assert list(table.columns) == list(plan.channels["channel"])
    np.testing.assert_allclose(table.sum(axis=0), plan.channels["spend"], rtol=1e-9)
    picture = cells_chart(plan, Measures.of(made.panel))
    assert picture is not None
    assert b"tv" in picture.svg()
    assert cells_chart(made.plan, Measures.of(made.panel)) is None


def test_the_scenarios_picture_shows_both_outcomes_where_both_are_known(made: Story) -> None:
    measures = Measures.of(made.panel)
    new = scenarios_chart(made.scenarios, measures, approved=None)
    old = scenarios_chart(scenarios_of_old(made.scenarios), measures, approved=None)
    assert new is not None
    assert old is not None
    assert (len(new.figure.axes), len(old.figure.axes)) == (4, 2)
    assert b"Sales in the periods, base included" in new.svg()
    assert b"What the spend causes, with tail" in new.svg()
    assert "nan" not in old.alt
    assert "not known" not in old.alt
