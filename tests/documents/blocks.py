"""What documents show, read from their text: blocks of code, pictures and links.

A block is run unless the line before it says why it cannot be, in one of the ways of `Reason`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(
    r"(?:^<!-- (?P<marked>[^\n]*) -->\n)?^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.M | re.S
)
_LINK = re.compile(r"\]\((?P<target>[^)#\s]+)[^)]*\)")
_PICTURE = re.compile(
    r'!\[(?P<words>[^\]]*)\]\((?P<target>[^)\s]+)\)|<img [^>]*src="(?P<source>[^"]+)"[^>]*>'
)


class Reason(StrEnum):
    """Why a block is not run where the documents are tested, and where it is, if anywhere."""

    RUN_COMMAND = "run command"  # it makes an environment; tests/test_main_job.py runs what follows
    TEST_COMMAND = "test command"  # it runs these tests; .ci/run runs it from a clean clone
    EXCEL = "not run: needs Excel"
    DOCKER = "not run: needs Docker"
    SERVICES = "not run: changes the machine's services"
    REGISTRY = "not run: installs from the package registry"
    HOUSE = "not run: these are the checks themselves"


PROGRAMS: dict[Reason, tuple[str, ...]] = {
    Reason.RUN_COMMAND: ("python3 -m venv", ".venv/bin/pip install", ".venv/bin/mmx"),
    Reason.TEST_COMMAND: ("python3 -m venv", ".venv/bin/pip install", ".venv/bin/pytest"),
    Reason.EXCEL: ("xlwings",),
    Reason.DOCKER: ("docker",),
    Reason.SERVICES: ("systemctl", "journalctl", "loginctl", "schtasks", "crontab"),
    Reason.REGISTRY: ("pip install", "pip wheel", "python -m venv", "source .venv/bin/activate"),
    Reason.HOUSE: ("pytest", "ruff", "mypy", "lint-imports", "python -m tests."),
}
"""What each reason may excuse: a command that could be run cannot hide behind it."""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its language, its lines, the line of the document, and why it is not run, if so."""

    language: str
    code: str
    line: int
    reason: Reason | None

    @property
    def commands(self) -> list[str]:
        """The commands of a shell block, each without its comment and in one line."""
        lines = self.code.replace("\\\n", " ").splitlines()
        parts = [part.strip() for line in lines for part in re.sub(r"(^|\s)#.*", "", line).split(" && ")]
        return [part for part in parts if part]


def documents() -> list[Path]:
    """Return the README and every document of the examples."""
    return [ROOT / "README.md", *sorted((ROOT / "examples").rglob("*.md"))]


def blocks(document: Path) -> list[Block]:
    """Return the fenced blocks of a document, in order; a marker that is no reason is refused."""
    text = document.read_text("utf-8")
    return [
        Block(
            found["language"],
            found["code"],
            text.count("\n", 0, found.start("code")),
            Reason(found["marked"]) if found["marked"] else None,
        )
        for found in _BLOCK.finditer(text)
    ]


def links(document: Path) -> list[str]:
    """Return the files that a document links to, as written."""
    found = [each["target"] for each in _LINK.finditer(document.read_text("utf-8"))]
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def pictures(document: Path) -> list[str]:
    """Return the pictures that a document shows, as written."""
    return [each["target"] or each["source"] for each in _PICTURE.finditer(document.read_text("utf-8"))]
