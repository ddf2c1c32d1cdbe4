import numpy as np
import pytest
from pydantic import ValidationError

from mmxlib.agents.agent import Agent, Inputs
from mmxlib.agents.features import Feature
from mmxlib.agents.segmentation import Scaling, Segmentation, SegmentationSettings
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.segments import Segments
from mmxlib.data.simulation import simulate_panel
from mmxlib.maths.clustering import adjusted_rand
from mmxlib.maths.seasonality import year_phase
from mmxlib.terms import Verdict
from tests.agents.markets import base_of, panel_of, weeks


def segments_of(panel: Panel, seed: int = 0, **settings: object) -> Segments:
    agent = Segmentation(SegmentationSettings(**settings))
    return agent.run(Inputs({Panel: panel}), np.random.default_rng(seed))


def planted(seed: int = 0, members: int = 4) -> tuple[Panel, np.ndarray]:
    """Return three kinds: large and steady; small, growing; middle-sized, seasonal and dear."""
    rng = np.random.default_rng(seed)
    years = year_phase(weeks(156))
    rows, prices, truth = [], [], []
    for unit in range(3 * members):
        kind = unit % 3
        level = (1000.0, 60.0, 250.0)[kind] * rng.uniform(0.8, 1.2)
        price = (4.0, 6.0, 25.0)[kind] * rng.uniform(0.9, 1.1)
        season = (0.03, 0.03, 0.35)[kind] * np.sin(2.0 * np.pi * years)
        trend = (0.0, 0.25, 0.02)[kind] * (years - years[0])
        noise = (0.02, 0.06, 0.03)[kind] * rng.normal(size=156)
        rows.append(level * (1.0 + season + trend + noise))
        prices.append(np.full(156, price))
        truth.append(kind)
    outcome, price = np.array(rows), np.array(prices)
    return panel_of(outcome, price=price, volume=outcome / price), np.array(truth)


def alike(seed: int, count: int = 12) -> Panel:
    """Return sub-categories of one kind that differ by chance alone."""
    rng = np.random.default_rng(seed)
    price = np.repeat(5.0 * np.exp(0.2 * rng.normal(size=(count, 1))), 156, axis=1)
    outcome = np.stack(
        [
            base_of(rng, 156, 100.0 * np.exp(0.4 * rng.normal()), 0.05, growth=0.04 * rng.normal())
            for _ in range(count)
        ]
    )
    return panel_of(outcome, price=price, volume=outcome / price)


@pytest.fixture(scope="module")
def default() -> Segments:
    """Return the segments of the planted panel by the default settings."""
    return segments_of(planted()[0])


def found_labels(segments: Segments) -> np.ndarray:
    return np.unique(segments.features["segment"], return_inverse=True)[1]


def test_it_is_an_agent() -> None:
    assert isinstance(Segmentation(SegmentationSettings()), Agent)


@pytest.mark.parametrize("seed", range(2))
def test_planted_segments_are_found(seed: int) -> None:
    panel, truth = planted(seed)
    assert adjusted_rand(found_labels(segments_of(panel, resamples=0)), truth) >= 0.9


@pytest.mark.parametrize("seed", range(3))
def test_simulated_segments_are_found(seed: int) -> None:
    market = simulate_panel(sub_categories=12, channels=2, seed=seed)
    truth = market.truth.segments.set_index("sub_category")["segment"]
    kinds = np.unique([truth[unit] for unit in market.panel.units], return_inverse=True)[1]
    assert adjusted_rand(found_labels(segments_of(market.panel, resamples=0)), kinds) >= 0.9


def test_sub_categories_of_one_kind_stay_together() -> None:
    # stability has no say in the choice
    together = [len(segments_of(alike(seed), resamples=0).segments) == 1 for seed in range(10)]
    assert np.mean(together) >= 0.9


def test_a_single_sub_category_is_one_segment_with_a_note() -> None:
    segments = segments_of(alike(0, count=1))
    assert segments.labels == ("S1",)
    assert segments.silhouette is None
    assert "nothing to segment" in segments.notes[-1].text


def test_equal_sub_categories_are_one_segment() -> None:
    panel = panel_of(np.tile(base_of(np.random.default_rng(0), 156, 100.0, 0.05), (5, 1)))
    assert segments_of(panel).labels == ("S1",)


def test_segments_are_ordered_by_sales_and_hold_every_sub_category_once(default: Segments) -> None:
    panel, segments = planted()[0], default
    assert list(segments.profile["sales"]) == sorted(segments.profile["sales"], reverse=True)
    assert sorted(member for each in segments.segments for member in each.members) == sorted(panel.units)
    assert segments.labels == ("S1", "S2", "S3")
    assert segments.profile["share"].sum() == pytest.approx(1.0)
    assert segments.profile["sales"].sum() == pytest.approx(panel.outcome.sum())


def test_names_say_how_segments_differ_and_are_all_different(default: Segments) -> None:
    names = [each.name for each in default.segments]
    assert len(set(names)) == 3
    assert names[0].startswith("Large")
    assert any("growing" in name for name in names)
    assert any("easonal" in name or "high-priced" in name for name in names)


def test_frames_have_the_documented_columns(default: Segments) -> None:
    segments = default
    assert list(segments.profile)[:3] == ["segment", "name", "members"]
    assert list(segments.profile)[-2:] == ["sales", "share"]
    assert list(segments.components) == ["sub_category", "segment", "component_1", "component_2"]
    assert list(segments.candidates) == ["segments", "silhouette", "stability", "inertia", "chosen"]
    assert list(segments.features)[:2] == ["sub_category", "segment"]
    assert segments.candidates["chosen"].sum() == 1
    assert segments.candidates.loc[segments.candidates["chosen"], "segments"].item() == 3


def test_features_are_in_natural_units(default: Segments) -> None:
    panel, truth = planted()
    features = default.features
    np.testing.assert_allclose(features["mean_sales"], panel.outcome.mean(axis=1))
    np.testing.assert_allclose(features["price"], panel.control_values[:, 0, 0])
    np.testing.assert_allclose(features["velocity"], panel.volume.mean(axis=1))
    assert features.loc[truth == 1, "growth"].between(0.1, 0.3).all()
    assert (features.loc[truth == 2, "seasonality"] > 0.9).all()


def test_one_wrong_week_does_not_tear_a_sub_category_from_its_kind() -> None:
    panel, truth = planted()
    panel.outcome[0, 40] *= 10.0
    assert adjusted_rand(found_labels(segments_of(panel, resamples=0)), truth) >= 0.9


def test_same_seed_gives_the_same_segments(default: Segments) -> None:
    one, other = default, segments_of(planted()[0])
    assert one.candidates.equals(other.candidates)
    assert one.notes == other.notes


def test_order_of_sub_categories_does_not_matter() -> None:
    panel, truth = planted()
    turned = panel_of(panel.outcome[::-1], price=panel.control_values[::-1, :, 0], volume=panel.volume[::-1])
    assert adjusted_rand(found_labels(segments_of(turned, resamples=0))[::-1], truth) >= 0.9


class TestSettings:
    def test_bounds_of_the_number_of_segments_hold(self) -> None:
        panel, _ = planted()
        assert len(segments_of(panel, minimum_segments=4, maximum_segments=4, comparison_sets=0).labels) == 4
        assert len(segments_of(panel, maximum_segments=2, resamples=0).labels) <= 2

    def test_a_silhouette_out_of_reach_leaves_one_segment(self) -> None:
        segments = segments_of(planted()[0], minimum_silhouette=0.95)
        assert segments.labels == ("S1",)
        assert any("0.95" in note.text for note in segments.notes)

    def test_without_demands_chance_is_grouped_too(self) -> None:
        panel = alike(1)
        assert len(segments_of(panel, minimum_silhouette=0.0, comparison_sets=0).labels) > 1
        assert len(segments_of(panel, minimum_silhouette=0.0).labels) == 1

    def test_resamples_judge_stability(self, default: Segments) -> None:
        assert segments_of(planted()[0], resamples=0, comparison_sets=0).stability is None
        assert default.stability > 0.7

    def test_more_restarts_never_fit_worse(self) -> None:
        panel = alike(2, count=40)
        loose = {"minimum_silhouette": 0.0, "comparison_sets": 0, "resamples": 0}
        few, many = (segments_of(panel, restarts=each, **loose).candidates["inertia"] for each in (10, 60))
        assert (many <= few + 1e-9).all()
        assert (many < few - 1e-9).any()

    def test_features_choose_what_is_compared(self) -> None:
        panel, _ = planted()
        bounds = {"minimum_segments": 2, "maximum_segments": 2}
        by_price = segments_of(panel, features=(Feature.PRICE,), comparison_sets=0, **bounds)
        dear = by_price.profile.sort_values("price")["members"].tolist()
        assert dear == [8, 4]

    def test_repeated_measures_of_size_count_once_unless_wanted(self, default: Segments) -> None:
        once, again = default, segments_of(planted()[0], repeated_features=True, comparison_sets=0)
        assert any("not counted again" in note.text for note in once.notes)
        assert not any("not counted again" in note.text for note in again.notes)
        assert not np.allclose(once.candidates["inertia"], again.candidates["inertia"])

    def test_scaling_changes_distances(self, default: Segments) -> None:
        other = segments_of(planted()[0], scaling=Scaling.ROBUST, comparison_sets=0)
        assert not np.allclose(default.candidates["inertia"], other.candidates["inertia"])

    def test_contradicting_bounds_are_refused(self) -> None:
        with pytest.raises(ValidationError):
            SegmentationSettings(minimum_segments=5, maximum_segments=3)


def test_a_lone_outlier_is_named_for_checking() -> None:
    panel, _ = planted()
    panel.outcome[0] *= 400.0
    panel.volume[0] *= 400.0
    segments = segments_of(panel, minimum_segments=4, comparison_sets=0)
    assert any(note.verdict is Verdict.WARN and "alone" in note.text for note in segments.notes)
