"""G9: an approval holds for the content that was shown and is void when anything in it moved."""

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from mmxlib.artifacts.codec import encode
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.trends import Trends
from mmxlib.config import Config, revised
from mmxlib.errors import DecisionError
from mmxlib.terms import Checkpoint, StepName
from mmxlib.workflow.journal import EventKind
from mmxlib.workflow.session import Session
from tests.faults.disk import Disk, in_use
from tests.faults.found import Found, together
from tests.faults.toy_run import panel
from tests.workflow.toys import Toy, toy, toys

CELLS = ("outcome", "spend", "exposure", "control_values")
SETTINGS = {"seed": 1}
BEFORE_BASELINE = (StepName.SEGMENTATION, StepName.TREND_SCANNER, StepName.BASELINE)


def with_cell(name: str, number: int) -> Panel:
    """Return the data with one cell moved by the least that a number can move."""
    whole = panel(6)
    values = getattr(whole, name).copy()
    values.flat[number] = np.nextafter(values.flat[number], np.inf)
    return replace(whole, **{name: values})


def approved(folder: Path) -> str:
    """Start a run, approve its baseline, and return what was approved."""
    with Session.open(folder, Config(), panel(6), agents=toys()) as session:
        identity = session.advance().content_id
        session.approve("baseline", by="Ana", content_id=identity)
    return identity


def still_holds(folder: Path, approved_id: str, *, config=None, data=None, agents=None, newer=None) -> str:
    """Return what is wrong after a change: the approval must be void, and its content id refused."""
    version = property(lambda each: 2 if each.step is newer else 1)
    with (
        patch.object(Toy, "calculation_version", version),
        Session.open(folder, config, data, agents=agents or toys()) as session,
    ):
        status = session.advance()
        if status.checkpoint is not Checkpoint.BASELINE or status.content_id == approved_id:
            return "the approval still holds"
        if status.decisions[0].holds or "no longer holds" not in status.remarks[0]:
            return f"nothing is said: {status.remarks}"
        try:
            session.approve("baseline", by="Ben", content_id=approved_id)
        except DecisionError as error:
            return "" if error.code == "MMX-W043" else str(error)
        return "what was shown before can be approved"


def replace_result(folder: Path) -> None:
    """Give a finished step another result under the same key, as an unsteady agent would."""
    with Session.open(folder, agents=toys()) as session:
        other = replace(session.artifact(Trends), notes=(Note("Another result."),))
        said = next(each.said for each in session.entries if each.said.get("step") == "trend_scanner")
        digest = session._store.put(encode(other))
        session._store.journal.add(EventKind.STEP, {**said, "artifact": digest})


def examine(place: Path, *, step: int) -> Found:
    """Change every ``step``-th cell, each setting and calculation version, and a result."""
    changes = [
        (f"{name} {number}", {"data": with_cell(name, number)})
        for name in CELLS
        for number in range(0, getattr(panel(6), name).size, step)
    ]
    changes += [(name, {"config": revised(Config(), {name: value})}) for name, value in SETTINGS.items()]
    for each in BEFORE_BASELINE:
        changes.append((f"version of {each}", {"newer": each}))
        changes.append((f"settings of {each}", {"agents": toys(**{each.value: toy(each, knob=1)})}))
    changes.append(("result", {}))
    return together(
        changed(place / f"run{number}", name, arguments) for number, (name, arguments) in enumerate(changes)
    )


def changed(folder: Path, name: str, arguments: dict) -> Found:
    """Approve, change one thing, and return what went wrong."""
    with in_use(Disk()):
        identity = approved(folder)
        if name == "result":
            replace_result(folder)
        fault = still_holds(folder, identity, **arguments)
    return Found(1, (f"{fault} ({name})",) if fault else ())


def in_full(place: Path) -> Found:
    """Change every cell."""
    return examine(place, step=1)


def test_an_approval_is_void_when_anything_that_was_shown_moved(tmp_path):
    found = examine(tmp_path, step=11)
    assert found.points >= 12
    assert found.bad == ()


def test_an_approval_holds_while_nothing_moves(tmp_path):
    identity = approved(tmp_path / "run")
    assert still_holds(tmp_path / "run", identity) == "the approval still holds"


@pytest.mark.parametrize("step", [StepName.SEGMENTATION, StepName.BASELINE])
def test_an_approval_counts_again_when_what_was_shown_is_there_again(tmp_path, step):
    identity = approved(tmp_path / "run")
    assert still_holds(tmp_path / "run", identity, agents=toys(**{step.value: toy(step, knob=1)})) == ""
    assert still_holds(tmp_path / "run", identity) == "the approval still holds"
