"""G5: on a disk that is really full a run says so, and once there is space it goes on to the same end."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mmxlib.errors import StorageError
from tests.faults.found import Found, said
from tests.faults.toy_run import Ended, difference, ended, go_on, plain_files

PAGE = 4096
PERIODS = 6000  # data large enough for a hundred sizes of disks
MAY_MOUNT = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("mount") is not None
WHY_NOT = "only the administrator of a Linux system may mount a small disk"


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[Path]:
    """Mount a disk of so many bytes."""
    place.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    subprocess.run(command, check=True, capture_output=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True, capture_output=True)


def enlarge(place: Path) -> None:
    """Give a mounted disk more space than any run here needs."""
    subprocess.run(["mount", "-o", "remount,size=64m", str(place)], check=True, capture_output=True)


def fault_of(disk: Path, whole: Ended) -> str:
    """Run until the disk is full, enlarge it, go on, and return what went wrong, or nothing."""
    try:
        go_on(disk / "run", PERIODS)
        return "the disk never was full"
    except StorageError as error:
        if "the disk is full" not in str(error) or "MB free" not in str(error):
            return f"unclear: {error}"
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what was looked for
        return f"uncaught {said(error)}"
    enlarge(disk)
    try:
        go_on(disk / "run", PERIODS)
        after = ended(disk / "run")
    except Exception as error:  # noqa: BLE001  # see above
        return f"afterwards {said(error)}"
    return "" if after == whole else difference(after, whole)


def examine(place: Path, *, sizes: int) -> Found:
    """Fill disks of so many sizes, from one page to just too small."""
    with plain_files():
        go_on(place / "whole", PERIODS)
        whole = ended(place / "whole")
        pages = used(place / "whole")
        chosen = sorted({1 + (pages - 2) * number // max(sizes - 1, 1) for number in range(sizes)})
        bad = []
        for size in chosen:
            with small_disk(place / "small", size * PAGE) as disk:
                fault = fault_of(disk, whole)
            bad += [f"{fault} ({size} pages)"] if fault else []
    return Found(len(chosen), tuple(bad))


def used(folder: Path) -> int:
    """Return the pages that the files of a run fill at least."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sum(-(-path.stat().st_size // PAGE) for path in files)


def in_full(place: Path) -> Found:
    """Fill disks of a hundred sizes and more where they may be mounted."""
    return examine(place, sizes=140) if MAY_MOUNT else Found(0, ())


@pytest.mark.skipif(not MAY_MOUNT, reason=WHY_NOT)
def test_a_run_on_a_full_disk_goes_on_when_there_is_space(tmp_path):
    found = examine(tmp_path, sizes=6)
    assert found.points == 6
    assert found.bad == ()
