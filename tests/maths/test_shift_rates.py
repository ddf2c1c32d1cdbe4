"""How often level shifts are found that are there, and that are not: over many simulated series."""

import numpy as np

from mmxlib.maths.threads import single_threaded
from tests.maths.test_shifts import LENGTH, found_in, series_of


@single_threaded
def test_steps_of_three_noise_sds_are_found_and_hardly_anything_else() -> None:
    hits = found = 0
    for seed in range(50):
        rng = np.random.default_rng(1000 + seed)
        at, size = int(rng.integers(15, LENGTH - 15)), 12.0 * float(rng.choice([-1.0, 1.0]))
        shifts = found_in(series_of(seed) + size * (np.arange(LENGTH) >= at))
        hits += any(abs(shift.period - at) <= 2 and shift.size * size > 0.0 for shift in shifts)
        found += len(shifts)
    assert hits / 50 >= 0.9
    assert hits / found >= 0.9


@single_threaded
def test_series_without_steps_have_hardly_any() -> None:
    assert sum(len(found_in(series_of(seed))) for seed in range(50)) <= 2


@single_threaded
def test_a_wandering_trend_is_not_cut_into_steps() -> None:
    wave = 15.0 * np.sin(2.0 * np.pi * 1.3 * np.arange(LENGTH) / LENGTH)
    assert sum(len(found_in(series_of(seed) + wave)) for seed in range(30)) <= 3
