"""The look of every report: one palette, one family of fonts, one set of sizes.

The colors are those of Okabe and Ito without their yellow, which vanishes on white paper, and an indigo: they
stay apart for every common kind of color blindness and, neighbors in this order, in a grey print. The grey
of all others is dark, since a light one is what red-green blind eyes make of the rose.

References
----------
Okabe and Ito (2008), Color Universal Design.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

BLUE = "#0072B2"
ORANGE = "#E69F00"
GREEN = "#009E73"
ROSE = "#CC79A7"
SKY = "#56B4E9"
RED = "#C44900"
INDIGO = "#332288"

SERIES = (BLUE, ORANGE, GREEN, INDIGO, SKY, RED, ROSE)
"""Colors for things side by side, most important first."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X")
"""Shapes beside the colors, so that no reading rests on color alone."""

INK = "#1F2933"
MUTED = "#616E7C"
GRID = "#DDE2E7"
BASE = "#C9D0D8"
OTHER = "#5C6670"
PAPER = "#FFFFFF"
BAND = "#E8EDF2"

VERDICT_COLORS = {"pass": "#0B6B50", "warn": "#8A5A00", "fail": "#A8201A"}
"""Text colors of verdicts; each has a contrast above 4.5 on white."""

ACTION_COLORS = {"more": "#0B6B50", "hold": "#47535F", "less": "#A8400A", "test": "#5B2A86"}
"""Text colors of actions; the word itself always stands beside them."""

FONT = "DejaVu Sans"
"""Ships with matplotlib, so a picture is the same on every machine."""

DPI = 120
WIDTH = 8.6
TITLE_SIZE = 12.0
SUBTITLE_SIZE = 9.0
TEXT_SIZE = 8.5
SMALL_SIZE = 7.5

MOST_SERIES = len(SERIES)
"""The channels that get a color of their own; the rest are drawn together."""


def color_and_marker(index: int) -> tuple[str, str]:
    """Return the color and the shape of the thing at ``index``: no two share both before all are used up."""
    shift = index + index // len(SERIES)
    return SERIES[index % len(SERIES)], MARKERS[shift % len(MARKERS)]


@dataclass(frozen=True, slots=True)
class ColorKey:
    """Which color stands for which name; names without one share ``OTHER``."""

    color_of: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.color_of.get(name, OTHER)

    @property
    def named(self) -> tuple[str, ...]:
        """The names that have a color of their own, most important first."""
        return tuple(self.color_of)


def color_key(names: Sequence[str], sizes: Sequence[float]) -> ColorKey:
    """Return the colors of ``names``: the largest ``sizes`` first, one color each while there are colors.

    When one name too many is left, the last color goes to nobody, so that ``other`` always stands for two or
    more.
    """
    order = np.argsort(-np.asarray(sizes, dtype=np.float64), kind="stable")
    room = MOST_SERIES if len(names) <= MOST_SERIES else MOST_SERIES - 1
    return ColorKey({names[index]: SERIES[rank] for rank, index in enumerate(order[:room])})
