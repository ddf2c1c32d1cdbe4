"""Panels made by hand whose truth is known, for the agents before the model."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from mmxlib.agents.agent import Inputs
from mmxlib.agents.segmentation import Segmentation, SegmentationSettings
from mmxlib.agents.trend_scanner import TrendScanner, TrendScannerSettings
from mmxlib.artifacts.panel import Channel, Control, Event, Panel
from mmxlib.artifacts.segments import Segment, Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.maths.seasonality import year_phase
from mmxlib.terms import ControlKind

FIRST = np.datetime64("2022-01-03")
NOISE = 0.03
"""The noise of `markets`, a share of their level."""


def weeks(count: int) -> np.ndarray:
    return FIRST + np.timedelta64(7, "D") * np.arange(count)


def day_of(period: int) -> date:
    return (FIRST + np.timedelta64(7 * period, "D")).item()


def base_of(
    rng: np.random.Generator, count: int, level: float, noise: float, growth: float = 0.03
) -> np.ndarray:
    """Return level, growth, season and noise of one unit, noise as a share of the level."""
    years = year_phase(weeks(count))
    season = 0.1 * np.sin(2.0 * np.pi * (years - 0.1)) + 0.03 * np.cos(4.0 * np.pi * years)
    return level * (1.0 + growth * (years - years[0]) + season + noise * rng.normal(size=count))


def panel_of(
    outcome: np.ndarray,
    *,
    events: Sequence[Event] = (),
    spend: np.ndarray | None = None,
    channels: Sequence[Channel] = (),
    promotion: np.ndarray | None = None,
    price: np.ndarray | None = None,
    volume: np.ndarray | None = None,
) -> Panel:
    units, count = outcome.shape
    media = np.zeros((units, count, 0)) if spend is None else spend
    named = tuple(channels) or tuple(Channel(f"channel_{c}") for c in range(media.shape[2]))
    given = {ControlKind.PRICE: price, ControlKind.PROMOTION: promotion}
    controls = {kind: values for kind, values in given.items() if values is not None}
    return Panel(
        units=tuple(f"u{unit:02d}" for unit in range(units)),
        dates=weeks(count),
        channels=named,
        controls=tuple(Control(kind.value, kind) for kind in controls),
        outcome=outcome,
        spend=media,
        exposure=media,
        control_values=np.stack([*controls.values()], axis=-1) if controls else np.zeros((units, count, 0)),
        events=tuple(events),
        volume=volume,
    )


def one_segment(panel: Panel) -> Segments:
    """Return every unit in a segment of its own, so that the units of the tests are the segments."""
    found = Segmentation(SegmentationSettings(resamples=0, comparison_sets=0)).run(
        Inputs({Panel: panel}), np.random.default_rng(0)
    )
    own = tuple(Segment(f"S{index + 1}", unit, (unit,)) for index, unit in enumerate(panel.units))
    return Segments(
        own, found.profile, found.features, found.components, found.candidates, (), None, None, ()
    )


def trends_of(panel: Panel, **settings: object) -> Trends:
    """Return the trends of every unit as its own segment."""
    agent = TrendScanner(TrendScannerSettings(**settings))
    return agent.run(Inputs({Panel: panel, Segments: one_segment(panel)}), np.random.default_rng(0))


def markets(units: int = 12, count: int = 156, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.stack([base_of(rng, count, 100.0, NOISE, growth=0.05 * rng.normal()) for _ in range(units)])


def lasting(name: str, first: int, weeks: int = 1) -> Event:
    """Return an event of whole weeks."""
    return Event(name, day_of(first), day_of(first + weeks) - timedelta(days=1))


def with_event(seeds: Sequence[int], lift: float, weeks: int) -> Panel:
    """Return a unit per seed, each with an event of its own."""
    outcome, events = [], []
    for unit, seed in enumerate(seeds):
        rng = np.random.default_rng(seed)
        row = base_of(rng, 156, 100.0, NOISE)
        at = int(rng.integers(60, 150))
        row[at : at + weeks] += lift
        outcome.append(row)
        events.append(replace(lasting("fair", at, weeks), unit=f"u{unit:02d}"))
    return panel_of(np.stack(outcome), events=events)
