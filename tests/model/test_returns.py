"""ROI and marginal ROI of any window, against plain loops that know nothing of the compiled ones."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.artifacts.panel import Channel, Panel
from mmxlib.artifacts.response import Response
from mmxlib.budget.optimizing import optimize_budget
from mmxlib.errors import InfeasibleError, UsageError
from mmxlib.model.fitting import fit_response
from mmxlib.model.model import Model
from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ModelSettings, PriorSettings
from mmxlib.terms import OutcomeKind, SaturationFamily, Verdict
from tests.model.panels import fitted, known

TAIL = 300
FAMILIES = ("hill", "exponential", "logistic", "none")


def of_many_families(panel: Panel, draws: int = 20) -> Response:
    channels = {f"c{index + 1}": {"saturation": family} for index, family in enumerate(FAMILIES)}
    return fit_response(
        panel,
        priors=resolved_priors(PriorSettings.model_validate({"channels": channels}), panel),
        settings=ModelSettings(draws=draws, starts=8),
        rng=np.random.default_rng(0),
    )


def mixed_panel() -> Panel:
    """Two units; four channels of as many families; the third has exposure apart from spend."""
    panel = known(channels=4, periods=104).panel
    channels = [*panel.channels]
    channels[2] = replace(channels[2], has_exposure=True)
    spend = panel.spend.copy()
    spend[:, :, 2] *= 0.02
    return replace(panel, channels=tuple(channels), spend=spend)


RESPONSE = of_many_families(mixed_panel())
MODEL = Model(RESPONSE)
DATES = RESPONSE.panel.dates


def curve(family: SaturationFamily, a: np.ndarray, k: float, s: float) -> np.ndarray:
    if family is SaturationFamily.HILL:
        return a**s / (a**s + k**s)
    if family is SaturationFamily.EXPONENTIAL:
        return 1.0 - np.exp(-a / k)
    if family is SaturationFamily.LOGISTIC:
        return (1.0 - np.exp(-a / k)) / (1.0 + np.exp(-a / k))
    return a / k


def brute_outcome(response: Response, exposure: np.ndarray, channel: int, units: list[int]) -> np.ndarray:
    """Return a channel's outcome over all periods and a long tail, shape (draw,), lag by lag."""
    draws, family = response.draws, response.priors[channel].saturation
    total = np.zeros(len(draws))
    for unit in units:
        scaled = exposure[unit, :, channel] / response.exposure_scale[unit, channel]
        padded = np.concatenate([scaled, np.zeros(TAIL)])
        for d in range(len(draws)):
            r = draws.retention[d, channel]
            weights = (1.0 - r) * r ** np.arange(len(padded))
            carried = np.convolve(padded, weights)[: len(padded)]
            share = curve(family, carried, draws.half_saturation[d, channel], draws.shape[d, channel]).sum()
            total[d] += draws.effect[d, unit, channel] * share
    return total


def brute_caused(
    response: Response, first: int, last: int, *, factor: float = 1.0, units: tuple[int, ...] = (0, 1)
) -> np.ndarray:
    """Return what the window's exposure times ``factor`` causes, shape (draw, channel)."""
    exposure = response.panel.exposure
    scaled, without = exposure.copy(), exposure.copy()
    scaled[:, first:last] *= factor
    without[:, first:last] = 0.0
    return np.stack(
        [
            brute_outcome(response, scaled, c, list(units)) - brute_outcome(response, without, c, list(units))
            for c in range(exposure.shape[2])
        ],
        axis=1,
    )


@pytest.mark.parametrize(("first", "last"), [(0, 104), (40, 53), (91, 104), (60, 61)])
def test_roi_is_what_plain_loops_say_over_the_spend(first: int, last: int) -> None:
    summary = MODEL.channel_summary((str(DATES[first]), str(DATES[last - 1])))
    caused = brute_caused(RESPONSE, first, last)
    spend = RESPONSE.panel.spend[:, first:last].sum(axis=(0, 1))
    np.testing.assert_allclose(summary["spend"], spend)
    np.testing.assert_allclose(summary["contribution_of_spend"], caused.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(summary["roi"], caused.mean(axis=0) / spend, rtol=1e-5)
    np.testing.assert_allclose(summary["roi_lower"], np.quantile(caused, 0.05, axis=0) / spend, rtol=1e-5)


@pytest.mark.parametrize(("first", "last"), [(0, 104), (40, 53), (91, 104)])
def test_marginal_roi_is_the_difference_that_a_little_more_of_all_spend_makes(first: int, last: int) -> None:
    summary = MODEL.channel_summary((str(DATES[first]), str(DATES[last - 1])))
    step = 1e-4
    more, less = (brute_caused(RESPONSE, first, last, factor=1.0 + sign * step) for sign in (1, -1))
    spend = RESPONSE.panel.spend[:, first:last].sum(axis=(0, 1))
    slope = (more - less).mean(axis=0) / (2.0 * step * spend)
    np.testing.assert_allclose(summary["marginal_roi"], slope, rtol=1e-5)


def test_units_apart_add_up_and_each_is_what_plain_loops_say() -> None:
    window = (str(DATES[40]), str(DATES[52]))
    whole = MODEL.channel_summary(window)
    apart = [MODEL.channel_summary(window, unit=unit) for unit in RESPONSE.panel.units]
    for column in ("spend", "contribution", "contribution_of_spend", "immediate", "carryover"):
        np.testing.assert_allclose(apart[0][column] + apart[1][column], whole[column], rtol=1e-9)
    caused = brute_caused(RESPONSE, 40, 53, units=(1,)).mean(axis=0)
    np.testing.assert_allclose(
        apart[1]["roi"], caused / RESPONSE.panel.spend[1, 40:53].sum(axis=0), rtol=1e-5
    )
    assert apart[1]["share"].sum() < 1.0


def test_one_unit_s_part_of_national_spend_is_not_invented() -> None:
    panel = known(periods=90).panel
    shared = np.repeat(panel.spend[:1], 2, axis=0)
    channels = (replace(panel.channels[0], national=True), *panel.channels[1:])
    panel.spend[:, :, 0] = panel.exposure[:, :, 0] = shared[:, :, 0]
    one = Model(fitted(replace(panel, channels=channels), draws=20)).channel_summary(unit="U2")
    assert np.isnan([one["spend"][0], one["roi"][0], one["marginal_roi"][0]]).all()
    assert one["contribution"][0] > 0.0
    assert np.isfinite(one["roi"][1:]).all()


def test_an_unknown_unit_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="Choose one of U1, U2"):
        MODEL.channel_summary(unit="U9")


def test_a_window_without_spend_has_carryover_but_no_roi() -> None:
    panel = known(units=1, periods=90).panel
    panel.spend[:, 50:60, 2] = panel.exposure[:, 50:60, 2] = 0.0
    dates = panel.dates
    summary = Model(fitted(panel, draws=20)).channel_summary((str(dates[50]), str(dates[59])))
    assert summary["spend"][2] == summary["contribution_of_spend"][2] == summary["immediate"][2] == 0.0
    assert summary["carryover"][2] > 0.0
    assert np.isnan([summary["roi"][2], summary["marginal_roi"][2], summary["roi_upper"][2]]).all()
    assert np.isfinite(summary["roi"][:2]).all()


def test_an_outcome_in_units_has_roi_only_once_a_unit_has_its_worth() -> None:
    panel = replace(known(units=1, periods=90).panel, outcome_kind=OutcomeKind.UNITS)
    unknown = fitted(panel, draws=20)
    summary = Model(unknown).channel_summary()
    assert summary["roi"].isna().all()
    assert summary["marginal_roi"].isna().all()
    assert (summary["contribution_of_spend"] > 0.0).all()
    assert Model(unknown).response_curve("c1")["marginal_roi"].isna().all()
    [said] = [note for note in unknown.notes if note.about == "roi"]
    assert said.verdict is Verdict.WARN
    assert "revenue_per_unit" in said.text
    valued = fitted(replace(panel, revenue_per_unit=2.5), draws=20)
    assert not [note for note in valued.notes if note.about == "roi"]
    worth = Model(valued).channel_summary()
    np.testing.assert_allclose(
        worth["roi"], 2.5 * worth["contribution_of_spend"] / worth["spend"], rtol=1e-12
    )


@pytest.mark.parametrize("channel", range(4))
def test_a_curve_s_marginal_roi_is_the_difference_between_its_points(channel: int) -> None:
    name = RESPONSE.panel.channel_names[channel]
    points = MODEL.response_curve(name)["spend"].to_numpy()[1:]
    step = 1e-4 * points[0]
    above, below = (MODEL.response_curve(name, (points + sign * step).tolist()) for sign in (1, -1))
    slope = (above["outcome"] - below["outcome"]) / (2.0 * step)
    found = MODEL.response_curve(name, points.tolist())
    np.testing.assert_allclose(found["marginal_roi"], slope, rtol=1e-5)
    assert (found["marginal_roi_lower"] <= found["marginal_roi_upper"]).all()


def test_a_curve_begins_with_no_outcome_and_a_finite_marginal_roi() -> None:
    for name in RESPONSE.panel.channel_names:
        first = MODEL.response_curve(name).iloc[0]
        assert first["spend"] == first["exposure"] == first["outcome"] == first["outcome_upper"] == 0.0
        assert np.isfinite(first["marginal_roi"])
    straight = MODEL.response_curve("c4")[
        "marginal_roi"
    ]  # no saturation: every unit of money brings the same
    np.testing.assert_allclose(straight, straight[0], rtol=1e-12)


def test_a_curve_s_exposure_is_spend_over_its_cost() -> None:
    table = MODEL.response_curve("c3", [10.0, 20.0])
    np.testing.assert_allclose(table["exposure"], [500.0, 1000.0], rtol=1e-9)


@pytest.mark.parametrize("spend", [[-1.0], [float("nan")]])
def test_a_spend_that_is_none_is_refused(spend: list[float]) -> None:
    with pytest.raises(UsageError, match="spend below zero"):
        MODEL.response_curve("c1", spend)


@pytest.fixture(scope="module")
def organic() -> Model:
    """One unit with two paid channels and one that is never paid for."""
    panel = known(units=1, periods=104).panel
    panel.spend[:, :, 2] = 0.0 * panel.spend[:, :, 2]
    channels = (*panel.channels[:2], Channel("c3", paid=False, has_exposure=True))
    exposure = known(units=1, periods=104).panel.exposure
    return Model(fitted(replace(panel, exposure=exposure, channels=channels), draws=20))


def test_organic_media_bring_a_contribution_but_have_no_roi(organic: Model) -> None:
    summary = organic.channel_summary()
    assert summary["contribution"][2] > 0.0
    assert summary["contribution_of_spend"][2] > 0.0
    assert summary["spend"][2] == 0.0
    assert summary.filter(like="roi").iloc[2].isna().all()
    assert summary.filter(like="roi").iloc[:2].notna().all(axis=None)
    assert (organic.contributions().query("component == 'c3'")["mean"] >= 0.0).all()


def test_the_curve_of_organic_media_is_over_exposure(organic: Model) -> None:
    table = organic.response_curve("c3")
    assert table["spend"].isna().all()
    assert table["marginal_roi"].isna().all()
    assert table["exposure"].iloc[-1] == pytest.approx(1.5 * organic.response.panel.exposure[0, :, 2].max())
    assert table["outcome"].is_monotonic_increasing


def test_organic_media_have_no_budget(organic: Model) -> None:
    plan = optimize_budget(organic, periods=13)
    assert list(plan.channels["channel"]) == ["c1", "c2"]
    assert set(plan.table["channel"]) == {"c1", "c2"}
    with pytest.raises(UsageError, match="the paid channels are c1, c2"):
        optimize_budget(organic, periods=13, bounds={"c3": (0.0, 10.0)})


def test_organic_media_alone_have_no_budget_to_plan() -> None:
    panel = known(units=1, periods=90).panel
    channels = tuple(replace(each, paid=False, has_exposure=True) for each in panel.channels)
    model = Model(fitted(replace(panel, spend=np.zeros_like(panel.spend), channels=channels), draws=20))
    with pytest.raises(InfeasibleError, match="No channel has spend"):
        optimize_budget(model)
