"""The last column of an input table: what is wrong in a row, written there when data are checked."""

from mmxlib.report.columns import Kind
from mmxlib_excel.layout.spec import Column


def check_column(width: float) -> Column:
    """Return the column, so many characters wide."""
    note = "Left empty by you: what is wrong in the row, and what to do about it, is written here."
    return Column("check", "Check", Kind.SENTENCE, note, width)
