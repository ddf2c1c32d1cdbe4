"""What an event brought, whether that can be relied on, and what its year before shows."""

import numpy as np
import pytest

from mmxlib.agents.trend_scanner import IMPACT_COLUMNS
from mmxlib.artifacts.panel import Event
from tests.agents.markets import day_of, lasting, markets, panel_of, trends_of, with_event


@pytest.mark.parametrize("weeks", [1, 3])
def test_event_intervals_cover_the_lift_and_placebos_show_none(weeks: int) -> None:
    # the search for shifts has tests of its own
    table = trends_of(with_event(range(60), 12.0, weeks), maximum_shifts=0).event_impact
    assert len(table) == 60
    covered = (table["lift_lower"] <= 12.0 * weeks) & (12.0 * weeks <= table["lift_upper"])
    assert 0.8 <= covered.mean() <= 0.98  # 60 draws: two standard errors about 85 to 95 %
    assert ((table["placebo_lower"] <= 0.0) & (table["placebo_upper"] >= 0.0)).mean() >= 0.8


def test_an_event_is_no_anomaly_and_its_percent_is_of_what_would_have_been() -> None:
    panel = with_event([4], 30.0, 2)
    trends = trends_of(panel)
    row = trends.event_impact.iloc[0]
    assert list(trends.event_impact) == list(IMPACT_COLUMNS)
    assert row["percent"] == pytest.approx(0.3, abs=0.08)
    assert row["percent_lower"] < row["percent"] < row["percent_upper"]
    assert row["reliable"]
    assert row["periods"] == 2
    assert trends.flagged_periods.empty


def test_events_of_one_name_share_their_effect() -> None:
    outcome = markets(1)
    for at in (48, 100, 152):
        outcome[0, at] += 20.0
    events = [lasting("sale", at) for at in (48, 100, 152)]
    impact = trends_of(panel_of(outcome, events=events)).event_impact
    assert impact["lift"].nunique() == 1
    assert impact["placebo_lift"].isna().all()  # a year before each, the sale ran too, or there are no data


def test_events_that_always_come_together_are_not_told_apart() -> None:
    events = [Event(name, day_of(80), day_of(90)) for name in ("fair", "strike")]
    trends = trends_of(panel_of(markets(1), events=events))
    assert not trends.event_impact["reliable"].any()
    assert sum("fair, strike: it cannot be told apart" in note.text for note in trends.notes) == 1


def test_an_event_that_runs_beside_another_but_once_is_not_relied_on_and_neither_is_the_other() -> None:
    outcome = markets(1, count=208)
    for at in (48, 100, 152, 204):
        outcome[0, at] += 40.0
    outcome[0, 48] += 30.0  # read as: the season week brings 70, the fair takes 30 away
    events = [lasting("season week", at) for at in (48, 100, 152, 204)]
    events += [lasting("fair", at) for at in (100, 152, 204)]
    trends = trends_of(panel_of(outcome, events=events))
    assert not trends.event_impact["reliable"].any()
    assert any("coincides with other events" in note.text for note in trends.notes)


def test_percents_of_events_in_one_period_share_their_denominator() -> None:
    outcome = markets(1)
    outcome[0, [60, 100]] += 200.0
    outcome[0, [60, 80]] -= 150.0
    events = [lasting("sale", 60), lasting("sale", 100), lasting("strike", 60), lasting("strike", 80)]
    table = trends_of(panel_of(outcome, events=events)).event_impact
    base = (table["lift"] / table["percent"]).to_numpy()
    assert base[0] == pytest.approx(base[1])  # both begin on one day
    np.testing.assert_allclose(base, 100.0, atol=20.0)


def test_a_percent_of_hardly_anything_is_left_open() -> None:
    rng = np.random.default_rng(0)
    outcome = np.abs(rng.normal(0.0, 0.1, (1, 156)))
    on = np.arange(156) % 2 == 0
    outcome[0, on] += 100.0
    events = [lasting("market day", int(at)) for at in np.flatnonzero(on)]
    table = trends_of(panel_of(outcome, events=events)).event_impact
    assert table["percent"].isna().all()
    assert not table["reliable"].any()


def test_an_event_of_one_period_is_not_relied_on_where_others_stray_as_far() -> None:
    outcome = markets(1)
    sale = panel_of(outcome.copy(), events=[lasting("sale", 100)])
    sale.outcome[0, 100] += 40.0
    quiet = trends_of(sale).event_impact.iloc[0]
    sale.outcome[0, [20, 45, 70, 130]] += 45.0
    busy = trends_of(sale).event_impact.iloc[0]
    assert quiet["reliable"]
    assert not busy["reliable"]
    assert busy["lift_upper"] - busy["lift_lower"] > 2.0 * (quiet["lift_upper"] - quiet["lift_lower"])
    assert busy["lift"] == pytest.approx(quiet["lift"], rel=0.1)


def test_a_lift_that_may_be_none_is_not_relied_on() -> None:
    panel = panel_of(markets(1), events=[lasting("nothing", at, 3) for at in (30, 82, 134)])
    trends = trends_of(panel)
    assert trends.event_impact["lift_lower"].iloc[0] < 0.0 < trends.event_impact["lift_upper"].iloc[0]
    assert not trends.event_impact["reliable"].any()
    assert sum("nothing" in note.text for note in trends.notes) == 1


def test_a_note_names_six_events_and_counts_the_rest() -> None:
    events = [lasting(f"day {n}", 20 + 12 * n) for n in range(10)]
    (note,) = [
        each for each in trends_of(panel_of(markets(1), events=events)).notes if "do not rely" in each.text
    ]
    assert note.text.count("day ") == 6
    assert "and " in note.text


def test_a_placebo_that_shows_an_effect_makes_the_event_unreliable() -> None:
    outcome = markets(1)
    outcome[0, 48] += 25.0
    outcome[0, 100] += 25.0
    trends = trends_of(panel_of(outcome, events=[lasting("sale", 100)]))
    assert not trends.event_impact["reliable"].item()
