"""What an examination of a guarantee found."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """The points that were tried, and a line on each that broke the guarantee."""

    points: int
    bad: tuple[str, ...]

    def __add__(self, other: "Found") -> "Found":
        return Found(self.points + other.points, self.bad + other.bad)


def together(parts: Iterable[Found]) -> Found:
    """Return what all parts found."""
    return sum(parts, Found(0, ()))


def said(error: BaseException) -> str:
    """Return an error in one line."""
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
