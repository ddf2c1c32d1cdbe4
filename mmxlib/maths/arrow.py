"""Roots of arrow-shaped curvatures, in a time that is linear in the number of blocks.

A panel's curvature has a few common parameters, and one block per unit that touches these and itself alone::

    H = [[A, B_1, B_2 ...], [B_1', D_1], [B_2', , D_2] ...] + W W'

with ``W`` of few columns for what speaks of several units at once. Without blocks it is the dense ``A``.

References
----------
Golub, Van Loan (2013), Matrix Computations, 4th ed., section 3.2.11 (block elimination, Schur complement) and
2.1.4 (low-rank change).
"""

from typing import NamedTuple

import numpy as np

from mmxlib.maths.arrays import Cube, Matrix, Vector
from mmxlib.maths.compiled import inner


class Arrow(NamedTuple):
    """A root ``M`` of an inverse curvature, ``M M' = H^-1``: steps of one in its coordinates are sds.

    With ``S = A - sum B_u D_u^-1 B_u'``, M is ``[[R, 0], [-D_u^-1 B_u' R, L_u]] (I + Q G Q')``, where
    ``R R' = S^-1`` and ``L_u L_u' = D_u^-1``. Vectors hold the common parameters first, then block by block.
    """

    common: Matrix
    """``R``, (common, common)."""
    coupling: Cube
    """``-D_u^-1 B_u' R``, (block, own, common)."""
    blocks: Cube
    """``L_u``, (block, own, own)."""
    across: Matrix
    """``Q``, orthonormal, (parameter, rank)."""
    gain: Matrix
    """``G``, symmetric, (rank, rank)."""
    log_determinant: float
    """Of ``H``."""


def arrow(common: Matrix, coupling: Cube, blocks: Cube, across: Matrix, *, least: float) -> Arrow:
    """Return the root of an inverse curvature.

    Parameters
    ----------
    common, coupling, blocks, across
        ``A`` (common, common), ``B_u'`` (block, own, common), ``D_u`` (block, own, own) and ``W``
        (parameter, rank); there may be no block and no rank.
    least
        Eigenvalues of blocks and of the Schur complement below this count as this.
    """
    values, vectors = np.linalg.eigh(0.5 * (blocks + blocks.transpose(0, 2, 1)))
    values = np.maximum(values, least)
    roots = vectors / np.sqrt(values)[:, None, :]
    moved_by = -roots @ (roots.transpose(0, 2, 1) @ coupling)
    schur = common + np.einsum("uop,uoq->pq", coupling, moved_by)
    own_values, own_vectors = np.linalg.eigh(0.5 * (schur + schur.T))
    own_values = np.maximum(own_values, least)
    root = own_vectors / np.sqrt(own_values)
    plain = Arrow(
        np.ascontiguousarray(root),
        np.ascontiguousarray(moved_by @ root),
        np.ascontiguousarray(roots),
        np.empty((len(across), 0)),
        np.empty((0, 0)),
        float(np.sum(np.log(values))) + float(np.sum(np.log(own_values))),
    )
    return _with_low_rank(plain, across) if across.shape[1] else plain


def _with_low_rank(plain: Arrow, across: Matrix) -> Arrow:
    """Return the root for the curvature with ``W W'`` added.

    ``M'(H + WW')M = I + V V'`` with ``V = M'W = Q T``; its inverse root is ``I + Q ((I + TT')^-1/2 - I) Q'``.
    """
    columns = np.stack([back(plain, np.ascontiguousarray(column)) for column in across.T], axis=1)
    basis, triangle = np.linalg.qr(columns)
    values, vectors = np.linalg.eigh(triangle @ triangle.T)
    values = np.maximum(values, 0.0)
    gain = (vectors * (1.0 / np.sqrt(1.0 + values) - 1.0)) @ vectors.T
    return plain._replace(
        across=np.ascontiguousarray(basis),
        gain=np.ascontiguousarray(gain),
        log_determinant=plain.log_determinant + float(np.sum(np.log1p(values))),
    )


def forth(root: Arrow, steps: Vector) -> Vector:
    """Return the displacement ``M s`` of steps, (parameter,)."""
    return _plain_forth(root, _turned(root, steps))


def back(root: Arrow, gradient: Vector) -> Vector:
    """Return the gradient by steps, ``M' g``, from that by parameters, (parameter,)."""
    count = len(root.common)
    if not len(root.blocks):
        return _turned(root, gradient @ root.common)
    own = gradient[count:].reshape(root.blocks.shape[:2])
    common = gradient[:count] @ root.common + np.tensordot(own, root.coupling, axes=2)
    return _turned(root, np.concatenate([common, (own[:, None, :] @ root.blocks).ravel()]))


def _plain_forth(root: Arrow, steps: Vector) -> Vector:
    count = len(root.common)
    if not len(root.blocks):
        plain: Vector = root.common @ steps
        return plain
    common = steps[:count]
    own = steps[count:].reshape(root.blocks.shape[:2])
    moved = root.coupling @ common + (root.blocks @ own[:, :, None])[:, :, 0]
    return np.concatenate([root.common @ common, moved.ravel()])


def _turned(root: Arrow, steps: Vector) -> Vector:
    """Return ``(I + Q G Q') s``, which is its own transpose."""
    if root.across.shape[1] == 0:
        return steps
    turned: Vector = steps + root.across @ (root.gain @ (root.across.T @ steps))
    return turned


@inner(sums_reordered=True)
def forth_into(root: Arrow, steps: Vector, out: Vector) -> None:
    """Add to ``out`` what `forth` returns: the same in loops, for other loops to call."""
    common, coupling, blocks, across, gain, _ = root
    turned = _turned_in_loops(across, gain, steps)
    count, own = common.shape[0], blocks.shape[1]
    for i in range(count):
        for j in range(count):
            out[i] += common[i, j] * turned[j]
    for u in range(blocks.shape[0]):
        first = count + u * own
        for i in range(own):
            for j in range(count):
                out[first + i] += coupling[u, i, j] * turned[j]
            for j in range(own):
                out[first + i] += blocks[u, i, j] * turned[first + j]


@inner(sums_reordered=True)
def back_into(root: Arrow, gradient: Vector, out: Vector) -> None:
    """Fill the first of ``out`` with what `back` returns: the same in loops, for other loops to call."""
    common, coupling, blocks, across, gain, _ = root
    plain = np.zeros(len(gradient))
    count, own = common.shape[0], blocks.shape[1]
    for i in range(count):
        for j in range(count):
            plain[j] += common[i, j] * gradient[i]
    for u in range(blocks.shape[0]):
        first = count + u * own
        for i in range(own):
            pull = gradient[first + i]
            for j in range(count):
                plain[j] += coupling[u, i, j] * pull
            for j in range(own):
                plain[first + j] += blocks[u, i, j] * pull
    turned = _turned_in_loops(across, gain, plain)
    for i in range(len(turned)):
        out[i] = turned[i]


@inner()
def _turned_in_loops(across: Matrix, gain: Matrix, steps: Vector) -> Vector:
    size, rank = across.shape
    if rank == 0:
        return steps
    out = np.empty(size)
    along = np.zeros(rank)
    for i in range(size):
        out[i] = steps[i]
        for k in range(rank):
            along[k] += across[i, k] * steps[i]
    for k in range(rank):
        gained = 0.0
        for m in range(rank):
            gained += gain[k, m] * along[m]
        for i in range(size):
            out[i] += across[i, k] * gained
    return out


def widths(root: Arrow) -> Vector:
    """Return each parameter's sd, (parameter,); what the low-rank part takes from it is left out."""
    common = np.sqrt(np.sum(root.common**2, axis=1))
    own = np.sqrt(np.sum(root.coupling**2, axis=2) + np.sum(root.blocks**2, axis=2))
    return np.concatenate([common, own.ravel()])


def steps_of(root: Arrow, displacement: Vector) -> Vector:
    """Return the steps ``M^-1 d`` that lead to a displacement, (parameter,)."""
    count = len(root.common)
    common = np.linalg.solve(root.common, displacement[:count])
    shape = root.blocks.shape[:2]
    left = displacement[count:].reshape(shape) - root.coupling @ common
    own = np.linalg.solve(root.blocks, left[:, :, None])
    plain = np.concatenate([common, own.ravel()])
    if root.across.shape[1] == 0:
        return plain
    # (I + Q G Q')^-1 = I + Q ((I + G)^-1 - I) Q'
    along = root.across.T @ plain
    solved: Vector = plain + root.across @ (np.linalg.solve(np.eye(len(along)) + root.gain, along) - along)
    return solved
