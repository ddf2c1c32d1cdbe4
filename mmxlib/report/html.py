"""The executive summary as one HTML file that needs nothing else: no network, no font, no other file."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from mmxlib.report import style
from mmxlib.report.actions import CLEARLY_BETTER
from mmxlib.report.narrative import READING_GUIDE, SECTIONS, TITLE, Summary, move_words, sure_words
from mmxlib.report.numbers import counted, one_line, percent, signed_percent
from mmxlib.report.page_tables import PageTable, heads_of, rows_of_table

TEMPLATE = "templates/executive_summary.html"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as SVG, with the words for whoever cannot see it."""

    svg: bytes
    alt: str

    @property
    def address(self) -> str:
        """The chart itself, written as an address, so that no other file is needed."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class Tile:
    """One large number with what it is."""

    value: str
    words: str


def html_summary(summary: Summary, drawings: Sequence[Drawing], tables: Sequence[PageTable]) -> bytes:
    """Return the executive summary as HTML, UTF-8; every text from data is escaped."""
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    source = files("mmxlib.report").joinpath(TEMPLATE).read_text("utf-8")
    environment.filters["unbroken"] = _unbroken
    page = environment.from_string(source).render(
        title=TITLE,
        about=summary.about,
        headline=one_line(summary.insights.headline),
        verdict=str(summary.insights.verdict),
        tiles=_tiles(summary),
        warnings=summary.texts("warning"),
        sections=[
            (topic, heading, summary.texts(topic)) for topic, heading in SECTIONS if summary.texts(topic)
        ],
        actions=_actions(summary),
        rest=_rest(summary),
        drawings=drawings,
        tables=[
            (each.heading, each.said, heads_of(each), rows_of_table(each, summary.measures))
            for each in tables
        ],
        guide=READING_GUIDE,
        style=style,
    )
    return page.encode("utf-8", "backslashreplace")


def _unbroken(words: str) -> str:
    """Return words whose numbers keep their unit on the same line."""
    return re.sub(r"(?<=\d) (?=(%|k|M|bn|T)(\W|$))", "\u00a0", words)


def _tiles(summary: Summary) -> list[Tile]:
    """Return the few numbers of the first glance, as far as the run knows them."""
    numbers: dict[str, float] = {}
    for each in summary.insights.insights:
        for name, value in each.numbers.items():
            numbers.setdefault(name, value)
    outcome = summary.measures.outcome
    window = summary.measures.periods(int(numbers.get("periods", 0.0)))
    known = (
        ("outcome", outcome, f"outcome of the last {window}"),
        ("growth", signed_percent, f"against the {window} before"),
        ("media_share", percent, "of it brought by paid media"),
        ("gain", outcome, "gain by the plan"),
        ("forecast_outcome", summary.measures.finer_outcome, "forecast under the plan, base included"),
        ("out_of_sample_mape", percent, "mean error on periods not seen"),
    )
    failed = summary.insights.verdict == "fail"
    hidden = {"media_share", "gain", "forecast_outcome"} if failed else set()
    if not numbers.get("probability_better", 1.0) >= CLEARLY_BETTER:
        hidden.add("gain")
    return [
        Tile(form(numbers[name]), words)
        for name, form, words in known
        if name in numbers and name not in hidden
    ]


def _actions(summary: Summary) -> list[Mapping[str, str]]:
    return [
        {
            "channel": one_line(each.channel),
            "action": str(each.action),
            "move": move_words(each, summary.measures),
            "moved": repr(each.recommended_spend - each.present_spend),
            "sure": sure_words(each),
            "confidence": repr(each.confidence),
            "reason": one_line(each.reason),
        }
        for each in summary.first_page_actions()
    ]


def _rest(summary: Summary) -> str:
    rest = len(summary.insights.actions) - len(summary.first_page_actions())
    return f"{counted(rest, 'further channel')}: see the table by channel." if rest > 0 else ""
