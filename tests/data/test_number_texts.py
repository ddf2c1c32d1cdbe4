"""A written number has one value, whatever the house writes around its digits, or is a question."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.data.choices import DecimalMark
from mmxlib.data.findings import Findings
from mmxlib.data.number_texts import repaired_numbers
from mmxlib.data.roles import DataSettings
from mmxlib.data.tables import Table
from mmxlib.data.values import numbers
from mmxlib.errors import DataError


def table_of(*texts: str) -> Table:
    return Table("sales.csv", ("spend",), (list(texts),), np.arange(2, 2 + len(texts)), (0,))


def read(*texts: str, decimal: DecimalMark = DecimalMark.AUTO) -> list[float]:
    table, findings = table_of(*texts), Findings()
    repaired = repaired_numbers(table, ["spend"], [], DataSettings(decimal=decimal), findings)
    cells = tuple(repaired.get(name, table.column(name)) for name in table.columns)
    found = numbers(Table(table.file, table.columns, cells, table.rows, (0,)), "spend", findings)
    findings.raise_if_rejected()
    return list(found.values)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(500)", -500.0), ("5-", -5.0), ("\u22125", -5.0), ("-1,234.5", -1234.5), ("$ 1,234,567", 1234567.0),
        ("1.234.567", 1234567.0), ("1.234,5", 1234.5), ("0,123", 0.123), ("0.123", 0.123),
        ("12345.678", 12345.678),
        ("1 234,50 €", 1234.5), ("1'234.50", 1234.5), ("EUR 12.50", 12.5), ("1e3", 1000.0), ("'42", 42.0),
    ],
)  # fmt: skip
def test_a_text_with_one_reading_has_its_value(text: str, value: float) -> None:
    assert read(text) == [value]


@given(
    st.lists(st.integers(0, 10**9), min_size=2, max_size=8),
    st.sampled_from([(",", "."), (".", ","), ("\u00a0", ","), ("'", ".")]),
)
@settings(max_examples=60, deadline=None)
def test_amounts_with_cents_come_back_whatever_the_signs(cents: list[int], signs: tuple[str, str]) -> None:
    values = [each / 100 for each in cents]
    written = [f"{value:,.2f}".translate(str.maketrans(",.", "".join(signs))) for value in values]
    assert read(*written) == values


@pytest.mark.parametrize(("decimal", "value"), [(DecimalMark.POINT, 1.234), (DecimalMark.COMMA, 1234.0)])
def test_a_setting_answers_what_the_column_leaves_open(decimal: DecimalMark, value: float) -> None:
    with pytest.raises(DataError) as asked:
        read("1.234", "2.500")
    assert asked.value.faults[0].setting == "data.decimal"
    assert read("1.234", decimal=decimal) == [value]


@pytest.mark.parametrize(
    "texts", [("1,234", "1.234"), ("€5", "$5"), ("5%",), ("1.2M",), ("1,23,4",), ("1_000",)]
)
def test_what_has_no_one_reading_is_refused(texts: tuple[str, ...]) -> None:
    with pytest.raises(DataError):
        read(*texts)


@given(st.text(alphabet="0123456789.,+-e \t\x1c\x1d\x85\u2007", min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_signs_that_nobody_sees_never_end_in_a_traceback(text: str) -> None:
    with contextlib.suppress(DataError):
        read("12.5", text)


@pytest.mark.parametrize("text", ["5\xb2", "\u2460", "\U0001d7cf", "\xbd", "1\u20443", "\u0661", "5\u0336"])
def test_a_sign_that_only_resembles_a_digit_is_no_number(text: str) -> None:
    with pytest.raises(DataError, match="not a number"):
        read(text)


def test_an_apostrophe_before_a_number_is_taken_off_and_told() -> None:
    table, findings = table_of("'42.5"), Findings()
    assert repaired_numbers(table, ["spend"], [], DataSettings(), findings)["spend"] == ["42.5"]
    assert [each.before for each in findings.repairs()] == ["'42.5"]
