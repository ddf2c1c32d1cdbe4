"""The command on real data, killed in one kind of file operation after another, and taken up each time.

    python -m tests.faults.killed_command HOME NTH HALFWAY

A program by itself: it forks, so it must have one thread. It has all modules loaded, so that a child costs
little more than its work. What it found is printed as JSON.
"""

import importlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from mmxlib.artifacts.codec import sha256
from mmxlib.errors import ExitCode, MmxError
from mmxlib.workflow.journal import Entry, EventKind, read_journal
from mmxlib.workflow.store import JOURNAL, OBJECTS, OUT
from mmxlib.workflow.verifying import verified
from tests.cli.homes import mmx
from tests.faults.disk import Disk, Kind, Operation, in_use

LIBRARIES = ("mmxlib", "sklearn", "matplotlib", "scipy", "pandas", "xlsxwriter", "jinja2")


class ByKind(Disk):
    """Kills its process at the first operation of a kind that none before it has met.

    A kind is what was last done in the run, the call, and what of the run it is about. Kinds that were met
    are lines of a file, those at which it kills marked; ``nth`` spares some, others in each step.
    """

    def __init__(self, folder: Path, met: Path, nth: int, *, halfway: bool) -> None:
        super().__init__()
        self._folder = folder
        self._met = met
        self._known = [line.partition(" ")[2] for line in met.read_text().splitlines()]
        self._nth = nth
        self._halfway = halfway
        entries = read_journal(folder / JOURNAL).entries
        self._after = next(filter(None, map(deed, reversed(entries))), "nothing")

    def before(self, operation: Operation) -> None:
        if not (self._halfway and operation.kind is Kind.WRITE) and self._is_chosen(operation):
            os.kill(os.getpid(), signal.SIGKILL)

    def write(self, descriptor: int, content: bytes) -> int:
        path = self._paths[descriptor]
        if self._halfway and self._is_chosen(Operation(Kind.WRITE, path)):
            os.write(descriptor, content[: len(content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        written = super().write(descriptor, content)
        if path.name == JOURNAL:
            self._after = deed(read_journal(path).entries[-1]) or self._after
        return written

    def _is_chosen(self, operation: Operation) -> bool:
        name = f"{self._after} {operation.kind} {about(operation.path, self._folder)}"
        if name in self._known:
            return False
        steps = list(dict.fromkeys(each.split()[0] for each in [*self._known, name]))
        step = name.split()[0]
        number = sum(each.split()[0] == step for each in self._known)
        chosen = (number + steps.index(step)) % self._nth == 0
        self._known.append(name)
        with self._met.open("a") as stream:
            stream.write(f"{'killed' if chosen else 'spared'} {name}\n")
        return chosen


def deed(entry: Entry) -> str:
    """Return what a journal entry says was done; nothing where that is no part of the run's way."""
    if entry.kind in (EventKind.RECOVERY, EventKind.PART):
        return ""
    return str(entry.said.get("step") or entry.said.get("checkpoint") or entry.kind.value)


def about(path: Path, folder: Path) -> str:
    """Return which part of a run folder a path belongs to."""
    if not path.is_relative_to(folder) or path == folder:
        return "folder"
    first = path.relative_to(folder).parts[0]
    name = first.removesuffix(".part").lstrip(".")[:10]
    return f"{name} folder" if path.is_dir() else name


def run(home: Path, name: str) -> int:
    """Run the command, or take its run up, and approve for a person what it may not approve by itself."""
    words = ("--input", home / "data", "--config", home / "config", "--run-dir", home / name)
    code = mmx("run", *words, "--auto-approve")
    if code == ExitCode.WAITING:
        mmx("approve", "budget", "--run-dir", home / name, "--by", "Ana", "--override", "seen")
        code = mmx("resume", "--run-dir", home / name)
    return code


def in_child(act: Callable[[], int]) -> int:
    """Do something in a child, and return its exit code, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            code = act()
        except BaseException:  # noqa: BLE001  # a child must not go on as its parent
            traceback.print_exc()
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def whole(home: Path) -> int:
    """Run without a kill, and note which modules that took."""
    code = run(home, "whole")
    names = [name for name in sys.modules if name.partition(".")[0] in LIBRARIES]
    if not (home / "modules").exists():  # a second time little is left to do
        (home / "modules").write_text("\n".join(names))
    return code


def killed(home: Path, name: str, nth: int, *, halfway: bool) -> int:
    """Run until the next kill, or to the end."""
    with in_use(ByKind(home / name, home / f"{name}.met", nth, halfway=halfway)):
        return run(home, name)


def results(folder: Path) -> set[tuple[str, str, str]]:
    """Return each step with its key and its result."""
    entries = read_journal(folder / JOURNAL).entries
    return {
        (each.said["step"], each.said["key"], each.said["artifact"])
        for each in entries
        if each.kind is EventKind.STEP
    }


def files(folder: Path) -> dict[str, bytes]:
    """Return the files for people."""
    out = folder / OUT
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def faults(folder: Path, committed: bytes) -> Iterator[str]:
    """Yield what is wrong with what a kill left: something lost, or something half-written."""
    path = folder / JOURNAL
    content = path.read_bytes() if path.exists() else b""
    if not content.startswith(committed):
        yield "lines of the journal are lost"
    if not lines_of(content):
        return
    with suppress(MmxError):
        verified(folder)
        entries = read_journal(path).entries
        written = [each.said["files"].values() for each in entries if each.kind is EventKind.OUTPUTS]
        known = {digest for digests in written for digest in digests}
        for each in (folder / OUT).rglob("*"):
            if each.is_file() and not each.name.startswith(".") and sha256(each.read_bytes()) not in known:
                yield f"half-written: {each.name}"
        for each in (folder / OBJECTS).glob("??/*"):
            if not each.name.startswith(".") and sha256(each.read_bytes()) != each.parent.name + each.name:
                yield f"half-written: {each.name}"
        return
    yield "what was left is not intact"


def lines_of(content: bytes) -> bytes:
    """Return a journal without what was never committed."""
    return content[: content.rfind(b"\n") + 1]


def sweep(home: Path, nth: int, *, halfway: bool) -> dict[str, list[str]]:
    """Kill the command again and again until it comes to its end, and compare that with one unkilled."""
    name, bad, committed = f"killed{nth}{int(halfway)}", list[str](), b""
    folder, met = home / name, home / f"{name}.met"
    first = in_child(lambda: whole(home))
    for module in (home / "modules").read_text().splitlines():
        with suppress(ImportError):  # some are made by others, not imported
            importlib.import_module(module)
    assert threading.active_count() == 1
    met.touch()
    while (code := in_child(lambda: killed(home, name, nth, halfway=halfway))) == -signal.SIGKILL:
        at = met.read_text().splitlines()[-1]
        bad += [f"{fault} ({at})" for fault in faults(folder, committed)]
        path = folder / JOURNAL
        committed = lines_of(path.read_bytes()) if path.exists() else b""
    bad += [f"the command ended with {code}, not {first}"] if code != first else []
    bad += ["other results"] if results(folder) != results(home / "whole") else []
    bad += ["other files"] if files(folder) != files(home / "whole") else []
    places = [line.partition(" ") for line in met.read_text().splitlines()]
    return {"killed": [place for word, _, place in places if word == "killed"], "bad": bad}


if __name__ == "__main__":
    print(json.dumps(sweep(Path(sys.argv[1]), int(sys.argv[2]), halfway=sys.argv[3] == "1")))
