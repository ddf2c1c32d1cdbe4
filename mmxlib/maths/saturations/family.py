"""What every family of diminishing returns states about itself."""

from collections.abc import Callable
from dataclasses import dataclass

from mmxlib.maths.parameter import Parameter


@dataclass(frozen=True, slots=True)
class Saturation:
    """A family of diminishing returns: its code, its parameters, and what they mean.

    ``code`` is the integer by which compiled loops tell families apart. ``half_saturation`` is in multiples
    of the exposure's scale. ``series``: the response's power series from the first power on, in ``(a/k)**s``
    for Hill, else in ``a/k``. ``in_words``: half-saturation and shape to a sentence without its period.
    """

    code: int
    half_saturation: Parameter
    shape: Parameter
    series: tuple[float, ...]
    in_words: Callable[[float, float], str]


def half_in_words(exposure: float) -> str:
    """Return in words at which multiple of the exposure's scale half of the full response is reached."""
    return f"half of the full response at {exposure:.2f} times the mean active exposure"
