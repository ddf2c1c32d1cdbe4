"""What a case of a bad input is: how it is made, how it must end, and what must be said."""

from collections.abc import Callable
from dataclasses import dataclass

from mmxlib.terms import Grade
from tests.bad_inputs.build import Sheet, clean

R, A, P, V, OK = Grade.REJECT, Grade.ASK, Grade.REPAIR, Grade.REVIEW, Grade.OK

CSV, XLSX, PARQUET = "csv", "xlsx", "parquet"
FLAT = (CSV, XLSX)
ALL = (CSV, XLSX, PARQUET)


@dataclass(frozen=True)
class Case:
    """One bad input through some kinds of file.

    ``change`` gives the sheet to write, or the bytes of the file as they stand. ``words`` are patterns that
    some fault, note or repair must hold. ``file`` is the file's name where it matters. ``equal`` says whether
    the panel must equal that of ``like``, the clean table unless the case has its own.
    """

    number: str
    grade: Grade
    change: Callable[[], "Sheet | bytes"]
    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = FLAT
    file: str = ""
    equal: bool = True
    settings: tuple[tuple[str, object], ...] = ()
    like: Callable[[], Sheet] = clean
