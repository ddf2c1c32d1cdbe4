"""Bounds over ceilings by hand and at random, against all combinations of their segments."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.ceiling_bound import Bound, least_total_bound, limited_bound, whole_ranges
from mmxlib.maths.budgets.limits import Limits, violation
from mmxlib.maths.budgets.majorant import Ceiling, upper_hull

CHANNELS, KNOTS = 2, 4


def some_ceilings(seed: int, size: float = 1.0, money: float = 1.0) -> list[Ceiling]:
    """Return rising ceilings of tents that together are mostly far from concave."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(CHANNELS):
        widths = chance.choice([0.5, 1.0, 2.0], (KNOTS - 1, 2))
        steep = -np.sort(-chance.choice([0.0, 0.0, 1.0, 4.0], (KNOTS - 1, 2)), axis=1)
        x = 1.0 + np.concatenate(([0.0], np.cumsum(widths)))
        y = np.concatenate(([0.0], np.cumsum(widths * steep)))
        found.append(Ceiling(money * x, size * y))
    return found


def limits_of(
    ceilings: list[Ceiling],
    *,
    total: tuple[float, float] = (0.4, 0.7),
    row: tuple[float, float] | None = None,
) -> Limits:
    """Return the ceilings' own bounds, a total and a weighted sum between shares of what is possible."""
    lower, upper = (np.array([each.x[end] for each in ceilings]) for end in (0, -1))
    rows, ends = np.empty((0, CHANNELS)), (np.empty(0), np.empty(0))
    if row is not None:
        rows = np.array([[3.0, 1.0]])
        low, high = rows @ lower, rows @ upper
        ends = low + row[0] * (high - low), low + row[1] * (high - low)
    least, most = (lower.sum() + share * (upper - lower).sum() for share in total)
    return Limits(lower, upper, float(least), float(most), rows, *ends)


def exact(
    ceilings: list[Ceiling], limits: Limits, *, price: float = 0.0, target: float | None = None
) -> float:
    """Return the most outcome less cost, or the least total that reaches ``target``, over all segments."""
    best = -np.inf if target is None else np.inf
    finite = limits.sum_upper < np.inf, limits.sum_lower > -np.inf
    for segments in product(*(range(len(each.x) - 1) for each in ceilings)):
        pairs = list(zip(ceilings, segments, strict=True))
        bounds = [(each.x[i], each.x[i + 1]) for each, i in pairs]
        slope = np.array([(each.y[i + 1] - each.y[i]) / (each.x[i + 1] - each.x[i]) for each, i in pairs])
        level = sum(each.y[i] - slope[c] * each.x[i] for c, (each, i) in enumerate(pairs))
        rows = np.vstack((limits.sums[finite[0]], -limits.sums[finite[1]]))
        ends = np.concatenate((limits.sum_upper[finite[0]], -limits.sum_lower[finite[1]]))
        if target is not None:
            rows, ends = np.vstack((rows, -slope)), np.append(ends, level - target)
        answer = linprog(
            price - slope if target is None else np.ones(len(slope)), A_ub=rows, b_ub=ends, bounds=bounds
        )
        if answer.status == 0:
            best = max(best, level - answer.fun) if target is None else min(best, float(answer.fun))
    return float(best)


def bound_of(ceilings: list[Ceiling], limits: Limits, **options: float) -> Bound:
    known = {"price": 0.0, "enough": -np.inf, "breaks": whole_ranges(limits), **options}
    return limited_bound(ceilings, limits, **known)


@pytest.mark.parametrize(
    ("seed", "row", "price"),
    [
        (1, None, 0.0),
        (2, None, 0.6),
        (2, (0.3, 0.6), 0.6),
        (4, (0.5, 0.5), 0.0),
        (2, (0.5, 0.5), 0.6),
        (4, (-np.inf, 0.3), 0.6),
        (1, (0.7, np.inf), 0.0),
    ],
)
def test_cuts_lower_the_bound_to_the_best_and_never_below(
    seed: int, row: tuple[float, float] | None, price: float
) -> None:
    ceilings = some_ceilings(seed)
    limits = limits_of(ceilings, row=row, total=(0.5, 0.5) if seed == 4 else (0.4, 0.7))
    best = exact(ceilings, limits, price=price)
    bounds = [bound_of(ceilings, limits, price=price, cuts=cuts).value for cuts in (0, 1, 20)]
    assert bounds[0] >= bounds[1] >= bounds[2] >= best
    assert bounds[2] <= best + 2e-5 * (1.0 + abs(best))


@pytest.mark.parametrize("seed", range(5))
def test_without_a_cut_the_bound_is_the_best_of_the_concave_majorants(seed: int) -> None:
    ceilings = some_ceilings(seed)
    limits = limits_of(ceilings, row=(0.3, 0.6))
    hulls = [upper_hull(each.x, each.y, 0, len(each.x) - 1) for each in ceilings]
    concave = [Ceiling(each.x[hull], each.y[hull]) for each, hull in zip(ceilings, hulls, strict=True)]
    bound = bound_of(ceilings, limits, price=0.2, cuts=0)
    assert bound.value == pytest.approx(exact(concave, limits, price=0.2), rel=1e-7)
    assert bound.value >= exact(concave, limits, price=0.2)
    assert violation(limits, bound.spend) <= 1e-8
    roofs = sum(float(np.interp(b, each.x, each.y)) for b, each in zip(bound.spend, concave, strict=True))
    assert roofs - 0.2 * bound.spend.sum() == pytest.approx(bound.value, rel=1e-7)
    for each, ends in zip(bound.breaks, whole_ranges(limits), strict=True):
        assert each.tolist() == ends.tolist()


@pytest.mark.parametrize(("size", "money"), [(1e6, 1.0), (1.0, 1e6), (1e-4, 1e-3)])
def test_a_bound_is_the_same_in_any_unit(size: float, money: float) -> None:
    plain, scaled = some_ceilings(1), some_ceilings(1, size=size, money=money)
    first = bound_of(plain, limits_of(plain, row=(0.3, 0.6)), price=0.3)
    second = bound_of(scaled, limits_of(scaled, row=(0.3, 0.6)), price=0.3 * size / money)
    assert second.value == pytest.approx(size * first.value, rel=1e-9)
    np.testing.assert_allclose(second.spend, money * first.spend, rtol=1e-7)


def test_a_bound_that_is_low_enough_is_not_lowered_further() -> None:
    ceilings = some_ceilings(2)
    limits = limits_of(ceilings)
    loose, tight = bound_of(ceilings, limits, cuts=0), bound_of(ceilings, limits)
    assert tight.value < loose.value
    assert bound_of(ceilings, limits, enough=loose.value).value == loose.value
    between = bound_of(ceilings, limits, enough=0.5 * (loose.value + tight.value)).value
    assert tight.value <= between <= 0.5 * (loose.value + tight.value)


def test_the_cuts_of_an_earlier_bound_are_kept() -> None:
    ceilings = some_ceilings(2)
    limits = limits_of(ceilings)
    first = bound_of(ceilings, limits)
    again = bound_of(ceilings, limits, breaks=first.breaks, cuts=0)
    assert again.value == pytest.approx(first.value, rel=2e-6)
    for each, cut in zip(ceilings, first.breaks, strict=True):
        assert set(cut) <= set(each.x[0::2])
        assert [cut[0], cut[-1]] == [each.x[0], each.x[-1]]
    assert max(len(cut) for cut in first.breaks) > 2


def test_a_ceiling_that_is_concave_is_not_cut() -> None:
    x = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    ceilings = [Ceiling(x, np.sqrt(x)), Ceiling(x, 2.0 * np.sqrt(x))]
    bound = bound_of(ceilings, limits_of(ceilings))
    assert [cut.tolist() for cut in bound.breaks] == [[0.0, 4.0], [0.0, 4.0]]


def test_a_coarse_bound_is_a_bound_as_well() -> None:
    for seed in (0, 2):
        ceilings = some_ceilings(seed)
        limits = limits_of(ceilings)
        best = exact(ceilings, limits)
        assert best <= bound_of(ceilings, limits, precision=0.2).value <= 1.25 * best + 1e-3


def test_a_channel_without_choice_counts_with_its_one_value() -> None:
    x = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    ceilings = [Ceiling(x, x**2), Ceiling(np.array([3.0]), np.array([7.0]))]
    limits = Limits(
        np.array([0.0, 3.0]),
        np.array([4.0, 3.0]),
        5.0,
        5.0,
        np.empty((0, 2)),
        np.empty(0),
        np.empty(0),
    )
    assert [each.tolist() for each in whole_ranges(limits)] == [[0.0, 4.0], [3.0]]
    bound = bound_of(ceilings, limits)
    assert bound.value == pytest.approx(11.0, rel=1e-5)
    assert bound.value >= 11.0
    np.testing.assert_allclose(bound.spend, [2.0, 3.0], rtol=1e-6)


@pytest.mark.parametrize("cuts", [0, 12])
def test_limits_that_meet_but_for_rounding_have_a_bound(cuts: int) -> None:
    ceilings = some_ceilings(3)
    limits = limits_of(ceilings)
    most = float(limits.upper.sum())
    missed = replace(limits, total_lower=most * (1.0 + 1e-10), total_upper=most * (1.0 + 1e-10))
    whole = sum(float(each.y[-1]) for each in ceilings)
    assert bound_of(ceilings, missed, cuts=cuts).value == pytest.approx(whole, rel=1e-5)


def least_of(ceilings: list[Ceiling], limits: Limits, target: float, enough: float = np.inf) -> float:
    breaks: tuple[Vector, ...] = whole_ranges(limits)
    return least_total_bound(ceilings, limits, target=target, enough=enough, breaks=breaks).value


@pytest.mark.parametrize("seed", [0, 2, 3])
@pytest.mark.parametrize("row", [None, (0.3, 0.6)])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_the_least_total_is_exact_and_never_above(
    seed: int, row: tuple[float, float] | None, share: float
) -> None:
    ceilings = some_ceilings(seed)
    limits = limits_of(ceilings, row=row, total=(0.0, 1.0))
    target = share * exact(ceilings, limits)
    least = exact(ceilings, limits, target=target)
    found = least_of(ceilings, limits, target)
    assert least - 2e-5 * least <= found <= least + 1e-9
    assert least_of(ceilings, limits, target, enough=0.0) <= found


@pytest.mark.parametrize("seed", range(5))
def test_a_target_above_the_most_is_out_of_reach(seed: int) -> None:
    ceilings = some_ceilings(seed)
    limits = limits_of(ceilings)
    most = exact(ceilings, limits)
    assert least_of(ceilings, limits, 1.001 * most + 1e-3) == np.inf
    assert least_of(ceilings, limits, most) < np.inf
