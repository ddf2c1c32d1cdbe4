"""G4: a disk that refuses is said clearly (exit 6, path, free space), and what was there stays whole."""

import errno
import shutil
from pathlib import Path

import pytest

from mmxlib.errors import ExitCode, StorageError
from mmxlib.workflow.journal import EventKind, Journal, read_journal
from mmxlib.workflow.store import read_store
from tests.faults.disk import Counter, Disk, Failing, Kind, in_use
from tests.faults.found import Found, said
from tests.faults.toy_run import Ended, difference, ended, go_on, plain_files

ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)
OPENING = 16  # operations until a new run has its first entry


def fault_of(folder: Path, whole: Ended, disk: Failing) -> str:
    """Let a disk fail during a run, go on with a sound one, and return what went wrong, or nothing."""
    shutil.rmtree(folder.parent, ignore_errors=True)
    promised = [0]
    try:
        with in_use(disk):
            go_on(folder, 6, promised.append)
    except StorageError as error:
        fault = error.faults[0]
        if error.exit_code is not ExitCode.STORAGE or "MB free" not in fault.problem:
            return f"unclear: {fault}"
        if not Path(fault.place).is_relative_to(folder.parent):
            return f"another place: {fault}"
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what was looked for
        return f"uncaught {said(error)}"
    try:
        if promised[-1] and len(read_store(folder).entries) < promised[-1]:
            return f"{promised[-1]} entries were promised"
        go_on(folder, 6)
        after = ended(folder)
    except Exception as error:  # noqa: BLE001  # see above
        return f"afterwards {said(error)}"
    return "" if after == whole else difference(after, whole)


def examine(place: Path, *, step: int) -> Found:
    """Let every ``step``-th operation fail, and more of the first, each error once and for good."""
    counter = Counter()
    with plain_files(), in_use(Disk()):
        with in_use(counter):
            go_on(place / "whole", 6)
        whole = ended(place / "whole")
        points, bad = 0, []
        opening = range(0, OPENING, min(step, 4))
        for at in sorted({*opening, *range(OPENING, len(counter.operations), step)}):
            for error in ERRORS:
                for for_good in (False, True):
                    fault = fault_of(
                        place / "runs" / "one", whole, Failing(at, error=error, for_good=for_good)
                    )
                    points += 1
                    name = f"{errno.errorcode[error]} at {at}{' for good' if for_good else ''}"
                    bad += [f"{fault} ({name})"] if fault else []
    return Found(points, tuple(bad))


def in_full(place: Path) -> Found:
    """Let every operation fail."""
    return examine(place, step=1)


def test_a_disk_that_refuses_is_said_clearly_and_spoils_nothing(tmp_path):
    found = examine(tmp_path, step=90)
    assert found.points >= 45
    assert found.bad == ()


class Stubborn(Disk):
    """Writes half of what it is given, and can then not even cut that off again."""

    def write(self, descriptor, content):
        super().write(descriptor, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "full")

    def before(self, operation):
        if operation.kind is Kind.CUT:
            raise OSError(errno.EIO, "stubborn")


def test_half_a_line_that_could_not_be_cut_off_spoils_no_later_line(tmp_path):
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, "1.0")
    journal.add(EventKind.OUTPUTS, {"files": {}})
    with in_use(Stubborn()), pytest.raises(StorageError):
        journal.add(EventKind.OUTPUTS, {"files": {"a": "1"}})
    journal.add(EventKind.OUTPUTS, {"files": {"a": "2"}})
    read = read_journal(path)
    assert [each.said["files"] for each in read.entries] == [{}, {"a": "2"}]
    assert read.torn == b""
