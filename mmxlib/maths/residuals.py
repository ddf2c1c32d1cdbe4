"""Tests of what a fit leaves over, and of how much its columns repeat each other.

Closed formulas: importing a statistics library for five of them would cost the start of the program a second.
"""

from dataclasses import dataclass

import numpy as np

from mmxlib.maths.arrays import Matrix, Vector

LARGEST_INFLATION = 1e6
"""What a variance inflation is cut to when a column repeats the others exactly."""


@dataclass(frozen=True, slots=True)
class ResidualTest:
    """A test's statistic and the probability of one at least as large if nothing were wrong."""

    statistic: float
    p_value: float


def innovations(residuals: Vector, autocorrelation: float) -> Vector:
    """Return the residuals freed of AR(1) noise: what is new in each period, shape (period,).

    The first is scaled to the variance of the others: ``sqrt(1 - rho**2) * e[0]``, then
    ``e[t] - rho * e[t-1]``.
    """
    fresh = residuals.copy()
    fresh[0] *= np.sqrt(1.0 - autocorrelation**2)
    fresh[1:] -= autocorrelation * residuals[:-1]
    return fresh


def durbin_watson(residuals: Vector) -> float:
    """Return ``sum (e[t] - e[t-1])**2 / sum e[t]**2``: about 2 without lag-one correlation, in [0, 4].

    NaN when all residuals are zero.

    References
    ----------
    Durbin, Watson (1950), Testing for Serial Correlation in Least Squares Regression I, eq. 2.
    """
    total = float(residuals @ residuals)
    steps = np.diff(residuals)
    return float(steps @ steps) / total if total > 0.0 else float("nan")


def ljung_box(residuals: Vector, lags: int) -> ResidualTest:
    """Return the joint test that the first ``lags`` (< periods) autocorrelations are zero.

    References
    ----------
    Ljung, Box (1978), On a Measure of Lack of Fit in Time Series Models, eq. 1.2.
    """
    n = len(residuals)
    centered = residuals - residuals.mean()
    total = float(centered @ centered)
    if total <= 0.0:
        return ResidualTest(0.0, 1.0)
    shares = [float(centered[lag:] @ centered[:-lag]) / total for lag in range(1, lags + 1)]
    q = n * (n + 2.0) * sum(share**2 / (n - lag) for lag, share in enumerate(shares, start=1))
    return ResidualTest(q, _tail(lags, q))


def breusch_pagan(residuals: Vector, drivers: Matrix) -> ResidualTest:
    """Return the test that the residuals' variance does not depend on ``drivers`` (period, driver).

    The studentized form ``n * R**2`` of the squared residuals on the drivers and a constant, which does not
    need normal residuals.

    References
    ----------
    Koenker (1981), A Note on Studentizing a Test for Heteroscedasticity, section 3.
    """
    n = len(residuals)
    squares = residuals**2
    centered = squares - squares.mean()
    total = float(centered @ centered)
    columns = drivers - drivers.mean(axis=0)
    rank = int(np.linalg.matrix_rank(columns)) if columns.size else 0
    if total <= 0.0 or rank == 0:
        return ResidualTest(0.0, 1.0)
    coefficients = np.linalg.lstsq(columns, centered, rcond=None)[0]
    left = centered - columns @ coefficients
    statistic = n * max(0.0, 1.0 - float(left @ left) / total)
    return ResidualTest(statistic, _tail(rank, statistic))


def jarque_bera(residuals: Vector) -> ResidualTest:
    """Return the test that skewness is 0 and kurtosis 3, as for normal residuals.

    References
    ----------
    Jarque, Bera (1987), A Test for Normality of Observations and Regression Residuals, eq. 5.
    """
    n = len(residuals)
    centered = residuals - residuals.mean()
    variance = float((centered**2).mean())
    if variance <= 0.0:
        return ResidualTest(0.0, 1.0)
    skewness = float((centered**3).mean()) / variance**1.5
    kurtosis = float((centered**4).mean()) / variance**2
    statistic = n / 6.0 * (skewness**2 + 0.25 * (kurtosis - 3.0) ** 2)
    return ResidualTest(statistic, _tail(2, statistic))


def variance_inflation(columns: Matrix) -> Vector:
    """Return how many times the other columns inflate each column's variance, shape (column,).

    Parameters
    ----------
    columns
        Shape (row, column); a constant is taken for granted and must not be among them.

    Returns
    -------
    At least 1, cut at `LARGEST_INFLATION`; 1 for a column that does not vary.

    Notes
    -----
    ``1 / (1 - R**2)`` of each column on the others, which is the diagonal of the inverse correlation matrix.
    """
    centered = columns - columns.mean(axis=0)
    sizes = np.sqrt((centered**2).sum(axis=0))
    # Rounding leaves a constant column with a tiny spread; as a share of its size it is nothing.
    varies = sizes > 1e-12 * np.sqrt((columns**2).sum(axis=0) + np.finfo(np.float64).tiny)
    inflation = np.ones(columns.shape[1])
    for index in np.flatnonzero(varies):
        others = [other for other in np.flatnonzero(varies) if other != index]
        scaled = centered[:, index] / sizes[index]
        if others:
            beside = centered[:, others] / sizes[others]
            scaled = scaled - beside @ np.linalg.lstsq(beside, scaled, rcond=None)[0]
        inflation[index] = min(LARGEST_INFLATION, 1.0 / max(float(scaled @ scaled), 1.0 / LARGEST_INFLATION))
    return inflation


def _tail(freedom: int, statistic: float) -> float:
    """Return the probability that a chi-squared value of so many degrees of freedom exceeds ``statistic``."""
    from scipy.special import chdtrc  # here, so that commands that test nothing start sooner

    return float(chdtrc(freedom, statistic))
