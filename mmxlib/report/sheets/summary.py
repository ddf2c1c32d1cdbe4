"""The first sheet: the executive summary in cells."""

from mmxlib.report import style
from mmxlib.report.book import Page
from mmxlib.report.narrative import READING_GUIDE, SECTIONS, TITLE, Summary
from mmxlib.terms import Verdict

COLUMNS = ("channel", "action", "confidence", "present_spend", "plan_spend", "change", "reason")


def summary_sheet(page: Page, summary: Summary) -> None:
    """Write headline, warnings, sentences by topic, and the action for each channel."""
    for at, width in enumerate((22.0, 11.0, 11.0, 15.0, 15.0, 12.0, 80.0)):
        page.widen(at, width)
    columns = len(COLUMNS)
    page.title(TITLE, summary.about)
    bad = summary.insights.verdict is Verdict.FAIL
    color = style.VERDICT_COLORS["fail"] if bad else style.INK
    page.paragraph(summary.insights.headline, columns, "headline", bold=True, font_size=12, font_color=color)
    page.row += 1
    _sentences(page, "Read this first", summary.texts("warning"), columns)
    for topic, heading in SECTIONS:
        _sentences(page, heading, summary.texts(topic), columns)
        if topic == "action":
            _actions(page, summary)
    page.heading("How to read it")
    for word, meaning in READING_GUIDE:
        page.paragraph(f"{word}: {meaning}", columns, "guide", font_color=style.MUTED)


def _sentences(page: Page, heading: str, texts: list[str], columns: int) -> None:
    if not texts:
        return
    page.heading(heading)
    for text in texts:
        page.paragraph(f"• {text}", columns)
    page.row += 1


def _actions(page: Page, summary: Summary) -> None:
    table = summary.channels
    if table is None or not summary.insights.actions:
        return
    top = page.row
    area = page.table(table, COLUMNS)
    for action, color in style.ACTION_COLORS.items():
        look = page.book.workbook.add_format({"bold": True, "font_color": color})
        rule = {"type": "cell", "criteria": "==", "value": f'"{action}"', "format": look}
        page.sheet.conditional_format(area.first, 1, area.last, 1, rule)
    page.sheet.autofilter(top, 0, area.last, len(COLUMNS) - 1)
