"""Texts that people read hold no jargon: pages, sheets, pictures' words, of good runs and of bad ones."""

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest

import mmxlib.evaluation
from mmxlib.agents.insight import InsightSettings, insights_of
from mmxlib.artifacts.check_titles import TESTS, TITLES, full_title, plain_title
from mmxlib.artifacts.insights import Insights
from mmxlib.artifacts.note import amount
from mmxlib.workflow.outputs import outputs
from tests.report.builder import Story, journal, story
from tests.report.plans import scenarios_of_old

JARGON = re.compile(
    r"jarque|bera\b|ljung|breusch|pagan|durbin|heterosced|homosced|multicollin|autocorrel|\bVIF\b|\bMAD\b"
    r"|\bHAC\b|p-value|p value|posterior|quantile|coefficient|covariate|innovations|hyperparam|\bhdi\b"
    r"|adstock|\bdf\b|log_normal|half_normal|_lower\b|_upper\b",
    re.IGNORECASE,
)
"""Words of statisticians and of programs that no reader of a report should have to know."""

NO_VALUE = re.compile(r"\b(nan|NaN|None|inf|NaT|<NA>|True|False)\b")
SNAKE = re.compile(r"\b(?!mmx_summary_report)[a-z]+_[a-z_]+\b(?!\.(yaml|xlsx|csv))")
"""A name as programs write it; names of channels have none in these stories."""

EXPONENT = re.compile(r"\d(\.\d+)?e[+-]?\d")


@cache
def stories() -> dict[str, Story]:
    good = story()
    return {
        "good": good,
        "failed": story(failed=True),
        "one": story(("tv",), 1, organic=()),
        "many": story([f"channel {k}" for k in range(14)], 2, organic=()),
        "old": replace(good, scenarios=scenarios_of_old(good.scenarios)),
    }


@pytest.fixture(scope="module")
def trees() -> dict[str, dict[str, bytes]]:
    found = {}
    for name, made in stories().items():
        whole = {**made.by_type(), Insights: insights_of(made.by_type(), InsightSettings())}
        found[name] = outputs(whole, journal=journal())
    return found


def texts(tree: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield every text that people read, with where it stands; the sheet that explains CSV files apart."""
    for name, content in tree.items():
        if name.endswith(".md"):
            yield from ((name, line) for line in content.decode().splitlines())
        elif name.endswith(".html"):
            page = re.sub(r"<(style|script)>.*?</\1>", "", content.decode(), flags=re.DOTALL)
            yield from ((name, words) for words in re.findall(r"(?:alt|title)=\"([^\"]*)\"", page))
            yield from ((name, words) for words in re.findall(r">([^<]+)<", page))
        elif name.endswith(".xlsx"):
            for sheet in openpyxl.load_workbook(io.BytesIO(content)):
                if sheet.title == "Files":
                    continue
                for cell in (cell for row in sheet.iter_rows() for cell in row):
                    if isinstance(cell.value, str):
                        yield f"{name} {sheet.title}!{cell.coordinate}", cell.value
                    if cell.comment:
                        yield f"{name} {sheet.title}!{cell.coordinate} note", cell.comment.text


def test_no_text_holds_jargon(trees: dict[str, dict[str, bytes]]) -> None:
    in_brackets = re.compile(f"\\(({'|'.join(map(re.escape, TESTS.values()))})\\)$")
    found = [
        (run, place, text)
        for run, tree in trees.items()
        for place, text in texts(tree)
        if JARGON.search(in_brackets.sub("", text) if " Diagnostics!" in place else text)
    ]
    assert found == []


@pytest.mark.parametrize("pattern", [NO_VALUE, EXPONENT, SNAKE])
def test_no_text_holds_what_only_programs_write(
    trees: dict[str, dict[str, bytes]], pattern: re.Pattern[str]
) -> None:
    found = [
        (run, place, text)
        for run, tree in trees.items()
        for place, text in texts(tree)
        if pattern.search(text)
    ]
    assert found == []


def test_the_search_for_jargon_finds_it() -> None:
    for words in ("jarque bera", "Heteroscedasticity", "VIF of tv", "a p-value of 0.3", "log_normal"):
        assert JARGON.search(words)
    assert EXPONENT.search("1.104e+06 of outcome")
    assert NO_VALUE.search("brought nan of sales")
    assert SNAKE.search("half_saturation")
    assert not JARGON.search("Paid media brought 18 % of sales; test social first.")


def test_every_check_has_a_title_in_plain_words() -> None:
    folder = Path(mmxlib.evaluation.__file__).parent
    makers = {"at_most", "at_least", "between", "Check", "_by_unit"}
    named = set()
    for path in folder.glob("*_checks.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in makers:
                told = [*call.args[:1], *(each.value for each in call.keywords if each.arg == "name")]
                named |= {each.value for each in told if isinstance(each, ast.Constant)}
    assert len(named) > 20
    assert {str(each) for each in named} - TITLES.keys() == set()
    assert not [title for title in TITLES.values() if JARGON.search(title)]
    assert TESTS.keys() <= TITLES.keys()
    assert max(len(full_title(name)) for name in TITLES) <= 50  # two lines of the narrowest column


def test_a_title_of_a_check_tells_the_statistician_its_name() -> None:
    assert plain_title("jarque_bera") == "single extreme errors"
    assert full_title("jarque_bera") == "Single extreme errors (Jarque-Bera)"
    assert full_title("baseline_share") == "Share of the baseline"
    assert plain_title("one_of_my_own") == "one of my own"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1_104_000.0, "1,104,000"), (1500.0, "1,500"), (12.5, "12.5"), (0.25, "0.25"), (0.0, "0"),
        (1.5e-5, "0.000015"), (-2e6, "-2,000,000"), (123_456.7, "123,457"),
    ],
)  # fmt: skip
def test_an_amount_never_has_an_exponent(value: float, words: str) -> None:
    assert amount(value) == words
    if value > 0.0:
        assert amount(value, signed=True) == f"+{words}"
