"""Where a parameter of a family may lie, and what is believed of it where nobody says anything."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """Bounds and the weak default belief.

    ``center`` and ``spread`` are mean and sd of a share (retention), median and sd of the logarithm of all
    else. Equal bounds hold the parameter fixed: the family does not use it.
    """

    lower: float
    upper: float
    center: float
    spread: float

    @property
    def held(self) -> bool:
        """Whether the family holds it fixed."""
        return self.lower == self.upper


UNUSED = Parameter(1.0, 1.0, 1.0, 1.0)
"""Of a family that does not have the parameter: fixed at one."""
