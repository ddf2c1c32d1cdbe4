import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.report.numbers import (
    Measures,
    between,
    chance,
    compact,
    counted,
    day,
    finer,
    listed,
    one_line,
    percent,
    ratio,
    short,
    signed_percent,
    tick,
)
from mmxlib.terms import OutcomeKind


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"), (0.004, "0.004"), (0.45, "0.45"), (12.34, "12.3"), (999.6, "1.0 k"), (1234.0, "1.2 k"),
        (999_960.0, "1.0 M"), (1.25e9, "1.2 bn"), (-2.5e6, "-2.5 M"), (float("nan"), "not known"),
    ],
)  # fmt: skip
def test_a_number_is_said_with_its_size(value: float, words: str) -> None:
    assert compact(value) == words


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.floats(1e-3, 1e14))
def test_a_number_in_words_is_within_five_percent_of_itself(value: float) -> None:
    number, _space, unit = compact(value).partition(" ")
    scale = {"": 1.0, "k": 1e3, "M": 1e6, "bn": 1e9, "T": 1e12}[unit]
    assert float(number) * scale == pytest.approx(value, rel=0.051)


def test_shares_carry_their_sign_only_where_they_are_changes() -> None:
    assert (percent(0.042), signed_percent(0.042), signed_percent(-0.3)) == ("4.2 %", "+4.2 %", "-30 %")
    assert (percent(-0.0001), signed_percent(0.0001)) == ("0.0 %", "0.0 %")


def test_a_chance_is_never_quite_none_nor_all() -> None:
    assert (chance(0.0), chance(1.0), chance(0.755)) == ("under 1 %", "over 99 %", "76 %")


def test_a_range_says_its_unit_where_it_would_be_misread() -> None:
    assert between(1.8, 3.1, ratio) == "1.8 to 3.1"
    assert between(0.05, 0.12, percent) == "5.0 to 12 %"
    assert between(216e3, 865e3, Measures("EUR").money) == "€216 k to €865 k"
    assert between(2.0, 2.0, ratio) == "2.0"


def test_money_takes_the_currency_that_the_panel_names() -> None:
    assert Measures("EUR").money(-1.2e6) == "-€1.2 M"
    assert Measures("CHF").money(1.2e6) == "CHF 1.2 M"
    assert Measures("").money(1.2e6) == "1.2 M"
    assert Measures("EUR", OutcomeKind.UNITS).outcome(1.2e6) == "1.2 M units"


def test_names_are_listed_shortened_and_kept_on_one_line() -> None:
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(list("abcdefgh"), 3) == "a, b, c and 5 more"
    assert short("a channel with a long name 12", 16) == "a channe…name 12"
    assert one_line("a\n\tb\x00c") == "a b c"
    assert (counted(1, "sub-category"), counted(2, "sub-category"), counted(2, "day")) == (
        "1 sub-category", "2 sub-categories", "2 days",
    )  # fmt: skip


def test_days_and_ticks_are_plain() -> None:
    assert day(np.datetime64("2025-12-28")) == "28 Dec 2025"
    assert (tick(2_500_000.0), tick(0.25), tick(0.0)) == ("2.5 M", "0.25", "0")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_known_is_never_said_as_a_number(value: float) -> None:
    money, units = Measures("EUR"), Measures("EUR", OutcomeKind.UNITS)
    said = [form(value) for form in (finer, percent, signed_percent, chance, ratio)]
    for each in (money, units):
        said += [each.money(value), each.outcome(value), each.finer_outcome(value)]
    assert set(said) == {"not known"}


def test_units_are_named_once_behind_a_range_and_not_behind_one_not_known() -> None:
    units = Measures("EUR", OutcomeKind.UNITS)
    assert units.outcome_range(1e6, 2e6) == "1.0 M to 2.0 M units"
    assert "units" not in units.outcome_range(float("nan"), 2e6)


def test_a_finer_number_has_four_digits_that_count() -> None:
    numbers = (999.5e3, 340.24e3, 20.567e6, 1.5801e6, -1.5801e6, 12.345)
    assert [finer(each) for each in numbers] == [
        "999.5 k", "340.2 k", "20.57 M", "1.580 M", "-1.580 M", "12.35",
    ]  # fmt: skip
