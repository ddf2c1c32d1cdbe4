"""Panels of many units: the part that stands for all, and fits that choose on it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from mmxlib.artifacts.experiments import Experiment
from mmxlib.artifacts.panel import Channel
from mmxlib.model import many_units
from mmxlib.model.decomposition import media_totals
from mmxlib.model.many_units import for_all, part_of, some_units
from mmxlib.model.problem import Noise, setup
from mmxlib.terms import Method
from tests.model.panels import fitted, known


def test_few_units_stand_for_themselves() -> None:
    panel = known(units=3, periods=60).panel
    assert list(some_units(panel)) == [0, 1, 2]
    assert part_of(panel, some_units(panel)) is panel


def test_the_part_is_spread_over_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many_units, "MOST_UNITS", 5)
    panel = known(units=50, periods=60).panel
    panel = replace(
        panel, outcome=np.arange(1.0, 51.0)[:, None] + np.zeros(60)
    )  # in the order of their sizes
    order = np.random.default_rng(0).permutation(50)
    moved = replace(panel, outcome=panel.outcome[order])
    assert list(some_units(panel)) == [5, 15, 25, 35, 45]
    assert sorted(order[some_units(moved)]) == [5, 15, 25, 35, 45]


def test_a_parts_returns_mean_what_they_mean_in_the_whole() -> None:
    tests = (
        Experiment("c1", date(2023, 3, 6), date(2023, 4, 2), lift=300.0, standard_error=30.0),
        Experiment("c2", date(2023, 3, 6), date(2023, 4, 2), lift=50.0, standard_error=5.0, unit="U4"),
        Experiment("c3", date(2023, 3, 6), date(2023, 4, 2), lift=70.0, standard_error=7.0, unit="U2"),
    )
    panel = replace(known(units=4, periods=60).panel, experiments=tests)
    panel = replace(panel, channels=(Channel("c1", national=True), *panel.channels[1:]))
    part = part_of(panel, np.array([0, 3]))
    share = part.outcome.sum() / panel.outcome.sum()
    assert part.units == ("U1", "U4")
    assert part.total_spend()[0] == pytest.approx(share * panel.total_spend()[0])
    assert part.total_spend()[1] == pytest.approx(panel.spend[[0, 3], :, 1].sum())
    np.testing.assert_array_equal(part.exposure, panel.exposure[[0, 3]])
    assert [each.channel for each in part.experiments] == ["c1", "c2"]
    assert part.experiments[0].lift == pytest.approx(300.0 * share)
    assert part.experiments[0].standard_error == pytest.approx(30.0 * share)
    assert part.experiments[1] == tests[1]


def test_units_outside_the_part_begin_without_deviation() -> None:
    units = np.array([1, 2])
    panel = known(units=4, channels=2, periods=60).panel
    response = fitted(panel, resample=False)
    noise = Noise(np.full(4, 0.05), np.zeros(4))
    problem = setup(panel, priors=response.priors, base=response.base, noise=noise, pooling=0.1).problem
    parameters = np.arange(12.0)
    found = for_all(parameters, problem, units)
    np.testing.assert_array_equal(found, [0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 8, 9, 10, 11, 0, 0])
    np.testing.assert_array_equal(for_all(parameters[:8], problem, units), parameters[:8])


def test_with_nothing_to_choose_a_search_on_a_part_ends_where_one_on_all_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    panel = known(units=9, periods=104).panel
    fixed = {"trend_flexibility": 0.06, "harmonics": 1, "pooling": 0.1, "exposure_scale": "mean"}
    whole = fitted(panel, resample=False, **fixed)
    monkeypatch.setattr(many_units, "MOST_UNITS", 5)
    parted = fitted(panel, resample=False, **fixed)
    [said] = [note.text for note in parted.notes if note.about == "units"]
    assert "chosen on 5 of the 9 units" in said
    assert not [note for note in whole.notes if note.about == "units"]
    totals, expected = (media_totals(each).mean(axis=0) for each in (parted, whole))
    np.testing.assert_allclose(totals.sum(axis=0), expected.sum(axis=0), rtol=2e-3)
    np.testing.assert_allclose(totals, expected, rtol=5e-3)


def test_many_units_are_resampled_to_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many_units, "MOST_UNITS", 3)
    panel = known(units=5, periods=80, channels=2).panel
    one, other = (fitted(panel, draws=20, starts=4) for _ in range(2))
    assert one.method is Method.RIDGE
    assert one.draws.effect.tobytes() == other.draws.effect.tobytes()
    assert one.draws.effect.std(axis=0).min() > 0.0


def test_units_without_channels_are_fitted_by_their_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many_units, "MOST_UNITS", 3)
    panel = known(units=5, periods=80).panel
    bare = replace(panel, channels=(), spend=panel.spend[:, :, :0], exposure=panel.exposure[:, :, :0])
    assert fitted(bare).draws.base.shape[1] == 5
