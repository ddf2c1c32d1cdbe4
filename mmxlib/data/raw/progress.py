"""What is told while raw tables are read."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawProgress:
    """How far the reading of raw tables is: ``share`` of the bytes of all (0 to 1), ``rows`` read so far."""

    file: str
    share: float
    rows: int


Show = Callable[[RawProgress], None]
"""What is called as raw tables are read."""

Tell = Callable[[float, int], None]
"""What is called as one file is read: with the share of it that is done (0 to 1), and rows read."""
