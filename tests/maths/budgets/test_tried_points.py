"""What global searches try, on a plane with many hills."""

from dataclasses import replace

import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.global_search import LARGEST_POPULATION, SMALLEST_POPULATION, explored
from mmxlib.maths.budgets.limits import ROUNDING, Limits, violation
from mmxlib.maths.budgets.local_search import Terrain
from mmxlib.maths.budgets.points import Point
from mmxlib.terms import Solver

GLOBAL = (Solver.DIFFERENTIAL_EVOLUTION, Solver.DUAL_ANNEALING)
BEST = np.array([70.0, 20.0])


class Waves:
    """Hills on a slope toward `BEST`, seen; a search that only climbs ends on one of the lower ones."""

    def __init__(self) -> None:
        self.tried: list[Vector] = []
        self.temperatures: set[float] = set()

    def point(self, spend: Vector, temperature: float) -> Point:
        self.tried.append(spend.copy())
        self.temperatures.add(temperature)
        away = (spend[:2] - BEST) / 10.0
        value = float(np.cos(2.0 * np.pi * away).sum() - away @ away)
        return Point(spend, value, value, np.zeros(len(spend)), np.ones(1))


def limits_of(*, row: bool = False, fixed: int = 0) -> Limits:
    lower, upper = np.array([10.0, 0.0]), np.array([100.0, 60.0])
    rows = np.array([[1.0, 2.0]]) if row else np.empty((0, 2))
    rows = np.hstack((rows, np.zeros((len(rows), fixed))))
    return Limits(
        np.append(lower, np.full(fixed, 5.0)),
        np.append(upper, np.full(fixed, 5.0)),
        0.0,
        120.0 + 5.0 * fixed,
        rows,
        np.full(len(rows), 30.0),
        np.full(len(rows), 115.0),
    )


def searched(waves: Waves, limits: Limits, solver: Solver, *, seed: int = 0, evaluations: int = 800) -> Point:
    fixed = len(limits.lower) - 2
    starts = [np.append(each, np.full(fixed, 5.0)) for each in ([20.0, 10.0], [30.0, 40.0])]
    terrain = Terrain(waves.point, limits, 0.0, 7.0)
    return explored(terrain, starts, solver=solver, rng=np.random.default_rng(seed), evaluations=evaluations)


@pytest.mark.parametrize("solver", GLOBAL)
@pytest.mark.parametrize("row", [False, True])
@pytest.mark.parametrize("fixed", [0, 2])
def test_the_highest_of_many_hills_is_found_within_the_limits(solver: Solver, row: bool, fixed: int) -> None:
    waves, limits = Waves(), limits_of(row=row, fixed=fixed)
    found = searched(waves, limits, solver)
    np.testing.assert_allclose(found.spend[:2], BEST, atol=1.0)
    assert np.all(found.spend[2:] == 5.0)
    assert max(violation(limits, spend) for spend in waves.tried) <= ROUNDING
    assert waves.temperatures == {0.0}


@pytest.mark.parametrize("solver", GLOBAL)
def test_no_more_points_are_measured_than_may_be(solver: Solver) -> None:
    waves = Waves()
    searched(waves, limits_of(), solver, evaluations=300)
    assert 150 <= len(waves.tried) <= 310


@pytest.mark.parametrize("solver", GLOBAL)
def test_the_whole_range_is_tried_and_no_start_is_forgotten(solver: Solver) -> None:
    waves, limits = Waves(), limits_of()
    searched(waves, limits, solver)
    tried = np.array(waves.tried)
    width = limits.upper - limits.lower
    assert np.all(tried.min(axis=0) <= limits.lower + 0.15 * width)
    assert np.all(tried.max(axis=0) >= limits.upper - 0.15 * width)
    for start in ([20.0, 10.0], [30.0, 40.0]):
        assert np.abs(tried - start).max(axis=1).min() <= 1e-9


@pytest.mark.parametrize("solver", GLOBAL)
def test_a_search_begins_at_the_best_start(solver: Solver) -> None:
    waves = Waves()
    searched(waves, limits_of(), solver, evaluations=100)
    starts = sorted(waves.tried[:2], key=lambda spend: waves.point(spend, 0.0).value)
    np.testing.assert_allclose(waves.tried[2], starts[-1], rtol=1e-12)


@pytest.mark.parametrize("solver", GLOBAL)
def test_chance_alone_decides_what_is_tried(solver: Solver) -> None:
    ends = [searched(Waves(), limits_of(), solver, seed=seed, evaluations=200).spend for seed in (1, 1, 2)]
    assert ends[0].tobytes() == ends[1].tobytes()
    assert ends[0].tobytes() != ends[2].tobytes()


@pytest.mark.parametrize("solver", GLOBAL)
def test_a_start_that_nothing_beats_is_the_answer(solver: Solver) -> None:
    waves = Waves()
    terrain = Terrain(waves.point, limits_of(), 0.0, 1.0)
    starts = [np.array([20.0, 10.0]), BEST]
    found = explored(terrain, starts, solver=solver, rng=np.random.default_rng(0), evaluations=100)
    assert found.spend.tolist() == BEST.tolist()


@pytest.mark.parametrize("solver", GLOBAL)
def test_without_a_choice_the_best_start_is_the_answer(solver: Solver) -> None:
    waves, limits = Waves(), limits_of()
    stuck = replace(limits, lower=np.array([20.0, 10.0]), upper=np.array([20.0, 10.0]))
    terrain = Terrain(waves.point, stuck, 0.0, 1.0)
    found = explored(terrain, [np.array([20.0, 10.0])], solver=solver, rng=np.random.default_rng(0))
    assert found.spend.tolist() == [20.0, 10.0]
    assert len(waves.tried) == 1


@pytest.mark.parametrize(
    ("variables", "members"), [(1, SMALLEST_POPULATION), (4, 20), (40, LARGEST_POPULATION)]
)
def test_a_generation_has_five_members_per_variable_within_bounds(variables: int, members: int) -> None:
    """All of them are measured once for every generation; one at least follows the first."""
    counts = []

    def point(spend: Vector, temperature: float) -> Point:
        counts.append(1)
        value = -float(np.abs(np.sin(50.0 * spend)).sum())
        return Point(spend, value, value, np.zeros(variables), np.ones(1))

    none = np.empty(0)
    limits = Limits(
        np.zeros(variables), np.ones(variables), 0.0, np.inf, np.empty((0, variables)), none, none
    )
    known = {"solver": Solver.DIFFERENTIAL_EVOLUTION, "rng": np.random.default_rng(0)}
    terrain = Terrain(point, limits, 0.0, 1.0)
    explored(terrain, [np.full(variables, 0.3)], evaluations=3 * members, **known)
    assert len(counts) == 2 + 3 * members
    counts.clear()
    explored(terrain, [np.full(variables, 0.3)], evaluations=members, **known)
    assert len(counts) == 2 + 2 * members
