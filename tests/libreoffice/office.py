"""A throw-away LibreOffice: its own settings and pipe, started in time and stopped for certain."""

import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.libreoffice.calls import OfficeError, answer
from tests.libreoffice.documents import open_names
from tests.libreoffice.installed import python_environment

PIPE = "MMX_LIBREOFFICE_PIPE"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
TRIES = 2
_SETTINGS = {
    ("Office.Common/Security/Scripting", "MacroSecurityLevel"): "0",
    ("Office.Common/Security/Scripting", "DisableMacrosExecution"): "false",
    (
        "Office.Calc/Formula/Load",
        "OOXMLRecalcMode",
    ): "0",  # recalculate every formula of an Excel file on opening
    ("Office.Common/Misc", "FirstRun"): "false",
}


@dataclass(frozen=True, slots=True)
class Office:
    """A running LibreOffice: the folder that is all its own, its pipe, what its children shall inherit."""

    folder: Path
    pipe: str
    environment: Mapping[str, str]

    def answer(self, function: Callable[..., Any], *, deadline: float = 30.0, **arguments: Any) -> Any:
        """Return what a function of this package answers; see ``calls``."""
        return answer(function, pipe=self.pipe, environment=self.environment, deadline=deadline, **arguments)


@contextmanager
def running_office(folder: Path, *, environment: Mapping[str, str] | None = None) -> Iterator[Office]:
    """Start a LibreOffice in ``folder`` for a while; at the end it and every process it started are gone.

    Parameters
    ----------
    folder
        An existing, empty folder.
    environment
        What the processes that buttons start shall find in their environment, besides that of the tests.

    Raises
    ------
    OfficeError
        If it does not answer at a second try either.
    """
    pipe = f"mmx{uuid.uuid4().hex[:12]}"
    inherited = {**python_environment(), **(environment or {}), PIPE: pipe}
    office = Office(folder, pipe, inherited)
    process = _started(office)
    try:
        yield office
    finally:
        _stop(process, pipe)


def _started(office: Office) -> subprocess.Popen[bytes]:
    """Return a LibreOffice that answers; one that does not is stopped and tried once more, from scratch."""
    for tried in range(1, TRIES + 1):
        process = _launched(office)
        try:
            office.answer(open_names, deadline=START_SECONDS)
        except OfficeError as error:
            _stop(process, office.pipe)
            if tried == TRIES:
                written = (office.folder / "soffice.log").read_text("utf-8", "replace")
                raise OfficeError(f"LibreOffice did not start:\n{written}") from error
        else:
            return process
    raise AssertionError("unreachable")


def _launched(office: Office) -> subprocess.Popen[bytes]:
    profile = office.folder / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_settings_text(), encoding="utf-8")
    command = [
        "soffice", "--headless", "--invisible", "--norestore", "--nologo", "--nodefault",
        "--nofirststartwizard", f"-env:UserInstallation={profile.as_uri()}",
        f"--accept=pipe,name={office.pipe};urp;StarOffice.ComponentContext",
    ]  # fmt: skip
    # The hooks are for our Python, not for the one inside LibreOffice.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        PIPE: office.pipe
    }
    with (office.folder / "soffice.log").open("ab") as log:
        return subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def _settings_text() -> str:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for (path, name), value in _SETTINGS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>"
    )


def _stop(process: subprocess.Popen[bytes], pipe: str) -> None:
    """End LibreOffice with its group, then what a button started that outlived it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(STOP_SECONDS)
    deadline = time.monotonic() + STOP_SECONDS
    while (left := processes_of(pipe)) and time.monotonic() < deadline:
        for each in left:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        time.sleep(0.02)  # a killed process takes a moment to be gone, and nobody here may wait for it


def processes_of(pipe: str) -> list[int]:
    """Return the processes whose environment names this pipe: LibreOffice and what it started."""
    marked = f"{PIPE}={pipe}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if marked in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found
