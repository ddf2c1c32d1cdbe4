"""The tables of what was believed."""

from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ChannelPriorSettings, PriorSettings
from mmxlib.report.sheets.trust import priors_table
from mmxlib.terms import AdstockFamily
from tests.model.panels import known


def test_priors_name_the_timing_of_carryover_that_has_one() -> None:
    panel = known(units=1, channels=2).panel
    stated = PriorSettings(channels={"c1": ChannelPriorSettings(adstock=AdstockFamily.DELAYED)})
    named = priors_table(resolved_priors(stated, panel)).groupby("channel")["parameter"].apply(list)
    assert named["c1"] == ["retention", "peak", "half_saturation", "shape", "effect"]
    assert named["c2"] == ["retention", "half_saturation", "shape", "effect"]
