"""The executive summary as changes of its sheet."""

from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.insights import Insights
from mmxlib.report.narrative import READING_GUIDE, SECTIONS, Summary
from mmxlib.terms import StepName
from mmxlib_excel.layout.results.insights import ACTIONS, GUIDE, SENTENCES, SHEET
from mmxlib_excel.results.material import Material
from mmxlib_excel.results.writing import (
    Row,
    cut_sentence,
    emptied,
    fitting,
    in_lines,
    rows_of,
    state_changes,
    written,
)
from mmxlib_excel.workbooks.port import Changes

HEADLINE = "In one sentence"
SO_FAR = "What can be said so far: the run has not come to its end."


def insights_changes(material: Material) -> Changes:
    """Return the changes that show the summary, or empty its sheet; before the end it says what is known."""
    if material.get(FittedModel) is None:
        return emptied(SHEET, stale=StepName.INSIGHT in material.stale)
    summary = material.summary
    sentences = sentences_of(summary)
    acted = summary.channels is not None and bool(summary.insights.actions)
    actions = rows_of(summary.channels, ACTIONS) if acted and summary.channels is not None else []
    state = (
        "" if material.get(Insights) is not None else SO_FAR,
        summary.about,
        cut_sentence(len(sentences), SENTENCES, "lines", "the first ones"),
        cut_sentence(len(actions), ACTIONS, "channels", "the first of the data"),
    )
    guide: list[Row] = [(word, meaning) for word, meaning in READING_GUIDE]
    return (
        state_changes(SHEET, state)
        + written(SENTENCES, fitting(sentences, SENTENCES))
        + written(ACTIONS, fitting(actions, ACTIONS))
        + written(GUIDE, guide)
    )


def sentences_of(summary: Summary) -> list[Row]:
    """Return the summary's sentences below the names of their sections: headline, warnings, then the rest."""
    sections = [
        (HEADLINE, [summary.insights.headline]),
        ("Read this first", summary.texts("warning")),
        *((heading, summary.texts(topic)) for topic, heading in SECTIONS),
    ]
    return [
        row
        for heading, texts in sections
        for at, text in enumerate(texts)
        for row in in_lines(heading if at == 0 else None, text if heading == HEADLINE else f"• {text}")
    ]
