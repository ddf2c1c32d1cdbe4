"""G11: the suite can fail: with any one protection switched off it finds what that protection is for."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.faults import (
    children,
    mutants,
    test_approvals,
    test_disk_errors,
    test_power_cuts,
    test_single_holder,
    test_tampering,
)
from tests.faults.found import Found
from tests.faults.test_power_cuts import AT_START, IN_PUBLISH, IN_PUT, Cuts, Moment


def cut(place: Path) -> Found:
    """Cut the power until something is found."""
    return test_power_cuts.examine(place, periods=6, cuts=Cuts(share=0.3), enough=1)


def cut_in_lines(place: Path) -> Found:
    """Cut the power after operations on the journal, until something is found."""
    return test_power_cuts.examine(place, periods=6, cuts=Cuts(about="journal", draws=9), enough=1)


def killed_and_cut(place: Path, *, moment: Moment) -> Found:
    """Kill a run, go on, and cut the power until something is found."""
    return test_power_cuts.examine(place, periods=6, killed=moment, cuts=Cuts(share=0.05), enough=1)


def refused(place: Path) -> Found:
    """Let operations fail."""
    return test_disk_errors.examine(place, step=400)


def moved(place: Path) -> Found:
    """Move what was approved."""
    return test_approvals.examine(place, step=50)


def tampered(place: Path) -> Found:
    """Tamper with a run."""
    return test_tampering.examine(place, step=4001)


Probe = Callable[[Path], Found]
MUTANTS: Mapping[str, tuple[Probe, Mapping[str, Any]]] = {
    "files are not flushed": (cut, {"mmxlib.files.flush": mutants.nothing}),
    "folders are not flushed": (cut, {"mmxlib.files.flush_folder": mutants.nothing}),
    "new folders are not flushed": (cut, {"mmxlib.files._make_folder": mutants.folder_unflushed}),
    "files are written in place": (
        cut,
        {
            "mmxlib.workflow.store.write_atomic": mutants.written_in_place,
            "mmxlib.workflow.publishing.write_whole": mutants.written_in_place,
        },
    ),
    "sectors of zeros are taken for lines": (
        cut_in_lines,
        {"mmxlib.workflow.journal._committed": mutants.ended_by_newline},
    ),
    "what another process wrote is not flushed": (
        partial(killed_and_cut, moment=IN_PUT),
        {"mmxlib.workflow.store.settle": mutants.nothing, "mmxlib.workflow.journal.settle": mutants.nothing},
    ),
    "leftovers stay": (
        partial(killed_and_cut, moment=IN_PUBLISH),
        {"mmxlib.workflow.store.remove_leftovers": mutants.nothing},
    ),
    "leftovers are taken for a user's files": (
        partial(killed_and_cut, moment=AT_START),
        {"mmxlib.workflow.store.is_leftover": mutants.never},
    ),
    "errors of the system get through": (refused, {"mmxlib.files.storage_error": mutants.untranslated}),
    "results are not proved": (tampered, {"mmxlib.workflow.verifying.get_bytes": mutants.read_unproved}),
    "lines are not chained": (tampered, {"mmxlib.workflow.journal.chained": mutants.chained_alone}),
    "the head is not compared": (tampered, {"mmxlib.workflow.verifying._since": lambda *_: 0}),
    "approvals name no content": (
        moved,
        {
            "mmxlib.workflow.orchestrator.content_id": mutants.same_for_all,
            "mmxlib.workflow.showing.content_id": mutants.same_for_all,
        },
    ),
    "the content id is not compared": (moved, {"mmxlib.workflow.deciding.check_content": mutants.nothing}),
    "the settings are not in the key": (
        moved,
        {"mmxlib.workflow.orchestrator.basis_of": mutants.basis_without("settings")},
    ),
    "the calculation version is not in the key": (
        moved,
        {"mmxlib.workflow.orchestrator.basis_of": mutants.basis_without("calculation_version")},
    ),
}
IN_CHILDREN: Mapping[str, Probe] = {
    "nothing is locked": lambda place: test_single_holder.contest(place, target=mutants.contend_unlocked),
    "a lock is a file": mutants.retaken_by_file,
}


def found_without(name: str, place: Path) -> Found:
    """Return what the suite finds when one protection is switched off."""
    probe, changes = MUTANTS[name]
    with mutants.switched_off(changes):
        return probe(place)


def in_full(place: Path) -> Found:
    """Switch each protection off; what is bad is a mutant that the suite did not catch."""
    missed = []
    for number, name in enumerate(MUTANTS):
        missed += [] if found_without(name, place / str(number)).bad else [name]
    if children.LIVES:
        missed += [
            name for name, probe in IN_CHILDREN.items() if not probe(place / name.replace(" ", "-")).bad
        ]
    return Found(len(MUTANTS) + len(IN_CHILDREN), tuple(missed))


@pytest.mark.parametrize("name", MUTANTS)
def test_a_missing_protection_is_found(tmp_path, name):
    assert found_without(name, tmp_path).bad


@pytest.mark.skipif(not children.LIVES, reason=children.WHY_NOT)
@pytest.mark.parametrize("name", IN_CHILDREN)
def test_a_missing_lock_is_found(tmp_path, name):
    assert IN_CHILDREN[name](tmp_path).bad
