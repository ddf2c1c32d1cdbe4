"""The lines of single terms, against the least concave majorant of a fine grid, and the sums of tails."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.cell_bound import concave_above
from mmxlib.maths.budgets.cell_objective import CellObjective
from mmxlib.maths.budgets.cell_response import Cells, cell_response, counted
from mmxlib.maths.budgets.limits import Limits
from mmxlib.maths.budgets.majorant import upper_hull
from mmxlib.maths.budgets.spend_response import SpendCurves
from mmxlib.maths.saturation import FLOOR
from mmxlib.terms import Measure
from tests.maths.budgets.spending import MEAN, random_curves

HALF, POINTS = 1.3, 4001
INSIDE, WHOLE = Measure.OUTCOME_IN_PERIODS, Measure.CONTRIBUTION_OF_SPEND


def one_term(
    family: int = 0, shape: float = 2.5, *, retention: float = 0.0, before: float = 0.0
) -> SpendCurves:
    """Return one draw, unit, channel and period, money being exposure."""
    curves = random_curves(0, channels=1, draws=1, units=1, periods=1, families=(family,))
    return replace(
        curves,
        retention=np.full((1, 1), retention),
        shape=np.full((1, 1), shape),
        half_saturation=np.full((1, 1), HALF),
        effect=np.ones((1, 1, 1)),
        carry_in=np.full((1, 1, 1), before),
        flight=np.full((1, 1, 1), 1.0 / (1.0 - retention)),
    )


def between(low: float, high: float) -> Limits:
    none = np.empty(0)
    return Limits(np.array([low]), np.array([high]), -np.inf, np.inf, np.empty((0, 1)), none, none)


def lined(
    curves: SpendCurves, low: float, high: float, *, measure: Measure = INSIDE, sign: float = 1.0
) -> tuple[Vector, Vector, Vector, Vector]:
    """Return totals, their outcome, what the lines say of it, and the lines' slope."""
    plain = CellObjective(Cells(curves, measure), MEAN)
    weights = None if sign > 0.0 else np.array([-1.0])
    above = concave_above(plain, between(low, high), weights)
    assert above is not None
    x = np.linspace(low, high, 101)
    true = np.array([counted(plain.cells, cell_response(plain.cells, np.array([a])))[0] for a in x])
    found = [cell_response(above.cells, np.array([a])) for a in x]
    lines = np.array([counted(above.cells, each)[0] for each in found])
    return x, true, lines, np.array([each.slope[0, 0] for each in found])


def hill(a: Vector, shape: float) -> Vector:
    return a**shape / (a**shape + HALF**shape)


RANGES = [(0.0, 5.0), (0.0, 0.6), (0.2, 5.0), (0.2, 0.7), (0.5, 1.1), (1.4, 5.0), (0.7, 0.7), (0.0, 1.4)]


@pytest.mark.parametrize(("low", "high"), RANGES)
@pytest.mark.parametrize("shape", [1.3, 2.5, 4.0])
def test_the_line_of_a_term_is_its_least_concave_majorant(low: float, high: float, shape: float) -> None:
    x, true, lines, slope = lined(one_term(shape=shape), low, high)
    grid = np.linspace(low, high, POINTS)
    hull = upper_hull(grid, hill(grid, shape), 0, POINTS - 1)
    assert np.all(lines >= true - 1e-13)
    np.testing.assert_allclose(lines, np.interp(x, grid[hull], hill(grid, shape)[hull]), atol=2e-6)
    if high > low:
        differences = np.diff(lines) / np.diff(x)
        middle = 0.5 * (slope[1:] + slope[:-1])
        np.testing.assert_allclose(differences, middle, atol=6e-3)


@pytest.mark.parametrize("family", [0, 1, 2, 3])
def test_a_concave_term_stays_as_it_is(family: int) -> None:
    _, true, lines, _ = lined(one_term(family, 0.8), 0.0, 5.0)
    if family:
        np.testing.assert_array_equal(lines[1:], true[1:])
    np.testing.assert_allclose(lines[1:], true[1:], rtol=1e-12)


def test_below_the_floor_a_concave_term_is_replaced_by_its_tangent_there() -> None:
    _, true, lines, slope = lined(one_term(shape=0.8), 0.0, FLOOR)
    at_floor = hill(np.array([FLOOR]), 0.8)[0]
    np.testing.assert_allclose(slope, slope[-1], rtol=1e-9)
    np.testing.assert_allclose(lines, at_floor - slope[-1] * FLOOR * np.linspace(1.0, 0.0, 101), rtol=1e-9)
    assert np.all(lines >= true * (1.0 - 1e-12))


@pytest.mark.parametrize(("low", "high"), RANGES)
@pytest.mark.parametrize(("family", "shape"), [(0, 0.8), (0, 2.5), (0, 4.0), (1, 2.5), (2, 2.5), (3, 2.5)])
def test_a_line_below_is_nowhere_above_a_term_and_touches_it(
    low: float, high: float, family: int, shape: float
) -> None:
    """Straight, from end to end; where the term is concave, its chord."""
    x, true, lines, slope = lined(one_term(family, shape), low, high, sign=-1.0)
    assert np.all(lines <= true + 1e-12)
    np.testing.assert_allclose(slope, slope[0], rtol=1e-12)
    np.testing.assert_allclose(lines, lines[0] + slope[0] * (x - low), atol=1e-12)
    turn = HALF * ((shape - 1.0) / (shape + 1.0)) ** (1.0 / shape) if family == 0 and shape > 1.0 else 0.0
    if high > low and low >= turn:
        np.testing.assert_allclose(lines[[0, -1]], true[[0, -1]], rtol=1e-12, atol=1e-15)
    elif high > turn:
        assert lines[-1] == pytest.approx(true[-1], rel=1e-12)
    assert np.min(true - lines) <= 2e-4


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.5), (0.2, 0.7)])
def test_below_a_convex_term_lies_its_tangent_in_the_middle(low: float, high: float) -> None:
    _, true, lines, _ = lined(one_term(shape=4.0), low, high, sign=-1.0)
    assert np.argmin(true - lines) == 50
    assert lines[50] == pytest.approx(true[50], rel=1e-12)


def tail_sum(a: Vector, r: float, shape: float, terms: int = 400) -> Vector:
    return np.sum([hill(a * r**n, shape) for n in range(1, terms)], axis=0)


@pytest.mark.parametrize(("low", "high"), [(0.0, 5.0), (0.3, 5.0), (0.0, 0.5), (2.0, 9.0), (0.0, 1e-3)])
@pytest.mark.parametrize("shape", [1.005, 1.5, 3.0])
@pytest.mark.parametrize("r", [0.3, 0.8])
def test_the_lines_of_a_tail_are_the_majorants_of_its_terms(
    low: float, high: float, shape: float, r: float
) -> None:
    """Each term's own majorant while it is large; what is left is a chord that adds little."""
    curves = one_term(shape=shape, retention=r)
    x, true, lines, slope = lined(curves, low, high, measure=WHOLE)
    assert np.all(lines >= true - 1e-12)
    covered = np.zeros(101)
    for n in range(60):
        grid = r**n * np.linspace(low, high, 1001)
        y = hill(grid, shape)
        hull = upper_hull(grid, y, 0, 1000)
        covered += np.interp(r**n * x, grid[hull], y[hull])
    assert np.max(np.abs(lines - covered)) <= 0.004 / (1.0 - r**shape) * min(1.0, float(lines.max()) + 1e-3)
    assert np.all(np.diff(np.diff(lines)) <= 1e-12)
    differences = np.diff(lines) / np.diff(x)
    assert np.all(differences <= slope[:-1] * (1.0 + 1e-9) + 1e-12)
    assert np.all(differences >= slope[1:] * (1.0 - 1e-9) - 1e-12)


@pytest.mark.parametrize(("low", "high"), [(0.0, 5.0), (0.3, 5.0), (2.0, 9.0)])
@pytest.mark.parametrize(("family", "shape"), [(0, 2.5), (0, 0.9), (1, 2.5), (2, 2.5), (3, 2.5)])
def test_lines_below_a_tail_are_nowhere_above_it(low: float, high: float, family: int, shape: float) -> None:
    curves = one_term(family, shape, retention=0.6)
    x, true, lines, slope = lined(curves, low, high, measure=WHOLE, sign=-1.0)
    assert np.all(lines <= true + 1e-12)
    np.testing.assert_allclose(lines, lines[0] + slope[0] * (x - low), atol=1e-12)
    assert np.min(true - lines) <= 0.05 * true.max()


@pytest.mark.parametrize("shape", [0.8, 2.5])
def test_what_was_left_before_belongs_to_the_range(shape: float) -> None:
    """From an exposure of 0.5 on, whatever is spent: a narrower range, and lines that lie closer."""
    curves = one_term(shape=shape, retention=0.5, before=1.0)
    x, true, lines, _ = lined(curves, 0.0, 4.0)
    grid = np.linspace(0.5, 4.5, POINTS)
    y = hill(grid, shape)
    hull = upper_hull(grid, y, 0, POINTS - 1)
    np.testing.assert_allclose(lines, np.interp(0.5 + x, grid[hull], y[hull]), atol=2e-6)
    assert np.all(lines >= true - 1e-13)


@pytest.mark.parametrize("measure", [INSIDE, WHOLE])
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("adstock", [0, 1])
def test_terms_of_all_draws_units_and_channels_have_lines_of_their_own(
    measure: Measure, sign: float, adstock: int
) -> None:
    curves = random_curves(
        3, channels=3, draws=2, units=2, periods=2, families=(0, 1, 0), adstocks=(adstock,), shapes=(0.8, 3.0)
    )
    curves = replace(curves, effect=curves.effect * np.array([1.0, 0.0])[None, :, None] + 1e-3)
    curves.effect[0, 1, 0] = 0.0
    none = np.empty(0)
    limits = Limits(np.zeros(6), np.full(6, 200.0), -np.inf, np.inf, np.empty((0, 6)), none, none)
    plain = CellObjective(Cells(curves, measure), MEAN)
    weights = None if sign > 0.0 else np.array([1.5, -0.5])
    above = concave_above(plain, limits, weights)
    assert above is not None
    signs, chance = np.array([1.0, sign]), np.random.default_rng(1)
    plans = [200.0 * chance.uniform(size=6) ** power for power in (1, 2, 4, 8)]
    outcomes = [
        signs * (counted(cells, cell_response(cells, plan)))
        for cells in (plain.cells, above.cells)
        for plan in (*plans, 0.5 * (plans[0] + plans[3]))
    ]
    for true, line in zip(outcomes[:5], outcomes[5:], strict=True):
        assert np.all(line >= true - 1e-12)
    assert np.all(outcomes[9] >= 0.5 * (outcomes[5] + outcomes[8]) - 1e-12)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_order_of_channels_and_units_does_not_matter(sign: float) -> None:
    curves = random_curves(4, channels=3, draws=2, units=2, periods=2, families=(0, 1, 0), shapes=(1.5, 3.0))
    curves.effect[0, 1, 2] = curves.effect[1, 0, 0] = 0.0
    none, order = np.empty(0), np.array([1, 2, 0])
    limits = Limits(np.zeros(6), np.full(6, 200.0), -np.inf, np.inf, np.empty((0, 6)), none, none)
    turned = SpendCurves(
        **{
            **{name: getattr(curves, name)[order] for name in ("adstock", "family")},
            **{
                name: getattr(curves, name)[:, order]
                for name in ("retention", "timing", "half_saturation", "shape")
            },
            **{name: getattr(curves, name)[:, ::-1][:, :, order] for name in ("effect", "carry_in")},
            **{name: getattr(curves, name)[::-1][:, order] for name in ("history", "flight", "committed")},
        }
    )
    weights = None if sign > 0.0 else np.array([1.5, -0.5])
    plan = np.array([20.0, 5.0, 60.0, 30.0, 9.0, 2.0])
    first, second = (
        cell_response(above.cells, spend)
        for each, spend in ((curves, plan), (turned, plan.reshape(3, 2)[order].ravel()))
        if (above := concave_above(CellObjective(Cells(each), MEAN), limits, weights)) is not None
    )
    np.testing.assert_allclose(second.outcome, first.outcome[:, order], rtol=1e-12)
    plain = cell_response(Cells(curves), plan)
    assert np.all(first.outcome[0, [0, 2]] > plain.outcome[0, [0, 2]])
