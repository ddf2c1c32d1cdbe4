"""Arrow-shaped curvatures against dense linear algebra."""

import numpy as np
import pytest

from mmxlib.maths.arrays import Matrix, Vector
from mmxlib.maths.arrow import Arrow, arrow, back, back_into, forth, forth_into, steps_of, widths
from mmxlib.maths.compiled import kernel


def parts(blocks: int, *, rank: int, seed: int = 0, common: int = 5, own: int = 3) -> tuple[np.ndarray, ...]:
    """Return the parts of a random positive definite arrow, as `arrow` takes them."""
    rng = np.random.default_rng(seed)
    size = common + blocks * own
    coupling = rng.normal(size=(blocks, own, common))
    half = rng.normal(size=(blocks, own, own))
    diagonal = half @ half.transpose(0, 2, 1) + np.eye(own)
    root = rng.normal(size=(common, common))
    # enough that what the blocks take from it leaves it positive definite
    taken = np.einsum("uop,uoq->pq", coupling, np.linalg.solve(diagonal, coupling))
    return root @ root.T + np.eye(common) + taken, coupling, diagonal, rng.normal(size=(size, rank))


def dense(common: Matrix, coupling: np.ndarray, blocks: np.ndarray, across: Matrix) -> Matrix:
    count, own = len(common), blocks.shape[1]
    out = np.zeros((len(across), len(across)))
    out[:count, :count] = common
    for u in range(len(blocks)):
        rows = slice(count + u * own, count + (u + 1) * own)
        out[rows, rows] = blocks[u]
        out[rows, :count] = coupling[u]
        out[:count, rows] = coupling[u].T
    return out + across @ across.T


def matrix(root: Arrow, size: int) -> Matrix:
    return np.stack([forth(root, step) for step in np.eye(size)], axis=1)


@pytest.mark.parametrize("blocks", [0, 1, 4])
@pytest.mark.parametrize("rank", [0, 2])
def test_the_root_is_one_of_the_inverse(blocks: int, rank: int) -> None:
    made = parts(blocks, rank=rank)
    whole = dense(*made)
    root = arrow(*made, least=1e-6)
    found = matrix(root, len(whole))
    np.testing.assert_allclose(found @ found.T, np.linalg.inv(whole), rtol=1e-9, atol=1e-12)
    assert root.log_determinant == pytest.approx(np.linalg.slogdet(whole)[1], rel=1e-12)


@pytest.mark.parametrize("blocks", [0, 1, 4])
@pytest.mark.parametrize("rank", [0, 1, 2])
def test_back_is_the_transpose_of_forth_and_steps_its_inverse(blocks: int, rank: int) -> None:
    made = parts(blocks, rank=rank)
    root = arrow(*made, least=1e-6)
    size = len(made[3])
    found = matrix(root, size)
    pulled = np.stack([back(root, each) for each in np.eye(size)], axis=1)
    np.testing.assert_allclose(pulled, found.T, atol=1e-14)
    steps = np.random.default_rng(1).normal(size=size)
    np.testing.assert_allclose(steps_of(root, found @ steps), steps, rtol=1e-9)


@kernel()
def in_loops(root: Arrow, steps: Vector, added: Vector, filled: Vector) -> None:
    forth_into(root, steps, added)
    back_into(root, steps, filled)


@pytest.mark.parametrize("blocks", [0, 1, 4])
@pytest.mark.parametrize("rank", [0, 1, 2])
def test_loops_add_what_forth_returns_and_fill_what_back_returns(blocks: int, rank: int) -> None:
    made = parts(blocks, rank=rank, seed=3)
    root = arrow(*made, least=1e-6)
    size = len(made[3])
    steps, before = np.random.default_rng(1).normal(size=(2, size))
    added, filled = before.copy(), np.full(size + 1, 7.0)
    in_loops(root, steps, added, filled)
    np.testing.assert_allclose(added, before + forth(root, steps), rtol=1e-12)
    np.testing.assert_allclose(filled[:size], back(root, steps), rtol=1e-12)
    assert filled[size] == 7.0  # another's place


def test_what_is_said_ten_orders_more_surely_leaves_no_room_along_it_and_widens_nothing() -> None:
    """Beside it an ordinary column is rounding, which must not pass for a falling curvature."""
    common, coupling, blocks, _ = parts(0, rank=0)
    before = np.sqrt(np.diag(np.linalg.inv(common)))
    for seed in range(10):
        usual, sure = np.random.default_rng(seed).normal(size=(2, 5))
        root = arrow(common, coupling, blocks, np.stack([usual, 1e10 * sure], axis=1), least=1e-6)
        found = matrix(root, 5)
        assert np.linalg.norm(found.T @ sure) < 1e-6
        assert np.all(np.linalg.norm(found, axis=1) <= before * (1.0 + 1e-9))


def test_widths_are_the_parameters_sds() -> None:
    made = parts(4, rank=0)
    sds = np.sqrt(np.diag(np.linalg.inv(dense(*made))))
    np.testing.assert_allclose(widths(arrow(*made, least=1e-6)), sds, rtol=1e-10)


def test_without_blocks_a_flat_or_falling_direction_counts_as_the_least_curved() -> None:
    rng = np.random.default_rng(2)
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    values = np.array([9.0, 1.0, 1e-5, -3.0])
    root = arrow(
        turn @ np.diag(values) @ turn.T,
        np.empty((0, 2, 4)),
        np.empty((0, 2, 2)),
        np.empty((4, 0)),
        least=1e-2,
    )
    np.testing.assert_allclose(
        root.common @ root.common.T, turn @ np.diag([1.0 / 9.0, 1.0, 100.0, 100.0]) @ turn.T, atol=1e-9
    )
    assert root.log_determinant == pytest.approx(np.log(9.0) + 2.0 * np.log(1e-2))


def test_an_arrow_of_nothing_has_no_steps() -> None:
    root = arrow(np.empty((0, 0)), np.empty((0, 0, 0)), np.empty((0, 0, 0)), np.empty((0, 0)), least=1e-2)
    assert len(forth(root, np.empty(0))) == 0
    assert root.log_determinant == 0.0
