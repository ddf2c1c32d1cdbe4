"""Laws of the whole fit that symmetry, algebra or counting demand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from mmxlib.artifacts.experiments import AnyExperiment, Experiment, StepTest, enlarged
from mmxlib.artifacts.panel import Channel, Control, Panel
from mmxlib.artifacts.response import Response
from mmxlib.maths.media import Curves, media_series
from mmxlib.model.decomposition import media_totals
from mmxlib.model.fitting import fit_response
from mmxlib.model.model import Model
from mmxlib.model.priors import resolved_priors
from mmxlib.model.problem import whitened
from mmxlib.model.resampling import base_of, white_media
from mmxlib.model.searching import near_optimal
from mmxlib.model.selection import selected
from mmxlib.model.settings import ModelSettings, PriorSettings
from mmxlib.terms import ExposureScale
from tests.model.panels import fitted, known

EXPERIMENTS: tuple[AnyExperiment, ...] = (
    Experiment("c1", date(2023, 7, 3), date(2023, 9, 24), lift=2000.0, standard_error=150.0),
    Experiment("c2", date(2023, 7, 3), date(2023, 9, 24), lift=900.0, standard_error=90.0, unit="U2"),
    StepTest("c1", x=80.0, delta_x=80.0, delta_y=90.0, sigma=15.0),
    StepTest("c3", x=60.0, delta_x=-30.0, delta_y=-30.0, sigma=9.0, unit="U1"),
)


def test_scaling_money_with_lifts_and_step_tests_scales_answers() -> None:
    """A power of two changes no digit, so that the fit takes the very same path."""
    panel = replace(known(units=2, periods=90).panel, experiments=EXPERIMENTS)
    moved = tuple(enlarged(each, spend=4.0, outcome=8.0) for each in EXPERIMENTS)
    scaled = replace(
        panel,
        outcome=panel.outcome * 8.0,
        spend=panel.spend * 4.0,
        exposure=panel.exposure * 4.0,
        experiments=moved,
    )
    one, other = (Model(fitted(each)).channel_summary() for each in (panel, scaled))
    without = Model(fitted(replace(panel, experiments=()))).channel_summary()
    for column in ("contribution", "contribution_lower", "contribution_upper"):
        np.testing.assert_allclose(other[column], 8.0 * one[column], rtol=1e-12)
    np.testing.assert_allclose(other["roi"], 2.0 * one["roi"], rtol=1e-12)
    assert np.abs(one["roi"] / without["roi"] - 1.0).max() > 0.05  # the tests were heard


def of_unequal_units() -> Panel:
    """Four units whose effects and peaks differ, with a national channel."""
    made = known(units=4, channels=3, periods=110, seed=3)
    panel = made.panel
    effects = np.exp(0.3 * np.random.default_rng(2).standard_normal((4, 1, 3)))
    outcome = panel.outcome + ((effects - 1.0) * made.contributions).sum(axis=2)
    exposure = panel.exposure.copy()
    exposure[:, :, 2] = exposure[0, :, 2]
    channels = (*panel.channels[:2], Channel("c3", national=True))
    tests = tuple(each for each in EXPERIMENTS if each.channel != "c3")
    return replace(
        panel, channels=channels, outcome=outcome, spend=exposure, exposure=exposure, experiments=tests
    )


def in_order(panel: Panel, order: Sequence[int]) -> Panel:
    rows = list(order)
    return replace(
        panel,
        units=tuple(panel.units[u] for u in rows),
        outcome=panel.outcome[rows],
        spend=panel.spend[rows],
        exposure=panel.exposure[rows],
        control_values=panel.control_values[rows],
    )


def said(response: Response) -> list[str]:
    return [note.text for note in response.notes if note.about in ("pooling", "exposure", "trend", "season")]


def test_permuting_units_permutes_answers_with_all_that_the_data_choose() -> None:
    panel, order = of_unequal_units(), [2, 0, 3, 1]
    one, other = (fitted(each, resample=False) for each in (panel, in_order(panel, order)))
    assert said(one) == said(other)
    assert sum("chosen by the data" in text for text in said(one)) == 4
    np.testing.assert_allclose(other.reference.effect, one.reference.effect[:, order], rtol=1e-4)
    np.testing.assert_allclose(other.reference.base, one.reference.base[:, order], rtol=1e-4, atol=0.01)
    totals, moved = media_totals(one).mean(axis=0), media_totals(other).mean(axis=0)
    np.testing.assert_allclose(moved, totals[order], rtol=1e-5)
    np.testing.assert_allclose(other.exposure_scale, one.exposure_scale[order], rtol=1e-12)


@pytest.mark.parametrize("measure", list(ExposureScale))
def test_one_units_money_in_halves_doubles_its_answers_and_moves_no_others(measure: ExposureScale) -> None:
    """Believed are effects over a unit's sales: a ROI or a share of all sales weighs units by size."""
    panel = known(units=3, channels=2, periods=90).panel
    factor = np.array([1.0, 2.0, 1.0])[:, None]
    other = replace(
        panel,
        outcome=panel.outcome * factor,
        spend=panel.spend * factor[:, :, None],
        exposure=panel.exposure * factor[:, :, None],
    )
    beliefs = PriorSettings.model_validate({"default": {"effect_sd": 0.3}})
    totals = [
        media_totals(
            fit_response(
                each,
                priors=resolved_priors(beliefs, each),
                settings=ModelSettings(starts=8, exposure_scale=measure),
                rng=np.random.default_rng(0),
                resample=False,
            )
        ).mean(axis=0)
        for each in (panel, other)
    ]
    np.testing.assert_allclose(totals[1], totals[0] * factor, rtol=1e-5)


def test_ridge_equals_scikit_learns_where_transforms_and_penalties_are_fixed() -> None:
    """Media of known carryover and curve enter as columns of either sign, in a whole fit with its noise."""
    made = known(units=1, channels=3, periods=104, seed=4)
    panel = made.panel
    codes, ones = np.zeros(3, dtype=np.int64), np.ones((1, 3))
    curves = Curves(codes, codes, np.array([[0.2, 0.4, 0.6]]), ones, ones, ones)
    known_media = media_series(np.ascontiguousarray(panel.exposure[0] / 90.0), curves, ones)
    outcome = panel.outcome - 2.0 * made.contributions[:, :, 2]  # the third channel lowers sales
    fixed = replace(
        panel,
        outcome=outcome,
        channels=(),
        spend=panel.spend[:, :, :0],
        exposure=panel.exposure[:, :, :0],
        controls=(*panel.controls, *(Control(f"media {c + 1}") for c in range(3))),
        control_values=np.concatenate([panel.control_values, known_media], axis=2),
    )
    settings = ModelSettings(trend_flexibility=0.06, harmonics=1, autocorrelation=0.3)
    chosen = selected(fixed, priors=(), settings=settings)
    [mode] = near_optimal(chosen, settings.starts)
    setup = chosen.setup
    center = np.zeros((1, len(chosen.base.columns)))
    ours = base_of(setup.outcome, white_media(mode.parameters, setup), setup, center)[0]
    columns = whitened(chosen.base.values[0], 0.3)
    sales = whitened(outcome[0] / outcome[0].mean(), 0.3)
    sds = chosen.base.prior_sd / chosen.noise.sd[0]
    reference = Ridge(alpha=1.0, fit_intercept=False, solver="svd").fit(columns * sds, sales)
    np.testing.assert_allclose(ours, reference.coef_ * sds, rtol=1e-8, atol=1e-10)
    assert ours[-3] > 0.0 > ours[-1]


def test_over_seeds_more_data_narrow_the_intervals() -> None:
    widths = np.empty((4, 3))
    for seed in range(4):
        for i, periods in enumerate((60, 120, 240)):
            panel = known(units=1, channels=2, periods=periods, seed=seed).panel
            summary = Model(fitted(panel, harmonics=1, trend_flexibility=0.06)).channel_summary()
            widths[seed, i] = np.mean(np.log(summary["roi_upper"] / summary["roi_lower"]))
    mean = widths.mean(axis=0)
    assert mean[0] > mean[1] > mean[2]
    assert mean[2] < 0.75 * mean[0]
    assert np.all(widths[:, 2] < widths[:, 0])
