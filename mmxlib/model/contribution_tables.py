"""Tables of contributions: what made up the outcome, and what of it came at once or by carryover."""

import numpy as np
import pandas as pd

from mmxlib.artifacts.response import Response
from mmxlib.model.decomposition import base_draws, base_parts, immediate_draws, media_draws
from mmxlib.model.returns import interval

RESIDUAL = "residual"


def contributions_table(response: Response, level: float) -> pd.DataFrame:
    """Return what made up the outcome of every unit and period: see `Model.contributions`."""
    panel = response.panel
    components = [*panel.channel_names, *base_parts(response), RESIDUAL]
    shape = (len(panel.units), len(panel.dates), len(components))
    mean, lower, upper = np.empty(shape), np.empty(shape), np.empty(shape)
    for index in range(len(panel.units)):
        parts = [media_draws(response, index), base_draws(response, index)]
        explained = parts[0].sum(axis=2) + parts[1].sum(axis=2)
        series = np.concatenate([*parts, (panel.outcome[index] - explained)[:, :, None]], axis=2)
        mean[index], lower[index], upper[index] = interval(series, level)
    return pd.DataFrame(
        {
            "unit": np.repeat(np.array(panel.units, dtype=object), shape[1] * shape[2]),
            "date": np.tile(np.repeat(panel.dates, shape[2]), shape[0]),
            "component": np.tile(np.array(components, dtype=object), shape[0] * shape[1]),
            "mean": mean.ravel(),
            "lower": lower.ravel(),
            "upper": upper.ravel(),
        }
    )


def carryover_table(response: Response, level: float) -> pd.DataFrame:
    """Return the two parts of every unit's, period's and channel's contribution: see `Model.carryover`."""
    panel = response.panel
    names, frames = list(panel.channel_names), []
    for index, unit in enumerate(panel.units):
        immediate = immediate_draws(response, index)
        columns: dict[str, object] = {
            "unit": [unit] * (len(names) * len(panel.dates)),
            "date": np.repeat(panel.dates, len(names)),
            "channel": names * len(panel.dates),
        }
        for name, draws in (
            ("immediate", immediate),
            ("carryover", media_draws(response, index) - immediate),
        ):
            for end, values in zip(("", "_lower", "_upper"), interval(draws, level), strict=True):
                columns[name + end] = values.ravel()
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)
