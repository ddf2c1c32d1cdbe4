"""Where searches start."""

import numpy as np
import pytest
from scipy.stats import qmc

from mmxlib.maths import inference


def test_an_interruption_while_the_tables_load_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted there, the sequence goes on with empty tables and gives zeros."""
    monkeypatch.setattr(qmc.Sobol, "random_base2", lambda self, m: np.zeros((2**m, self.d)))
    with pytest.raises(KeyboardInterrupt):
        inference._even_points(3, 8, seed=0)


def test_even_points_are_the_scrambled_sequence() -> None:
    points = inference._even_points(3, 8, seed=0)
    np.testing.assert_array_equal(points, qmc.Sobol(3, seed=0).random_base2(3))
