"""Where a workbook's run lies: on this machine, never at a cloud address."""

import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from mmxlib.errors import WorkbookError
from mmxlib.files import safe_name

RUN = "run"
LOG = "worker.log"
LOCK = "worker.lock"


def home_of(place: str, environment: Mapping[str, str] | None = None) -> Path:
    """Return the folder that belongs to a workbook: its run and what its worker says lie there.

    Parameters
    ----------
    place
        The workbook's full path, or its address where it lies in a cloud: only a name is made of it.
    environment
        The environment's variables; None takes those of this process.
    """
    known = os.environ if environment is None else environment
    name = PureWindowsPath(PurePosixPath(place).name).stem
    digest = hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return data_folder(known) / "mmxlib" / "workbooks" / f"{safe_name(name.lower())[:40]}-{digest}"


def data_folder(environment: Mapping[str, str]) -> Path:
    """Return where the system keeps a user's local data of programs."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    return Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")


def run_folder(home: Path, chosen: str) -> Path:
    """Return the run folder of a workbook: the one its user chose on Settings, or the one in its own home.

    Raises
    ------
    WorkbookError
        If the chosen folder is no full path.
    """
    if not chosen:
        return home / RUN
    folder = Path(chosen).expanduser()
    if not folder.is_absolute():
        raise WorkbookError(
            f"The run folder {chosen} is no full path.",
            remedy="Write it in full on Settings, or leave it empty.",
            code="MMX-X089",
        )
    return folder
