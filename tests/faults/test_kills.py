"""G1: killed before any file operation or halfway in any write, a run loses nothing and ends the same."""

import shutil
import signal
from pathlib import Path

import pytest

from mmxlib.workflow.run import view_run
from mmxlib.workflow.store import read_store
from tests.faults import children
from tests.faults.disk import Counter, Disk, Kind, in_use
from tests.faults.found import Found, said, together
from tests.faults.toy_run import SIZES, Ended, difference, ended, go_on, half_written, plain_files
from tests.workflow.toys import toys

pytestmark = pytest.mark.skipif(not children.LIVES, reason=children.WHY_NOT)


def points(place: Path, periods: int) -> tuple[list[tuple[int, bool]], Ended]:
    """Return every moment at which a run can be killed, and how it ends if it is not."""
    counter = Counter()
    with in_use(counter):
        go_on(place / "whole", periods)
        whole = ended(place / "whole")
    kinds = [each.kind for each in counter.operations]
    halves = [(number, True) for number, kind in enumerate(kinds) if kind is Kind.WRITE]
    return [*((number, False) for number in range(len(kinds))), *halves], whole


def fault_of(folder: Path, periods: int, whole: Ended, *, at: int, halfway: bool) -> str:
    """Kill a run at one point, take it up again, and return what went wrong, or nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    code = children.ended_with(children.started(children.killed_run, folder, periods, at, halfway))
    if code not in (-signal.SIGKILL, 0):
        return f"the child ended with {code}"
    promised = Path(f"{folder}.promised").stat().st_size
    half = half_written(folder, whole)
    if half:
        return half
    try:
        if promised:
            if len(read_store(folder).entries) < promised:
                return f"{promised} entries were promised"
            view_run(folder, agents=toys()).status()
        go_on(folder, periods)
        after = ended(folder)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what was looked for
        return said(error)
    return "" if after == whole else difference(after, whole)


def examine(place: Path, *, periods: int, step: int) -> Found:
    """Kill at every ``step``-th point."""
    place.mkdir(exist_ok=True)
    with plain_files(), in_use(Disk()):
        every, whole = points(place, periods)
        chosen = every[::step]
        bad = []
        for at, halfway in chosen:
            fault = fault_of(place / "run", periods, whole, at=at, halfway=halfway)
            bad += [f"{fault} (killed at {at}{' and a half' if halfway else ''})"] if fault else []
    return Found(len(chosen), tuple(bad))


def in_full(place: Path) -> Found:
    """Kill at all points, in runs of three sizes."""
    return together(examine(place / str(periods), periods=periods, step=1) for periods in SIZES)


@pytest.mark.parametrize("periods", [SIZES[0], SIZES[-1]])
def test_a_run_killed_at_any_operation_ends_the_same(tmp_path, periods):
    found = examine(tmp_path, periods=periods, step=43)
    assert found.points >= 12
    assert found.bad == ()
