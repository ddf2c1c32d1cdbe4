"""Level shifts against the residual likelihood written out in full: sizes, scores and places."""

from collections.abc import Sequence

import numpy as np
import pytest
from scipy.ndimage import median_filter

from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.regression import robust_fit
from mmxlib.maths.robust import robust_sd
from mmxlib.maths.shifts import Shift, level_shifts
from mmxlib.maths.threads import single_threaded

MARGIN, LENGTH = 6, 48
CONSTANT = np.ones((LENGTH, 1))
LINE = np.column_stack([np.ones(LENGTH + 1), np.arange(LENGTH + 1.0)])
SHARES = (0.0, 0.03, 0.3, 3.0, 30.0, 300.0)
MEMORIES = (0.0, 0.2, 0.4, 0.6)


def covariance(columns: Matrix, share: float, memory: float) -> Matrix:
    """Return the noise's and the trend's covariance, in variances of the noise.

    The trend's slope changes by chance every fourth period, from the third on and not in the last two; its
    mean variance beside ``columns`` is ``share``.
    """
    periods = np.arange(len(columns))
    hinges = np.stack([np.maximum(periods - at, 0.0) for at in range(2, len(periods) - 2, 4)], axis=1)
    beside = hinges - columns @ np.linalg.lstsq(columns, hinges, rcond=None)[0]
    scale = (len(columns) - columns.shape[1]) / (beside**2).sum()
    return memory ** np.abs(np.subtract.outer(periods, periods)) + share * scale * (hinges @ hinges.T)


def jumps(places: Sequence[int], length: int = LENGTH) -> Matrix:
    return (np.arange(length)[:, None] >= np.array(places)[None, :]).astype(float)


def drawn_in(series: Vector, columns: Matrix) -> Vector:
    """Return the series with values four robust sds from the seven around them at these values' median."""
    residual = robust_fit(columns, series).residual
    apart = residual - median_filter(residual, 7, mode="nearest")
    return np.where(np.abs(apart) > 4.0 * robust_sd(apart), series - apart, series)


class Likelihood:
    """The log residual likelihood of a series at its best pair of wandering and memory."""

    def __init__(self, series: Vector, columns: Matrix) -> None:
        self.parts = []
        for share in SHARES:
            for memory in MEMORIES:
                whole = covariance(columns, share, memory)
                inverse = np.linalg.inv(whole)
                known = columns.T @ inverse @ columns
                beside = inverse - inverse @ columns @ np.linalg.solve(known, columns.T @ inverse)
                logs = np.linalg.slogdet(whole)[1] + np.linalg.slogdet(known)[1]
                self.parts.append((beside, logs - np.linalg.slogdet(columns.T @ columns)[1]))
        self.series, self.free = drawn_in(series, columns), len(columns) - columns.shape[1]

    def best(self, places: Sequence[int]) -> tuple[float, Vector]:
        """Return the likelihood with steps at ``places``, and their sizes there."""
        found = []
        for beside, logs in self.parts:
            columns = jumps(places, len(self.series))
            sizes = np.linalg.solve(columns.T @ beside @ columns, columns.T @ beside @ self.series)
            left = self.series - columns @ sizes
            found.append((-0.5 * self.free * np.log(left @ beside @ left) - 0.5 * logs, sizes))
        return max(found, key=lambda each: each[0])

    def gain(self, places: Sequence[int], without: int) -> float:
        others = [place for place in places if place != without]
        return 2.0 * (self.best(places)[0] - self.best(others)[0])


def wandering(seed: int, columns: Matrix, share: float, memory: float) -> Vector:
    """Return a series that the pair describes."""
    root = np.linalg.cholesky(covariance(columns, share, memory))
    return 50.0 + root @ np.random.default_rng(seed).normal(size=len(columns))


def found_in(series: Vector, columns: Matrix, threshold: float = 3.5, most: int = 5) -> tuple[Shift, ...]:
    return level_shifts(series, columns, threshold=threshold, margin=MARGIN, most=most)


@single_threaded
@pytest.mark.parametrize("columns", [CONSTANT, LINE])
@pytest.mark.parametrize("share", SHARES)
def test_a_steps_size_score_and_place_are_the_likeliest_of_all_places(columns: Matrix, share: float) -> None:
    memory = MEMORIES[SHARES.index(share) % 4]
    step = jumps([20], len(columns))[:, 0]
    series = wandering(1, columns, share, memory) - 15.0 * (1.0 + share) ** 0.5 * step
    (shift,) = found_in(series, columns, threshold=3.0, most=1)
    likelihood = Likelihood(series, columns)
    places = range(MARGIN, len(columns) - MARGIN + 1)
    assert shift.period == max(places, key=lambda place: likelihood.best([place])[0])
    at = shift.period
    assert shift.score == pytest.approx(-np.sqrt(likelihood.gain([at], at)), rel=1e-7)
    assert shift.size == pytest.approx(likelihood.best([at])[1][0], rel=1e-7)
    assert found_in(series, columns, threshold=-0.999 * shift.score, most=1) == (shift,)
    assert found_in(series, columns, threshold=-1.001 * shift.score, most=1) == ()


@single_threaded
@pytest.mark.parametrize("memory", MEMORIES)
def test_each_of_several_steps_is_scored_beside_the_others(memory: float) -> None:
    series = wandering(2, CONSTANT, 0.0, memory) + jumps([12, 22, 36]) @ [9.0, 12.0, -10.0]
    shifts = found_in(series, CONSTANT)
    assert [shift.period for shift in shifts] == [12, 22, 36]
    likelihood = Likelihood(series, CONSTANT)
    sizes = likelihood.best([12, 22, 36])[1]
    np.testing.assert_allclose([shift.size for shift in shifts], sizes, rtol=1e-7)
    gains = [likelihood.gain([12, 22, 36], place) for place in (12, 22, 36)]
    scores = np.sign(sizes) * np.sqrt(gains)
    np.testing.assert_allclose([shift.score for shift in shifts], scores, rtol=1e-7)


@single_threaded
def test_a_lone_value_speaks_until_it_is_four_robust_sds_from_its_neighbors() -> None:
    """From there on it counts as they do, however far it is."""
    series = wandering(3, CONSTANT, 0.0, 0.0) + 8.0 * jumps([24])[:, 0]
    series[30] = 100.0
    medians = median_filter(series, 7, mode="nearest")
    spread = robust_sd(series - medians)

    def size(sds: float) -> float:
        lone = series.copy()
        lone[30] = medians[30] + sds * spread
        (shift,) = found_in(lone, CONSTANT)
        return shift.size

    assert size(3.9) != pytest.approx(size(3.8), rel=1e-4)
    assert size(4.1) != pytest.approx(size(3.9), rel=1e-4)
    assert size(4.1) == pytest.approx(size(400.0), rel=1e-12)


@single_threaded
def test_a_step_at_the_first_or_last_place_that_the_margin_leaves_is_found() -> None:
    for at in (MARGIN, LENGTH - MARGIN):
        series = wandering(4, CONSTANT, 0.0, 0.0) + 12.0 * jumps([at])[:, 0]
        assert [shift.period for shift in found_in(series, CONSTANT)] == [at]


@single_threaded
def test_a_step_nearer_to_an_end_than_the_margin_is_not_placed_there() -> None:
    for at, place in ((MARGIN - 1, MARGIN), (LENGTH - MARGIN + 1, LENGTH - MARGIN)):
        series = wandering(4, CONSTANT, 0.0, 0.0) + 12.0 * jumps([at])[:, 0]
        assert {shift.period for shift in found_in(series, CONSTANT)} <= {place}


@single_threaded
def test_steps_are_searched_from_three_margins_of_periods_on_beside_what_is_known() -> None:
    for length, count in ((3 * MARGIN, 0), (3 * MARGIN + 1, 1)):
        series = wandering(8, CONSTANT[:length], 0.0, 0.0) + 20.0 * jumps([9], length)[:, 0]
        assert len(found_in(series, CONSTANT[:length])) == count


@single_threaded
def test_a_step_that_does_not_keep_the_margin_from_another_is_left_out() -> None:
    noise = wandering(5, CONSTANT, 0.0, 0.0)

    def found(periods: list[int]) -> list[int]:
        series = noise + jumps(periods) @ np.full(len(periods), 15.0)
        return [shift.period for shift in found_in(series, CONSTANT)]

    assert found([20, 20 + MARGIN]) == [20, 20 + MARGIN]
    assert len(found([20, 20 + MARGIN - 1])) == 1


@single_threaded
def test_columns_that_say_the_same_count_once() -> None:
    series = wandering(6, LINE, 0.0, 0.0) + 9.0 * jumps([20], len(LINE))[:, 0]
    again = LINE @ [[1e6, 3.0], [-2e4, 1.0]]
    (one,), (other,) = found_in(series, LINE), found_in(series, np.column_stack([LINE, again]))
    assert other.period == one.period
    assert other.score == pytest.approx(one.score, rel=1e-9)


@single_threaded
@pytest.mark.parametrize("unit", [1e-12, 1e12])
def test_a_driver_explains_as_much_in_any_unit(unit: float) -> None:
    """In billions it must not hide the constant and the slope beside it."""
    driver = np.random.default_rng(0).normal(size=len(LINE))
    series = wandering(6, LINE, 0.0, 0.0) + 3.0 * driver + 9.0 * jumps([20], len(LINE))[:, 0]
    (one,) = found_in(series, np.column_stack([LINE, driver]))
    (other,) = found_in(series, np.column_stack([LINE, unit * driver]))
    assert other.period == one.period == 20
    assert other.score == pytest.approx(one.score, rel=1e-9)


@single_threaded
def test_a_step_no_larger_than_rounding_is_none() -> None:
    """Numbers near a hundred are known to 1e-14."""
    assert found_in(100.0 + 1e-12 * jumps([20])[:, 0], CONSTANT) == ()


@single_threaded
def test_steps_of_a_staircase_are_found_where_they_are() -> None:
    """One alone stands best between two of them: it is moved when others are found."""
    series = wandering(113, CONSTANT, 0.0, 0.0) + jumps([10, 17, 24, 31]) @ np.full(4, 5.0)
    shifts = found_in(series, CONSTANT, threshold=2.0)
    assert [shift.period for shift in shifts] == [10, 17, 24, 31]


@single_threaded
def test_the_same_steps_are_found_in_any_unit() -> None:
    series = wandering(2, CONSTANT, 0.0, 0.0) + jumps([12, 22, 36]) @ [9.0, 12.0, -10.0]
    for unit in (1e-4, 1e6):
        for shift, scaled in zip(found_in(series, CONSTANT), found_in(unit * series, CONSTANT), strict=True):
            assert scaled.period == shift.period
            assert scaled.size == pytest.approx(unit * shift.size, rel=1e-9)
            assert scaled.score == pytest.approx(shift.score, rel=1e-9)
