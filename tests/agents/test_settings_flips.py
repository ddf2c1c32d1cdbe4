"""Each setting of the agents before the model changes what it names, and leaves alone what it does not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from mmxlib.agents.agent import Inputs
from mmxlib.agents.baseline import BaselineAgent, BaselineSettings, ConstraintSettings
from mmxlib.agents.features import Feature
from mmxlib.agents.segmentation import Scaling, Segmentation, SegmentationSettings
from mmxlib.agents.trend_scanner import TrendScanner, TrendScannerSettings
from mmxlib.artifacts.panel import Channel, Event, Panel
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.model.settings import PriorSettings
from tests.agents.markets import base_of, day_of, one_segment, panel_of, trends_of

WEEKS = 208


@dataclass(frozen=True)
class Flip:
    """Another value of a setting, the frames that change with it, and settings to stand beside it."""

    value: object
    changed: frozenset[str]
    beside: Mapping[str, object] = field(default_factory=dict)


def flip(value: object, *changed: str, **beside: object) -> Flip:
    return Flip(value, frozenset(changed), beside)


SEGMENTATION = {
    "minimum_segments": flip(5, "segments", "candidates"),
    "maximum_segments": flip(2, "segments", "candidates", comparison_sets=0),
    "minimum_silhouette": flip(0.99, "segments"),
    "comparison_sets": flip(0, "segments"),
    "restarts": flip(40),  # held by a test of its own, on points that need them
    "resamples": flip(0, "candidates.stability"),
    "scaling": flip(Scaling.ROBUST, "candidates", "components"),
    "features": flip((Feature.PRICE,), "candidates", "components"),
    "repeated_features": flip(True, "candidates", "components"),
}

TRENDS = {
    "anomaly_threshold": flip(2.2, "flagged_periods"),
    "level_shift_threshold": flip(10.0, "flagged_periods", "decomposition", "event_impact", "seasonality"),
    "minimum_shift_periods": flip(90, "flagged_periods", "decomposition", "event_impact", "seasonality"),
    "maximum_shifts": flip(0, "flagged_periods", "decomposition", "event_impact", "seasonality"),
    "adjust_for_drivers": flip(False, "decomposition", "event_impact", "seasonality", "flagged_periods"),
    "season_window": flip(7, "decomposition", "seasonality"),
    "season_smoothing": flip(1, "decomposition", "seasonality"),
    "level": flip(0.8, "event_impact"),
}

BASELINE = {
    "high_media_share": flip(0.5, "levels", "series", "excluded"),
    "promotion_threshold": flip(0.9, "levels", "series", "excluded"),
    "exclude_unusual": flip(False, "levels", "series", "excluded"),
    "minimum_periods": flip(200, "levels", "series", "excluded"),
    "media_effect_sd": flip(0.005, "levels", "series"),
    "correlation_warning": flip(0.0, "notes"),
}


@pytest.fixture(scope="module")
def kinds() -> Panel:
    """Return three kinds of five sub-categories with sales, price and volume."""
    rng = np.random.default_rng(0)
    kind = np.arange(15) % 3
    levels = np.array([2000.0, 300.0, 40.0])[kind] * np.exp(0.1 * rng.normal(size=15))
    outcome = np.stack([base_of(rng, 156, level, 0.03, growth=0.05 * rng.normal()) for level in levels])
    price = np.repeat((np.array([2.0, 9.0, 30.0])[kind] * rng.uniform(0.9, 1.1, 15))[:, None], 156, axis=1)
    return panel_of(outcome, price=price, volume=outcome / price)


@pytest.fixture(scope="module")
def busy() -> Panel:
    """Return one series with a shift, an odd week, promotions, an event and two channels that pause."""
    rng = np.random.default_rng(1)
    base = base_of(rng, WEEKS, 1000.0, 0.02)
    base[60:] += 120.0
    base[[30, 150]] *= 1.4
    base[120:123] += 250.0
    promotion = rng.uniform(0.3, 0.9, WEEKS) * (rng.random(WEEKS) < 0.1)
    spend = rng.uniform(20.0, 90.0, (1, WEEKS, 2)) * (np.arange(WEEKS) % 12 < 7)[None, :, None]
    outcome = base + 300.0 * promotion + 1.5 * spend[0].sum(axis=1)
    return panel_of(
        outcome[None, :],
        promotion=promotion[None, :],
        spend=spend,
        channels=(Channel("tv"), Channel("search")),
        events=[Event("fair", day_of(120), day_of(122))],
    )


def pieces(artifact: object, frames: tuple[str, ...]) -> dict[str, object]:
    """Return the parts of an artifact that are compared; a frame by its columns where one is named."""
    found: dict[str, object] = {}
    for name in frames:
        part = getattr(artifact, name.split(".")[0])
        found[name] = part[name.split(".")[1]].copy() if "." in name else part
    return found


def differing(one: Mapping[str, object], other: Mapping[str, object]) -> set[str]:
    changed = set()
    for name, part in one.items():
        same = part.equals(other[name]) if isinstance(part, pd.DataFrame | pd.Series) else part == other[name]
        changed |= set() if same else {name}
    return changed


def flipped(make: Callable[[Mapping[str, object]], object], name: str, flip_: Flip, parts: tuple[str, ...]):
    before, after = make(flip_.beside), make({**flip_.beside, name: flip_.value})
    return differing(pieces(before, parts), pieces(after, parts))


@pytest.mark.parametrize(
    ("settings", "flips"),
    [(SegmentationSettings, SEGMENTATION), (TrendScannerSettings, TRENDS), (BaselineSettings, BASELINE)],
)
def test_every_setting_is_flipped(settings, flips) -> None:
    assert set(settings.model_fields) == set(flips)


@pytest.mark.parametrize("name", [each for each in SEGMENTATION if each != "restarts"])
def test_a_setting_of_the_segmentation_changes_what_it_names(name: str, kinds: Panel) -> None:
    def segments(settings: Mapping[str, object]) -> Segments:
        agent = Segmentation(SegmentationSettings(**settings))
        return agent.run(Inputs({Panel: kinds}), np.random.default_rng(0))

    changed = flipped(segments, name, SEGMENTATION[name], ("segments", "components", "notes", "profile"))
    wanted = SEGMENTATION[name].changed
    if "segments" in wanted:
        assert "segments" in changed
        assert "notes" in changed
    if "components" in wanted:
        assert "components" in changed
    else:  # where points lie follows from features alone
        rows = [
            segments({**SEGMENTATION[name].beside, **own}).components.drop(columns="segment")
            for own in ({}, {name: SEGMENTATION[name].value})
        ]
        pd.testing.assert_frame_equal(*rows)
    if not wanted & {"segments", "components", "candidates"}:
        assert "segments" not in changed
        assert "notes" in changed


@pytest.mark.parametrize("name", TRENDS)
def test_a_setting_of_the_trend_scanner_changes_what_it_names(name: str, busy: Panel) -> None:
    parts = ("yoy", "seasonality", "event_impact", "flagged_periods", "notes")
    segments = one_segment(busy)

    def trends(settings: Mapping[str, object]) -> Trends:
        agent = TrendScanner(TrendScannerSettings(**settings))
        return agent.run(Inputs({Panel: busy, Segments: segments}), np.random.default_rng(0))

    changed = flipped(trends, name, TRENDS[name], (*parts, "decomposition.residual"))
    wanted = TRENDS[name].changed
    assert "yoy" not in changed  # growth is of what was observed
    for part in ("seasonality", "event_impact", "flagged_periods"):
        if part not in wanted and not (part == "flagged_periods" and "decomposition" in wanted):
            assert part not in changed
    assert ("decomposition.residual" in changed) is ("decomposition" in wanted)
    assert changed & wanted or "decomposition" in wanted
    if name in {"anomaly_threshold", "level_shift_threshold", "maximum_shifts", "season_smoothing"}:
        assert "notes" in changed


@pytest.mark.parametrize("name", BASELINE)
def test_a_setting_of_the_baseline_changes_what_it_names(name: str, busy: Panel) -> None:
    parts = ("levels", "series", "excluded", "priors", "constraints", "notes")
    segments, trends = one_segment(busy), trends_of(busy)

    def baseline(settings: Mapping[str, object]) -> object:
        agent = BaselineAgent(BaselineSettings(**settings), PriorSettings(), ConstraintSettings())
        return agent.run(Inputs({Panel: busy, Segments: segments, Trends: trends}), np.random.default_rng(0))

    changed = flipped(baseline, name, BASELINE[name], parts)
    assert changed - {"notes"} == BASELINE[name].changed - {"notes"}
    assert "notes" in changed
