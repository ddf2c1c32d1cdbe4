"""Every code has a page, every page a code; and each page says what it must, in words of its reader."""

import argparse
import functools
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import get_args, get_origin

import pytest

from mmxlib.cli.excel import TASKS
from mmxlib.cli.main import COMMANDS
from mmxlib.codes.pages import FAMILIES, Page, pages, pages_in
from mmxlib.config import Config
from mmxlib.settings import Settings
from tests.test_architecture import code_places

PARTS = ("Why it matters", "Example", "What to do")
OPTIONAL = ("What mmx does by itself", "Related")
FEWEST_WORDS, MOST_WORDS, LONGEST_LINE = 40, 120, 120
BANNED = re.compile(
    r"\b(dtype|dataframe|nan|nat|keyerror|\w*exception|traceback|stack ?trace|boolean|string|regex"
    r"|utilize|simply|just click|colour|modelling|aggregat\w+|parsing|parse[ds]?|schema of)\b",
    re.IGNORECASE,
)
SHAPE = """
## {code} A title of a few words

What it means, in the user's words.

**Why it matters:** what would go wrong if mmx went on.

**Example:** an input or situation that brings it.

**What to do:** the steps, the setting with its file, the command.

**Related:** MMX-D001.
"""


def all_pages() -> list[Page]:
    return list(pages().values())


each_page = pytest.mark.parametrize("page", all_pages(), ids=lambda page: page.code)


def test_every_code_of_the_source_has_a_page() -> None:
    lacking = {code: where for code, where in code_places().items() if code not in pages()}
    assert not lacking, "\n".join(
        [
            "These codes have no page. Add each to the fitting file in mmxlib/codes, in this shape:",
            SHAPE.format(code=min(lacking)),
            *(f"{code} ({', '.join(where)})" for code, where in sorted(lacking.items())),
        ]
    )


def test_every_page_is_about_a_code_of_the_source() -> None:
    left_over = sorted(set(pages()) - set(code_places()))
    assert left_over == [], "no source has these codes any more: take their pages out of mmxlib/codes"


def test_no_code_has_two_pages_and_each_file_keeps_their_order() -> None:
    seen: dict[str, str] = {}
    for name, text in texts():
        codes = [page.code for page in pages_in(text)]
        assert codes == sorted(codes), name
        assert not set(codes) & set(seen), f"{name} and {seen} have pages of one code"
        seen |= dict.fromkeys(codes, name)


def texts() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each file of pages, as they are installed."""
    for entry in files("mmxlib.codes").iterdir():
        if entry.name.endswith(".md"):
            yield entry.name, entry.read_text("utf-8")


def test_every_file_holds_a_title_pages_and_nothing_else() -> None:
    for name, text in texts():
        assert re.match(r"# [A-Z][^\n]+\n\n## MMX-", text), name
        assert len(re.findall(r"^#+ ", text, re.MULTILINE)) == 1 + len(pages_in(text)), name


def test_no_line_is_too_long_for_an_editor() -> None:
    long = [
        f"{name}: {line}" for name, text in texts() for line in text.splitlines() if len(line) > LONGEST_LINE
    ]
    assert long == []


@each_page
def test_a_page_says_what_why_and_what_to_do(page: Page) -> None:
    paragraphs = page.text.split("\n\n")
    labels = [found[1] for each in paragraphs[1:] if (found := re.match(r"\*\*([^*:]+):\*\* \S", each))]
    assert len(labels) == len(paragraphs) - 1, f"{page.code}: a paragraph without its label"
    assert labels[: len(PARTS)] == list(PARTS), page.code
    assert labels[len(PARTS) :] == [each for each in OPTIONAL if each in labels], page.code
    assert not paragraphs[0].startswith("**"), f"{page.code}: it begins with what the code means"
    assert FEWEST_WORDS <= len(page.text.split()) <= MOST_WORDS, (
        f"{page.code}: {len(page.text.split())} words"
    )
    assert page.code[4] in FAMILIES
    assert len(page.title) <= 80
    assert not page.title.endswith(".")


@each_page
def test_a_page_speaks_the_language_of_its_reader(page: Page) -> None:
    prose = re.sub(r"`[^`]*`", "", f"{page.title} {page.text}")
    assert not BANNED.search(prose), f"{page.code}: {BANNED.search(prose)}"
    assert "  " not in page.text
    assert page.text.count("`") % 2 == 0


@each_page
def test_codes_that_a_page_names_have_pages_themselves(page: Page) -> None:
    named = set(re.findall(r"MMX-[A-Z]\d{3}", page.text)) - {"MMX-D999"}  # the example of a code that is none
    assert named <= pages().keys() - {page.code}, f"{page.code} names {sorted(named - pages().keys())}"


def is_setting(name: str) -> bool:
    """Return whether a dotted name leads to a setting, or to a group of them; channels may be left out."""
    section, *parts = name.split(".")
    kind: object = Config.model_fields[section].annotation
    if section in ("priors", "constraints") and parts and parts[0] not in kind.model_fields:
        parts.insert(0, "channels")
    for part in parts:
        if get_origin(kind) is dict:
            kind = get_args(kind)[1]
        elif isinstance(kind, type) and issubclass(kind, Settings) and part in kind.model_fields:
            kind = kind.model_fields[part].annotation
        else:
            return False
    return True


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("data.decimal", True),
        ("data.decimals", False),
        ("data.other", False),
        ("data.columns.date", True),
        ("priors.tv.half_life", True),
        ("priors.channels.tv.half_life", True),
        ("priors.tv.half_live", False),
        ("budget.scenarios.base.channels", True),
        ("guardrails.model_validity.r2_fail", True),
        ("guardrails.r2_fail", False),
    ],
)
def test_the_search_for_settings_tells_them_from_what_is_none(name: str, known: bool) -> None:
    assert is_setting(name) is known


@each_page
def test_every_setting_that_a_page_names_is_one(page: Page) -> None:
    sections = "|".join(Config.model_fields)
    spans = " ".join(re.findall(r"`([^`]+)`", page.text))
    named = set(re.findall(rf"(?<![\w.])((?:{sections})\.[a-z_0-9.]+)(?![\w.]*\()", spans))
    named = {name for name in named if not name.endswith((".csv", ".pkl"))}
    if page.code in {"MMX-S010", "MMX-X058"}:  # their examples are names that are none
        named -= {"priors..tv", "model.draw"}
    assert {name for name in named if not is_setting(name)} == set(), page.code


@functools.cache
def options() -> dict[str, frozenset[str]]:
    """Return the options of each command of ``mmx``, those of ``mmx excel`` by two words."""
    found = {}
    for name, module in COMMANDS.items():
        parser = argparse.ArgumentParser()
        module.add_arguments(parser)
        found[name] = _options_of(parser)
    for name, task in TASKS.items():
        parser = argparse.ArgumentParser()
        task.add_arguments(parser)
        found[f"excel {name}"] = _options_of(parser)
    return found


def _options_of(parser: argparse.ArgumentParser) -> frozenset[str]:
    flags = {flag for action in parser._actions for flag in action.option_strings}
    return frozenset(flags | {"--json", "--debug", "--help"})


@each_page
def test_every_command_that_a_page_names_exists_with_its_options(page: Page) -> None:
    wrong_on_purpose = {"mmx aprove baseline"}
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", page.text)]
    for span in spans:
        if not span.startswith("mmx ") or span in wrong_on_purpose or span == "mmx --help":
            continue
        words = span.split()
        command = " ".join(words[1:3]) if words[1] == "excel" and len(words) > 2 else words[1]
        assert command in options(), f"{page.code}: {span}"
        flags = {word for word in words if word.startswith("--")}
        assert flags <= options()[command], f"{page.code}: {span}"


def test_a_file_of_pages_is_read_into_codes_titles_and_texts() -> None:
    text = f"# Data\n{SHAPE.format(code='MMX-D001')}{SHAPE.format(code='MMX-D002')}"
    first, second = pages_in(text)
    assert (first.code, first.title, first.family) == ("MMX-D001", "A title of a few words", "Data")
    assert first.text == second.text
    assert first.text.startswith("What it means")
    assert first.text.endswith("MMX-D001.")
