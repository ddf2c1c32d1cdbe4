"""Agents of a user's own: what they get wrong is said by the name of their step."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import mmxlib as mmx


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
