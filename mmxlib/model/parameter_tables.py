"""What was believed before the data and after them, and how far apart equally good fits lie."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mmxlib.artifacts.response import Response
from mmxlib.maths.adstocks.geometric import half_life
from mmxlib.terms import AdstockFamily

EQUALLY_GOOD = 0.01
"""Modes with less weight than this are not called equally good fits."""

MEASURES: Mapping[str, str] = {
    "retention": "share kept per period",
    "half_life": "periods",
    "peak": "periods until the effect is strongest",
    "weibull_shape": "form of the fading (1: geometric)",
    "half_saturation": "multiple of mean active exposure",
    "half_saturation_spend": "spend per period, over all units",
    "half_saturation_exposure": "exposure per period, over all units",
    "shape": "steepness (1: concave, above 1: S-shaped)",
    "roi": "money per money",
    "contribution_share": "share of the outcome",
    "effect": "multiple of mean outcome",
}
"""In what each parameter is counted."""

COLUMNS = (
    "channel", "parameter", "measure", "prior_median", "prior_lower", "prior_upper", "posterior_mean",
    "posterior_lower", "posterior_upper", "shift", "origin",
)  # fmt: skip
VALUES = COLUMNS[3:9]


def prior_posterior_table(response: Response) -> pd.DataFrame:
    """Return prior and posterior of every parameter side by side: see `Model.priors`."""
    rows: list[dict[str, object]] = []
    for stated in response.prior_table.to_dict("records"):
        row = {str(name): value for name, value in stated.items()}
        rows.append(row)
        channel = response.panel.channel_names.index(str(row["channel"]))
        geometric = response.priors[channel].adstock is AdstockFamily.GEOMETRIC
        if row["parameter"] == "retention" and geometric:
            rows.append(_as_half_life(row, response, channel))
        elif row["parameter"] == "half_saturation":
            rows.append(_in_natural_units(row, response, channel))
    table = pd.DataFrame(rows, columns=[name for name in COLUMNS if name != "measure"])
    table.insert(2, "measure", [MEASURES.get(name, "") for name in table["parameter"]])
    return table


def _as_half_life(row: Mapping[str, object], response: Response, channel: int) -> dict[str, object]:
    """Return a row of retention as half-life: quantiles carry over, a mean does not."""
    values = [half_life(float(str(row[name]))) for name in VALUES]
    mean = float(np.mean([half_life(float(each)) for each in response.draws.retention[:, channel]]))
    named = dict(zip(VALUES, values, strict=True)) | {"posterior_mean": mean}
    return {**row, **named, "parameter": "half_life"}


def _in_natural_units(row: Mapping[str, object], response: Response, channel: int) -> dict[str, object]:
    """Return a row of half-saturation as what every unit together must spend (or show) per period."""
    shown = response.panel.channels[channel]
    scale = response.exposure_scale[:, channel]
    if shown.paid:
        scale = scale * response.cost_per_exposure[:, channel]
    total = float(scale[0] if shown.national else scale.sum())
    values = total * np.array([row[name] for name in VALUES], dtype=np.float64)
    name = "half_saturation_spend" if shown.paid else "half_saturation_exposure"
    return {**row, **dict(zip(VALUES, values.tolist(), strict=True)), "parameter": name}


def rival_fits_table(response: Response) -> pd.DataFrame:
    """Return the range of each channel's ROI over equally good fits: see `Model.rival_fits`."""
    good = response.modes[response.modes["weight"] >= EQUALLY_GOOD]
    rows = []
    for name in response.panel.channel_names:
        column = f"roi_{name}"
        values = good[column].to_numpy(np.float64) if column in good else np.full(len(good), np.nan)
        rows.append((name, len(good), values[0], values.min(), values.max()))
    return pd.DataFrame(rows, columns=["channel", "fits", "roi_of_best", "roi_lowest", "roi_highest"])
