"""The fitted model as people use it: tables of contributions, returns and curves."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmxlib.artifacts.codec import MAX_BYTES
from mmxlib.artifacts.diagnostics import Diagnostics
from mmxlib.artifacts.response import Response
from mmxlib.errors import ModelError, UsageError
from mmxlib.files import write_atomic
from mmxlib.model.contribution_tables import carryover_table, contributions_table
from mmxlib.model.inference_data import inference_data
from mmxlib.model.parameter_tables import prior_posterior_table, rival_fits_table
from mmxlib.model.prediction import prediction_table
from mmxlib.model.return_tables import curve_table, summary_table
from mmxlib.model.saving import Saved, oversized, saved_bytes, saved_of
from mmxlib.model.windows import Window, window_periods


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

    def __repr__(self) -> str:
        """Return what was fitted, and how well, in two lines."""
        response, panel = self.response, self.response.panel
        channels = ", ".join(channel.name for channel in panel.channels)
        units, periods = panel.outcome.shape
        checked = "not diagnosed" if self.diagnostics is None else f"{len(self.diagnostics.checks)} checks"
        return (
            f"Model by {response.method}: {units:,} units, {periods:,} periods, "
            f"{len(response.draws.retention):,} draws, {checked}\n  channels: {channels}"
        )

    def save(self, path: str | Path) -> None:
        """Write the model to the file ``path``, from which `load_model` gets it back as it was.

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

        References
        ----------
        Jin, Wang, Sun, Chan, Koehler (2017), Bayesian Methods for Media Mix Modeling with Carryover and Shape
        Effects, section 2 (adstock, then saturation, then effect).
        """
        check_level(level)
        return contributions_table(self.response, level)

    def carryover(self, level: float = 0.9) -> pd.DataFrame:
        """Return what of each contribution came at once, and what from exposure of earlier periods.

        Parameters
        ----------
        level
            Probability inside the intervals, in [0.5, 1).

        Returns
        -------
        A row per unit, date and channel: ``unit, date, channel, immediate, immediate_lower, immediate_upper,
        carryover, carryover_lower, carryover_upper``, in units of outcome. ``immediate`` and ``carryover``
        add up to the channel's ``mean`` in `contributions`, and so they do for every draw.

        Raises
        ------
        UsageError
            If ``level`` is out of range.

        Notes
        -----
        ``immediate`` is ``effect * S((1 - retention) * exposure)``: the period's contribution with all
        earlier exposure switched off. ``carryover`` is the rest of the contribution, so what exposures bring
        by meeting on one curve (or lose by it) counts as carryover.
        """
        check_level(level)
        return carryover_table(self.response, level)

    def prediction(self, level: float = 0.9, *, noise: bool = True) -> pd.DataFrame:
        """Return the outcome that the model gives every unit and period of the data, beside what came.

        Parameters
        ----------
        level
            Probability inside the interval, in [0.5, 1).
        noise
            Whether the interval is for the outcome, noise included, or for what is expected of it: base plus
            media, whose interval is narrower.

        Returns
        -------
        A row per unit and date: ``unit, date, outcome, mean, lower, upper``, in units of outcome.

        Raises
        ------
        UsageError
            If ``level`` is out of range.

        Notes
        -----
        The interval with noise is that of the mixture over draws of normals around base plus media, with the
        stationary sd of AR(1) noise, ``noise_sd / sqrt(1 - rho^2)``: the errors of neighboring periods are
        not used to correct one another.
        """
        check_level(level)
        return prediction_table(self.response, level, noise=noise)

    def priors(self) -> pd.DataFrame:
        """Return what was believed of every channel before the data, and what is believed after them.

        Returns
        -------
        A row per channel and parameter: ``channel, parameter, measure, prior_median, prior_lower,
        prior_upper, posterior_mean, posterior_lower, posterior_upper, shift, origin``. Ranges hold 90 %.
        ``measure`` says in what the row counts. ``shift`` is the distance of the posterior's mean from the
        prior's center in prior sds (of the logarithm, where the prior is log-normal); ``origin`` says who
        stated the prior. A retention stands there as a share and again as ``half_life`` in periods; a
        half-saturation as a multiple of mean active exposure and again as ``half_saturation_spend`` (for
        organic media ``half_saturation_exposure``) per period over all units. What the channel's family
        holds fixed has no row.
        """
        return prior_posterior_table(self.response)

    def rival_fits(self) -> pd.DataFrame:
        """Return how far apart the fits that are about equally good put each channel's ROI.

        Returns
        -------
        A row per channel: ``channel, fits, roi_of_best, roi_lowest, roi_highest``. ``fits`` counts the modes
        of the posterior with a weight of at least 1 %, by their Laplace evidence; ROI is the contribution
        over the spend of all data, in money per money, missing for channels without spend and for outcomes in
        units without ``revenue_per_unit``. One fit means that no other comes near.
        """
        return rival_fits_table(self.response)

    def to_inference_data(self, *, seed: int = 0) -> Any:
        """Return the draws as an ``arviz.InferenceData``, for ArviZ's plots and summaries.

        Parameters
        ----------
        seed
            The source of chance for the noise of ``posterior_predictive``.

        Returns
        -------
        Groups, with dimensions named ``chain, draw, unit, channel, column, date``:

        - ``posterior``: ``retention``, ``half_saturation`` (multiples of ``exposure_scale``), ``shape`` by
          channel; ``effect`` by unit and channel and ``base`` by unit and column, in units of outcome;
          ``noise_sd`` by unit; ``contribution`` by unit and channel over all data, and ``roi`` (missing as in
          `channel_summary`).
        - ``posterior_predictive``: ``outcome`` by unit and date, noise included.
        - ``sample_stats`` (method bayes): ``diverging``, ``lp``, ``energy``, ``acceptance_rate``,
          ``tree_depth``, ``n_steps``.
        - ``observed_data``: ``outcome``. ``constant_data``: ``exposure``, ``spend``, ``exposure_scale``,
          ``outcome_scale``, ``autocorrelation``.

        With bayes, chains are the sampler's own and ``draw`` is the place in its chain; where the model keeps
        fewer draws than were sampled (`ModelSettings.draws`), every chain's are thinned alike. The draws of
        ridge are refits to resampled data: they form one chain without order, and R-hat says nothing of them.
        The attribute ``draws_are`` of ``posterior`` says which it is.

        Raises
        ------
        ModelError
            If ArviZ is not installed; the error says how to install it.
        """
        return inference_data(self.response, np.random.default_rng(seed))

    def channel_summary(
        self,
        window: Window | None = None,
        level: float = 0.9,
        *,
        unit: str | None = None,
    ) -> pd.DataFrame:
        """Return what each channel brought in a window, over all units or in one.

        Parameters
        ----------
        window
            First and last date, both included; all data by default.
        level
            Probability inside the intervals, in [0.5, 1).
        unit
            One unit's name; all units by default. National spend serves every unit at once, so that one
            unit's part of it, and its ROI, are missing.

        Returns
        -------
        A row per channel: ``channel, spend, contribution, contribution_lower, contribution_upper, share,
        contribution_of_spend, …_lower, …_upper, roi, …_lower, …_upper, marginal_roi, …_lower, …_upper,
        immediate, carryover, carryover_share``.
        ``share`` is the contribution's part of the window's outcome. ROI is money per money; it is missing
        for channels without spend, and for outcomes in units without ``revenue_per_unit``. ``immediate`` and
        ``carryover`` are the contribution's parts as in `carryover`, ``carryover_share`` that of the latter.

        Raises
        ------
        UsageError
            If the window holds no period, there is no such unit, or ``level`` is out of range.

        Notes
        -----
        ``contribution`` falls inside the window, carryover from before included. ``contribution_of_spend`` is
        what the window's spend causes, now and later; ``roi`` is its money over the spend, ``marginal_roi``
        the derivative when all spend of the window is scaled.
        """
        check_level(level)
        panel = self.response.panel
        first, last = (0, len(panel.dates)) if window is None else window_periods(panel, window)
        chosen = None if unit is None else self._unit(unit)
        return summary_table(self.response, first, last, unit=chosen, level=level)

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
        A row per point: ``spend, exposure, outcome, outcome_lower, outcome_upper, marginal_roi,
        marginal_roi_lower, marginal_roi_upper``; ``spend`` and marginal ROI (money per money at that spend)
        are missing for an organic channel.

        Raises
        ------
        UsageError
            If there is no such channel, a spend is negative, or ``level`` is out of range.

        Notes
        -----
        The sum over units of ``effect * S(exposure)``, with spend split over units as in all data, and its
        derivative. Where that is infinite, at zero spend for a shape below 1, it is taken at a millionth of
        the mean active exposure.
        """
        check_level(level)
        panel = self.response.panel
        if channel not in panel.channel_names:
            raise UsageError(
                f"There is no channel {channel!r}.",
                remedy=f"Choose one of {', '.join(panel.channel_names)}.",
                code="MMX-M020",
            )
        if spend is not None and not all(each >= 0.0 for each in spend):
            raise UsageError(
                "A spend below zero has no response.", remedy="Give spends >= 0.", code="MMX-M021"
            )
        return curve_table(self.response, panel.channel_names.index(channel), spend, level)

    def _unit(self, name: str) -> int:
        units = self.response.panel.units
        if name not in units:
            raise UsageError(
                f"There is no unit {name!r}.",
                remedy=f"Choose one of {', '.join(units)}.",
                code="MMX-M024",
            )
        return units.index(name)


def check_level(level: float) -> None:
    """Refuse a probability that no interval can hold.

    Raises
    ------
    UsageError
        If it is below one half, or not below one.
    """
    if not 0.5 <= level < 1.0:
        raise UsageError(
            f"An interval cannot hold {level:g} of the probability.",
            remedy="Choose a level from 0.5 to below 1, such as 0.9.",
            code="MMX-M023",
        )
