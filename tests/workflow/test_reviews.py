"""What a person is shown before an approval."""

from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ChannelPriorSettings, PriorSettings
from mmxlib.terms import AdstockFamily, SaturationFamily
from mmxlib.workflow.reviews import prior_table
from tests.model.panels import known


def test_carryover_and_saturation_are_said_in_words() -> None:
    stated = PriorSettings(
        channels={
            "c1": ChannelPriorSettings(adstock=AdstockFamily.DELAYED, saturation=SaturationFamily.LOGISTIC),
            "c2": ChannelPriorSettings(half_life=3.0),
        }
    )
    table = prior_table(resolved_priors(stated, known(channels=2).panel)).set_index("channel")
    assert "peaks 1.5 periods after" in table.loc["c1", "carryover"]
    assert table.loc["c2", "carryover"] == "half of the carryover is left after 3.0 periods"
    assert "half of the full response at 1.10 times" in table.loc["c1", "diminishing returns"]
