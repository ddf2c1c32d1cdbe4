"""The sheet of insights: the executive summary in sentences, and one action per channel."""

from mmxlib.report.columns import Kind
from mmxlib_excel.layout.results.parts import CHANNELS, TWO_LINES, Part, below, shown, state, widths_of
from mmxlib_excel.layout.spec import Column, Role, Sheet

NAME = "Insights"
SENTENCES_AT_MOST = 120
"""Rows; a sentence takes as many as lines."""
_WIDTHS = (26.0, 120.0, 11.0, 12.0, 15.0, 15.0, 12.0)

_sentences = Part(
    "mmx_insights_sentences",
    "The executive summary",
    (
        Column("section", "Section", Kind.TEXT, "What the sentences are about; warnings come first."),
        Column(
            "sentence", "What there is to say", Kind.TEXT, "Each number is one of this workbook's.", reach=1.0
        ),
    ),
    SENTENCES_AT_MOST,
)
_actions = Part(
    "mmx_insights_actions",
    "What to do about each channel",
    tuple(
        shown(each)
        for each in ("channel", "reason", "action", "confidence", "present_spend", "plan_spend", "change")
    ),
    CHANNELS,
    row_height=TWO_LINES,
)
_guide = Part(
    "mmx_insights_guide",
    "How to read it",
    (
        Column("word", "Word", Kind.TEXT, "As it stands in this workbook."),
        Column("meaning", "Meaning", Kind.SENTENCE, "In plain words."),
    ),
    10,
)
SENTENCES, ACTIONS, GUIDE = below(NAME, 5, _sentences, _actions, _guide)

SHEET = Sheet(
    NAME,
    "SheetInsights",
    Role.RESULT,
    "Insights",
    "What happened, what drove it, what to do, how sure that is",
    blocks=(SENTENCES, ACTIONS, GUIDE),
    fields=(state(NAME, "Run the insights first."),),
    widths=widths_of(_WIDTHS),
)
SHEETS = (SHEET,)
