import numpy as np
import pytest
from scipy.linalg import toeplitz
from scipy.stats import median_abs_deviation

from mmxlib.maths.stretches import Stretches, odd_stretches


def noise(seed: int, memory: float = 0.0, count: int = 156) -> np.ndarray:
    rng = np.random.default_rng(seed)
    series = rng.normal(size=count)
    for period in range(1, count):
        series[period] = memory * series[period - 1] + np.sqrt(1.0 - memory**2) * series[period]
    return series


def found_in(series: np.ndarray, judged: np.ndarray | None = None, longest: int = 7) -> Stretches:
    everything = np.ones(len(series), dtype=bool)
    return odd_stretches(series, everything if judged is None else judged, threshold=3.5, longest=longest)


@pytest.mark.parametrize("memory", [0.0, 0.5])
def test_noise_alone_is_hardly_ever_odd(memory: float) -> None:
    odd = [found_in(noise(seed, memory)).periods().sum() for seed in range(60)]
    assert np.sum(odd) <= 0.003 * 60 * 156


def test_one_wild_period_is_one_stretch_of_one_and_its_neighbors_are_not_odd() -> None:
    series = noise(0, 0.5)
    series[70] += 12.0
    (only,) = found_in(series).found
    assert (only.first, only.last) == (70, 70)
    assert abs(only.size - 12.0) < 2.5


def test_four_periods_of_three_sds_are_found_together() -> None:
    hits = 0
    for seed in range(40):
        series = noise(100 + seed)
        series[60:64] -= 3.0
        inside = found_in(series).periods()
        hits += inside[60:64].sum() >= 2
    assert hits >= 0.8 * 40


def test_a_period_at_odds_with_its_neighbors_is_found_sooner_where_noise_remembers() -> None:
    raw = compared = 0
    for seed in range(60):
        series = noise(seed, 0.8)
        series[80] += 3.0
        raw += abs(series[80] - np.median(series)) > 3.5 * series.std()
        compared += found_in(series).periods()[80]
    assert compared >= raw + 20


def test_every_period_of_a_stretch_has_its_score() -> None:
    series = noise(3)
    series[40:43] += 5.0
    stretches = found_in(series)
    (only,) = stretches.found
    np.testing.assert_array_equal(stretches.score[40:43], only.score)
    assert np.abs(np.delete(stretches.score, [40, 41, 42])).max() <= 3.5


def test_no_stretch_is_longer_than_asked_for() -> None:
    series = noise(4)
    series[40:46] += 5.0
    assert max(each.last - each.first + 1 for each in found_in(series, longest=2).found) <= 2


def test_periods_not_judged_tell_nothing_and_are_not_told_of() -> None:
    series = noise(5)
    series[20] = 50.0
    judged = np.ones(156, dtype=bool)
    judged[20] = False
    stretches = found_in(series, judged)
    assert stretches.found == ()
    assert stretches.score[20] == 0.0


def test_a_series_without_scatter_or_judged_periods_has_none() -> None:
    assert found_in(np.zeros(50)).found == ()
    assert found_in(noise(6), np.zeros(156, dtype=bool)).found == ()


def test_where_much_strays_the_rest_is_left() -> None:
    series = noise(7)
    series[::5] += 20.0
    assert found_in(series).periods().sum() <= 0.1 * 156


def in_matrices(series: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the centered series, the noise's inverse correlation per innovation, and the scores' spread."""
    rest = series - np.median(series)
    limit = 2.5 * median_abs_deviation(rest, scale="normal")
    calm = np.clip(rest, -limit, limit)
    memory = min(max(calm[1:] @ calm[:-1] / (calm @ calm), 0.0), 0.9)
    inverse = (1.0 - memory**2) * np.linalg.inv(toeplitz(memory ** np.arange(len(series))))
    single = inverse @ rest / np.sqrt(np.diag(inverse))
    return rest, inverse, float(median_abs_deviation(single, scale="normal"))


@pytest.mark.parametrize("memory", [0.0, 0.4, 0.8])
@pytest.mark.parametrize("seed", range(4))
def test_scores_are_those_of_the_inverse_correlation(memory: float, seed: int) -> None:
    series = 7.0 + noise(seed, memory, count=60)
    everything = np.ones(60, dtype=bool)
    score = odd_stretches(series, everything, threshold=1e9, longest=5).score
    rest, inverse, spread = in_matrices(series)
    np.testing.assert_allclose(
        score, inverse @ rest / np.sqrt(np.diag(inverse)) / spread, rtol=1e-8, atol=1e-9
    )


@pytest.mark.parametrize("first", [0, 20, 56])
def test_a_stretch_has_the_score_and_size_of_all_its_periods_together(first: int) -> None:
    """At either end as well as inside: ``x'Qe / sqrt(x'Qx)`` and ``x'Qe / x'Qx``."""
    series = noise(11, 0.5, count=60)
    series[first : first + 4] += 8.0
    (only,) = found_in(series).found
    rest, inverse, spread = in_matrices(series)
    stretch = np.zeros(60)
    stretch[only.first : only.last + 1] = 1.0
    weight = stretch @ inverse @ stretch
    assert only.first <= first + 1 <= first + 2 <= only.last
    assert only.last < 60
    assert only.score == pytest.approx(stretch @ inverse @ rest / np.sqrt(weight) / spread, rel=1e-8)
    assert only.size == pytest.approx(stretch @ inverse @ rest / weight, rel=1e-8)


def test_of_twenty_periods_two_may_be_odd() -> None:
    series = 0.01 * np.cos(np.arange(20.0) * 2.4)
    series[[4, 9, 14]] += (30.0, -20.0, 10.0)
    found = found_in(series).found
    assert [(each.first, each.last) for each in found] == [(4, 4), (9, 9)]
