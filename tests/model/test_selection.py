"""What the data choose of a panel's units: how far they differ, and by what their exposure is measured."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.artifacts.panel import Panel
from mmxlib.model.exposure import exposure_scale
from mmxlib.model.priors import resolved_priors
from mmxlib.model.selection import POOLINGS, Selection, selected
from mmxlib.model.settings import ModelSettings, PriorSettings
from mmxlib.terms import ExposureScale
from tests.model.panels import fitted, known


def differing(sd: float, *, measure: ExposureScale | None = None, units: int = 8) -> Panel:
    """Return a panel whose log effects differ by ``sd``; curves bend at one multiple of ``measure``."""
    rng = np.random.default_rng(5)
    made = known(units=units, periods=130, channels=3, seed=1)
    panel = made.panel
    bursts = np.exp(0.5 * rng.standard_normal((units, 1, 3)))  # some units' peaks lie higher over their means
    exposure = panel.exposure**bursts
    size = panel.outcome.mean(axis=1)
    effect = 0.2 * np.exp(sd * rng.standard_normal((units, 3)))
    panel = replace(panel, exposure=exposure, spend=exposure)
    scaled = exposure / exposure_scale(panel, measure or ExposureScale.MEAN)[:, None, :]
    carried = np.zeros((units, 3))
    brought = np.empty((units, 130))
    for week in range(130):
        carried = 0.4 * carried + 0.6 * scaled[:, week]
        brought[:, week] = (effect * carried / (carried + 1.0)).sum(axis=1)
    outcome = made.base + size[:, None] * (brought + 0.02 * rng.standard_normal((units, 130)))
    return replace(panel, outcome=outcome)


def selection_of(panel: Panel, **settings: object) -> Selection:
    chosen = ModelSettings.model_validate({"trend_flexibility": 0.06, "harmonics": 1, **settings})
    return selected(panel, priors=resolved_priors(PriorSettings(), panel), settings=chosen)


@pytest.mark.parametrize("measure", list(ExposureScale))
def test_the_measure_is_the_one_by_which_units_agree(measure: ExposureScale) -> None:
    assert selection_of(differing(0.03, measure=measure)).choices.measure is measure


def test_pooling_follows_how_far_units_differ() -> None:
    found = [selection_of(differing(sd), exposure_scale="mean").choices.pooling for sd in (0.0, 0.1, 0.4)]
    assert found[0] == POOLINGS[0]
    assert found[1] in (0.1, 0.2)
    assert found[2] == POOLINGS[-1]


def test_what_is_set_is_not_chosen() -> None:
    choices = selection_of(differing(0.4), pooling=0.07, exposure_scale="size").choices
    assert (choices.pooling, choices.measure) == (0.07, ExposureScale.SIZE)


def test_one_unit_has_neither() -> None:
    choices = selection_of(known(units=1, periods=80).panel).choices
    assert (choices.pooling, choices.measure) == (0.0, ExposureScale.MEAN)


@pytest.mark.parametrize("measure", list(ExposureScale))
def test_every_measure_leaves_half_saturation_a_multiple_of_typical_exposure(measure: ExposureScale) -> None:
    panel = differing(0.0)
    mean, other = exposure_scale(panel), exposure_scale(panel, measure)
    np.testing.assert_allclose(np.log(other / mean).mean(axis=0), 0.0, atol=1e-12)
    whole = {ExposureScale.MEAN: mean, ExposureScale.PEAK: panel.exposure.max(axis=1)}
    size = whole.get(measure, np.repeat(panel.outcome.mean(axis=1)[:, None], 3, axis=1))
    np.testing.assert_allclose((other / size) / (other / size)[0], 1.0, rtol=1e-12)


def test_a_unit_that_never_had_a_channel_has_scale_one_and_moves_no_other() -> None:
    panel = differing(0.0, units=4)
    before = exposure_scale(
        replace(panel, exposure=panel.exposure[:3], outcome=panel.outcome[:3]), ExposureScale.PEAK
    )
    exposure = panel.exposure.copy()
    exposure[3, :, 1] = 0.0
    found = exposure_scale(replace(panel, exposure=exposure), ExposureScale.PEAK)
    assert found[3, 1] == 1.0
    np.testing.assert_allclose(found[:3, 1], before[:, 1])


def test_notes_say_what_units_share_and_how_far_they_differ() -> None:
    notes = {note.about: note.text for note in fitted(differing(0.0), resample=False).notes}
    assert notes["pooling"].startswith("Units' effects differ by about 2 %")
    assert "their mean exposure in active periods, chosen by the data" in notes["exposure"]
    alone = {note.about for note in fitted(known(units=1, periods=60).panel, resample=False).notes}
    assert not alone & {"pooling", "exposure", "units"}
