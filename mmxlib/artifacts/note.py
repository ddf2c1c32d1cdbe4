"""The reasons that travel inside an artifact."""

from dataclasses import dataclass

from mmxlib.terms import Verdict

LOST_WORK = "lost work"
"""What a note is about that names a missing part of a result: one that ended every worker that tried it."""


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence that explains a choice or states a doubt.

    ``text`` is the sentence. ``about`` names the unit, channel, period or setting it concerns (empty: the
    whole artifact); ``verdict`` is ``pass`` for an explanation, ``warn`` for a doubt that a reader must see.
    """

    text: str
    about: str = ""
    verdict: Verdict = Verdict.PASS


def warning(about: str, text: str) -> Note:
    """Return a doubt about something, which a reader must see."""
    return Note(text, about, Verdict.WARN)


def percent(share: float, digits: int = 0, *, signed: bool = False) -> str:
    """Return a share as a percentage, the way every sentence writes it: ``4 %``, ``+4.2 %``."""
    text = f"{100.0 * share:{'+' if signed else ''},.{digits}f}"
    return f"{text.lstrip('+-')} %" if not text.strip("+-0.") else f"{text} %"


def amount(value: float, *, signed: bool = False) -> str:
    """Return an amount as people write it: six digits that count, thousands separated, never an exponent."""
    sign = "+" if signed else ""
    if abs(value) >= 1e5:
        return f"{value:{sign},.0f}"
    if 0.0 < abs(value) < 1e-3:
        return f"{value:{sign}.9f}".rstrip("0").rstrip(".")
    return f"{value:{sign},.6g}"


def note_text(note: Note) -> str:
    """Return a note's sentence, with what it is about where the sentence does not begin with it."""
    named = not note.about or note.text.startswith(note.about)
    return note.text if named else f"{note.about}: {note.text}"
