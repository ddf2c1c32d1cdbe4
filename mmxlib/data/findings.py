"""What reading finds: every fault and every doubt, kept until all tables were looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from mmxlib.artifacts.note import Note
from mmxlib.errors import DataError, Fault
from mmxlib.terms import Verdict

SHOWN = 5
"""How many faults of one kind are shown; the rest is counted."""


class Handling(StrEnum):
    """What becomes of a finding."""

    REJECT = "reject"
    REVIEW = "review"
    TELL = "tell"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that reading noticed.

    ``reject`` stops the reading and has ``code`` and ``remedy``; ``review`` goes on and warns; ``tell`` only
    explains. ``place`` is a file, sheet, cell or row; ``about`` a unit or channel.
    """

    handling: Handling
    problem: str
    remedy: str = ""
    code: str = ""
    place: str = ""
    about: str = ""


class Findings:
    """The growing list of findings.

    It has state because every table adds to one list, so that all faults are reported together.
    """

    def __init__(self) -> None:
        self._found: list[Finding] = []

    @property
    def rejected(self) -> bool:
        """Whether any fault was found."""
        return any(finding.handling is Handling.REJECT for finding in self._found)

    def reject(self, code: str, problem: str, *, remedy: str, place: str = "") -> None:
        """Add one fault."""
        self._found.append(Finding(Handling.REJECT, problem, remedy, code, place))

    def reject_each(self, code: str, faults: Iterable[tuple[str, str]], *, total: int, remedy: str) -> None:
        """Add the first of ``total`` faults of one kind, each as (place, problem), and count the rest."""
        place = ""
        for place, problem in islice(faults, SHOWN):
            self.reject(code, problem, remedy=remedy, place=place)
        if total > SHOWN:
            file = place.split(",")[0]
            self.reject(code, f"There are {total - SHOWN:,} more of this kind.", remedy=remedy, place=file)

    def review(self, problem: str, *, about: str = "") -> None:
        """Add a doubt that a person must see."""
        self._found.append(Finding(Handling.REVIEW, problem, about=about))

    def tell(self, problem: str, *, about: str = "") -> None:
        """Add an explanation of how something was read."""
        self._found.append(Finding(Handling.TELL, problem, about=about))

    def raise_if_rejected(self) -> None:
        """Raise all faults together.

        Raises
        ------
        DataError
            If any fault was found.
        """
        faults = [
            Fault(found.code, found.problem, found.remedy, found.place)
            for found in self._found
            if found.handling is Handling.REJECT
        ]
        if faults:
            raise DataError.of(faults)

    def notes(self) -> tuple[Note, ...]:
        """Return what goes on with the data: doubts and explanations, in the order found."""
        verdicts = {Handling.REVIEW: Verdict.WARN, Handling.TELL: Verdict.PASS}
        return tuple(
            Note(found.problem, found.about, verdicts[found.handling])
            for found in self._found
            if found.handling in verdicts
        )
