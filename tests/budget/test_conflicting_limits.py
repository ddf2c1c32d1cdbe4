"""Limits that no plan keeps are named as the user gave them, with what fixed cells already spend."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from mmxlib.budget.optimizing import optimize_budget
from mmxlib.errors import InfeasibleError, MmxError
from mmxlib.model.model import Model
from tests.budget.responses import hand_made_response, media_mix

RESPONSE = hand_made_response(tuple(media_mix(4)))
MODEL = Model(RESPONSE)
FIRST = str(RESPONSE.panel.dates[-1] + np.timedelta64(7, "D"))
WIDE = dict.fromkeys(RESPONSE.panel.channel_names, (0.0, 20_000.0))
VIDEO = ["channel_0", "channel_1"]
CELL = {("channel_0", FIRST): 15_000.0}


def refused(budget: float | tuple[float, float], **limits: Any) -> MmxError:
    with pytest.raises(InfeasibleError) as caught:
        optimize_budget(MODEL, budget, 13, **{"bounds": WIDE, **limits})
    return caught.value


@pytest.mark.parametrize(
    ("budget", "limits", "named"),
    [
        (
            10_000.0,
            {"groups": {"video": (VIDEO, 8_000.0, 9e9), "rest": (["channel_2"], 3_000.0, 9e9)}},
            [
                "a budget of 10,000",
                "group video at least 8,000 (as given)",
                "group rest at least 3,000 (as given)",
            ],
        ),
        (
            (5_000.0, 10_000.0),
            {"groups": {"video": (VIDEO, 12_000.0, 9e9)}},
            ["a budget of at most 10,000", "group video at least 12,000 (as given)"],
        ),
        (
            (30_000.0, 40_000.0),
            {"groups": {"all": ([*WIDE], 0.0, 20_000.0)}},
            ["a budget of at least 30,000", "group all at most 20,000 (as given)"],
        ),
        (
            10_000.0,
            {"detail": "channel_and_period", "fixed": CELL},
            ["a budget of 10,000", "the fixed cells, which spend 15,000"],
        ),
        (
            10_000.0,
            {"fixed": CELL},
            ["a budget of 10,000", "the fixed cells, which spend 15,000"],
        ),
        (
            20_000.0,
            {"bounds": WIDE | {"channel_0": (0.0, 9_000.0)}, "fixed": CELL},
            ["channel channel_0 at most 9,000 (as given)", "the fixed cells, which spend 15,000"],
        ),
        (
            20_000.0,
            {
                "bounds": WIDE | {"channel_0": (0.0, 9_000.0)},
                "fixed": CELL,
                "detail": "channel_and_period",
            },
            ["channel channel_0 at most 9,000 (as given)", "the fixed cells, which spend 15,000"],
        ),
    ],
)  # fmt: skip
def test_limits_in_conflict_are_all_named_and_no_others(
    budget: float | tuple[float, float], limits: Mapping[str, Any], named: list[str]
) -> None:
    error = refused(budget, **limits)
    said = error.faults[0].problem.removeprefix("No plan keeps all of these limits at once: ")
    assert sorted(said.removesuffix(".").split("; ")) == sorted(named)
    assert (error.code, error.faults[0].place) == ("MMX-B011", "scenario custom")


@pytest.mark.parametrize("budget", [0.0, (2.0, 1.0), -5.0])
def test_a_budget_that_leaves_nothing_to_plan_is_refused(budget: float | tuple[float, float]) -> None:
    error = refused(budget)
    assert error.code == "MMX-B003"
    assert "leaves nothing to plan" in error.faults[0].problem


def test_a_cell_may_not_be_fixed_below_zero() -> None:
    with pytest.raises(MmxError) as caught:
        optimize_budget(MODEL, 10_000.0, fixed={("channel_0", FIRST): -1.0})
    assert caught.value.code == "MMX-B014"
    assert f"channel_0 on {FIRST} spends -1" in caught.value.faults[0].problem
