"""A column of wrong data costs an agent its precision and brings a note, not nonsense."""

from collections.abc import Sequence

import numpy as np
import pytest

from mmxlib.agents.agent import Inputs
from mmxlib.agents.baseline import BaselineAgent, BaselineSettings, ConstraintSettings
from mmxlib.agents.segmentation import Segmentation, SegmentationSettings
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.maths.clustering import adjusted_rand
from mmxlib.model.settings import PriorSettings
from mmxlib.terms import Verdict
from tests.agents.markets import base_of, one_segment, panel_of, trends_of

WEEKS = 156


def promoted(units: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return sales of three kinds in which promotions bring a quarter, the promotions, and the kinds."""
    rng = np.random.default_rng(0)
    kinds = np.arange(units) % 3
    outcome = np.stack(
        [
            base_of(
                rng,
                WEEKS,
                (5000.0, 500.0, 50.0)[kind] * rng.uniform(0.9, 1.1),
                (0.02, 0.03, 0.06)[kind],
                growth=(0.0, 0.2, -0.08)[kind],
            )
            for kind in kinds
        ]
    )
    promotion = rng.uniform(0.3, 0.7, (units, WEEKS)) * (rng.random((units, WEEKS)) < 0.15)
    return outcome * (1.0 + 0.5 * promotion), promotion, kinds


def percentages(promotion: np.ndarray) -> np.ndarray:
    wrong = promotion.copy()
    wrong[:, 80:] *= 100.0
    return wrong


def one_unit_in_percent(promotion: np.ndarray) -> np.ndarray:
    wrong = promotion.copy()
    wrong[0] *= 100.0
    return wrong


def coded(promotion: np.ndarray) -> np.ndarray:
    wrong = promotion.copy()
    wrong[:, [20, 61]] = 999.0
    return wrong


def swapped(promotion: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 - (promotion > 0.0))


WRONG = [percentages, one_unit_in_percent, coded, swapped]


def segments_of(panel: Panel) -> Segments:
    agent = Segmentation(SegmentationSettings(resamples=0))
    return agent.run(Inputs({Panel: panel}), np.random.default_rng(0))


def baseline_of(panel: Panel, trends: Trends | None = None) -> Baseline:
    agent = BaselineAgent(BaselineSettings(), PriorSettings(), ConstraintSettings())
    inputs = Inputs({Panel: panel, Segments: one_segment(panel), Trends: trends or trends_of(panel)})
    return agent.run(inputs, np.random.default_rng(0))


def doubts(notes: Sequence[Note], about: str = "promotion") -> str:
    return " ".join(note.text for note in notes if note.about == about and note.verdict is Verdict.WARN)


@pytest.mark.parametrize("miscode", WRONG)
def test_a_miscoded_promotion_is_told_by_every_agent_and_a_right_one_is_not(miscode) -> None:
    outcome, promotion, _ = promoted()
    word = "swapped" if miscode is swapped else "mixed"
    wrong, right = panel_of(outcome, promotion=miscode(promotion)), panel_of(outcome, promotion=promotion)
    for panel, said in ((wrong, True), (right, False)):
        trends = trends_of(panel)
        for notes in (segments_of(panel).notes, trends.notes, baseline_of(panel, trends).notes):
            assert (word in doubts(notes)) is said


@pytest.mark.parametrize("miscode", WRONG)
def test_a_miscoded_promotion_parts_no_kind(miscode) -> None:
    outcome, promotion, kinds = promoted(12)
    found = segments_of(panel_of(outcome, promotion=miscode(promotion))).features["segment"]
    assert adjusted_rand(np.unique(found, return_inverse=True)[1], kinds) >= 0.9


def test_a_missing_year_parts_no_kind() -> None:
    outcome, promotion, kinds = promoted(12)
    outcome[0, 52:104] = np.nan
    segments = segments_of(panel_of(outcome, promotion=promotion))
    assert adjusted_rand(np.unique(segments.features["segment"], return_inverse=True)[1], kinds) >= 0.9
    assert "52 of 156 periods" in doubts(segments.notes, "u00")


@pytest.mark.parametrize("miscode", WRONG)
def test_a_miscoded_promotion_brings_few_wrong_flags_and_bends_no_season(miscode) -> None:
    outcome, promotion, _ = promoted()
    right = trends_of(panel_of(outcome, promotion=promotion))
    trends = trends_of(panel_of(outcome, promotion=miscode(promotion)))
    assert (trends.flagged_periods["kind"] == "anomaly").sum() <= 0.03 * trends.decomposition.shape[0]
    assert np.abs(trends.seasonality["amplitude"] - right.seasonality["amplitude"]).max() < 0.05


@pytest.mark.parametrize("miscode", WRONG)
def test_a_miscoded_promotion_moves_the_baseline_by_little(miscode) -> None:
    outcome, promotion, _ = promoted()
    right = baseline_of(panel_of(outcome, promotion=promotion)).levels["baseline"]
    wrong = baseline_of(panel_of(outcome, promotion=miscode(promotion))).levels["baseline"]
    np.testing.assert_allclose(wrong, right, rtol=0.05)


@pytest.mark.parametrize("year", [0, 1, 2])
def test_a_missing_year_is_told_by_every_agent_and_bends_none(year: int) -> None:
    outcome, promotion, _ = promoted()
    whole = panel_of(outcome, promotion=promotion)
    holed = outcome.copy()
    holed[0, 52 * year : 52 * (year + 1)] = np.nan
    panel = panel_of(holed, promotion=promotion)
    trends = trends_of(panel)
    baseline = baseline_of(panel, trends)
    label = next(each.label for each in one_segment(panel).segments if "u00" in each.members)
    assert "52 of 156 periods" in doubts(trends.notes, label)
    assert "52 of 156 periods" in doubts(baseline.notes, label)
    own, other = (each.seasonality.set_index("segment").loc[label] for each in (trends, trends_of(whole)))
    assert abs(own["seasonal_strength"] - other["seasonal_strength"]) < 0.1
    assert abs(own["amplitude"] - other["amplitude"]) < 0.05
    tables = [each.levels.set_index("segment").loc[label] for each in (baseline, baseline_of(whole))]
    np.testing.assert_allclose(tables[0]["baseline"], tables[1]["baseline"], rtol=0.08)


def test_without_sales_in_the_last_year_no_share_of_them_is_told() -> None:
    outcome, promotion, _ = promoted()
    outcome[0, 104:] = np.nan
    baseline = baseline_of(panel_of(outcome, promotion=promotion))
    own = baseline.levels.query("segment == 'S1'")
    assert own["share"].isna().all()
    assert np.isfinite(own["baseline"]).all()
    assert "no sales were recorded in the last year" in doubts(baseline.notes, "S1")
    assert not any("nan" in note.text for note in baseline.notes)
