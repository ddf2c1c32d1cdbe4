"""The error tree: every deliberate error says what is wrong, where, and what to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from mmxlib.terms import Grade


class ExitCode(IntEnum):
    """What the command ``mmx`` returns to the shell."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    INPUT = 3
    WAITING = 4
    IN_USE = 5
    STORAGE = 6
    PARTIAL = 7
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: what, where and what to do about it.

    ``code`` looks like ``MMX-D017``; ``place`` is a file, sheet, cell, row or setting (empty when there is
    none); ``setting`` is the one that answers, where the input has two readings and only the user knows
    which it is.
    """

    code: str
    problem: str
    remedy: str
    place: str = ""
    setting: str = ""

    @property
    def grade(self) -> Grade:
        """Whether a setting answers the fault (ask) or only other input mends it (reject)."""
        return Grade.ASK if self.setting else Grade.REJECT

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.problem} {self.remedy} [{self.code}]"


class MmxError(Exception):
    """The root of the tree: one problem, or several found together.

    Raise it as ``DataError(problem, remedy=…, code="MMX-D017", place="sales.csv row 3")``, or with
    ``DataError.of(faults)`` when several were found.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL

    def __init__(self, problem: str, *, remedy: str, code: str, place: str = "") -> None:
        fault = Fault(code=code, problem=problem, remedy=remedy, place=place)
        super().__init__(str(fault))
        self.faults: tuple[Fault, ...] = (fault,)

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> "MmxError":
        """Return one error that carries all ``faults`` (at least one), in their order."""
        first = faults[0]
        error = cls(first.problem, remedy=first.remedy, code=first.code, place=first.place)
        error.faults = tuple(faults)
        error.args = ("\n".join(str(fault) for fault in faults),)
        return error

    def __reduce__(self) -> tuple[Callable[[Sequence[Fault]], "MmxError"], tuple[tuple[Fault, ...]]]:
        """Return how the error is made again, so that it can come back from another process."""
        return type(self).of, (self.faults,)

    @property
    def code(self) -> str:
        """The code of the first fault."""
        return self.faults[0].code


class DataError(MmxError):
    """The input data cannot be used as they are."""

    exit_code = ExitCode.INPUT


class SettingsError(MmxError):
    """A setting is unknown, out of bounds or contradicts another."""

    exit_code = ExitCode.INPUT


class UsageError(MmxError):
    """A command or call was put together wrongly."""

    exit_code = ExitCode.USAGE


class ModelError(MmxError):
    """The model cannot be fitted or asked as wanted."""

    exit_code = ExitCode.INPUT


class InfeasibleError(MmxError):
    """No budget satisfies the bounds; the problem names those in conflict."""

    exit_code = ExitCode.INPUT


class DecisionError(MmxError):
    """An approval, revision or stop cannot be taken as given."""

    exit_code = ExitCode.INPUT


class RunError(MmxError):
    """The run folder is damaged, of another shape, or not a run."""

    exit_code = ExitCode.INPUT


class RunInUseError(MmxError):
    """Another process holds the run."""

    exit_code = ExitCode.IN_USE


class StorageError(MmxError):
    """The disk refused: full, read-only, not there or not permitted."""

    exit_code = ExitCode.STORAGE


class WorkbookError(MmxError):
    """A workbook cannot be read, changed or built as wanted."""

    exit_code = ExitCode.INPUT
