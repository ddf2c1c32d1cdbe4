"""What every family of carryover states about itself."""

from collections.abc import Callable
from dataclasses import dataclass

from mmxlib.maths.parameter import Parameter


@dataclass(frozen=True, slots=True)
class Adstock:
    """A family of carryover: its code, its parameters, and what they mean.

    ``code`` is the integer by which compiled loops tell families apart. ``timing`` is the parameter that says
    when the effect comes, held at one where a family has none, and ``timing_word`` what people call it.
    ``half_life``: retention and timing to the periods after which the effect is half as strong.
    ``retention_of``: the same backwards, from half-life and timing. ``in_words``: retention and timing to a
    sentence without its period.
    """

    code: int
    retention: Parameter
    timing: Parameter
    timing_word: str
    half_life: Callable[[float, float], float]
    retention_of: Callable[[float, float], float]
    in_words: Callable[[float, float], str]
