from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from mmxlib.agents.agent import Agent, Inputs
from mmxlib.agents.baseline import (
    BaselineAgent,
    BaselineSettings,
    ChannelConstraintSettings,
    ConstraintSettings,
)
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.experiments import Experiment, StepTest
from mmxlib.artifacts.panel import Channel, Event, Panel
from mmxlib.artifacts.segments import Segments
from mmxlib.artifacts.trends import Trends
from mmxlib.data.simulation import simulate_panel
from mmxlib.errors import SettingsError
from mmxlib.maths.adstocks.geometric import adstock
from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ChannelPriorSettings, PriorSettings
from mmxlib.terms import Verdict
from tests.agents.markets import base_of, day_of, one_segment, panel_of, trends_of

CHANNELS = (Channel("tv"), Channel("search"))


def baseline_of(
    panel: Panel,
    *,
    priors: PriorSettings | None = None,
    constraints: ConstraintSettings | None = None,
    **settings: object,
) -> Baseline:
    agent = BaselineAgent(
        BaselineSettings(**settings), priors or PriorSettings(), constraints or ConstraintSettings()
    )
    inputs = Inputs({Panel: panel, Segments: one_segment(panel), Trends: trends_of(panel)})
    return agent.run(inputs, np.random.default_rng(0))


def planted(seed: int = 0, *, events: tuple[Event, ...] = (), share: float = 0.3) -> tuple[Panel, np.ndarray]:
    """Return a panel whose media pause for weeks and have the default prior's curve, and its true "
    "baseline."""
    rng = np.random.default_rng(seed)
    base = np.stack([base_of(rng, 156, level, 0.02) for level in (1000.0, 400.0)])
    for event in events:
        at = int((np.datetime64(event.start) - np.datetime64("2022-01-03")) / np.timedelta64(7, "D"))
        base[:, at] *= 1.3
    on = np.repeat(rng.random((26, 2)) < 0.5, 6, axis=0)
    spend = on[None] * rng.uniform(50.0, 150.0, (2, 156, 2))
    media = np.zeros((2, 156))
    for unit in range(2):
        for c in range(2):
            at_work = adstock(np.ascontiguousarray(spend[unit, :, c]), 0.3, 0.0)
            half = spend[unit, :, c][spend[unit, :, c] > 0.0].mean()
            media[unit] += share * base[unit].mean() * at_work / (at_work + half)
    return panel_of(base + media, spend=spend, channels=CHANNELS, events=events), base


def test_it_is_an_agent() -> None:
    assert isinstance(BaselineAgent(BaselineSettings(), PriorSettings(), ConstraintSettings()), Agent)


@pytest.mark.parametrize("seed", range(2))
def test_planted_baselines_are_found_within_five_percent_by_every_method(seed: int) -> None:
    panel, base = planted(seed)
    table = baseline_of(panel).levels
    for unit, label in enumerate(("S1", "S2")):
        truth = base[unit, -52:].mean()
        found = table.loc[table["segment"] == label, "baseline"].to_numpy()
        np.testing.assert_allclose(found, truth, rtol=0.05)


def test_simulated_baselines_are_mostly_within_five_percent() -> None:
    errors = []
    for seed in range(4):
        market = simulate_panel(sub_categories=3, channels=4, seed=seed)
        panel = market.panel
        media = market.truth.contributions.groupby(["sub_category", "date"])["contribution"].sum()
        found = baseline_of(panel).levels.query("method == 'regression'")["baseline"].to_numpy()
        brought = np.stack([media[unit].to_numpy() for unit in panel.units])
        errors += list(found / (panel.outcome - brought)[:, -52:].mean(axis=1) - 1.0)
    assert np.mean(np.abs(errors) < 0.05) >= 0.8
    assert np.abs(errors).max() < 0.1


def test_without_media_the_baseline_is_the_outcome() -> None:
    panel = panel_of(np.stack([base_of(np.random.default_rng(0), 156, 100.0, 0.02)]))
    np.testing.assert_allclose(baseline_of(panel).levels["share"], 1.0, atol=0.02)


def test_frames_have_the_documented_columns_and_agree() -> None:
    baseline = baseline_of(planted()[0])
    assert list(baseline.levels) == ["segment", "method", "baseline", "share", "periods_used", "spread"]
    assert list(baseline.series) == ["segment", "date", "outcome", "median", "mean", "regression"]
    assert list(baseline.excluded) == ["segment", "date", "reason"]
    for row in baseline.levels.itertuples():
        own = baseline.series[baseline.series["segment"] == row.segment]
        assert row.baseline == pytest.approx(own[row.method].tail(52).mean())
        assert row.share == pytest.approx(row.baseline / own["outcome"].tail(52).mean())
    quiet = baseline.levels.query("segment == 'S1' and method == 'median'")["periods_used"].item()
    assert quiet + (baseline.excluded["segment"] == "S1").sum() == 156


def test_every_exclusion_has_its_reason() -> None:
    rng = np.random.default_rng(3)
    outcome = np.stack([base_of(rng, 156, 100.0, 0.02)])
    outcome[0, 30] *= 1.8
    outcome[0, 40] = np.nan
    promotion = np.zeros((1, 156))
    promotion[0, 90:93] = 1.0
    spend = np.zeros((1, 156, 1))
    spend[0, 120:124, 0] = 100.0
    panel = panel_of(
        outcome, promotion=promotion, spend=spend, events=[Event("fair", day_of(60), day_of(61))]
    )
    excluded = baseline_of(panel, high_media_share=0.03).excluded
    reason = dict(
        zip(excluded["date"].to_numpy().astype("datetime64[D]").tolist(), excluded["reason"], strict=True)
    )
    assert reason[day_of(30)] == "unusual period"
    assert reason[day_of(40)] == "no sales recorded"
    assert reason[day_of(60)] == "event (fair)"
    assert reason[day_of(91)] == "promotion"
    assert reason[day_of(122)] == "high media"


def test_events_belong_to_the_baseline() -> None:
    events = tuple(Event("sale", day_of(at), day_of(at + 1)) for at in (20, 72, 124))
    panel, base = planted(1, events=events)
    series = baseline_of(panel).series
    own = series[series["segment"] == "S1"].reset_index(drop=True)
    for method in ("median", "mean", "regression"):
        assert own.loc[124, method] == pytest.approx(base[0, 124], rel=0.1)


def test_a_wrong_week_moves_no_baseline() -> None:
    panel, base = planted(2)
    panel.outcome[0, 130] *= 20.0
    table = baseline_of(panel).levels
    found = table.loc[table["segment"] == "S1", "baseline"].to_numpy()
    np.testing.assert_allclose(found, base[0, -52:].mean(), rtol=0.06)


def test_priors_are_those_of_the_model() -> None:
    panel, _ = planted()
    settings = PriorSettings(channels={"tv": ChannelPriorSettings(half_life=3.0)})
    baseline = baseline_of(panel, priors=settings)
    assert baseline.priors == resolved_priors(settings, panel)
    assert "half-life 3" in baseline.priors[0].retention.origin
    assert any("tv" in note.text and "priors.yaml" in note.text for note in baseline.notes)


def test_constraints_have_their_origin_and_organic_channels_have_none() -> None:
    panel, _ = planted()
    organic = (Channel("tv"), Channel("newsletter", paid=False))
    spend = panel.spend * [1.0, 0.0]
    turned = panel_of(panel.outcome, spend=spend, channels=organic)
    own = ConstraintSettings(channels={"tv": ChannelConstraintSettings(lower=0.9, upper=1.1)})
    (tv,) = baseline_of(turned, constraints=own).constraints
    assert (tv.lower_factor, tv.upper_factor) == (0.9, 1.1)
    assert tv.origin == "optimization.yaml, channel tv"
    (default,) = baseline_of(turned).constraints
    assert (default.lower_factor, default.upper_factor) == (0.4, 1.6)
    assert default.origin == "default of optimization.yaml"
    assert len(baseline_of(turned).priors) == 2


def test_constraints_are_said_as_shares_of_the_present_spend() -> None:
    own = ConstraintSettings(channels={"tv": ChannelConstraintSettings(lower=0.9, upper=1.1)})
    said = " ".join(note.text for note in baseline_of(planted()[0], constraints=own).notes)
    assert "tv between 90% and 110%; search between 40% and 160%" in said


def test_a_constraint_of_an_unknown_channel_is_refused() -> None:
    own = ConstraintSettings(channels={"tvv": ChannelConstraintSettings()})
    with pytest.raises(SettingsError, match="'tvv'") as raised:
        baseline_of(planted()[0], constraints=own)
    assert raised.value.code == "MMX-A020"


def warnings_about(panel: Panel, name: str, **settings: object) -> str:
    notes = baseline_of(panel, **settings).notes
    return " ".join(note.text for note in notes if note.about == name and note.verdict is Verdict.WARN)


def test_doubts_about_channels_are_said() -> None:
    panel, _ = planted()
    rng = np.random.default_rng(9)
    spend = np.zeros((2, 156, 6))
    spend[:, :, 0] = 50.0
    spend[:, :, 1] = 50.0 + rng.normal(0.0, 1.0, (2, 156))
    spend[:, 3:6, 2] = 80.0
    spend[:, :, 3] = rng.uniform(10.0, 90.0, (2, 156))
    spend[:, :, 4] = 2.0 * spend[:, :, 3] + 1.0
    spend[:, 104:, 5] = rng.uniform(10.0, 90.0, (2, 52))
    names = ("flat", "nearly", "rare", "one", "twin", "new", "none")
    spend = np.concatenate([spend, np.zeros((2, 156, 1))], axis=2)
    doubtful = panel_of(panel.outcome, spend=spend, channels=[Channel(name) for name in names])
    assert "never changes" in warnings_about(doubtful, "flat")
    assert "hardly changes" in warnings_about(doubtful, "nearly")
    assert "3 of 156" in warnings_about(doubtful, "rare")
    assert "one and twin move together" in warnings_about(doubtful, "one")
    assert "yearly spend" in warnings_about(doubtful, "new")
    assert "no spend at all" in warnings_about(doubtful, "none")
    assert "move together" not in warnings_about(doubtful, "one", correlation_warning=1.0)


class TestSettings:
    def test_high_media_share_decides_how_many_periods_are_left_out(self) -> None:
        panel, _ = planted()
        few, many = (len(baseline_of(panel, high_media_share=each).excluded) for each in (0.1, 0.4))
        assert many > 2 * few
        assert not baseline_of(panel, high_media_share=0.0).excluded["reason"].str.contains("media").any()

    def test_promotion_threshold_decides_what_a_promotion_is(self) -> None:
        rng = np.random.default_rng(0)
        promotion = rng.choice([0.0, 0.3, 1.0], (1, 156), p=[0.6, 0.2, 0.2])
        panel = panel_of(np.stack([base_of(rng, 156, 100.0, 0.02)]), promotion=promotion)
        low, high = (len(baseline_of(panel, promotion_threshold=each).excluded) for each in (0.25, 0.5))
        assert low > high

    def test_unusual_periods_are_kept_if_wanted(self) -> None:
        panel, _ = planted()
        panel.outcome[0, 100] *= 2.0
        kept = baseline_of(panel, exclude_unusual=False)
        assert not kept.excluded["reason"].str.contains("unusual").any()
        assert baseline_of(panel).excluded["reason"].str.contains("unusual").any()

    def test_reasons_are_given_up_until_enough_periods_remain(self) -> None:
        panel, _ = planted()
        baseline = baseline_of(panel, high_media_share=0.6, minimum_periods=100)
        assert baseline.levels["periods_used"].min() >= 100
        assert any("let in again: high media" in note.text for note in baseline.notes)

    def test_a_narrower_media_effect_raises_the_baseline(self) -> None:
        panel, _ = planted()
        narrow, wide = (
            baseline_of(panel, media_effect_sd=each).levels.query("method == 'regression'")["baseline"].sum()
            for each in (0.005, 0.3)
        )
        assert narrow > 1.02 * wide

    def test_the_curve_of_the_priors_is_used(self) -> None:
        panel, _ = planted()
        slow = PriorSettings(default=ChannelPriorSettings(half_life=12.0))
        found = [
            baseline_of(panel, priors=each).levels.query("method == 'regression'")["baseline"].sum()
            for each in (PriorSettings(), slow)
        ]
        assert abs(found[1] / found[0] - 1.0) > 0.001


def test_media_that_never_pause_are_said() -> None:
    rng = np.random.default_rng(4)
    base = np.stack([base_of(rng, 156, 1000.0, 0.02)])
    spend = rng.uniform(40.0, 160.0, (1, 156, 1))
    at_work = adstock(np.ascontiguousarray(spend[0, :, 0]), 0.3, 0.0)
    panel = panel_of(base + 500.0 * (at_work / (at_work + 100.0))[None], spend=spend, channels=CHANNELS[:1])
    baseline = baseline_of(panel, media_effect_sd=0.5)
    assert any("never really pause" in note.text for note in baseline.notes)


def test_a_history_too_short_to_tell_media_keeps_them_in_the_baseline_and_says_so() -> None:
    panel, _ = planted()
    baseline = baseline_of(panel.window(0, 14))
    np.testing.assert_allclose(baseline.levels["share"], 1.0, atol=0.03)
    assert any("no effect of media could be told" in note.text for note in baseline.notes)


def test_experiments_to_calibrate_with_are_told_before_the_approval() -> None:
    panel, _ = planted()
    lift = Experiment("search", date(2022, 3, 7), date(2022, 4, 3), 900.0, 150.0)
    row = {"channel": "tv", "x": 100.0, "delta_x": 20.0, "delta_y": 5.0, "sigma": 1.0}
    priors = PriorSettings.model_validate({"experiments": [row]})
    baseline = baseline_of(replace(panel, experiments=(lift,)), priors=priors)
    assert baseline.experiments == (StepTest("tv", 100.0, 20.0, 5.0, 1.0),)
    (note,) = (each for each in baseline.notes if "calibrate" in each.text)
    assert "search, withheld from 2022-03-07 to 2022-04-03: 900 of outcome" in note.text
    assert "tv, from 100 to 120 of spend per period: +5 of outcome per period" in note.text


def test_an_experiment_of_the_settings_on_a_strange_channel_is_refused() -> None:
    row = {"channel": "radio", "x": 100.0, "delta_x": 20.0, "delta_y": 5.0, "sigma": 1.0}
    with pytest.raises(SettingsError, match="radio"):
        baseline_of(planted()[0], priors=PriorSettings.model_validate({"experiments": [row]}))
