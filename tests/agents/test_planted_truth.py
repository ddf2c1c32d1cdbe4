"""The agents before the model on planted truth, in short; `python -m tests.benchmarks agents` in full."""

import numpy as np
import pytest

from tests.benchmarks.planted_baselines import MARKETS, errors, planted_market
from tests.benchmarks.planted_segments import ALONE, SEPARABLE, agreement
from tests.benchmarks.planted_series import KINDS, anomaly_scores, lifted, shifted, strengths

THRESHOLD = 3.5
PLAIN, REMEMBERING, BUSY, SHORT = KINDS[0], KINDS[1], KINDS[3], KINDS[8]


def test_separable_kinds_are_found_whatever_their_number_and_size() -> None:
    found = [agreement(shape, 300 + seed)[0] >= 0.9 for shape in SEPARABLE[::2] for seed in range(2)]
    assert np.mean(found) >= 0.8  # 10 sets; over many 0.93


def test_one_kind_stays_together_whatever_its_size() -> None:
    together = [agreement(shape, 300 + seed)[1] == 1 for shape in ALONE for seed in range(2)]
    assert np.mean(together) >= 0.8  # 12 sets; over many 0.96


@pytest.mark.parametrize("kind", [PLAIN, REMEMBERING, SHORT], ids=lambda kind: kind.name)
def test_anomalies_of_five_noise_sds_are_found_with_few_others(kind) -> None:
    pairs = [anomaly_scores(kind, 300 + seed, 5.0) for seed in range(12)]
    score, at = (np.concatenate(each) for each in zip(*pairs, strict=True))
    flagged = np.abs(score) > THRESHOLD
    assert flagged[at].mean() >= 0.85
    assert at[flagged].mean() >= 0.85


def test_four_weeks_of_three_noise_sds_in_a_row_are_mostly_found() -> None:
    pairs = [anomaly_scores(PLAIN, 300 + seed, 3.0, run=4) for seed in range(20)]
    score, at = (np.concatenate(each) for each in zip(*pairs, strict=True))
    flagged = np.abs(score) > THRESHOLD
    assert flagged[at].mean() >= 0.6  # each by itself: three in ten
    assert at[flagged].mean() >= 0.75


@pytest.mark.parametrize("kind", [PLAIN, BUSY], ids=lambda kind: kind.name)
def test_level_shifts_of_three_noise_sds_are_found_with_few_others(kind) -> None:
    found = [shifted(kind, 300 + seed, 3.0) for seed in range(15)]
    hits = sum(hit for hit, _ in found)
    assert hits >= 0.8 * 15  # over many seeds 0.93 and more
    assert hits >= 0.8 * sum(count for _, count in found)


def test_intervals_of_lifts_cover_and_placebos_show_nothing() -> None:
    found = [
        (length * 150.0, each)
        for kind in (PLAIN, REMEMBERING, BUSY, SHORT)
        for length in (1, 2)
        for seed in range(6)
        for each in lifted(kind, 300 + seed, length=length, times=1)
    ]
    cover = np.mean([each.lift.lower <= truth <= each.lift.upper for truth, each in found])
    placebos = [each.placebo for _, each in found if np.isfinite(each.placebo.mean)]
    assert 0.8 <= cover <= 0.99  # 48 draws: two standard errors about 85 to 95 %
    assert np.mean([each.lower <= 0.0 <= each.upper for each in placebos]) >= 0.75


def test_strengths_of_season_and_trend_are_those_planted() -> None:
    rows = np.array([strengths(kind, 300 + seed) for kind in (PLAIN, BUSY, SHORT) for seed in range(4)])
    assert np.median(np.abs(rows[:, 1] - rows[:, 0])) < 0.04
    assert np.median(np.abs(rows[:, 3] - rows[:, 2])) < 0.08


@pytest.mark.parametrize("market", MARKETS[:5], ids=lambda market: market.name)
def test_baselines_lie_within_five_percent_where_media_pause(market) -> None:
    for seed in (300, 301):
        for method, off in errors(*planted_market(market, seed)).items():
            assert np.abs(off).max() < (0.05 if "curves" not in market.name else 0.08), method
