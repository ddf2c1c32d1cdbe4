"""The reasons that travel inside an artifact."""

from dataclasses import dataclass

from mmxlib.terms import Verdict


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence that explains a choice or states a doubt.

    ``about`` names the unit, channel, period or setting it concerns (empty: the whole artifact); ``verdict``
    is ``pass`` for an explanation, ``warn`` for a doubt that a reader must see.
    """

    text: str
    about: str = ""
    verdict: Verdict = Verdict.PASS
