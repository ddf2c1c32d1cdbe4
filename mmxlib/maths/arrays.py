"""Names for arrays by rank; each docstring says the axes."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = NDArray[np.float64]
"""Rank 1."""

Matrix: TypeAlias = NDArray[np.float64]
"""Rank 2."""

Cube: TypeAlias = NDArray[np.float64]
"""Rank 3."""

Dates: TypeAlias = NDArray[np.datetime64]
"""Rank 1, days (``datetime64[D]``)."""

Indices: TypeAlias = NDArray[np.int64]
"""Rank 1, whole numbers that point into another array."""

Labels: TypeAlias = NDArray[np.int64]
"""Rank 1, the group of each point, counted from 0."""

Array: TypeAlias = NDArray[Any]
"""Any rank, any kind of element: for code that only stores or hashes."""
