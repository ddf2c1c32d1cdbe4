"""What the command line prints: results on stdout, everything else on stderr."""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from mmxlib.errors import ExitCode, Fault

WIDEST = 132
"""Columns where there is no terminal to ask."""


_HARMLESS: dict[int, int | str] = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"},
    0x7F: 0x2421,
    **dict.fromkeys([*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\ufffd"),
}
"""Control characters by their pictures, and those that turn the direction by the sign for unknown ones."""


def typed(path: Path) -> str:
    """Return a path as one types it in a command."""
    return f'"{path}"' if " " in str(path) else str(path)


def one_line(text: str) -> str:
    """Return text that somebody typed as one line that cannot speak to the terminal."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def harmless(text: str) -> str:
    """Return text of any lines that cannot speak to the terminal, nor turn its direction; emoji stay."""
    return text.translate(_HARMLESS)


def wrapped(text: str, indent: str = "", hanging: str | None = None) -> str:
    """Return a sentence in lines that fit the terminal, the first behind ``indent``, the rest ``hanging``."""
    return textwrap.fill(
        one_line(text),
        width=shutil.get_terminal_size((WIDEST, 24)).columns,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def journal_lines(status: Any) -> Iterator[str]:
    """Yield what stands for the whole journal; `mmx verify --expect HEAD` proves it later."""
    yield f"Journal: {status.count} entries, the last by version {status.version}"
    yield f"Head: {status.head}"


def journal_facts(run: Any) -> dict[str, Any]:
    """Return, for a JSON document, what stands for the whole journal."""
    return {"head": run.head, "count": run.count}


@dataclass(frozen=True, slots=True)
class Console:
    """Where and how to print.

    ``machine``: stdout is one JSON document and nothing else. ``live``: stderr is a terminal, so that a
    progress display may redraw. ``colored``: colors are wanted (``NO_COLOR`` is not set).
    """

    machine: bool
    live: bool
    colored: bool

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """Return the console for a command's words."""
        terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        return cls(
            machine="--json" in words,
            live=terminal,
            colored=terminal and not os.environ.get("NO_COLOR"),
        )

    def show(self, text: str = "") -> None:
        """Print a line of the result; with ``--json`` it goes to stderr."""
        print(harmless(text), file=sys.stderr if self.machine else sys.stdout, flush=True)

    def say(self, text: str) -> None:
        """Print a line about the work to stderr."""
        print(harmless(text), file=sys.stderr, flush=True)

    def document(self, content: Mapping[str, Any]) -> None:
        """Print the result as JSON, where that was asked for."""
        if self.machine:
            print(json.dumps(content, ensure_ascii=False, indent=2, default=str))

    def fail(self, faults: Sequence[Fault], code: ExitCode, *, notes: Sequence[str] = ()) -> None:
        """Print faults: what, where, what to do, and the code; then where more is told."""
        if self.machine:
            listed = [
                {
                    "grade": str(each.grade),
                    "code": each.code,
                    "place": each.place,
                    "problem": each.problem,
                    "remedy": each.remedy,
                    "setting": each.setting,
                }
                for each in faults
            ]
            self.document({"status": "error", "exit_code": int(code), "faults": listed, "notes": list(notes)})
        for each in faults:
            print(self._worded(each), file=sys.stderr, flush=True)
        for note in notes:
            self.say(f"  {note}")
        if not self.machine:
            self.say(f"More on a code: mmx explain {faults[0].code}")

    def _worded(self, fault: Fault) -> str:
        start, end = ("\033[31m", "\033[0m") if self.colored else ("", "")
        where = f"{fault.place}: " if fault.place else ""
        said = self._fitted(f"error: {where}{fault.problem} [{fault.code}]", "")
        remedy = "\n".join(self._fitted(line, "  ") for line in fault.remedy.splitlines())
        return f"{start}error{end}{said.removeprefix('error')}\n{remedy}"

    def _fitted(self, line: str, indent: str) -> str:
        """Return a line, on a terminal in as many as it takes there; elsewhere it stays one to search for."""
        return wrapped(line, indent, "  ") if self.live else f"{indent}{harmless(line)}"
