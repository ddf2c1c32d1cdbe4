"""A person's desk: an open workbook of ours whose buttons are pressed and whose run is read."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from mmxlib.workflow.journal import Entry, read_journal
from mmxlib_excel.layout import start
from mmxlib_excel.layout.stage import LABELS, Stage
from mmxlib_excel.stages.folders import RUN, home_of
from tests.libreoffice.office import Office, running_office
from tests.libreoffice.pressing import OpenBook, Pressed, opened_book

SECONDS = 300.0  # of a whole press on a busy machine
_BROWSER = """#!/bin/sh
echo "$1" >>'{pages}'
"""


@dataclass(frozen=True)
class Desk:
    """A workbook that lies at ``path`` and is open as ``book``."""

    path: Path
    book: OpenBook

    @property
    def home(self) -> Path:
        """The folder that belongs to the workbook."""
        return home_of(str(self.path), self.book.office.environment)

    @property
    def run(self) -> Path:
        """The run's folder."""
        return self.home / RUN

    def press(self, stage: Stage, until: str, *, seconds: float = SECONDS) -> Pressed:
        """Press the button of a stage and wait until the status says so."""
        label = f"{start.NAME}!{LABELS[stage]}"
        return self.book.press(label, watch=start.STATUS.name, until=until, seconds=seconds)

    def ribbon(self, stage: Stage, until: str, *, seconds: float = SECONDS) -> Pressed:
        """Call the ribbon's callback of a stage and wait likewise."""
        callback = start.macro(stage).replace("Mmx_", "Rb_")
        return self.book.ribbon(callback, watch=start.STATUS.name, until=until, seconds=seconds)

    def wait(self, until: str, *, seconds: float = SECONDS) -> Pressed:
        """Wait until the status says so."""
        return self.book.wait(watch=start.STATUS.name, until=until, seconds=seconds)

    def decide(self, checkpoint: str, **values: str) -> None:
        """Type into a row of the approvals."""
        for name, value in values.items():
            self.book.type_value(self._place(checkpoint, name), value)

    def decided(self, checkpoint: str, name: str) -> str:
        """Return what stands in a cell of a row of the approvals."""
        (value,) = self.book.cells([self._place(checkpoint, name)])
        return "" if value is None else str(value)

    def status(self) -> str:
        """Return what stands in the status."""
        return self.book.shown([start.STATUS.name])[0]

    def entries(self) -> tuple[Entry, ...]:
        """Return the journal of the run."""
        return read_journal(self.run / "journal.jsonl").entries

    def worker(self) -> int:
        """Return the process number of the one worker that works for this workbook."""
        (found,) = [each for each in _processes() if self._is_worker(each)]
        return found

    @contextmanager
    def standing(self) -> Iterator[int]:
        """Let the worker stand still for a while; give its process number."""
        worker = self.worker()
        os.kill(worker, signal.SIGSTOP)
        try:
            yield worker
        finally:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGCONT)

    def _place(self, checkpoint: str, name: str) -> str:
        return f"{start.NAME}!{start.DECISIONS.address(name, start.CHECKPOINT_ROWS.index(checkpoint))}"

    def _is_worker(self, process: int) -> bool:
        with suppress(OSError):
            words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
            return b"mmxlib_excel" in words and str(self.path).encode() in words
        return False


def _processes() -> list[int]:
    return [int(each.name) for each in Path("/proc").glob("[0-9]*")]


@contextmanager
def desk_at(office: Office, path: Path, content: bytes) -> Iterator[Desk]:
    """Write a workbook and open it for a while."""
    path.write_bytes(content)
    with opened_book(office, path) as book:
        yield Desk(path, book)


@contextmanager
def office_of_a_person(folder: Path) -> Iterator[Office]:
    """Start a LibreOffice whose buttons keep their runs, and the pages that they open, in ``folder``."""
    browser = folder / "browser"
    browser.write_text(_BROWSER.format(pages=folder / "pages"), encoding="utf-8")
    browser.chmod(0o755)
    environment = {
        "XDG_DATA_HOME": str(folder / "home"),
        "BROWSER": f"{browser} %s",
        "MMX_LIBREOFFICE_BUSY": str(folder / "busy"),
    }
    (folder / "office").mkdir()
    with running_office(folder / "office", environment=environment) as running:
        yield running


def opened_pages(office: Office) -> list[str]:
    """Return the addresses of the pages that the browser was asked to open."""
    pages = office.folder.parent / "pages"
    return pages.read_text("utf-8").splitlines() if pages.exists() else []


def busy_file(office: Office) -> Path:
    """Return the file that makes Excel refuse every call while it is there."""
    return Path(office.environment["MMX_LIBREOFFICE_BUSY"])
