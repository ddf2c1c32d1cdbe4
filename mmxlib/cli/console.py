"""What the command line prints: results on stdout, everything else on stderr."""

import json
import os
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from mmxlib.errors import ExitCode, Fault


def typed(path: Path) -> str:
    """Return a path as one types it in a command."""
    return f'"{path}"' if " " in str(path) else str(path)


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
        print(text, file=sys.stderr if self.machine else sys.stdout, flush=True)

    def say(self, text: str) -> None:
        """Print a line about the work to stderr."""
        print(text, file=sys.stderr, flush=True)

    def document(self, content: Mapping[str, Any]) -> None:
        """Print the result as JSON, where that was asked for."""
        if self.machine:
            print(json.dumps(content, ensure_ascii=False, indent=2, default=str))

    def fail(self, faults: Sequence[Fault], code: ExitCode, *, notes: Sequence[str] = ()) -> None:
        """Print faults: what, where, what to do, and the code; then where more is told."""
        if self.machine:
            listed = [
                {"code": each.code, "place": each.place, "problem": each.problem, "remedy": each.remedy}
                for each in faults
            ]
            self.document({"status": "error", "exit_code": int(code), "faults": listed, "notes": list(notes)})
        for each in faults:
            self.say(self._worded(each))
        for note in notes:
            self.say(f"  {note}")

    def _worded(self, fault: Fault) -> str:
        start, end = ("\033[31m", "\033[0m") if self.colored else ("", "")
        where = f"{fault.place}: " if fault.place else ""
        remedy = textwrap.indent(fault.remedy, "  ")
        return f"{start}error{end}: {where}{fault.problem} [{fault.code}]\n{remedy}"
