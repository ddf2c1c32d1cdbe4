"""Programs of a few vertices, worked by hand."""

import numpy as np
import pytest

from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.ceiling_program import (
    MARGIN,
    SHARPER,
    CeilingProgram,
    integer_bound,
    linear_bound,
    pieces_of,
)
from mmxlib.maths.budgets.majorant import Ceiling

S_SHAPED = Ceiling(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), np.array([0.0, 0.0, 0.0, 3.0, 4.0]))
STRAIGHT = Ceiling(np.array([0.0, 1.0, 2.0]), np.array([0.0, 2.0, 2.0]))


def vectors(*cuts: list[float]) -> list[Vector]:
    return [np.array(each) for each in cuts]


def program(cuts: list[Vector], *, most: float, least: float = -np.inf, rows: int = 1) -> CeilingProgram:
    """Return the program of both ceilings with their total from ``least`` to ``most``."""
    each = pieces_of([S_SHAPED, STRAIGHT], cuts)
    return CeilingProgram(
        each.channel,
        each.piece,
        each.x,
        each.y,
        np.tile(each.x, (rows, 1)),
        np.full(rows, least),
        np.full(rows, most),
    )


def test_pieces_hold_the_vertices_of_their_majorants() -> None:
    whole = pieces_of([S_SHAPED, STRAIGHT], vectors([0.0, 4.0], [0.0, 2.0]))
    assert whole.channel.tolist() == [0, 0, 1, 1, 1]
    assert whole.piece.tolist() == [0, 0, 1, 1, 1]
    assert whole.x.tolist() == [0.0, 4.0, 0.0, 1.0, 2.0]
    assert whole.y.tolist() == [0.0, 4.0, 0.0, 2.0, 2.0]
    cut = pieces_of([S_SHAPED, STRAIGHT], vectors([0.0, 2.0, 4.0], [0.0, 2.0]))
    assert cut.channel.tolist() == [0, 0, 0, 0, 0, 1, 1, 1]
    assert cut.piece.tolist() == [0, 0, 1, 1, 1, 2, 2, 2]
    assert cut.x.tolist() == [0.0, 2.0, 2.0, 3.0, 4.0, 0.0, 1.0, 2.0]


def test_a_range_of_one_point_is_a_piece_of_one_vertex() -> None:
    pieces = pieces_of([Ceiling(np.array([5.0]), np.array([7.0])), STRAIGHT], vectors([5.0], [0.0, 2.0]))
    assert pieces.channel.tolist() == [0, 1, 1, 1]
    assert pieces.x[0] == 5.0
    assert pieces.y[0] == 7.0


def test_a_program_is_linear_where_every_channel_has_one_piece() -> None:
    assert program(vectors([0.0, 4.0], [0.0, 2.0]), most=3.0).one_piece
    assert not program(vectors([0.0, 2.0, 4.0], [0.0, 2.0]), most=3.0).one_piece


def test_a_last_channel_of_one_vertex_is_one_piece() -> None:
    single = Ceiling(np.array([5.0]), np.array([7.0]))
    each = pieces_of([STRAIGHT, single], vectors([0.0, 2.0], [5.0]))
    rows = each.x[None, :]
    asked = CeilingProgram(each.channel, each.piece, each.x, each.y, rows, np.zeros(1), np.full(1, 6.0))
    assert asked.one_piece
    assert linear_bound(asked).value == pytest.approx(9.0, rel=1e-12)


@pytest.mark.parametrize("most", [0.5, 1.0, 3.0, 6.0, np.inf])
def test_the_linear_bound_is_the_best_mixture(most: float) -> None:
    """Of money for one, the straight channel takes the first unit, the other one per unit from there."""
    bound = linear_bound(program(vectors([0.0, 4.0], [0.0, 2.0]), most=most))
    first = min(most, 1.0)
    rest = min(max(most - 1.0, 0.0), 4.0)
    assert bound.value == pytest.approx(2.0 * first + rest, rel=1e-12)
    assert bound.x[0] == pytest.approx(rest, abs=1e-9)
    assert first - 1e-9 <= bound.x[1] <= 2.0


def test_the_linear_bound_keeps_a_least_sum() -> None:
    bound = linear_bound(program(vectors([0.0, 4.0], [0.0, 2.0]), least=5.5, most=5.5))
    assert bound.value == pytest.approx(6.0, rel=1e-12)
    assert bound.x.sum() == pytest.approx(5.5)


def test_a_linear_program_without_a_point_is_bounded_by_its_best_vertices() -> None:
    bound = linear_bound(program(vectors([0.0, 4.0], [0.0, 2.0]), least=99.0, most=99.0))
    assert bound.value == 6.0
    assert bound.x.tolist() == [4.0, 1.5]


@pytest.mark.parametrize(("most", "value"), [(2.0, 2.0), (2.5, 2.0), (3.0, 3.0), (3.5, 4.0), (4.0, 5.0)])
def test_binaries_let_one_piece_count(most: float, value: float) -> None:
    """Up to 2 the first channel brings nothing, from 2 to 3 three per unit, the second two for one."""
    cut = program(vectors([0.0, 2.0, 4.0], [0.0, 2.0]), most=most)
    bound = integer_bound(cut, 1e-9)
    assert bound is not None
    margin = 3 * MARGIN / SHARPER
    assert value + 0.5 * margin <= bound.value <= value + 1.5 * margin
    assert bound.x.sum() <= most + 1e-6
    assert linear_bound(cut).value >= value


def test_the_margin_grows_with_what_can_be_rounded() -> None:
    values = [
        integer_bound(program(vectors([0.0, 2.0, 4.0], [0.0, 2.0]), most=9.0, rows=rows), 1e-9)
        for rows in (1, 5)
    ]
    assert values[0] is not None
    assert values[1] is not None
    assert values[1].value - values[0].value == pytest.approx(4 * MARGIN / SHARPER, rel=1e-3)


def test_binaries_without_a_point_have_no_bound() -> None:
    assert integer_bound(program(vectors([0.0, 2.0, 4.0], [0.0, 2.0]), least=99.0, most=99.0), 1e-6) is None
