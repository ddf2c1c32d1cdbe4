"""How far apart colors look to eyes of each kind, and in a grey print."""

import numpy as np

from mmxlib.maths.arrays import Matrix, Vector

EYES: dict[str, Matrix] = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
"""What each kind of eye makes of linear red, green and blue, at full severity.

References
----------
Machado, Oliveira, Fernandes (2009), A Physiologically-based Model for Simulation of Color Vision Deficiency,
IEEE Transactions on Visualization and Computer Graphics 15(6), table 1.
"""

_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(color: str) -> Vector:
    """Return linear red, green and blue of ``#RRGGBB`` (IEC 61966-2-1)."""
    stored = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255.0
    light: Vector = np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)
    return light


def lab(color: str, eyes: str = "usual") -> Vector:
    """Return CIE L*, a*, b* (D65) of a color as eyes of that kind see it."""
    seen = np.clip(EYES[eyes] @ linear(color), 0.0, 1.0)
    x, y, z = _cube(_TO_XYZ @ seen / _WHITE)
    return np.array([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)])


def _cube(ratio: Vector) -> Vector:
    edge = 6.0 / 29.0
    out: Vector = np.where(ratio > edge**3, np.cbrt(ratio), ratio / (3.0 * edge**2) + 4.0 / 29.0)
    return out


def apart(one: str, other: str, eyes: str = "usual") -> float:
    """Return the distance of two colors in CIE Lab (1976): 2 is just seen side by side."""
    return float(np.linalg.norm(lab(one, eyes) - lab(other, eyes)))


def lightness(color: str) -> float:
    """Return L* from 0 (black) to 100 (white): all that a grey print keeps of a color."""
    return float(lab(color)[0])


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors, from 1 to 21 (WCAG 2.2)."""
    lights = sorted(float(_TO_XYZ[1] @ linear(each)) + 0.05 for each in (one, other))
    return lights[1] / lights[0]
