"""From what a person states to the distribution of every parameter."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import beta

from mmxlib.artifacts.baseline import UNTIMED, ChannelPrior
from mmxlib.artifacts.panel import Channel
from mmxlib.errors import SettingsError
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.saturations.registry import SATURATIONS
from mmxlib.model.channel_types import RETENTIONS, channel_type
from mmxlib.model.priors import WEAK_DEFAULT, resolved_priors
from mmxlib.model.settings import MEANT_FOR, ChannelPriorSettings, PriorSettings
from mmxlib.terms import AdstockFamily, SaturationFamily
from tests.model.panels import known

PANEL = known(units=1, channels=1).panel


def prior(name: str = "c1", default: dict[str, object] | None = None, **own: object) -> ChannelPrior:
    settings = PriorSettings(
        default=ChannelPriorSettings.model_validate(default or {}),
        channels={name: ChannelPriorSettings.model_validate(own)} if own else {},
    )
    return resolved_priors(settings, replace(PANEL, channels=(Channel(name),)))[0]


@pytest.mark.parametrize("name", ["half_saturation", "shape"])
def test_a_curve_s_parameter_may_be_stated_for_the_families_that_use_it(name: str) -> None:
    using = {family for family, curve in SATURATIONS.items() if not getattr(curve, name).held}
    assert MEANT_FOR[name] == ("saturation", tuple(family for family in SaturationFamily if family in using))


def test_a_timing_may_be_stated_for_the_families_that_have_one() -> None:
    timed = {family for family, carryover in ADSTOCKS.items() if not carryover.timing.held}
    stated = [family for name in ("peak", "weibull_shape") for family in MEANT_FOR[name][1]]
    assert sorted(stated) == sorted(timed)


def test_a_channel_without_a_word_has_geometric_carryover_without_timing() -> None:
    found = prior()
    assert (found.adstock, found.timing) == (AdstockFamily.GEOMETRIC, UNTIMED)
    default = ADSTOCKS[AdstockFamily.GEOMETRIC].retention
    assert (found.retention.center, found.retention.spread) == (default.center, default.spread)
    assert found.retention.origin == WEAK_DEFAULT


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("TV", "tv"),
        ("google_search", "search"),
        ("brand search", "search"),
        ("Direct-Mail", "mail"),
        ("tv2", "tv"),
    ],
)
def test_a_channels_name_says_its_type(name: str, word: str) -> None:
    found = channel_type(name)
    assert found is not None
    assert found.word == word
    assert prior(name).retention.origin == f"{WEAK_DEFAULT} for {word}"
    assert prior(name).retention.center == pytest.approx(found.mean)


@pytest.mark.parametrize("name", ["c1", "activity", "research", ""])
def test_a_name_without_a_known_word_has_no_type(name: str) -> None:
    assert channel_type(name) is None


def test_search_is_believed_to_fade_sooner_than_tv() -> None:
    assert prior("search").retention.center < prior("radio").retention.center < prior("tv").retention.center


def test_every_type_is_weak_and_named_once() -> None:
    words = [word for known_words, _, _ in RETENTIONS for word in known_words]
    assert len(words) == len(set(words))
    for _, mean, sd in RETENTIONS:
        count = mean * (1.0 - mean) / sd**2 - 1.0
        low, high = beta.ppf([0.05, 0.95], mean * count, (1.0 - mean) * count)
        assert high - low > 0.4


def test_what_is_stated_outweighs_the_channels_name() -> None:
    assert prior("tv", retention={"mean": 0.2, "sd": 0.1}).retention.center == 0.2


@pytest.mark.parametrize("adstock", AdstockFamily)
def test_a_half_life_is_that_of_the_channels_family(adstock: AdstockFamily) -> None:
    found = prior(adstock=adstock.value, half_life=3.0)
    family = ADSTOCKS[adstock]
    assert family.half_life(found.retention.center, found.timing.center) == pytest.approx(3.0)
    assert "half-life 3" in found.retention.origin


@pytest.mark.parametrize("adstock", AdstockFamily)
def test_bounds_of_a_half_life_are_bounds_of_retention(adstock: AdstockFamily) -> None:
    found = prior(adstock=adstock.value, half_life={"mean": 3.0, "low": 1.0, "high": 5.0})
    family = ADSTOCKS[adstock]
    for bound, periods in ((found.retention.lower, 1.0), (found.retention.upper, 5.0)):
        assert family.half_life(bound, found.timing.center) == pytest.approx(periods)
    assert found.retention.lower < found.retention.center < found.retention.upper
    assert "within 1 and 5" in found.retention.origin


@pytest.mark.parametrize("half_life", [20.0, {"mean": 3.0, "low": 1.0, "high": 20.0}])
def test_a_half_life_longer_than_the_family_can_tell_is_refused_in_words(half_life: object) -> None:
    with pytest.raises(SettingsError, match=r"c1: .* 20 periods .* at most 5\.9 periods"):
        prior(adstock="delayed", half_life=half_life)


def test_a_peak_is_the_timing_of_delayed_carryover() -> None:
    found = prior(adstock="delayed", peak={"mean": 3.0, "sd": 1.0})
    variance = np.log1p((1.0 / 3.0) ** 2)
    assert found.timing.center == pytest.approx(3.0 * np.exp(-0.5 * variance))
    assert found.timing.spread == pytest.approx(np.sqrt(variance))
    assert found.timing.upper == 8.0


def test_a_weibulls_shape_is_its_timing() -> None:
    found = prior(adstock="weibull", weibull_shape={"mean": 0.7, "sd": 0.1})
    assert found.timing.center == pytest.approx(0.7, rel=0.02)


def test_what_is_stated_for_all_reaches_the_channels_it_means_something_for() -> None:
    default = {"adstock": "delayed", "peak": {"mean": 3.0, "sd": 0.1}}
    assert prior(default=default).timing.center == pytest.approx(3.0, rel=0.01)
    assert prior(default=default, roi={"mean": 1.0, "sd": 1.0}).timing.center == pytest.approx(3.0, rel=0.01)
    assert prior(default=default, adstock="geometric").timing == UNTIMED
    shape = {"shape": {"mean": 2.0, "sd": 0.1}}
    assert prior(default=shape).shape.center == pytest.approx(2.0, rel=0.01)
    assert prior(default=shape, saturation="logistic").shape.center == 1.0


def test_families_differ_by_channel() -> None:
    found = prior(adstock="weibull", saturation="exponential")
    assert (found.adstock, found.saturation) == (AdstockFamily.WEIBULL, SaturationFamily.EXPONENTIAL)
