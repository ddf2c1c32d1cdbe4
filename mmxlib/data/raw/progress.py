"""What is told while raw tables are read."""

from collections.abc import Callable, Sequence
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


@dataclass(slots=True)
class Meter:
    """Tells how far all files are, from what is told of each.

    It has state because the share of all never goes back, even where a file is read once more.
    """

    show: Show | None
    sizes: Sequence[int]
    reached: float = 0.0
    rows: int = 0

    def of_file(self, index: int, file: str) -> Tell:
        """Return what is called as the file at ``index`` is read."""
        whole, before, size, rows = (
            max(1, sum(self.sizes)),
            sum(self.sizes[:index]),
            self.sizes[index],
            self.rows,
        )

        def tell(share: float, read: int) -> None:
            self.reached = max(self.reached, (before + share * size) / whole)
            self.rows = rows + read
            if self.show is not None:
                self.show(RawProgress(file, self.reached, self.rows))

        return tell
