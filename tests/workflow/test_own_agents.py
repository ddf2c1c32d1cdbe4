"""Agents of a user's own: what they get wrong is said by the name of their step."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import mmxlib as mmx
from mmxlib.terms import StepName
from tests.workflow import specimens
from tests.workflow.toys import toys


@dataclass(frozen=True)
class Mistaken:
    """It names its step in plain text, as users do, and returns what it does not promise."""

    name = "segmentation"
    requires = (mmx.Panel,)
    produces = mmx.Segments
    calculation_version = 1

    def run(self, inputs: mmx.Inputs, rng: np.random.Generator) -> object:
        return "two segments"


def test_a_result_of_another_type_is_refused_by_the_step_s_name(tmp_path: Path) -> None:
    panel = mmx.simulate_panel(sub_categories=2, channels=1, periods=60).panel
    with mmx.Session.open(tmp_path / "run", panel=panel, agents={"segmentation": Mistaken()}) as session:
        with pytest.raises(mmx.UsageError, match="agent of segmentation returned str, not Segments"):
            session.advance()
        assert session.status().state == "ready"


@dataclass(frozen=True)
class Ruled:
    """It finds the segments by a rule of its own."""

    rule: object

    name = StepName.SEGMENTATION
    requires = (mmx.Panel,)
    produces = mmx.Segments
    calculation_version = 1

    def run(self, inputs: mmx.Inputs, rng: np.random.Generator) -> mmx.Segments:
        return specimens.segments()


@dataclass(frozen=True)
class RuledOtherwise(Ruled):
    """It finds them by another."""


def ruled(folder: Path, agent: Ruled) -> mmx.Session:
    own = {**toys(), "segmentation": agent}
    return mmx.Session.open(folder / "run", panel=specimens.panel(), agents=own)


def test_a_setting_that_no_record_can_hold_is_refused_by_its_name(tmp_path: Path) -> None:
    with ruled(tmp_path, Ruled(rule=lambda sales: sales > 0.0)) as session:
        with pytest.raises(mmx.UsageError, match=r"Ruled\.rule holds function") as caught:
            session.advance()
        assert caught.value.code == "MMX-W033"
        assert "numbers, text and tuples" in caught.value.faults[0].remedy


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [(np.inf, np.inf, True), (np.inf, -np.inf, False), ((1, "a", None), (1, "b", None), False)],
)
def test_a_step_holds_as_long_as_its_agent_s_own_settings_do(
    tmp_path: Path, before: object, now: object, same: bool
) -> None:
    with ruled(tmp_path, Ruled(before)) as session:
        session.advance()
    with ruled(tmp_path, Ruled(now)) as session:
        assert (session.status().steps[0].state == "done") is same


def test_an_approval_that_another_agent_voids_says_so(tmp_path: Path) -> None:
    with ruled(tmp_path, Ruled("by sales")) as session:
        session.advance()
        session.approve("baseline", by="Ana")
    with ruled(tmp_path, RuledOtherwise("by sales")) as session:
        (remark,) = session.advance().remarks
    assert "The approval by Ana" in remark
    assert "another agent does the segmentation" in remark
