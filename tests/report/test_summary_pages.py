"""The executive summary as Markdown and HTML."""

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from mmxlib.agents.insight import InsightSettings, insights_of
from mmxlib.artifacts.insights import Insights
from mmxlib.artifacts.note import Note
from mmxlib.report.deck import CAUTION, Deck, deck_files
from mmxlib.report.key_insights import key_insights
from mmxlib.report.narrative import (
    FEWER_ON_FIRST_PAGE,
    Summary,
    about_data,
    channel_table,
    early_insights,
    markdown_summary,
)
from mmxlib.report.numbers import Measures
from mmxlib.terms import Goal, Verdict
from tests.report.builder import HOSTILE, Story, journal, story
from tests.report.plans import scenarios_of_old, seeking


def summary_of(made: Story) -> Summary:
    insights = insights_of(made.by_type(), InsightSettings())
    return Summary(
        about=about_data(made.raw, len(made.segments.segments)),
        insights=insights,
        measures=Measures.of(made.raw),
        channels=channel_table(made.frames.recent, insights.actions),
        level=made.frames.level,
    )


def deck(made: Story) -> Deck:
    return Deck(
        summary_of(made), journal(), made.baseline, made.fitted, made.frames, made.scenarios, made.plan
    )


def deck_of(made: Story) -> dict[str, bytes]:
    return deck_files(deck(made))


class Page(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def usual() -> dict[str, bytes]:
    return deck_of(story())


@pytest.fixture(scope="module")
def hostile() -> dict[str, bytes]:
    return deck_of(story(HOSTILE, 2, organic=()))


def test_the_deck_is_the_same_twice(usual: dict[str, bytes]) -> None:
    assert deck_of(story()) == usual


def test_the_page_is_well_formed_and_asks_nothing_of_the_network(usual: dict[str, bytes]) -> None:
    page = Page(usual["decks/executive_summary.html"].decode())
    assert page.open == []
    addresses = [each[name] for _tag, each in page.tags for name in ("src", "href") if name in each]
    assert len(addresses) == 8
    assert all(str(address).startswith("data:") for address in addresses)
    drawn = b"".join(
        base64.b64decode(str(each).partition("base64,")[2]) for each in addresses if each != "data:,"
    )
    assert not re.search(rb"(href|src)=\"(?!#)", drawn)
    assert b"url(http" not in drawn


def test_every_picture_of_the_page_has_words_instead(usual: dict[str, bytes]) -> None:
    page = Page(usual["decks/executive_summary.html"].decode())
    words = [str(each.get("alt")) for tag, each in page.tags if tag == "img"]
    assert len(words) == 7
    assert all(len(each) > 30 for each in words)


def test_the_summary_states_fit_error_baseline_and_ranges(usual: dict[str, bytes]) -> None:
    text = usual["decks/executive_summary.md"].decode()
    for said in ("R2 0.94", "off by 5.0 %", "that is the baseline", "ROI (90 % range)", "| tv |"):
        assert said in text
    order = [
        text.index(f"## {each}")
        for each in ("What happened", "What drove it", "What to do", "How sure we are")
    ]
    assert order == sorted(order)
    assert text.index("Read this first") < order[0]


def test_hostile_names_stay_text_on_every_page(hostile: dict[str, bytes]) -> None:
    page = Page(hostile["decks/executive_summary.html"].decode())
    assert sum(tag == "script" for tag, _each in page.tags) == 1
    assert any("<script>alert(1)</script>" in words for words in page.words)
    text = hostile["decks/executive_summary.md"].decode()
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    for section in text.split("\n## "):
        rows = [line for line in section.splitlines() if line.startswith("| ")]
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) <= 1
    assert all("/../" not in name and "\\" not in name for name in hostile)


def test_thirty_channels_still_give_one_page_of_actions() -> None:
    made = story([f"channel {k}" for k in range(30)], 2, organic=())
    summary = summary_of(made)
    assert len(summary.insights.actions) == 30
    assert len(summary.first_page_actions()) == FEWER_ON_FIRST_PAGE
    text = markdown_summary(summary).decode()
    assert "27 further channels: see the table." in text
    assert text.count("\n| channel ") == 30


def test_one_channel_reads_without_comparisons() -> None:
    text = markdown_summary(summary_of(story(("tv",), 1, organic=()))).decode()
    for odd in ("the most of all media", "the least", "Of 1 segment", "nan", "not known"):
        assert odd not in text


def told_of(made: Story) -> tuple[str, str]:
    files = deck_of(made)
    page = Page(files["decks/executive_summary.html"].decode())
    return files["decks/executive_summary.md"].decode(), " ".join(page.words).replace("\u00a0", " ")


def test_both_pages_show_scenarios_forecast_and_reasons(usual: dict[str, bytes]) -> None:
    made, measures = story(), Measures("EUR")
    page = " ".join(Page(usual["decks/executive_summary.html"].decode()).words).replace("\u00a0", " ")
    base = made.scenarios.comparison.set_index("scenario").loc["base"]
    for text in (usual["decks/executive_summary.md"].decode(), page):
        for label in (
            "Sales in the periods (base included)",
            "What the spend causes (tail included)",
            "Goal",
        ):
            assert label in text
        assert measures.finer_outcome(base["forecast_outcome"]) in text
        assert measures.outcome(base["outcome"]) in text
        assert measures.money(base["profit"]) in text
        assert "Forecast under the plan base" in text
        assert "Worth of the limit" in text
        assert "Group video" in text
        assert "Under this plan, sales in the 13 weeks from 30 Jun 2025 are forecast at" in text


def test_a_target_out_of_reach_stands_on_both_pages() -> None:
    made = story()
    plan = seeking(made.plan, outcome=25e6, probability=0.8, reached=False)
    for text in told_of(replace(made, plan=plan)):
        assert "€25,000,000 with a probability of 80 % cannot be reached within the limits" in text


def test_a_plan_of_old_shows_neither_holes_nor_columns_that_it_lacks() -> None:
    made = story()
    old = scenarios_of_old(made.scenarios)
    for text in told_of(replace(made, scenarios=old, plan=old.plans[0])):
        for odd in ("nan", "not known", "(base included)", "None", "Forecast under", "Worth of the limit"):
            assert odd not in text
        assert "What the spend causes (tail included)" in text


def test_the_tables_of_a_page_are_sorted_by_their_full_numbers(usual: dict[str, bytes]) -> None:
    orders = [
        each["data-order"]
        for tag, each in Page(usual["decks/executive_summary.html"].decode()).tags
        if tag == "td" and "data-order" in each
    ]
    for plan in story().scenarios.plans:
        assert {repr(plan.forecast_outcome), repr(plan.outcome), repr(plan.roi)} <= set(orders)


def test_a_failed_model_says_so_first_and_recommends_nothing() -> None:
    made = story(failed=True)
    summary = summary_of(made)
    text = markdown_summary(summary).decode()
    assert text.splitlines()[2].startswith("**The model failed a check, so nothing is recommended")
    assert summary.insights.actions == ()
    assert "This is what the failed model says; do not rely on it." in text
    told = deck_of(made)["decks/executive_summary.md"].decode()
    assert told.index(CAUTION) < told.index("| present |")
    assert CAUTION not in deck_of(story())["decks/executive_summary.md"].decode()
    assert "Spend more" not in text
    page = deck_of(made)["decks/executive_summary.html"].decode()
    assert "gain by the plan" not in page
    assert 'class="action' not in page


def test_before_the_model_the_summary_tells_what_is_done() -> None:
    made = story()
    insights = early_insights("The baseline waits.", made.segments.notes)
    files = deck_files(Deck(Summary("Data.", insights, Measures()), pd.DataFrame()))
    assert sorted(files) == [
        "decks/executive_summary.html",
        "decks/executive_summary.md",
        "decks/key_insights.json",
        "decks/mmx_summary_report.xlsx",
    ]
    assert "best silhouette" in files["decks/executive_summary.md"].decode()


def test_key_insights_name_a_source_for_every_number() -> None:
    insights = insights_of(story().by_type(), InsightSettings())
    assert isinstance(insights, Insights)
    told = key_insights(insights)
    sentences = told["insights"]
    assert isinstance(sentences, list)
    for each in sentences:
        assert each["numbers"].keys() == each["sources"].keys()
        assert all(each["sources"].values())


def test_a_doubt_about_several_channels_is_told_once() -> None:
    made = story(("tv", "radio", "print"), 2, organic=())
    text = "{}: the plan spends {} per period; over as many periods the most ever spent was {}."
    said = (("tv", 9, 7), ("radio", 5, 4))
    notes = tuple(Note(text.format(*each), about=each[0], verdict=Verdict.WARN) for each in said)
    doubted = replace(made, plan=replace(made.plan, notes=notes))
    warnings = summary_of(doubted).texts("warning")
    assert f"{text.format(*said[0])} The same goes for radio." in warnings
    assert not any(each.startswith("radio: the plan") for each in warnings)


@pytest.mark.parametrize(
    ("marginal", "goal", "told"),
    [(0.59, Goal.TOTAL, True), (1.0, Goal.TOTAL, False), (0.59, Goal.PROFIT, False)],
)
def test_a_budget_whose_last_money_loses_is_called_too_large(marginal: float, goal: Goal, told: bool) -> None:
    made = story()
    plan = replace(made.plan, marginal_roi=marginal, goal=goal, profit=1e5)
    actions = summary_of(replace(made, plan=plan)).texts("action")
    said = "The last €1 of this budget brings €0.59 of sales, less than it costs"
    assert any(each.startswith(said) for each in actions) is told
