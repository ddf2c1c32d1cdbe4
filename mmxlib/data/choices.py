"""What the settings let a user choose where data can be read in two ways, and how weeks begin."""

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


class MissingSpend(StrEnum):
    """What a blank or absent spend means."""

    ERROR = "error"
    ZERO = "zero"


class NegativeSpend(StrEnum):
    """What a spend below 0 means."""

    ASK = "ask"
    ZERO = "zero"


class ShortNumbers(StrEnum):
    """What becomes of numbers such as 1.2M or 35k."""

    ASK = "ask"
    READ = "read"


class AlikeChannels(StrEnum):
    """What becomes of channels whose exposure moves together in every week."""

    ASK = "ask"
    MERGE = "merge"
    KEEP = "keep"


class DecimalMark(StrEnum):
    """What stands before the decimals of a number written as text."""

    AUTO = "auto"
    POINT = "point"
    COMMA = "comma"


class DateOrder(StrEnum):
    """How a date such as 01/02/2024 is read."""

    AUTO = "auto"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class RepeatedRows(StrEnum):
    """Which of several rows counts that stand for one date and one sub-category, with different values."""

    ASK = "ask"
    FIRST = "first"
    LAST = "last"


class HiddenRows(StrEnum):
    """What becomes of rows that a sheet hides, such as those a filter took away."""

    ASK = "ask"
    USE = "use"
    LEAVE_OUT = "leave_out"


class TotalRows(StrEnum):
    """What becomes of rows that look like totals and are not the sum of the rows above."""

    ASK = "ask"
    LEAVE_OUT = "leave_out"
    KEEP = "keep"


class Weekday(StrEnum):
    """The day on which a week begins, Monday first."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
