import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from mmxlib.agents.agent import Agent
from mmxlib.agents.trend_scanner import TrendScanner, TrendScannerSettings
from mmxlib.artifacts.panel import Event, Panel
from mmxlib.data.simulation import simulate_panel
from mmxlib.terms import Verdict
from tests.agents.markets import (
    NOISE,
    base_of,
    day_of,
    lasting,
    markets,
    one_segment,
    panel_of,
    trends_of,
    with_event,
)


def flags(panel: Panel, kind: str, **settings: object) -> pd.DataFrame:
    table = trends_of(panel, **settings).flagged_periods
    return table[table["kind"] == kind]


def test_it_is_an_agent() -> None:
    assert isinstance(TrendScanner(TrendScannerSettings()), Agent)


def test_level_shifts_of_three_noise_sds_are_found_and_hardly_anything_else() -> None:
    outcome = markets(30)
    rng = np.random.default_rng(7)
    planted = {}
    for unit in range(len(outcome)):
        at, sign = int(rng.integers(15, 141)), float(rng.choice([-1.0, 1.0]))
        outcome[unit, at:] += sign * 3.0 * NOISE * 100.0
        planted[f"S{unit + 1}"] = np.datetime64(day_of(at))
    found = flags(panel_of(outcome), "level_shift")
    days = found["date"].to_numpy().astype("datetime64[D]")
    near = [
        abs((day - planted[label]) / np.timedelta64(7, "D")) <= 2
        for label, day in zip(found["segment"], days, strict=True)
    ]
    assert np.sum(near) / len(planted) >= 0.9
    assert np.mean(near) >= 0.9


def planted_anomalies(size: float) -> tuple[np.ndarray, np.ndarray]:
    """Return series and where ``size`` noise sds were added, one period in forty."""
    outcome = markets(30, seed=3)
    rng = np.random.default_rng(8)
    at = np.zeros(outcome.shape, dtype=bool)
    for unit in range(len(outcome)):
        at[unit, rng.choice(156, 4, replace=False)] = True
    outcome += at * rng.choice([-1.0, 1.0], at.shape) * size * NOISE * 100.0
    return outcome, at


def flagged_cells(outcome: np.ndarray, **settings: object) -> np.ndarray:
    trends = trends_of(panel_of(outcome), **settings)
    threshold = settings.get("anomaly_threshold", 3.5)
    return np.abs(trends.decomposition["score"].to_numpy().reshape(outcome.shape)) > threshold


def test_anomalies_of_five_noise_sds_are_found_and_hardly_anything_else() -> None:
    outcome, at = planted_anomalies(5.0)
    found = flagged_cells(outcome)
    assert (found & at).sum() / at.sum() >= 0.9
    assert (found & at).sum() / found.sum() >= 0.9


def test_anomalies_of_three_noise_sds_are_found_about_as_well_as_knowing_the_truth_would() -> None:
    # with trend and season known, a threshold of 2.5 finds 69 % of them, and 1.2 % of all other periods
    outcome, at = planted_anomalies(3.0)
    found = flagged_cells(outcome, anomaly_threshold=2.5)
    assert (found & at).sum() / at.sum() >= 0.55
    assert (found & ~at).sum() / (~at).sum() <= 0.03


def test_regular_series_are_hardly_flagged() -> None:
    trends = trends_of(panel_of(markets(15, seed=5)))
    assert len(trends.flagged_periods) <= 0.004 * 15 * 156


def test_simulated_anomalies_are_found_and_few_other_periods_are_flagged() -> None:
    found, missed, wrong, regular = 0, 0, 0, 0
    for seed in (4, 7, 8):
        market = simulate_panel(sub_categories=4, channels=6, seed=seed)
        planted = market.truth.flagged_periods.query("kind == 'anomaly'")
        cells = set(zip(planted["sub_category"], planted["date"], strict=True))
        table = trends_of(market.panel).decomposition
        names = dict(zip(one_segment(market.panel).labels, market.panel.units, strict=True))
        flagged = (table["score"].abs() > 3.5).to_numpy()
        at = np.array(
            [(names[row.segment], row.date) in cells for row in table.itertuples()],
        )
        found, missed = found + (flagged & at).sum(), missed + (~flagged & at).sum()
        wrong, regular = wrong + (flagged & ~at).sum(), regular + (~at).sum()
    assert missed <= 0.1 * (found + missed)
    assert wrong <= 0.008 * regular


def test_parts_add_up_to_what_was_observed() -> None:
    panel = panel_of(markets(2), events=[Event("fair", day_of(60), day_of(73))])
    parts = trends_of(panel).decomposition
    total = parts["trend"] + parts["seasonal"] + parts["known"] + parts["residual"]
    np.testing.assert_allclose(total, parts["observed"], rtol=1e-12)
    np.testing.assert_allclose(parts["observed"], panel.outcome.ravel())


def test_season_and_growth_are_measured() -> None:
    row = trends_of(panel_of(base_of(np.random.default_rng(0), 156, 100.0, 0.01)[None])).seasonality.iloc[0]
    assert row["method"] == "stl"
    assert row["seasonal_strength"] > 0.95
    assert abs(row["peak_week"] - 23) <= 2  # its two waves together peak in week 23
    assert row["amplitude"] == pytest.approx(0.2, abs=0.04)
    assert row["yearly_growth"] == pytest.approx(0.03, abs=0.01)


def test_noise_alone_has_a_weak_season_and_trend() -> None:
    rng = np.random.default_rng(1)
    table = trends_of(panel_of(100.0 + 3.0 * rng.normal(size=(8, 156)))).seasonality
    assert table["seasonal_strength"].mean() < 0.3
    assert table["trend_strength"].mean() < 0.2


def test_growth_compares_with_the_same_week_a_year_before() -> None:
    panel = panel_of(markets(1))
    yoy = trends_of(panel).yoy
    assert yoy["growth"].iloc[:52].isna().all()
    assert yoy["growth"].iloc[100] == pytest.approx(panel.outcome[0, 100] / panel.outcome[0, 48] - 1.0)


def test_short_histories_use_a_regression_and_say_so() -> None:
    trends = trends_of(panel_of(markets(1)[:, :80]))
    assert trends.seasonality["method"].tolist() == ["fourier"]
    assert trends.seasonality["seasonal_strength"].item() > 0.6
    assert any(note.verdict is Verdict.WARN and "too few for STL" in note.text for note in trends.notes)


def test_less_than_a_year_has_no_season() -> None:
    trends = trends_of(panel_of(markets(1)[:, :30]))
    assert trends.seasonality["seasonal_strength"].item() == 0.0
    assert trends.yoy["year_before"].isna().all()
    assert any("less than a year" in note.text for note in trends.notes)


def test_a_slipped_decimal_point_is_flagged_as_such_and_bends_nothing_else() -> None:
    outcome = markets(1)
    clean = trends_of(panel_of(outcome.copy())).decomposition
    outcome[0, 70] *= 100.0
    trends = trends_of(panel_of(outcome))
    row = trends.flagged_periods.iloc[0]
    assert pd.Timestamp(row["date"]) == pd.Timestamp(day_of(70))
    assert "decimal point" in row["suggestion"]
    np.testing.assert_allclose(trends.decomposition["trend"], clean["trend"], rtol=0.01)
    np.testing.assert_allclose(trends.decomposition["seasonal"], clean["seasonal"], atol=3.0)


def test_a_flag_in_an_event_names_it() -> None:
    outcome = markets(1)
    for at in (30, 82, 134):
        outcome[0, at] += 15.0
    outcome[0, 82] += 40.0
    events = [lasting("sale", at) for at in (30, 82, 134)]
    flagged = trends_of(panel_of(outcome, events=events)).flagged_periods
    assert "sale" in flagged["event"].tolist()


def test_a_stretch_of_odd_weeks_is_flagged_together_and_said_so() -> None:
    outcome = markets(1)
    outcome[0, 70:74] -= 6.0 * NOISE * 100.0
    trends = trends_of(panel_of(outcome))
    flagged = trends.flagged_periods
    assert flagged["date"].dt.date.tolist() == [day_of(each) for each in range(70, 74)]
    assert (
        flagged["suggestion"]
        .str.startswith(f"One of 4 periods in a row that stray together, from {day_of(70)}")
        .all()
    )
    (note,) = (each.text for each in trends.notes if "flagged" in each.text)
    assert f"{day_of(70)} to {day_of(73)} together" in note


def test_a_note_says_why_periods_were_flagged() -> None:
    outcome = markets(1)
    outcome[0, 40] *= 1.5
    outcome[0, 90:] += 20.0
    (note,) = (each.text for each in trends_of(panel_of(outcome)).notes if "flagged" in each.text)
    assert "1 of 156 periods is flagged: more than 3.5 times the usual scatter" in note
    assert f"({day_of(40)}: " in note
    assert "% above" in note
    assert f"from {day_of(90)} on" in note


def test_a_missing_year_is_not_judged_and_hardly_bends_season_and_trend() -> None:
    outcome = markets(1)
    whole = trends_of(panel_of(outcome.copy()))
    outcome[0, 52:104] = np.nan
    trends = trends_of(panel_of(outcome))
    assert any("52 of 156 periods have no sales" in note.text for note in trends.notes)
    missing = slice(52, 104)
    assert (trends.decomposition["score"].iloc[missing] == 0.0).all()
    assert len(trends.flagged_periods) <= 2
    for part in ("trend", "seasonal"):
        apart = (trends.decomposition[part] - whole.decomposition[part]).abs().mean()
        assert apart < 0.5 * NOISE * 100.0
    assert trends.yoy["growth"].iloc[52:].isna().all()


def test_missing_periods_are_bridged_and_said() -> None:
    outcome = markets(1)
    outcome[0, 50:53] = np.nan
    trends = trends_of(panel_of(outcome))
    assert np.isfinite(trends.decomposition["trend"]).all()
    assert any("no sales" in note.text for note in trends.notes)


def driven(effect: float) -> Panel:
    rng = np.random.default_rng(6)
    promotion = (rng.random((1, 156)) < 0.2).astype(float)
    return panel_of(markets(1) + effect * promotion, promotion=promotion)


class TestSettings:
    def test_anomaly_threshold_decides_what_is_flagged(self) -> None:
        panel = panel_of(markets(3))
        assert len(flags(panel, "anomaly", anomaly_threshold=2.0)) > len(flags(panel, "anomaly"))

    def test_level_shift_settings_decide_what_is_found(self) -> None:
        outcome = markets(1)
        outcome[0, 60:] += 12.0
        outcome[0, 100:] += 12.0
        panel = panel_of(outcome)
        assert len(flags(panel, "level_shift")) == 2
        assert len(flags(panel, "level_shift", maximum_shifts=1)) == 1
        assert len(flags(panel, "level_shift", minimum_shift_periods=57)) <= 1
        assert flags(panel, "level_shift", maximum_shifts=0).empty
        assert flags(panel, "level_shift", level_shift_threshold=10.0).empty

    def test_drivers_are_taken_out_only_if_wanted(self) -> None:
        panel = driven(20.0)
        held, free = (
            trends_of(panel, adjust_for_drivers=each).decomposition["residual"].std()
            for each in (True, False)
        )
        assert held < 0.6 * free

    def test_season_settings_change_the_season(self) -> None:
        outcome = np.stack([base_of(np.random.default_rng(2), 312, 100.0, NOISE)])
        default, smooth, quick = (
            trends_of(panel_of(outcome), maximum_shifts=0, **each).decomposition["seasonal"].to_numpy()
            for each in ({}, {"season_smoothing": 1}, {"season_window": 7})
        )
        assert np.abs(np.diff(smooth)).sum() > 1.2 * np.abs(np.diff(default)).sum()
        assert not np.allclose(default, quick)

    def test_level_widens_the_intervals(self) -> None:
        panel = with_event([1], 10.0, 2)
        widths = [
            (impact["lift_upper"] - impact["lift_lower"]).item()
            for impact in (trends_of(panel, level=level).event_impact for level in (0.8, 0.95))
        ]
        assert widths[1] > 1.4 * widths[0]

    def test_even_windows_are_refused(self) -> None:
        with pytest.raises(ValidationError):
            TrendScannerSettings(season_window=8)


def test_no_input_of_the_agent_is_changed() -> None:
    outcome = markets(2)
    before = outcome.copy()
    trends_of(panel_of(outcome))
    np.testing.assert_array_equal(outcome, before)
