"""The pages of the codes: read from the Markdown files of this room, when they are first asked for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

FAMILIES: Mapping[str, str] = {
    "D": "Data",
    "S": "Settings",
    "M": "Model, forecast, backtest",
    "B": "Budget",
    "A": "Agents",
    "W": "Runs and approvals",
    "F": "Files",
    "R": "Reports",
    "C": "Command line",
    "X": "Workbook",
}
"""What each family of codes is about, by the letter after ``MMX-``, in the order of the way through a run."""

_HEADING = re.compile(r"^## (MMX-[A-Z]\d{3}) (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to know about one code: ``text`` is Markdown without the heading."""

    code: str
    title: str
    text: str

    @property
    def family(self) -> str:
        """What the code is about."""
        return FAMILIES[self.code[4]]


@cache
def pages() -> Mapping[str, Page]:
    """Return every page by its code: family by family in the order of a run, then by number."""
    from importlib.resources import files  # every command would wait for it, and one asks

    folder = files("mmxlib.codes")
    found = [
        page
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".md")
        for page in pages_in(entry.read_text("utf-8"))
    ]
    order = list(FAMILIES)
    return {
        page.code: page for page in sorted(found, key=lambda page: (order.index(page.code[4]), page.code))
    }


def pages_in(text: str) -> list[Page]:
    """Return the pages of one file: each begins with a heading such as ``## MMX-D017 Formulas without …``."""
    _, *parts = _HEADING.split(text)
    return [
        Page(code, title.strip(), body.strip())
        for code, title, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]
