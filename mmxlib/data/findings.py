"""What reading finds: every fault and every doubt, kept until all tables were looked at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.repair import Repair, repair_notes
from mmxlib.errors import DataError, Fault
from mmxlib.terms import Grade, Verdict

SHOWN = 5
"""How many faults of one kind are shown; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that reading noticed.

    Those that stop the reading have ``code`` and ``remedy``, and ``setting`` where one answers. ``place`` is
    a file, sheet, cell or row; ``about`` a unit or channel.
    """

    grade: Grade
    problem: str
    remedy: str = ""
    code: str = ""
    place: str = ""
    about: str = ""
    setting: str = ""


_STOPPING = (Grade.REJECT, Grade.ASK)


class Findings:
    """The growing list of findings.

    It has state because every table adds to one list, so that all faults are reported together.
    """

    def __init__(self) -> None:
        self._found: list[Finding] = []
        self._repairs: dict[tuple[str, ...], Repair] = {}
        self._read: dict[tuple[str, str], int] = {}
        self._left_out: dict[tuple[str, str], dict[str, int]] = {}

    @property
    def rejected(self) -> bool:
        """Whether any fault was found."""
        return any(finding.grade in _STOPPING for finding in self._found)

    def reject(self, code: str, problem: str, *, remedy: str, place: str = "") -> None:
        """Add one fault."""
        self._found.append(Finding(Grade.REJECT, problem, remedy, code, place))

    def ask(self, code: str, problem: str, *, setting: str, remedy: str, place: str = "") -> None:
        """Add a question that only ``setting`` of ``global.yaml`` answers."""
        self._found.append(Finding(Grade.ASK, problem, remedy, code, place, setting=setting))

    def repair(self, repair: Repair) -> None:
        """Add what was read other than it is written; the same repair counts once."""
        self._repairs.setdefault(
            (repair.file, repair.sheet, repair.place, repair.rule, repair.before), repair
        )

    def reject_each(
        self, code: str, faults: Iterable[tuple[str, str]], *, total: int, remedy: str, setting: str = ""
    ) -> None:
        """Add the first of ``total`` faults of one kind, each as (place, problem), and count the rest.

        With a ``setting`` that answers they are questions.
        """
        grade = Grade.ASK if setting else Grade.REJECT
        place = ""
        for place, problem in islice(faults, SHOWN):
            self._found.append(Finding(grade, problem, remedy, code, place, setting=setting))
        if total > SHOWN:
            file, rest = place.split(",")[0], f"There are {total - SHOWN:,} more of this kind."
            self._found.append(Finding(grade, rest, remedy, code, file, setting=setting))

    def review(self, problem: str, *, about: str = "") -> None:
        """Add a doubt that a person must see."""
        self._found.append(Finding(Grade.REVIEW, problem, about=about))

    def tell(self, problem: str, *, about: str = "") -> None:
        """Add an explanation of how something was read."""
        self._found.append(Finding(Grade.OK, problem, about=about))

    def count_read(self, file: str, sheet: str, rows: int) -> None:
        """Add rows that were read from a file or sheet, those without any value aside."""
        self._read[file, sheet] = self._read.get((file, sheet), 0) + rows

    def count_left_out(self, file: str, sheet: str, reason: str, rows: int) -> None:
        """Add rows that are no data, or were left out for another reason; none are nothing."""
        if rows:
            found = self._left_out.setdefault((file, sheet), {})
            found[reason] = found.get(reason, 0) + rows

    def rows_read(self, file: str, sheet: str, known: int) -> int:
        """Return how many rows were read; ``known`` where nobody counted, as for a frame."""
        return self._read.get((file, sheet), known)

    def rows_left_out(self, file: str, sheet: str) -> Mapping[str, int]:
        """Return how many rows were left out, by reason."""
        return self._left_out.get((file, sheet), {})

    def raise_if_rejected(self) -> None:
        """Raise all faults together.

        Raises
        ------
        DataError
            If any fault was found.
        """
        faults = [
            Fault(found.code, found.problem, found.remedy, found.place, found.setting)
            for found in self._found
            if found.grade in _STOPPING
        ]
        if faults:
            raise DataError.of(faults)

    def repairs(self) -> tuple[Repair, ...]:
        """Return what was read other than it is written, in the order found."""
        return tuple(self._repairs.values())

    def notes(self) -> tuple[Note, ...]:
        """Return what goes on with the data: repairs, doubts and explanations."""
        verdicts = {Grade.REVIEW: Verdict.WARN, Grade.OK: Verdict.PASS}
        noted = tuple(
            Note(found.problem, found.about, verdicts[found.grade])
            for found in self._found
            if found.grade in verdicts
        )
        return (*repair_notes(self._repairs.values()), *noted)
