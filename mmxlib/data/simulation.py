"""Sales and media of a market that never was, with the truth beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
import pandas as pd

from mmxlib.artifacts.panel import Panel
from mmxlib.data.reading import read_panel
from mmxlib.data.roles import DataSettings
from mmxlib.data.simulated_market import AUTOCORRELATION, Market, correlated_noise, covered, simulated_market
from mmxlib.data.simulated_media import SimulatedMedia, simulated_media
from mmxlib.errors import UsageError
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.arrays import Array, Dates, Matrix
from mmxlib.maths.media import Curves, window_outcome
from mmxlib.maths.saturations.registry import SATURATIONS
from mmxlib.terms import AdstockFamily, SaturationFamily

FIRST_WEEK = np.datetime64("2023-01-02")
"""The Monday on which simulated data begin."""

CARRYOVER_PERIODS = 104
"""Weeks after the data in which carryover is counted: the longest retention leaves 1e-16 of it by then."""

FamilyT = TypeVar("FamilyT", bound=StrEnum)

BASE_PARTS = ("level", "trend", "season", "events", "price", "promotion", "anomaly", "level_shift")


@dataclass(frozen=True, eq=False)
class Truth:
    """What a simulation planted; money is in the currency of sales, dates are first days of weeks.

    ``parameters``: channel, sub_category, national, flighting, adstock, saturation, retention, timing (lag of
    the peak in weeks, or the Weibull's shape; one where there is none), half_saturation (multiple of
    exposure_scale), shape, effect (sales a week at full response),
    exposure_scale (mean active spend). ``contributions``: date, sub_category, channel, contribution.
    ``returns``: channel, spend, contribution, contribution_of_spend, roi. ``base``: date, sub_category, the
    parts in `BASE_PARTS`, and noise (with the rounding of sales); parts, contributions and noise add up to
    sales. ``flagged_periods``: sub_category, date, kind (anomaly or level_shift), change (of sales a week).
    ``segments``: sub_category, segment. ``event_lifts``: event, start, end, sub_category, share (lift of a
    whole week over the level), lift. ``drivers``: sub_category, level, price_elasticity, promotion_lift,
    noise_sd, autocorrelation.
    """

    parameters: pd.DataFrame
    contributions: pd.DataFrame
    returns: pd.DataFrame
    base: pd.DataFrame
    flagged_periods: pd.DataFrame
    segments: pd.DataFrame
    event_lifts: pd.DataFrame
    drivers: pd.DataFrame

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Return every table by its name."""
        return {name: getattr(self, name) for name in type(self).__dataclass_fields__}


@dataclass(frozen=True, eq=False)
class Simulation:
    """Simulated data as a team would keep them, and the truth.

    ``sales``: date, sub_category, sales, units, price, promotion. ``media``: date, channel, sub_category
    (empty for a national channel; no such column when all are), spend. ``events``: name, start, end. Dates
    are text, year-month-day. ``choices`` are the arguments that made it. ``panel`` is what reading the three
    frames gives.
    """

    sales: pd.DataFrame
    media: pd.DataFrame
    events: pd.DataFrame
    truth: Truth
    panel: Panel
    choices: Mapping[str, str | int | float | bool]


def simulate_panel(
    *,
    sub_categories: int = 12,
    channels: int = 6,
    periods: int = 156,
    seed: int = 0,
    national: bool | float = False,
    noise: float = 0.03,
    truth: SaturationFamily | str = SaturationFamily.HILL,
    carryover: AdstockFamily | str = AdstockFamily.GEOMETRIC,
) -> Simulation:
    """Return a simulated market; the same arguments give the same numbers.

    Parameters
    ----------
    sub_categories
        How many, 1 to 5,000. They come from up to four kinds that differ in size, price, trend, season and
        volatility.
    channels
        How many, 1 to 50, with flighting and carryover of their kind (tv, search, …).
    periods
        How many weeks, 26 to 1,040, from Monday 2 January 2023.
    seed
        Not negative.
    national
        Whether media are national, or the share of channels (0 to 1) that are.
    noise
        Standard deviation of the noise as a share of sales, 0 to 0.5.
    truth
        The family of diminishing returns: hill, logistic, exponential or none.
    carryover
        The family of carryover: geometric, delayed or weibull.

    Raises
    ------
    UsageError
        If an argument lies outside its range.

    Notes
    -----
    ``sales = base + sum over channels of effect * S(A(spend / scale)) + noise``, with the model's own
    normalized adstock A (from zero) and saturation S; noise is AR(1). Media bring 18 to 26 % of
    sales, at returns between 0.5 and 6.
    """
    for name, value, lower, upper in (
        ("sub_categories", sub_categories, 1, 5_000),
        ("channels", channels, 1, 50),
        ("periods", periods, 26, 1_040),
        ("seed", seed, 0, 2**63),
        ("national", national, 0, 1),
        ("noise", noise, 0.0, 0.5),
    ):
        if not lower <= value <= upper:
            raise UsageError(
                f"{name} is {value}, but must lie between {lower:,} and {upper:,}.",
                remedy="Choose a value in that range.",
                code="MMX-D070",
            )
    family = _family(SaturationFamily, truth, argument="truth", kind="diminishing returns")
    adstock = _family(AdstockFamily, carryover, argument="carryover", kind="carryover")
    streams = [np.random.default_rng(stream) for stream in np.random.SeedSequence(seed).spawn(3)]
    dates = FIRST_WEEK + np.timedelta64(7, "D") * np.arange(periods)
    market = simulated_market(sub_categories, dates, noise, streams[0])
    media = simulated_media(
        sum(market.parts.values(), start=np.zeros(market.price.shape)).mean(axis=1),
        periods,
        channels,
        national=np.arange(channels) < round(float(national) * channels),
        adstock=adstock,
        family=family,
        rng=streams[1],
    )
    explained = sum(market.parts.values(), start=np.zeros(market.price.shape)) + media.contribution.sum(
        axis=2
    )
    wanted = explained + correlated_noise(market.noise_sd, periods, streams[2])
    outcome = np.round(np.maximum(wanted, 0.0), 2)
    sales, spend, events = _sales(market, outcome, dates), _media(market, media, dates), _events(market)
    return Simulation(
        sales=sales,
        media=spend,
        events=events,
        truth=_truth(market, media, dates, outcome - explained),
        panel=read_panel(sales, media=spend, events=events, config=DataSettings(fewest_weeks=1)),
        choices={
            "sub_categories": sub_categories, "channels": channels, "periods": periods, "seed": seed,
            "national": national, "noise": noise, "truth": family.value,
            "carryover": adstock.value,
        },
    )  # fmt: skip


def _family(families: type[FamilyT], name: str, *, argument: str, kind: str) -> FamilyT:
    try:
        return families(name)
    except ValueError as error:
        raise UsageError(
            f"{argument} is {name!r}, but there is no such family of {kind}.",
            remedy=f"Choose one of {', '.join(families)}.",
            code="MMX-D071",
        ) from error


def _sales(market: Market, outcome: Matrix, dates: Dates) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": np.tile(_text(dates), len(outcome)),
            "sub_category": np.repeat(np.array(market.sub_categories, dtype=object), len(dates)),
            "sales": outcome.ravel(),
            "units": np.round(outcome / market.price).astype(np.int64).ravel(),
            "price": market.price.ravel(),
            "promotion": market.promotion.ravel(),
        }
    )


def _media(market: Market, media: SimulatedMedia, dates: Dates) -> pd.DataFrame:
    """Return a row per week, channel and sub-category; one per week for a national channel."""
    blocks = []
    for index, channel in enumerate(media.channels):
        series = media.spend[:1, :, index] if media.national[index] else media.spend[:, :, index]
        units = [""] if media.national[index] else list(market.sub_categories)
        blocks.append(
            pd.DataFrame(
                {
                    "date": np.tile(_text(dates), len(units)),
                    "channel": channel,
                    "sub_category": np.repeat(np.array(units, dtype=object), len(dates)),
                    "spend": series.ravel(),
                }
            )
        )
    frame = pd.concat(blocks, ignore_index=True)
    return frame.drop(columns="sub_category") if np.all(media.national) else frame


def _events(market: Market) -> pd.DataFrame:
    return pd.DataFrame(
        [(event.name, event.start.isoformat(), event.end.isoformat()) for event in market.events],
        columns=["name", "start", "end"],
    )


def _truth(market: Market, media: SimulatedMedia, dates: Dates, noise: Matrix) -> Truth:
    units = np.array(market.sub_categories, dtype=object)
    grid = {"date": np.tile(_text(dates), len(units)), "sub_category": np.repeat(units, len(dates))}
    parts = {name: market.parts[name].ravel() for name in BASE_PARTS}
    changes = [(*each, "anomaly") for each in market.anomalies]
    changes += [(*each, "level_shift") for each in market.level_shifts]
    return Truth(
        parameters=_parameters(market, media),
        contributions=pd.concat(
            [
                pd.DataFrame(
                    {**grid, "channel": channel, "contribution": media.contribution[:, :, index].ravel()}
                )
                for index, channel in enumerate(media.channels)
            ],
            ignore_index=True,
        ),
        returns=_returns(media),
        base=pd.DataFrame({**grid, **parts, "noise": noise.ravel()}),
        flagged_periods=pd.DataFrame(
            [(units[unit], _text(dates)[period], kind, change) for unit, period, change, kind in changes],
            columns=["sub_category", "date", "kind", "change"],
        ),
        segments=pd.DataFrame({"sub_category": units, "segment": np.array(market.segment_of, dtype=object)}),
        event_lifts=_event_lifts(market, dates),
        drivers=pd.DataFrame(
            {
                "sub_category": units,
                "level": market.level,
                "price_elasticity": market.elasticity,
                "promotion_lift": market.promotion_lift,
                "noise_sd": market.noise_sd,
                "autocorrelation": AUTOCORRELATION,
            }
        ),
    )


def _parameters(market: Market, media: SimulatedMedia) -> pd.DataFrame:
    rows = [
        (
            channel, unit, bool(media.national[c]), media.flighting[c].value, media.adstock.value,
            media.family.value, media.retention[c], media.timing[c], media.half_saturation[c], media.shape[c],
            media.effect[u, c], media.scale[u, c],
        )
        for c, channel in enumerate(media.channels)
        for u, unit in enumerate(market.sub_categories)
    ]  # fmt: skip
    columns = [
        "channel", "sub_category", "national", "flighting", "adstock", "saturation", "retention",
        "timing", "half_saturation", "shape", "effect", "exposure_scale",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _returns(media: SimulatedMedia) -> pd.DataFrame:
    """Return spend, contribution and ROI of each channel over all weeks, later carryover included."""
    units, periods, _ = media.spend.shape
    spend = np.where(media.national, media.spend[0].sum(axis=0), media.spend.sum(axis=(0, 1)))
    tail = np.zeros(CARRYOVER_PERIODS)
    caused = np.zeros(len(media.channels))
    count = len(media.channels)
    curves = Curves(
        np.full(count, ADSTOCKS[media.adstock].code), np.full(count, SATURATIONS[media.family].code),
        media.retention[None], media.timing[None], media.half_saturation[None], media.shape[None],
    )  # fmt: skip
    for c in range(len(media.channels)):
        for u in range(units):
            exposure = np.concatenate([media.spend[u, :, c] / media.scale[u, c], tail])
            caused[c] += window_outcome(exposure, 0, periods, c, curves, media.effect[u, c : c + 1])[0, 0]
    return pd.DataFrame(
        {
            "channel": np.array(media.channels, dtype=object),
            "spend": spend,
            "contribution": media.contribution.sum(axis=(0, 1)),
            "contribution_of_spend": caused,
            "roi": caused / spend,
        }
    )


def _event_lifts(market: Market, dates: Dates) -> pd.DataFrame:
    rows = [
        (event.name, event.start.isoformat(), event.end.isoformat(), unit, share, share * level * weeks)
        for event in market.events
        for weeks in [float(covered(event, dates).sum())]
        for unit, share, level in zip(
            market.sub_categories, market.event_lifts[event.name], market.level, strict=True
        )
    ]
    return pd.DataFrame(rows, columns=["event", "start", "end", "sub_category", "share", "lift"])


def _text(dates: Dates) -> Array:
    return np.datetime_as_string(dates, unit="D").astype(object)
