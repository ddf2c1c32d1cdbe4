"""``mmx explain``: what a code such as MMX-D017 means, why it matters and what to do."""

import argparse
import difflib
import sys
from collections.abc import Collection, Sequence

from mmxlib.cli.console import Console
from mmxlib.codes.pages import FAMILIES, Page, pages
from mmxlib.errors import ExitCode, UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the codes."""
    parser.add_argument(
        "codes", nargs="*", metavar="CODE", help="such as MMX-D017 (or d017); without one: all, with titles"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print the pages of the codes, or the list of all codes."""
    known = pages()
    if arguments.codes:
        shown = [known[code] for code in _known_codes(arguments.codes, known)]
        _show_pages(shown, console)
    else:
        shown = list(known.values())
        _show_list(shown, console)
    console.document(
        {
            "status": "done",
            "exit_code": int(ExitCode.DONE),
            "pages": [{"code": page.code, "title": page.title, "text": page.text} for page in shown],
        }
    )
    return ExitCode.DONE


def _known_codes(typed: Sequence[str], known: Collection[str]) -> list[str]:
    """Return codes as they are written, each once, in the order in which they were typed."""
    by_number = {code.rpartition("-")[2]: code for code in known}
    numbers = [word.strip("[]").upper().rpartition("-")[2] for word in typed]
    for word, number in zip(typed, numbers, strict=True):
        if number not in by_number:
            near = difflib.get_close_matches(number, by_number, n=3, cutoff=0.7)
            meant = f"Did you mean {_either([by_number[each] for each in near])}? " if near else ""
            raise UsageError(
                f'There is no code "{word}".',
                remedy=f"{meant}`mmx explain` lists all codes.",
                code="MMX-C060",
            )
    return list(dict.fromkeys(by_number[number] for number in numbers))


def _either(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _show_list(shown: Sequence[Page], console: Console) -> None:
    for family in FAMILIES.values():
        console.show(family)
        for page in shown:
            if page.family == family:
                console.show(f"  {page.code}  {page.title}")
        console.show()
    console.show("More on one of them: mmx explain CODE")


def _show_pages(shown: Sequence[Page], console: Console) -> None:
    if sys.stdout.isatty() and not console.machine:
        _render(shown, console)
        return
    for number, page in enumerate(shown):
        console.show(f"{chr(10) if number else ''}{page.code}  {page.title}\n")
        console.show(page.text.replace("**", ""))


def _render(shown: Sequence[Page], console: Console) -> None:
    """Print pages on a terminal, laid out to its width."""
    from rich.console import Console as Terminal
    from rich.markdown import Markdown
    from rich.theme import Theme

    plain = Theme({"markdown.h2": "bold", "markdown.code": "cyan"})  # legible on light and on dark
    terminal = Terminal(no_color=not console.colored, highlight=False, theme=plain)
    for page in shown:
        terminal.print(Markdown(f"## {page.code} {page.title}\n\n{page.text}"))
        terminal.print()
