"""The fitted model as people use it: tables of contributions, returns and curves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from mmxlib.artifacts.codec import MAX_BYTES
from mmxlib.artifacts.diagnostics import Diagnostics
from mmxlib.artifacts.response import Response
from mmxlib.errors import ModelError, UsageError
from mmxlib.files import write_atomic
from mmxlib.model.decomposition import base_draws, base_parts, media_draws
from mmxlib.model.returns import interval, steady_curve, window_returns
from mmxlib.model.saving import Saved, oversized, saved_bytes, saved_of

CURVE_POINTS = 61
CURVE_REACH = 1.5
"""A curve's default grid ends at this multiple of the largest spend ever observed in a period."""
RESIDUAL = "residual"


def load_model(path: str | Path) -> "Model":
    """Return the model that `Model.save` wrote to ``path``.

    Raises
    ------
    ModelError
        If there is no such file, it is no saved model, is damaged, or was written by a later version.
    """
    place = Path(path)
    try:
        size = place.stat().st_size if place.is_file() else None
        content = place.read_bytes() if size is not None and size <= MAX_BYTES else b""
    except OSError as error:
        raise ModelError(
            f"The model cannot be read: {(error.strerror or 'the disk refused').lower()}.",
            remedy="Give the path of a file that you may read.",
            code="MMX-M064",
            place=str(place),
        ) from error
    if size is None:
        raise ModelError(
            "There is no such file.",
            remedy="Give the path of a file that Model.save wrote.",
            code="MMX-M065",
            place=str(place),
        )
    if size > MAX_BYTES:
        raise oversized(str(place))
    saved = saved_of(content, place=str(place))
    return Model(saved.response, saved.diagnostics)


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted marketing mix model.

    ``response`` holds its state; ``diagnostics`` how far it can be trusted (None where it was not diagnosed).
    """

    response: Response
    diagnostics: Diagnostics | None = None

    def save(self, path: str | Path) -> None:
        """Write the model to one file, from which `load_model` gets it back as it was.

        The file holds the data that the model was fitted to.

        Raises
        ------
        StorageError
            If the disk refuses; a file that stood there is then as it was.
        """
        write_atomic(Path(path), saved_bytes(Saved(self.response, self.diagnostics)))

    def contributions(self, level: float = 0.9) -> pd.DataFrame:
        """Return what made up the outcome of every unit and period.

        Parameters
        ----------
        level
            Probability inside the interval, in [0.5, 1).

        Returns
        -------
        A row per unit, date and component: ``unit, date, component, mean, lower, upper``. Components are the
        channels, the parts of the base and ``residual``; their means add up to the outcome.

        Raises
        ------
        UsageError
            If ``level`` is out of range.

        Notes
        -----
        A channel's contribution is ``effect * S(A(exposure))``, the outcome with minus without the channel.
        """
        _check_level(level)
        panel = self.response.panel
        components = [*panel.channel_names, *base_parts(self.response), RESIDUAL]
        shape = (len(panel.units), len(panel.dates), len(components))
        mean, lower, upper = np.empty(shape), np.empty(shape), np.empty(shape)
        for index in range(len(panel.units)):
            parts = [media_draws(self.response, index), base_draws(self.response, index)]
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

    def channel_summary(
        self, window: tuple[date | str, date | str] | None = None, level: float = 0.9
    ) -> pd.DataFrame:
        """Return what each channel brought in a window, over all units.

        Parameters
        ----------
        window
            First and last date, both included; all data by default.
        level
            Probability inside the intervals, in [0.5, 1).

        Returns
        -------
        A row per channel: ``channel, spend, contribution, contribution_lower, contribution_upper, share,
        contribution_of_spend, …_lower, …_upper, roi, …_lower, …_upper, marginal_roi, …_lower, …_upper``.
        ``share`` is the contribution's part of the window's outcome. ROI is money per money; it is missing
        for channels without spend, and for outcomes in units without ``revenue_per_unit``.

        Raises
        ------
        UsageError
            If the window holds no period, or ``level`` is out of range.

        Notes
        -----
        ``contribution`` falls inside the window, carryover from before included. ``contribution_of_spend`` is
        what the window's spend causes, now and later; ``roi`` is its money over the spend, ``marginal_roi``
        the derivative when all spend of the window is scaled.
        """
        _check_level(level)
        panel = self.response.panel
        first, last = self._periods(window)
        returns = window_returns(self.response, first, last)
        spend = panel.total_spend(first, last)
        value = np.where(spend > 0.0, panel.money_per_outcome / np.where(spend > 0.0, spend, 1.0), np.nan)
        columns: dict[str, Sequence[str] | np.ndarray] = {
            "channel": list(panel.channel_names),
            "spend": spend,
        }
        for name, draws in (
            ("contribution", returns.contribution),
            ("contribution_of_spend", returns.caused),
            ("roi", returns.caused * value),
            ("marginal_roi", returns.slope * value),
        ):
            columns[name], columns[f"{name}_lower"], columns[f"{name}_upper"] = interval(draws, level)
            if name == "contribution":
                columns["share"] = columns[name] / panel.outcome[:, first:last].sum()
        return pd.DataFrame(columns)

    def response_curve(
        self, channel: str, spend: Sequence[float] | None = None, level: float = 0.9
    ) -> pd.DataFrame:
        """Return the steady outcome per period that a constant spend per period brings, over all units.

        Parameters
        ----------
        channel
            Its name.
        spend
            Spend per period (exposure for an organic channel), each >= 0; by default 61 points from zero to
            1.5 times the largest ever observed.
        level
            Probability inside the interval, in [0.5, 1).

        Returns
        -------
        A row per point: ``spend, exposure, outcome, outcome_lower, outcome_upper, marginal_roi``; the last is
        money per money at that spend, missing for an organic channel.

        Raises
        ------
        UsageError
            If there is no such channel, a spend is negative, or ``level`` is out of range.
        """
        _check_level(level)
        panel = self.response.panel
        if channel not in panel.channel_names:
            raise UsageError(
                f"There is no channel {channel!r}.",
                remedy=f"Choose one of {', '.join(panel.channel_names)}.",
                code="MMX-M020",
            )
        index = panel.channel_names.index(channel)
        grid = self._grid(index) if spend is None else np.asarray(spend, dtype=np.float64)
        if np.any(grid < 0.0):
            raise UsageError(
                "A spend below zero has no response.", remedy="Give spends >= 0.", code="MMX-M021"
            )
        curve = steady_curve(self.response, index, grid)
        mean, lower, upper = interval(curve.outcome, level)
        paid = panel.channels[index].paid
        width = np.maximum(grid * 1e-4, 1e-6 * max(float(grid.max(initial=0.0)), 1.0))
        rise = steady_curve(self.response, index, grid + width).outcome.mean(axis=0) - mean
        slope = rise / width * panel.money_per_outcome
        return pd.DataFrame(
            {
                "spend": grid if paid else np.full(len(grid), np.nan),
                "exposure": curve.exposure,
                "outcome": mean,
                "outcome_lower": lower,
                "outcome_upper": upper,
                "marginal_roi": slope if paid else np.full(len(grid), np.nan),
            }
        )

    def _grid(self, channel: int) -> np.ndarray:
        panel = self.response.panel
        series = panel.spend if panel.channels[channel].paid else panel.exposure
        values = series[:, :, channel]
        by_period = values[0] if panel.channels[channel].national else values.sum(axis=0)
        return np.linspace(0.0, CURVE_REACH * float(by_period.max()), CURVE_POINTS)

    def _periods(self, window: tuple[date | str, date | str] | None) -> tuple[int, int]:
        """Return the window as first period and the one after the last."""
        dates = self.response.panel.dates
        if window is None:
            return 0, len(dates)
        first = int(np.searchsorted(dates, np.datetime64(window[0], "D")))
        last = int(np.searchsorted(dates, np.datetime64(window[1], "D"), side="right"))
        if last <= first:
            raise UsageError(
                f"No period begins from {window[0]} to {window[1]}.",
                remedy=f"The data run from {dates[0]} to {dates[-1]}.",
                code="MMX-M022",
            )
        return first, last


def _check_level(level: float) -> None:
    if not 0.5 <= level < 1.0:
        raise UsageError(
            f"An interval cannot hold {level:g} of the probability.",
            remedy="Choose a level from 0.5 to below 1, such as 0.9.",
            code="MMX-M023",
        )
