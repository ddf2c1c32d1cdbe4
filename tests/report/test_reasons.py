"""Why a channel without present spend gets its action: nothing can be read of its next return."""

from dataclasses import replace

import pytest

from mmxlib.artifacts.insights import LiftTest
from mmxlib.report.actions import Evidence, reason
from mmxlib.report.numbers import Measures
from mmxlib.terms import Action

RESTING = Evidence(
    channel="radio",
    present=0.0,
    planned=5_000.0,
    binding="",
    marginal=None,
    hurdle=1.2,
    above=0.5,
    near=0.5,
    hold_band=0.05,
    measures=Measures("EUR"),
)


def test_a_channel_that_rests_and_goes_on_resting_is_said_to() -> None:
    said = reason(replace(RESTING, planned=0.0), Action.HOLD, 0.5, None)
    assert said == "It has no spend at present and the plan gives it none."


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (None, ""),
        (LiftTest(8, 1.0, 2_000.0, 3_000.0), " Test: spend +100 % for 8 weeks; €3.0 k of lift is expected, "),
        (LiftTest(8, -1.0, 2_000.0, 3_000.0), " Test: stop it for 8 weeks; "),
        (LiftTest(8, -1.0, 3_000.0, 2_000.0), " Too faint to test in the whole market: "),
    ],
)
def test_a_channel_that_begins_has_no_return_to_read_and_maybe_a_test(
    test: LiftTest | None, said: str
) -> None:
    whole = reason(RESTING, Action.TEST, 0.5, test)
    first = "It has no spend at present, so its next return cannot be read."
    assert whole.startswith(first + said)
    assert (whole == first) is (test is None)
