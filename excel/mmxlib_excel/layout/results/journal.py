"""The sheet of the journal: who did what, when, and on which content."""

from mmxlib.report.columns import Kind
from mmxlib_excel.layout.results.parts import Part, below, state, widths_of
from mmxlib_excel.layout.spec import Column, Field, Role, Sheet

NAME = "Journal"
DECISIONS_AT_MOST = 40
EVENTS_AT_MOST = 400
_WIDTHS = (24.0, 26.0, 26.0, 14.0, 12.0, 40.0, 40.0, 16.0, 15.0)


def _text(name: str, label: str, note: str, kind: Kind = Kind.TEXT, *, reach: float = 0.0) -> Column:
    return Column(name, label, kind, note, reach=reach)


_steps = Part(
    "mmx_journal_steps",
    "The steps",
    (
        _text("step", "Step", "In their order."),
        _text("state", "State", "done; stale: done for other data, settings or decisions; open."),
        _text("at", "Done at", "Time in UTC."),
        _text("seconds", "Seconds", "How long it took.", Kind.RATIO),
        _text("version", "Version", "The version of mmxlib that did it."),
        _text("summary", "What came of it", "In a sentence.", reach=110.0),
    ),
    10,
)
_decisions = Part(
    "mmx_journal_decisions",
    "The decisions, oldest first",
    (
        _text("checkpoint", "Approval", "Of the baseline or of the budget."),
        _text("decision", "Decision", "approve, revise or stop."),
        _text("at", "At", "Time in UTC."),
        _text("by", "By", "Who decided."),
        _text("holds", "Holds", "Yes where it counts for the present results."),
        _text("comment", "Comment", "In the words of who decided.", Kind.SENTENCE),
        _text("override", "In spite of a failed check", "The reason that was given.", Kind.SENTENCE),
        _text("scenario", "Scenario", "The one that was approved."),
        _text("content_id", "Content", "The identity of what was decided on."),
    ),
    DECISIONS_AT_MOST,
)
_events = Part(
    "mmx_journal_events",
    "Everything that happened, the latest first",
    (
        _text("number", "Number", "Of the entry in the journal.", Kind.COUNT),
        _text("at", "At", "Time in UTC."),
        _text(
            "text", "What happened", "In a sentence, with the first digits of what it was about.", reach=116.0
        ),
    ),
    EVENTS_AT_MOST,
)
STEPS, DECISIONS, EVENTS = below(NAME, 8, _steps, _decisions, _events)
HEAD = Field("mmx_journal_head", NAME, "B4", "Head", Kind.TEXT, note="Stands for the whole journal.")
COUNT = Field("mmx_journal_count", NAME, "B5", "Entries", Kind.COUNT, note="In the journal so far.")
VERSION = Field("mmx_journal_version", NAME, "B6", "Version", Kind.TEXT, note="Of mmxlib, now.")

SHEET = Sheet(
    NAME,
    "SheetJournal",
    Role.RESULT,
    "Journal",
    "What happened in this run, who decided what, when, and on which content",
    blocks=(STEPS, DECISIONS, EVENTS),
    fields=(state(NAME, "Nothing has been run yet."), HEAD, COUNT, VERSION),
    widths=widths_of(_WIDTHS),
)
SHEETS = (SHEET,)
