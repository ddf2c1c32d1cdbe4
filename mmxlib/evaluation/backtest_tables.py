"""The tables of a backtest, from the forecasts of its folds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Panel
from mmxlib.maths.arrays import Matrix
from mmxlib.maths.metrics import coverage, mape, nrmse

METHODS = ("model", "seasonal_naive", "no_media")

FORECAST_COLUMNS = (
    "fold",
    "date",
    "unit",
    "actual",
    "mean",
    "lower",
    "upper",
    "seasonal_naive",
    "no_media",
)

FOLD_COLUMNS = ("fold", "origin", "unit", "horizon", *(f"{name}_mape" for name in METHODS), "coverage")

SUMMARY_COLUMNS = ("method", "mape", "nrmse", "coverage")


@dataclass(frozen=True, eq=False)
class Fold:
    """One origin's forecasts, (unit, period) each; ``seasonal`` says whether a year lay before it."""

    number: int
    origin: int
    actual: Matrix
    mean: Matrix
    lower: Matrix
    upper: Matrix
    seasonal_naive: Matrix
    no_media: Matrix
    seasonal: bool


def forecast_frame(panel: Panel, fold: Fold) -> pd.DataFrame:
    """Return a row per unit and period of the fold."""
    units, horizon = fold.actual.shape
    dates = panel.dates[fold.origin : fold.origin + horizon]
    values = {
        name: getattr(fold, name).ravel() for name in FORECAST_COLUMNS if name not in ("fold", "date", "unit")
    }
    return pd.DataFrame(
        {
            "fold": fold.number,
            "date": np.tile(dates, units).astype("datetime64[s]"),
            "unit": np.repeat(np.array(panel.units, dtype=object), horizon),
            **values,
        }
    )


def fold_frame(panel: Panel, fold: Fold) -> pd.DataFrame:
    """Return a row per unit with the errors of the fold."""
    rows = []
    for index, unit in enumerate(panel.units):
        actual = fold.actual[index]
        rows.append(
            {
                "fold": fold.number,
                "origin": panel.dates[fold.origin],
                "unit": unit,
                "horizon": len(actual),
                "model_mape": mape(actual, fold.mean[index]),
                "seasonal_naive_mape": mape(actual, fold.seasonal_naive[index]),
                "no_media_mape": mape(actual, fold.no_media[index]),
                "coverage": coverage(actual, fold.lower[index], fold.upper[index]),
            }
        )
    frame = pd.DataFrame(rows)
    frame["origin"] = frame["origin"].to_numpy().astype("datetime64[s]")
    return frame


def summary_frame(folds: Sequence[Fold]) -> pd.DataFrame:
    """Return the errors over all folds, units and periods; NRMSE is scaled within each unit."""
    actual = np.concatenate([fold.actual for fold in folds], axis=1)
    estimates = {
        "model": np.concatenate([fold.mean for fold in folds], axis=1),
        "seasonal_naive": np.concatenate([fold.seasonal_naive for fold in folds], axis=1),
        "no_media": np.concatenate([fold.no_media for fold in folds], axis=1),
    }
    inside = [coverage(fold.actual, fold.lower, fold.upper) for fold in folds]
    size = np.abs(actual).mean(axis=1, keepdims=True)
    size = np.where(size > 0.0, size, 1.0)
    return pd.DataFrame(
        {
            "method": list(METHODS),
            "mape": [mape(actual, estimates[method]) for method in METHODS],
            "nrmse": [nrmse(actual / size, estimates[method] / size) for method in METHODS],
            "coverage": [float(np.mean(inside)), float("nan"), float("nan")],
        }
    )
