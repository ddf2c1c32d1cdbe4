from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.data.simulated_market import easter
from mmxlib.data.simulation import BASE_PARTS, Simulation, simulate_panel
from mmxlib.data.simulation_files import simulation_files
from mmxlib.errors import UsageError
from mmxlib.maths.arrays import Vector
from mmxlib.terms import AdstockFamily, ControlKind, SaturationFamily
from tests.data import clean
from tests.data.short import read_folder


def write(simulation: Simulation, folder: Path) -> Path:
    for name, content in simulation_files(simulation).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def exponents(carryover: AdstockFamily, timing: float) -> Vector:
    """Return each lag's exponent of retention; geometric carryover goes on, here until nothing is left."""
    if carryover is AdstockFamily.GEOMETRIC:
        return np.arange(800.0)
    lags = np.arange(26.0)
    return (lags - timing) ** 2 if carryover is AdstockFamily.DELAYED else lags**timing


def response(family: str, adstocked: Vector, k: float, s: float) -> Vector:
    if family == "hill":
        return adstocked**s / (adstocked**s + k**s)
    if family == "exponential":
        return 1.0 - np.exp(-adstocked / k)
    if family == "logistic":
        return (1.0 - np.exp(-adstocked / k)) / (1.0 + np.exp(-adstocked / k))
    return adstocked / k


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert simulation_files(simulate_panel(seed=3)) == simulation_files(simulate_panel(seed=3))


def test_another_seed_gives_other_sales() -> None:
    assert (
        simulation_files(simulate_panel(seed=3))["sales.csv"]
        != simulation_files(simulate_panel(seed=4))["sales.csv"]
    )


@pytest.mark.parametrize("national", [False, 0.5, True])
def test_reading_the_files_gives_the_panel_exactly(tmp_path: Path, national: bool | float) -> None:
    simulation = simulate_panel(sub_categories=4, channels=4, periods=60, seed=1, national=national)
    panel = read_folder(write(simulation, tmp_path))
    for part in clean.PARTS:
        assert np.array_equal(getattr(panel, part), getattr(simulation.panel, part)), part
    assert panel.units == simulation.panel.units
    assert panel.channels == simulation.panel.channels
    assert panel.events == simulation.panel.events
    assert panel.national.sum() == round(float(national) * 4)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000),
    sub_categories=st.integers(1, 13),
    channels=st.integers(1, 14),
    family=st.sampled_from(SaturationFamily),
    national=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_the_planted_market_keeps_its_laws(
    seed: int, sub_categories: int, channels: int, family: SaturationFamily, national: float
) -> None:
    simulation = simulate_panel(
        sub_categories=sub_categories,
        channels=channels,
        periods=78,
        seed=seed,
        national=national,
        truth=family,
    )
    truth, sales = simulation.truth, simulation.sales["sales"].to_numpy()
    contribution = truth.contributions["contribution"].to_numpy().reshape(channels, -1)
    base = truth.base[list(BASE_PARTS)].to_numpy().sum(axis=1)
    noise = truth.base["noise"].to_numpy()
    assert np.allclose(base + contribution.sum(axis=0) + noise, sales, rtol=1e-9, atol=0.0)
    assert (contribution >= 0.0).all()
    assert (base > 0.0).all()
    assert 0.17 <= contribution.sum() / sales.sum() <= 0.27
    assert truth.returns["roi"].between(0.5, 6.0).all()
    assert (truth.returns["contribution_of_spend"] >= truth.returns["contribution"] * (1 - 1e-12)).all()
    assert simulation.panel.control(ControlKind.PRICE) is not None


@pytest.mark.parametrize("family", list(SaturationFamily))
@pytest.mark.parametrize("carryover", list(AdstockFamily))
@pytest.mark.parametrize("national", [False, True])
def test_contributions_follow_the_models_formula(
    family: SaturationFamily, carryover: AdstockFamily, national: bool
) -> None:
    simulation = simulate_panel(
        sub_categories=2, channels=3, periods=52, seed=5, truth=family, carryover=carryover, national=national
    )
    panel, truth = simulation.panel, simulation.truth
    for row in truth.parameters.to_dict(orient="records"):
        u, c = panel.units.index(row["sub_category"]), panel.channel_names.index(row["channel"])
        exposure = panel.exposure[u, :, c]
        scale = exposure[exposure > 0.0].mean()
        assert row["exposure_scale"] == pytest.approx(scale, rel=1e-12)
        weights = row["retention"] ** exponents(carryover, row["timing"])
        adstocked = np.convolve(exposure / scale, weights / weights.sum())[:52]
        expected = row["effect"] * response(family, adstocked, row["half_saturation"], row["shape"])
        planted = truth.contributions.query(
            "sub_category == @row['sub_category'] and channel == @row['channel']"
        )
        assert np.allclose(planted["contribution"], expected, rtol=1e-9)


def test_roi_is_what_spend_causes_over_spend_with_national_spend_once() -> None:
    simulation = simulate_panel(sub_categories=3, channels=2, periods=52, national=0.5)
    returns = simulation.truth.returns.set_index("channel")
    spend = simulation.media.groupby("channel")["spend"].sum()
    assert np.allclose(returns["spend"], spend[returns.index])
    assert np.allclose(returns["roi"], returns["contribution_of_spend"] / returns["spend"])
    totals = dict(zip(simulation.panel.channel_names, simulation.panel.total_spend(), strict=True))
    assert np.allclose(returns["spend"], [totals[name] for name in returns.index])


def test_segments_differ_in_size_price_and_trend() -> None:
    simulation = simulate_panel(seed=7)
    table = simulation.sales.merge(simulation.truth.segments, on="sub_category")
    assert table.groupby("segment")["sub_category"].nunique().tolist() == [3, 3, 3, 3]
    price = table.groupby(["segment", "sub_category"])["price"].mean().unstack("segment")
    order = price.mean().sort_values().index
    assert all(price[low].max() < price[high].min() for low, high in pairwise(order))


def test_flagged_periods_are_where_sales_jump() -> None:
    simulation = simulate_panel(seed=7)
    base = simulation.truth.base.set_index(["sub_category", "date"])
    flagged = simulation.truth.flagged_periods
    assert flagged["kind"].value_counts().to_dict() == {"anomaly": 3, "level_shift": 1}
    for row in flagged.to_dict(orient="records"):
        assert base.at[(row["sub_category"], row["date"]), row["kind"]] == pytest.approx(row["change"])


def test_the_lifts_of_events_add_up_to_the_base() -> None:
    truth = simulate_panel(seed=2, periods=104).truth
    assert truth.event_lifts["lift"].sum() == pytest.approx(truth.base["events"].sum(), rel=1e-12)


def test_more_noise_is_more_noise() -> None:
    quiet, loud = (simulate_panel(seed=1, noise=noise).truth.base["noise"].std() for noise in (0.02, 0.05))
    assert loud == pytest.approx(2.5 * quiet, rel=1e-3)


def test_names_go_on_with_numbers() -> None:
    simulation = simulate_panel(sub_categories=26, channels=14, periods=52)
    assert simulation.panel.units[-1] == "Wet Wipes"
    assert "Sub-category 25" in simulation.panel.units
    assert {"tv", "channel_13", "channel_14"} <= set(simulation.panel.channel_names)


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2023, 4, 9), (2024, 3, 31), (2025, 4, 20), (2038, 4, 25)]
)
def test_easter_falls_where_the_calendar_has_it(year: int, month: int, day: int) -> None:
    assert (easter(year).year, easter(year).month, easter(year).day) == (year, month, day)


@pytest.mark.parametrize(
    "choice",
    [{"sub_categories": 0}, {"channels": 51}, {"periods": 10}, {"seed": -1}, {"noise": 0.9}, {"national": 2}],
)
def test_an_argument_out_of_range_is_refused_in_words(choice: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="must lie between"):
        simulate_panel(**choice)  # type: ignore[arg-type]  # wrong on purpose


def test_an_unknown_family_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="hill"):
        simulate_panel(truth="cubic")


def test_files_end_lines_alike_and_hold_the_truth() -> None:
    files = simulation_files(simulate_panel(sub_categories=2, channels=2, periods=30))
    assert all(b"\r" not in content and content.endswith(b"\n") for content in files.values())
    assert {"sales.csv", "media.csv", "events.csv", "truth/truth.json", "truth/base.csv"} <= set(files)
    assert pd.api.types.is_float_dtype(simulate_panel(sub_categories=1, periods=30).sales["sales"])


def test_an_unknown_carryover_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no such family of carryover") as raised:
        simulate_panel(carryover="quick")
    assert "geometric, delayed, weibull" in str(raised.value)


def test_the_planted_timing_lies_in_the_range_of_its_family() -> None:
    timing = {
        each: simulate_panel(sub_categories=2, periods=52, carryover=each).truth.parameters["timing"]
        for each in AdstockFamily
    }
    assert (timing[AdstockFamily.GEOMETRIC] == 1.0).all()
    assert timing[AdstockFamily.DELAYED].between(1.0, 3.0).all()
    assert timing[AdstockFamily.WEIBULL].between(0.5, 1.8).all()
