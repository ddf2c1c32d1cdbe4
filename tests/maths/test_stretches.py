import numpy as np
import pytest

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
