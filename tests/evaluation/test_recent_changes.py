"""What changed since a date is found given the curves, and nothing is found where nothing changed."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.artifacts.response import Response
from mmxlib.evaluation.recent_changes import EFFECT_CHANGE_SD, recent_changes
from mmxlib.model.decomposition import media_draws
from tests.evaluation.handmade import made_panel, made_response

FIRST, DRAWS = 120, 200


def known(*, factor: tuple[float, ...] = (1.0, 1.0, 1.0), step: float = 0.0) -> Response:
    """Return the exact fit of data in which the effects and the level of unit S1 changed at `FIRST`."""
    panel = made_panel(effect=0.3)
    response = made_response(panel, effect=np.array([[300.0] * 3, [150.0] * 3]), draws=DRAWS)
    outcome = panel.outcome.copy()
    for unit in range(2):
        media = media_draws(response, unit)[0, FIRST:]
        outcome[unit, FIRST:] += media @ (np.array(factor) - 1.0)
    outcome[0, FIRST:] += step
    return replace(response, panel=replace(panel, outcome=outcome))


def found(response: Response, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return factors by draw and channel, and steps by draw and unit."""
    changed = recent_changes(response, FIRST, rng=np.random.default_rng(seed))
    return changed.factor, changed.base[:, :, -1]


def test_nothing_changed_and_nothing_is_found() -> None:
    factor, step = found(known())
    np.testing.assert_allclose(factor.mean(axis=0), 1.0, atol=0.05)
    np.testing.assert_allclose(step.mean(axis=0), 0.0, atol=20.0)


@pytest.mark.parametrize("planted", [(0.5, 1.0, 1.0), (1.0, 1.4, 1.0), (0.7, 1.0, 1.3)])
def test_changed_effects_are_found_in_their_channels(planted: tuple[float, ...]) -> None:
    factor, step = found(known(factor=planted))
    np.testing.assert_allclose(factor.mean(axis=0), planted, atol=0.06)
    np.testing.assert_allclose(step.mean(axis=0), 0.0, atol=25.0)


def test_a_step_of_one_units_level_is_found_there_and_not_in_media() -> None:
    factor, step = found(known(step=-100.0))
    np.testing.assert_allclose(step.mean(axis=0), [-100.0, 0.0], atol=20.0)
    np.testing.assert_allclose(factor.mean(axis=0), 1.0, atol=0.06)


def test_a_channel_without_recent_exposure_keeps_what_was_believed() -> None:
    response = known()
    quiet = response.panel.exposure.copy()
    quiet[:, FIRST - 40 :, 0] = 0.0
    factor, _ = found(replace(response, panel=replace(response.panel, exposure=quiet)))
    assert factor[:, 0].mean() == pytest.approx(1.0, abs=0.02)
    assert factor[:, 0].std() == pytest.approx(EFFECT_CHANGE_SD, rel=0.15)


def test_no_effect_turns_negative() -> None:
    factor, _ = found(known(factor=(-3.0, 1.0, 1.0)))
    assert factor.min() == 0.0


def test_the_mean_over_draws_moves_little_with_chance() -> None:
    response = known(factor=(0.5, 1.0, 1.0))
    (one, step), (other, moved) = found(response, 1), found(response, 2)
    np.testing.assert_allclose(one.mean(axis=0), other.mean(axis=0), atol=1e-9)
    np.testing.assert_allclose(step.mean(axis=0), moved.mean(axis=0), atol=1e-6)
