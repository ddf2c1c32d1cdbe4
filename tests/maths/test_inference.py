"""From the density to modes, their weights and what moves them: each against its definition."""

import numpy as np
import pytest
from scipy.stats import beta, halfnorm, kstest, norm

from mmxlib.maths import inference
from mmxlib.maths.arrays import Vector
from mmxlib.maths.arrow import arrow, forth
from mmxlib.maths.density import Problem, size
from mmxlib.maths.inference import (
    Mode,
    Search,
    block_indices,
    distinct,
    mode_at,
    mode_from,
    modes,
    perturbed,
    refit,
    start_points,
    weights,
)
from tests.maths.test_curvature import by_differences
from tests.maths.test_density import Case
from tests.maths.test_density_terms import small

TIMED = {"adstocks": (1, 0, 2), "families": (1, 2, 3)}


def search_in(made: Case, *, reach: float = 5.0, outcome: float = 0.0) -> Search:
    count = size(made.problem)
    return Search(made.outcome + outcome, made.lifts, np.full(count, -reach), np.full(count, reach))


def slopes_inside(made: Case, search: Search, at: Vector) -> Vector:
    """Return the slopes along which one could still rise without leaving the box."""
    slopes = Case(made.problem, search.outcome, search.lifts).with_gradient(at)[1]
    stopped = ((at <= search.lower) & (slopes < 0.0)) | ((at >= search.upper) & (slopes > 0.0))
    return np.where(stopped, 0.0, slopes)


@pytest.mark.parametrize("reach", [5.0, 0.5])
def test_a_search_ends_where_the_density_rises_no_further(reach: float) -> None:
    made = small(1)
    search = search_in(made, reach=reach)
    found, height = mode_from(np.full(size(made.problem), 0.9), made.problem, search)
    assert height == pytest.approx(made.value(found), rel=1e-12)
    assert np.all((search.lower <= found) & (found <= search.upper))
    assert np.abs(slopes_inside(made, search, found)).max() < 1e-4
    assert np.any(found == 0.5) == (reach == 0.5)


def test_a_search_that_knows_how_far_parameters_move_ends_at_the_same_place() -> None:
    made = small(1)
    search, start = search_in(made, reach=0.5), np.zeros(size(made.problem))
    scale = np.linspace(0.2, 3.0, len(start))
    plain, height = mode_from(start, made.problem, search)
    scaled, other = mode_from(start, made.problem, search, scale=scale)
    assert other == pytest.approx(height, rel=1e-9)
    np.testing.assert_allclose(scaled, plain, atol=1e-4)


def test_a_search_takes_no_more_steps_than_it_may() -> None:
    made = small(1)
    search, start = search_in(made), np.zeros(size(made.problem))
    heights = [mode_from(start, made.problem, search, iterations=count)[1] for count in (1, 2, 4, 500)]
    assert heights == sorted(set(heights))


def mode_of(made: Case, search: Search) -> Mode:
    found, height = mode_from(np.zeros(size(made.problem)), made.problem, search)
    return mode_at(found, height, made.problem, search)


def test_a_refit_finds_the_maximum_of_a_density_a_little_unlike() -> None:
    made = small(1)
    mode = mode_of(made, search_in(made))
    search = search_in(made, outcome=0.02)
    found, height = refit(mode, made.problem, search)
    exact, highest = mode_from(mode.parameters, made.problem, search)
    assert np.abs(found - mode.parameters).max() > 0.01
    np.testing.assert_allclose(found, exact, atol=2e-3)
    assert height == pytest.approx(highest, abs=1e-5)


def test_a_refit_that_stays_in_the_box_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = small(1)
    mode = mode_of(made, search_in(made))

    def again(*_: object, **__: object) -> None:
        raise AssertionError("searched again")

    monkeypatch.setattr(inference, "mode_from", again)
    refit(mode, made.problem, search_in(made, outcome=0.02))


def test_a_refit_that_leaves_the_box_is_done_again_inside_it() -> None:
    """The box ends where the mode lay, so that on one side or the other each parameter has to stay."""
    made = small(1)
    mode = mode_of(made, search_in(made))
    for lower, upper in ((mode.parameters, mode.parameters + 3.0), (mode.parameters - 3.0, mode.parameters)):
        search = Search(made.outcome + 0.05, made.lifts, lower, upper)
        found, height = refit(mode, made.problem, search)
        assert np.all((lower <= found) & (found <= upper))
        exact, highest = mode_from(mode.parameters, made.problem, search)
        np.testing.assert_allclose(found, exact, atol=1e-3)
        assert height == pytest.approx(highest, abs=1e-6)


@pytest.mark.parametrize("units", [1, 2])
def test_the_evidence_of_a_mode_is_laplaces(units: int) -> None:
    """Of the density's second derivatives, those of parameters at a bound left out."""
    made = small(units, units=units)
    search = search_in(made)
    at, height = mode_from(np.zeros(size(made.problem)), made.problem, search)
    search.lower[2], search.upper[7] = at[2], at[7]
    search.lower[3], search.upper[3] = at[3] - 1e-3, at[3] + 1e-3  # near, and free
    held = np.isin(np.arange(len(at)), [2, 7])
    mode = mode_at(at, height, made.problem, search)
    bend = by_differences(made, at, held)
    free = len(at) - 2
    expected = height + 0.5 * free * np.log(2.0 * np.pi) - 0.5 * np.linalg.slogdet(bend)[1]
    assert mode.log_evidence == pytest.approx(expected, abs=1e-5)
    assert mode.log_density == height
    root = np.stack([forth(mode.spread, step) for step in np.eye(len(at))], axis=1)
    np.testing.assert_allclose(root @ root.T, np.linalg.inv(bend), rtol=1e-3, atol=1e-5)


def test_flat_and_rising_directions_count_as_the_least_curved() -> None:
    """Far from the mode; a hundredth is less curved than any prior."""
    made = small(1, units=1)
    at = 2.0 * np.random.default_rng(3).normal(size=size(made.problem))
    curved = np.linalg.eigvalsh(by_differences(made, at, np.zeros(len(at), dtype=bool)))
    assert curved[0] < -0.1
    mode = mode_at(at, 0.0, made.problem, search_in(made, reach=10.0))
    expected = np.log(np.maximum(curved, 0.01)).sum()
    assert mode.spread.log_determinant == pytest.approx(expected, abs=1e-3)


def test_modes_are_searched_from_every_start_and_kept_once() -> None:
    made = small(1)
    search = search_in(made)
    starts = np.zeros((3, size(made.problem)))
    starts[1:] = 0.3 * np.random.default_rng(0).normal(size=(2, size(made.problem)))
    found = modes(starts, made.problem, search, within=10.0)
    ends = [mode_from(start, made.problem, search) for start in starts]
    assert max(mode.log_density for mode in found) == max(height for _, height in ends)
    for mode in found:
        same = mode_at(mode.parameters, mode.log_density, made.problem, search)
        assert mode.log_evidence == same.log_evidence
    for parameters, _ in ends:
        assert sum(np.abs(mode.parameters - parameters).max() < 0.05 for mode in found) == 1


NO_SPREAD = arrow(np.eye(2), np.empty((0, 1, 2)), np.empty((0, 1, 1)), np.empty((2, 0)), least=1e-2)


def at(first: float, second: float, height: float, evidence: float = 0.0) -> Mode:
    return Mode(np.array([first, second]), height, evidence, NO_SPREAD)


def test_ends_are_one_mode_if_heights_and_all_parameters_are_near() -> None:
    best = at(0.0, 0.0, -5.0)
    assert distinct([best, at(0.04, -0.04, -5.0009)], within=8.0) == (best,)
    for other in (at(0.06, 0.0, -5.0), at(0.0, -0.06, -5.0), at(0.0, 0.0, -5.002)):
        assert len(distinct([best, other], within=8.0)) == 2


def test_an_end_is_compared_with_every_mode_kept_before() -> None:
    found = [at(0.0, 0.0, -5.0), at(1.0, 0.0, -5.0), at(1.0, 0.01, -5.0), at(2.0, 0.0, -5.0)]
    assert [mode.parameters[0] for mode in distinct(found, within=8.0)] == [0.0, 1.0, 2.0]


def test_modes_far_below_the_best_are_left_out_and_the_others_stand_by_their_evidence() -> None:
    ranked = [
        at(0.0, 0.0, -5.0, 1.0),
        at(1.0, 0.0, -13.0, 3.0),
        at(2.0, 0.0, -13.1, 9.0),
        at(3.0, 0.0, -6.0, 2.0),
    ]
    for order in (ranked, ranked[::-1]):
        assert [mode.log_evidence for mode in distinct(order, within=8.0)] == [3.0, 2.0, 1.0]


def test_weights_are_shares_of_the_evidence_however_small_it_is() -> None:
    found = [at(0.0, 0.0, 0.0, -5000.0 + np.log(part)) for part in (3.0, 1.0)]
    np.testing.assert_allclose(weights(found), [0.75, 0.25])


def bounds(problem: Problem, reach: float) -> dict[str, Vector]:
    return {"lower": np.full(size(problem), -reach), "upper": np.full(size(problem), reach)}


@pytest.mark.parametrize("count", [1, 2, 8])
def test_starts_fill_the_priors_middle_evenly_after_its_center(count: int) -> None:
    """Of n parts as wide as each other, every one holds one start in each parameter, but for the first."""
    problem = small(2, **TIMED).problem
    starts = start_points(count, problem, **bounds(problem, 50.0))
    assert starts.shape == (count, 12 + 2 + 6)
    first, second = problem.retention_prior.T
    timed = problem.timing_place > 0
    center = [np.log(first / second), problem.half_prior[:, 0], problem.shape_prior[:, 0]]
    center += [np.full(3, np.log(0.05)), problem.timing_prior[timed, 0]]
    width = [np.full(3, 1.5), problem.half_prior[:, 1], problem.shape_prior[:, 1]]
    width += [np.full(3, 1.5), problem.timing_prior[timed, 1]]
    np.testing.assert_allclose(starts[0, :14], np.concatenate(center))
    np.testing.assert_array_equal(starts[:, 14:], 0.0)
    places = (starts[1:, :14] - np.concatenate(center)) / np.concatenate(width)
    parts = np.sort(np.floor((places + 1.0) * count / 2.0), axis=0)
    assert np.all((parts >= 0) & (parts < count))
    assert np.all(np.diff(parts, axis=0) > 0)
    if count > 2:
        assert len(np.unique(places, axis=1).T) == 14  # no two parameters move together


def test_more_starts_begin_with_those_of_fewer_and_timings_move_no_other() -> None:
    problem, plain = small(2, **TIMED).problem, small(2).problem
    many = start_points(11, problem, **bounds(problem, 50.0))
    np.testing.assert_array_equal(many[:5], start_points(5, problem, **bounds(problem, 50.0)))
    untimed = start_points(11, plain, **bounds(plain, 50.0))
    np.testing.assert_array_equal(many[:, :12], untimed[:, :12])
    assert untimed.shape == (11, 12 + 6)


def test_starts_lie_in_the_box() -> None:
    problem = small(2).problem
    assert np.abs(start_points(8, problem, **bounds(problem, 0.3))).max() == 0.3


def test_a_model_without_channels_has_one_place_to_be() -> None:
    made = small(3, lifts=0, steps=0)
    nothing = {
        name: getattr(made.problem, name)[:0]
        for name in ("shared", "retention_prior", "half_prior", "shape_prior", "timing_prior", "timing_place")
    }
    problem = made.problem._replace(
        **nothing,
        exposure=made.problem.exposure[:, :, :0],
        effect_prior=np.empty((0, 2)),
        effect_divisor=np.empty(0),
        deviation_center=np.empty((2, 0)),
        family=None,
    )
    search = search_in(Case(problem, made.outcome, made.lifts))
    assert start_points(4, problem, lower=search.lower, upper=search.upper).shape == (4, 0)
    at, height = mode_from(np.empty(0), problem, search)
    assert height == Case(problem, made.outcome, made.lifts).value(np.empty(0))
    mode = mode_at(at, height, problem, search)
    assert mode.log_evidence == height
    assert refit(mode, problem, search)[1] == height


DRAWS = 1000


def draws_of(problem: Problem) -> list[Problem]:
    rng = np.random.default_rng(7)
    return [perturbed(problem, rng) for _ in range(DRAWS)]


def assert_drawn(values: Vector, law: object) -> None:
    assert kstest(values, law.cdf).pvalue > 1e-3  # type: ignore[attr-defined]


def test_every_moved_prior_has_its_mode_at_a_draw_from_the_prior() -> None:
    """The first channel's effect is half-normal, the others state a share, of a log-normal."""
    problem = small(2, **TIMED).problem
    drawn = draws_of(problem)
    for c in range(3):
        first, second = np.array([each.retention_prior[c] for each in drawn]).T
        np.testing.assert_allclose(first + second, problem.retention_prior[c].sum())
        assert_drawn(first / (first + second), beta(*problem.retention_prior[c]))
        for name in ("half_prior", "shape_prior", "timing_prior"):
            prior = getattr(problem, name)[c]
            means, sds = np.array([getattr(each, name)[c] for each in drawn]).T
            np.testing.assert_array_equal(sds, prior[1])
            assert_drawn(means, norm(*prior))
        effects, sds = np.array([each.effect_prior[c] for each in drawn]).T
        np.testing.assert_array_equal(sds, problem.effect_prior[c, 1])
        scale = problem.effect_prior[c]
        assert_drawn(effects, halfnorm(scale=scale[0]) if c == 0 else norm(*scale))
    assert_drawn(np.ravel([each.deviation_center for each in drawn]), norm())
    assert drawn[0].deviation_center.shape == (2, 3)


def test_draws_of_a_retention_keep_from_zero_and_one() -> None:
    """A Beta of which both parameters are tiny draws nothing else."""
    problem = small(2).problem._replace(retention_prior=np.full((3, 2), 1e-4))
    priors = np.stack([each.retention_prior for each in draws_of(problem)])
    shares = priors[:, :, 0] / priors.sum(axis=2)
    assert shares.min() == pytest.approx(1e-3)
    assert shares.max() == pytest.approx(1.0 - 1e-3)


def test_a_half_normals_scale_is_never_zero() -> None:
    problem = small(2).problem
    tiny = problem._replace(effect_prior=np.array([[1e-12, 1.0]] * 3))
    assert perturbed(tiny, np.random.default_rng(0)).effect_prior[0, 0] == 1e-6


def test_timings_do_not_move_what_is_drawn_for_the_others() -> None:
    timed, plain = small(2, **TIMED).problem, small(2).problem
    one, other = (perturbed(each, np.random.default_rng(5)) for each in (timed, plain))
    np.testing.assert_array_equal(other.timing_prior, plain.timing_prior)
    for name in ("retention_prior", "half_prior", "shape_prior", "effect_prior", "deviation_center"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize(("periods", "length"), [(20, 6), (20, 5), (7, 7), (5, 1), (3, 10)])
def test_resampled_periods_come_in_blocks_that_wrap_around(periods: int, length: int) -> None:
    drawn = np.array([block_indices(periods, length, np.random.default_rng(seed)) for seed in range(400)])
    assert drawn.shape == (400, periods)
    assert np.all((drawn >= 0) & (drawn < periods))
    follows = (drawn[:, 1:] - drawn[:, :-1]) % periods == 1 % periods
    inside = np.arange(1, periods) % length != 0
    assert np.all(follows[:, inside])
    assert np.all(follows[:, ~inside].mean(axis=0) < 0.5)  # a new block begins anywhere
    counts = np.bincount(drawn[:, 0], minlength=periods)
    assert np.abs(counts - 400 / periods).max() < 4.0 * np.sqrt(400 / periods)  # each as likely
