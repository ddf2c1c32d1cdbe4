"""What the settings let a user choose where files can be read in two ways."""

from enum import StrEnum


class DamagedNames(StrEnum):
    """What becomes of names such as CafÃ©, whose text was once read in a wrong encoding."""

    ASK = "ask"
    MEND = "mend"
    KEEP = "keep"


class FullSheets(StrEnum):
    """What becomes of a sheet that has no row left, so that rows may have been cut off."""

    ASK = "ask"
    USE = "use"


class TwoHeaderRows(StrEnum):
    """What becomes of two rows of names above the data, such as channels above their measures."""

    ASK = "ask"
    JOIN = "join"


class SeveralTables(StrEnum):
    """Which of several tables on one sheet is read; one: they belong together."""

    ASK = "ask"
    FIRST = "first"
    LAST = "last"
    ONE = "one"


class RepeatedColumns(StrEnum):
    """What becomes of a column that has the name and every value of another one."""

    ASK = "ask"
    FIRST = "first"


class ErrorCells(StrEnum):
    """What stands for a control whose cell shows an error such as #N/A."""

    ASK = "ask"
    PREVIOUS = "previous"
    ZERO = "zero"


class WeekNumbers(StrEnum):
    """By which calendar a week's number names days: ISO 8601, or the retail (4-4-5) year of the US."""

    ASK = "ask"
    ISO = "iso"
    RETAIL = "retail"


class MacDates(StrEnum):
    """What becomes of tables whose dates lie exactly 1,462 days apart, as two ways of counting days do."""

    ASK = "ask"
    FORWARD = "forward"
    BACK = "back"
