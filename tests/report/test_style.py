from itertools import combinations, pairwise

import numpy as np
import pytest

from mmxlib.report.style import (
    ACTION_COLORS,
    BASE,
    INK,
    MARKERS,
    MUTED,
    OTHER,
    PAPER,
    SERIES,
    VERDICT_COLORS,
    color_and_marker,
)
from tests.report.color_vision import EYES, apart, contrast, lab, lightness

TOLD_APART = 15.0
"""A distance in CIE Lab at which areas and thick lines are told apart without standing side by side."""

TOLD_APART_IN_GREY = 12.0
"""A difference of lightness at which neighbors in a grey print are told apart."""


@pytest.mark.parametrize("eyes", EYES)
def test_colors_of_things_side_by_side_stay_apart_for_every_kind_of_eyes(eyes: str) -> None:
    for one, other in combinations((*SERIES, OTHER, BASE), 2):
        assert apart(one, other, eyes) >= TOLD_APART, (one, other)


def test_neighbors_stay_apart_in_a_grey_print() -> None:
    for one, other in pairwise((*SERIES,)):
        assert abs(lightness(one) - lightness(other)) >= TOLD_APART_IN_GREY, (one, other)
    for one, other in combinations((BASE, OTHER, INK), 2):
        assert abs(lightness(one) - lightness(other)) >= TOLD_APART_IN_GREY, (one, other)
    assert abs(lightness(BASE) - lightness(PAPER)) >= TOLD_APART_IN_GREY


def test_no_two_things_share_color_and_shape_before_all_are_used_up() -> None:
    count = len(SERIES) * len(MARKERS)
    assert len({color_and_marker(index) for index in range(count)}) == count
    assert len({color_and_marker(index)[0] for index in range(len(SERIES))}) == len(SERIES)


def test_words_are_readable_on_paper() -> None:
    for color in (INK, MUTED, *VERDICT_COLORS.values(), *ACTION_COLORS.values()):
        assert contrast(color, PAPER) >= 4.5, color


def test_the_measures_of_color_agree_with_published_values() -> None:
    """White and black by definition; red of sRGB in CIE Lab as tables of colors give it."""
    assert lightness("#FFFFFF") == pytest.approx(100.0, abs=0.01)
    assert lightness("#000000") == pytest.approx(0.0, abs=0.01)
    np.testing.assert_allclose(lab("#FF0000"), [53.24, 80.09, 67.20], atol=0.02)
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0, abs=0.01)
    for eyes in EYES:
        np.testing.assert_allclose(lab("#808080", eyes), lab("#808080"), atol=0.05)
    assert apart("#FF0000", "#8C8C00", "protanopia") < 0.5 * apart("#FF0000", "#8C8C00")
