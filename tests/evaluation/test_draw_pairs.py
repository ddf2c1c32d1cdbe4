"""Draws of two models are paired as closely as their estimates agree, and none is left out."""

import numpy as np
import pytest

from mmxlib.evaluation.draw_pairs import LEAST_PAIRS, draw_pairs


@pytest.mark.parametrize(("old", "new"), [(200, 200), (60, 200), (400, 50), (1, 7), (3000, 20)])
def test_every_draw_is_used_about_equally_often(old: int, new: int) -> None:
    rng = np.random.default_rng(0)
    pairs = draw_pairs(rng.normal(size=old), rng.normal(size=new), 0.9, rng=rng)
    assert pairs.shape == (2, max(old, new, LEAST_PAIRS))
    for indices, size in zip(pairs, (old, new), strict=True):
        times = np.bincount(indices, minlength=size)
        assert times.max() - times.min() <= 1


@pytest.mark.parametrize("agreement", [0.0, 0.5, 0.95, 1.0])
def test_pairs_agree_as_asked(agreement: float) -> None:
    rng = np.random.default_rng(1)
    old, new = rng.normal(size=500), 10.0 + 3.0 * rng.normal(size=500)
    first, second = draw_pairs(old, new, agreement, rng=rng)
    assert np.corrcoef(old[first], new[second])[0, 1] == pytest.approx(agreement, abs=0.05)


def test_a_difference_of_nested_estimates_has_the_spread_of_what_is_new() -> None:
    """The first estimate is the second plus an error of its own: the difference is that error alone."""
    rng = np.random.default_rng(2)
    new_sd, old_sd = 0.9, 1.0
    old, new = rng.normal(0.0, old_sd, 2000), rng.normal(0.0, new_sd, 2000)
    first, second = draw_pairs(old, new, new_sd / old_sd, rng=rng)
    spread = float(np.std(new[second] - old[first]))
    assert spread == pytest.approx(np.sqrt(old_sd**2 - new_sd**2), rel=0.05)
