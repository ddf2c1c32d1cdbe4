"""The certificate of two channels, small enough to be compared with all their allocations."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.maths.budgets.allocation import AllocationProblem
from mmxlib.maths.budgets.ceiling_bound import Bound, limited_bound, whole_ranges
from mmxlib.maths.budgets.certificate import CERTAIN, Certified, certified, finer_tables, tables_of
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.maths.budgets.local_search import Terrain
from mmxlib.maths.budgets.majorant import ceiling
from mmxlib.maths.budgets.points import Point
from mmxlib.maths.budgets.slope_table import slope_table
from mmxlib.maths.budgets.spend_response import spend_response
from mmxlib.terms import Objective
from tests.maths.budgets.spending import CVAR, MEAN, RISK, problem_of, random_curves, with_free_total

CONCAVE, STEEP = (0.6, 1.0), (2.0, 4.0)


def small(
    seed: int, *, shapes: tuple[float, float] = CONCAVE, objective: DrawObjective = MEAN
) -> AllocationProblem:
    """Return a problem of two channels, two periods and three draws."""
    curves = random_curves(seed, channels=2, draws=3, units=1, periods=2, shapes=shapes)
    return problem_of(curves, factor=0.8, lower=0.0, upper=2.5, objective=objective)


def terrain_of(problem: AllocationProblem, size: float = 1.0) -> Terrain:
    temperature = 0.01 if problem.objective.kind is Objective.CVAR else 0.0
    return Terrain(problem.point, problem.limits, problem.price, size, (temperature,))


def answered(problem: AllocationProblem, start: Point, size: float = 1.0, **options: float) -> Certified:
    """Return the certificate of ``start``, by tables of its own weights."""
    limits = problem.limits
    tables = tables_of(
        problem.curves, lower=limits.lower, upper=limits.upper, further=[], weights=start.weights
    )
    return certified(
        terrain_of(problem, size),
        start,
        tables,
        curves=problem.curves,
        measure=problem.measure,
        fixed_weights=problem.objective.kind is Objective.MEAN,
        **options,
    )


def at(problem: AllocationProblem, share: float) -> Point:
    """Return the point that gives the first channel ``share`` of the total."""
    total = problem.limits.total_upper
    return terrain_of(problem).point(np.array([share * total, (1.0 - share) * total]))


def of_all(problem: AllocationProblem, points: int = 61) -> Point:
    """Return the best point of a grid of all allocations, of every total that is allowed."""
    limits = problem.limits
    totals = np.linspace(limits.total_lower, limits.total_upper, 1 if limits.fixed_total else 15)
    tried = [
        terrain_of(problem).point(np.array([first, total - first]))
        for total in totals
        for first in np.linspace(limits.lower[0], limits.upper[0], points)
        if limits.lower[1] <= total - first <= limits.upper[1]
    ]
    return max(tried, key=lambda point: point.value)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shapes", [CONCAVE, STEEP])
@pytest.mark.parametrize("objective", [MEAN, RISK, CVAR])
def test_no_allocation_exceeds_the_bound_of_a_poor_start(
    seed: int, shapes: tuple[float, float], objective: DrawObjective
) -> None:
    problem = small(seed, shapes=shapes, objective=objective)
    start, best = at(problem, 0.1), of_all(problem)
    answer = answered(problem, start)
    assert answer.bound.value >= best.value - 1e-9
    assert answer.bound.value >= answer.best.value - 1e-9
    assert answer.best.value >= start.value


@pytest.mark.parametrize("shapes", [CONCAVE, STEEP])
def test_the_mean_is_certified_to_what_is_certain(shapes: tuple[float, float]) -> None:
    problem = small(1, shapes=shapes)
    best = of_all(problem)
    answer = answered(problem, best, size=best.value)
    assert answer.gap(best.value) <= CERTAIN
    assert answer.best.value <= best.value * (1.0 + 1e-3)


def test_the_price_of_money_is_taken_off_the_bound() -> None:
    problem = with_free_total(small(2), price=0.01)
    best = of_all(problem)
    answer = answered(problem, best, size=best.value)
    assert best.value <= answer.bound.value <= best.value * (1.0 + 1e-3)


def test_the_bound_s_own_place_gives_a_better_point_than_a_start_in_a_worse_hill() -> None:
    """Two steep channels, money for one: the start feeds one of them, the better plan the other."""
    problem = problem_of(
        replace(
            random_curves(0, channels=2, draws=1, units=1, periods=2, carry_in=0.0),
            retention=np.full((1, 2), 0.4),
            half_saturation=np.ones((1, 2)),
            shape=np.full((1, 2), 4.0),
            effect=np.array([[[1.0, 1.3]]]),
            flight=np.full((1, 2, 2), 0.02),
        ),
        factor=0.5,
        lower=0.0,
        upper=2.0,
    )
    start, best = at(problem, 0.95), of_all(problem)
    assert best.value > 1.1 * start.value
    answer = answered(problem, start, size=best.value)
    assert answer.best.value >= best.value * (1.0 - 1e-6)
    assert answer.gap(best.value) <= CERTAIN


def test_diminishing_returns_with_risk_are_certified_by_the_weights_of_the_best_point() -> None:
    problem = small(3, objective=DrawObjective(Objective.MEAN_MINUS_RISK, risk=0.2))
    best = of_all(problem, 301)
    assert answered(problem, best, size=best.value).gap(best.value) <= 1e-4


def test_rounds_end_where_the_gap_is_small_enough_and_where_the_next_would_not_help() -> None:
    problem = small(1, shapes=STEEP)
    best = of_all(problem)
    once, all_rounds = (answered(problem, best, best.value, certain=-1.0, rounds=rounds) for rounds in (1, 2))
    enough = answered(problem, best, best.value, certain=once.gap(best.value))
    assert enough.bound.value == once.bound.value
    assert len(enough.tables[0].knots) == len(once.tables[0].knots) < len(all_rounds.tables[0].knots)
    risky = small(1, shapes=STEEP, objective=RISK)
    start = of_all(risky)
    twice, stalled = answered(risky, start, start.value, rounds=2), answered(risky, start, start.value)
    assert stalled.gap(start.value) > CERTAIN
    assert len(stalled.tables[0].knots) == len(twice.tables[0].knots)


def test_a_round_that_lowers_the_gap_by_much_is_followed_by_another_with_risk() -> None:
    problem = small(3, objective=DrawObjective(Objective.MEAN_MINUS_RISK, risk=0.2))
    best = of_all(problem)
    first, second, last = (
        answered(problem, best, best.value, certain=1e-12, rounds=rounds) for rounds in (1, 2, 6)
    )
    assert second.gap(best.value) < 0.5 * first.gap(best.value)
    assert len(last.tables[0].knots) > len(second.tables[0].knots)


@pytest.mark.parametrize("seed", [1, 3, 4])
def test_with_risk_the_bound_is_the_best_under_the_weights_of_the_start(seed: int) -> None:
    problem = small(seed, shapes=STEEP, objective=RISK)
    start = of_all(problem, 31)
    total = problem.limits.total_upper
    shares = np.linspace(0.0, 1.0, 161)
    most = max(
        float(
            start.weights
            @ problem.outcome(spend_response(problem.curves, total * np.array([each, 1 - each])))
        )
        for each in shares[(shares * total <= problem.limits.upper[0]) & (shares >= 0.0)]
    )
    bound = answered(problem, start, start.value).bound.value
    assert most - 1e-9 <= bound <= most * (1.0 + 1e-3)


@pytest.mark.parametrize("seed", [0, 1, 4])
def test_cuts_go_on_until_the_gap_is_what_was_asked_for(seed: int) -> None:
    """The majorants alone leave a little more than that."""
    problem = small(seed, shapes=STEEP)
    problem = replace(problem, curves=replace(problem.curves, effect=0.1 * problem.curves.effect))
    best, limits = of_all(problem), problem.limits
    tables = tables_of(
        problem.curves, lower=limits.lower, upper=limits.upper, further=[], weights=best.weights
    )
    roofs, breaks = [ceiling(table) for table in tables], whole_ranges(limits)
    uncut = limited_bound(roofs, limits, price=0.0, enough=-np.inf, breaks=breaks, cuts=0)
    asked = (uncut.value / best.value - 1.0) / 1.2
    assert asked > 1e-3
    assert answered(problem, best, best.value, certain=asked, rounds=1).gap(best.value) <= asked


def test_a_round_never_raises_the_bound() -> None:
    problem = small(4, shapes=STEEP, objective=RISK)
    start = at(problem, 0.2)
    bounds = [answered(problem, start, rounds=rounds).bound.value for rounds in (1, 2, 3)]
    assert bounds[0] >= bounds[1] >= bounds[2]


@pytest.mark.parametrize(
    ("bound", "value", "size", "gap"),
    [
        (10.0, 8.0, 4.0, 0.2),
        (10.0, 8.0, 20.0, 0.1),
        (-10.0, -12.0, 5.0, 0.2),
        (10.0, 10.5, 5.0, 0.0),
        (0.5, 0.25, 0.0, 0.5),
        (0.0, 0.0, 0.0, 0.0),
    ],
)
def test_a_gap_is_relative_to_the_larger_of_bound_and_size(
    bound: float, value: float, size: float, gap: float
) -> None:
    none = np.empty(0)
    answer = Certified(Point(none, value, value, none, none), Bound(bound, none, ()), ())
    assert answer.gap(size) == pytest.approx(gap, rel=1e-12)


def test_tables_hold_their_bounds_the_asked_totals_and_even_knots() -> None:
    curves, even = small(5).curves, np.full(3, 1.0 / 3.0)
    lower, upper = np.array([32.0, 0.0]), np.array([64.0, 64.0])
    further = [np.array([40.25, 0.3]), np.array([31.0, 65.0])]
    first, second = tables_of(curves, lower=lower, upper=upper, further=further, weights=even)
    assert first.knots.tolist() == [*range(32, 41), 40.25, *range(41, 65)]
    assert second.knots[0] == 0.0
    assert second.knots[-1] == 64.0
    assert {0.3, *(2.0 * i for i in range(33))} <= set(second.knots)


@pytest.mark.parametrize("lower", [0.0, 0.064])
def test_knots_crowd_toward_zero_where_a_slope_may_have_no_bound(lower: float) -> None:
    """Two for each power of ten, in the first of the even cells alone."""
    curves, even = small(5).curves, np.full(3, 1.0 / 3.0)
    bounds = {"lower": np.array([lower, 2.0]), "upper": np.array([64.0, 64.0])}
    table, apart = tables_of(curves, **bounds, further=[], weights=even)
    first = lower + (64.0 - lower) / 32
    crowd = 64.0 * 10.0 ** np.arange(-9.0, 0.5, 0.5)
    crowd = crowd[(crowd > lower) & (crowd < first)]
    np.testing.assert_allclose(
        table.knots, np.sort(np.concatenate((np.linspace(lower, 64.0, 33), crowd))), rtol=1e-12
    )
    assert len(crowd) == (15 if lower == 0.0 else 3)
    assert len(apart.knots) == 33


def test_a_fixed_total_has_one_knot() -> None:
    curves, even, fixed = small(5).curves, np.full(3, 1.0 / 3.0), np.array([10.0, 20.0])
    tables = tables_of(curves, lower=fixed, upper=fixed, further=[], weights=even)
    assert [table.knots.tolist() for table in tables] == [[10.0], [20.0]]


@pytest.mark.parametrize(
    ("total", "left", "right"),
    [(20.0, 16.0, 24.0), (50.0, 40.0, 72.0), (24.0, 16.0, 24.0), (16.0, 16.0, 24.0), (136.0, 72.0, 136.0)],
)
@pytest.mark.parametrize("other", [0, 1])
def test_finer_tables_have_knots_at_and_beside_a_total_by_shares_of_its_cell(
    total: float, left: float, right: float, other: int
) -> None:
    problem, even = small(6), np.full(3, 1.0 / 3.0)
    knots = np.array([16.0, 24.0, 40.0, 72.0, 136.0])
    tables = [slope_table(problem.curves, c, knots, weights=even) for c in range(2)]
    near = (np.full(2, total), np.full(2, 60.0))[:: 1 - 2 * other]
    finer = finer_tables(problem.curves, tables, near=near, weights=even, measure=problem.measure)
    expected = {*knots}
    for x, width in ((total, right - left), (60.0, 32.0)):
        expected |= {x + share * width for share in (-1 / 8, -1 / 64, 0.0, 1 / 64, 1 / 8)}
    expected = {x for x in expected if 16.0 <= x <= 136.0}
    assert [set(each.knots) for each in finer] == [expected, expected]


def test_a_total_that_rounding_put_beyond_the_last_knot_is_refined_beside_it() -> None:
    problem, even, beyond = small(6), np.full(3, 1.0 / 3.0), np.full(2, np.nextafter(32.0, 64.0))
    tables = [slope_table(problem.curves, c, np.array([16.0, 32.0]), weights=even) for c in range(2)]
    known = {"near": (beyond, beyond), "weights": even, "measure": problem.measure}
    for table in finer_tables(problem.curves, tables, **known):
        np.testing.assert_allclose(table.knots, [16.0, 30.0, 31.75, 32.0], rtol=1e-14)


def test_a_table_of_one_knot_is_as_fine_as_can_be() -> None:
    problem, even, fixed = small(6), np.full(3, 1.0 / 3.0), np.array([10.0, 20.0])
    tables = tables_of(problem.curves, lower=fixed, upper=fixed, further=[], weights=even)
    known = {"near": (fixed, fixed), "weights": even, "measure": problem.measure}
    assert [each.knots.tolist() for each in finer_tables(problem.curves, tables, **known)] == [[10.0], [20.0]]
