"""Bad numbers, and numbers that look good: units, scales, signs, flags, ids, totals (sections E and F)."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from mmxlib.terms import Grade
from tests.bad_inputs import build
from tests.bad_inputs.build import DATE, SALES, SEARCH, TV, UNIT, Sheet, clean
from tests.bad_inputs.case import ALL, CSV, FLAT, XLSX, Case
from tests.bad_inputs.cases import on

R, A, P, V, OK = Grade.REJECT, Grade.ASK, Grade.REPAIR, Grade.REVIEW, Grade.OK
CHANGE_AT = 60  # weeks from the first at which a level changes
EAST = range(1, 1 + build.WEEKS)
TEXTS = (CSV, XLSX)


def thousand_texts(mark: str) -> Callable[[], Sheet]:
    return on(TV, lambda value: f"{Decimal(repr(value)) / 1000}{mark}")


def in_thousands(column: int, name: str) -> Callable[[], Sheet]:
    """Return a clean sheet with a column in thousands, its name saying so."""
    return lambda: clean().map(column, lambda value: divided(value, 1000)).rename(column, name)


def divided(value: Any, by: int) -> float:
    return float(Decimal(repr(value)) / by)


def stepped(column: int, times: float) -> Callable[[], Sheet]:
    later = [row for row in range(1, 331) if (row - 1) % build.WEEKS >= CHANGE_AT]
    return lambda: clean().map(column, lambda value: value * times, only=later)  # type: ignore[operator]


def beside(name: str, value: Callable[[Any], object]) -> Callable[[], Sheet]:
    """Return a clean sheet with one more column, made of each row's cells."""
    return lambda: clean().column(name, lambda row: value(clean().rows[row]))


def promoted(yes: object, no: object) -> Callable[[], Sheet]:
    return beside("promotion", lambda row: yes if row[DATE].day < 8 else no)


def national_rows(share: float) -> Callable[[], Sheet]:
    """Return a clean sheet with a row for the total of each week, of which the segments are ``share``."""

    def change() -> Sheet:
        sheet = clean()
        weeks: dict[Any, list[float]] = {}
        for row in sheet.rows[1:]:
            sums = weeks.setdefault(row[DATE], [0.0, 0.0, 0.0])
            for place, column in enumerate((SALES, TV, SEARCH)):
                sums[place] += float(row[column]) / share  # type: ignore[arg-type]
        return sheet.append(*([day, "Total", *sums] for day, sums in weeks.items()))

    return change


def named_west(name: object) -> Callable[[], Sheet]:
    return lambda: clean().map(UNIT, lambda unit: name if unit == "West" else unit)


def one_row_segment() -> Sheet:
    row = clean().rows[40]
    return clean().append([row[DATE], "Novelty", *row[2:]])


def running_total() -> Sheet:
    sums: dict[object, float] = {}

    def added(row: Sequence[Any]) -> float:
        year = (row[UNIT], row[DATE].year)
        sums[year] = sums.get(year, 0.0) + row[SALES]
        return sums[year]

    rows = [clean().rows[0], *([*row[:SALES], added(row), *row[SALES + 1 :]] for row in clean().rows[1:])]
    return Sheet(rows)


def rare(row: Sequence[Any]) -> float:
    """Return spend in February of one year alone."""
    day = row[DATE]
    return 9.0 + day.day if (day.year, day.month) == (2023, 2) else 0.0


def often_zero() -> Sheet:
    return clean().map(SALES, lambda _: 0.0, only=[row for row in EAST if row % 2])


KILO, MIO = "tv_spend (k€)", "sales [Mio EUR]"
LONG_ID = "12345678901234567890"

UNITS = (
    Case("E6", A, thousand_texts("k"), ("1.20025k", "data.short_numbers"), TEXTS),
    Case("E6 answered", P, thousand_texts("k"), ("thousands",), TEXTS, settings=(("short_numbers", "read"),)),
    Case(
        "E6 millions", P, on(TV, lambda value: f"€{Decimal(repr(value)) / 10**6} Mio."),
        ("millions", "currency"), TEXTS, settings=(("short_numbers", "read"),),
    ),
    Case("E6 header", A, in_thousands(TV, KILO), ("units of 1,000", "data.scales"), ALL),
    Case(
        "E6 header answered", P, in_thousands(TV, KILO), ("multiplied by 1,000",), ALL,
        settings=(("scales", {KILO: 1000}),),
    ),
    Case("E6 header of sales", A, in_thousands(SALES, MIO), ("units of 1,000,000",), ALL),
    Case("E6 one unit", OK, lambda: clean().rename(SALES, "sales (EUR)").rename(TV, "tv_spend €"), kinds=ALL),
    Case(
        "E8", V, stepped(SALES, 1000), ("outcome is about 1,[0-9]00 times higher", "2024-02-26"), ALL,
        equal=False,
    ),
    Case(
        "E8 spend", V, stepped(TV, 0.001), ("tv is about 970 times lower", "2024-02-26", "unit"), ALL,
        equal=False,
    ),
    Case("E24", A, on(TV, lambda value: divided(value, 10_000)), ("between 0 and 1", "data.scales"), ALL),
    Case("E24 sales", A, on(SALES, lambda value: divided(value, 10**6)), ("shares",), ALL),
    Case(
        "E24 answered", P, on(TV, lambda value: divided(value, 10_000)), ("multiplied by 10,000",), ALL,
        settings=(("scales", {"tv_spend": 10_000}),),
    ),
    Case(
        "E24 meant so", OK, on(TV, lambda value: divided(value, 10_000)), (), ALL,
        equal=False, settings=(("scales", {"tv_spend": 1}),),
    ),
)  # fmt: skip

SIGNS = (
    Case("E13 spend", A, on(TV, lambda _: -3200.0, 4), ("-3,200", "data.negative_spend"), ALL),
    Case(
        "E13 answered", P, on(TV, lambda _: -3200.0, 4), ("below 0 counts as 0", "-3,200"), ALL,
        settings=(("negative_spend", "zero"),), like=on(TV, lambda _: 0.0, 4),
    ),
    Case("E18 negative", R, beside("price", lambda row: -row[SALES]), ("price is not above 0",), ALL),
    Case("E18 flag", P, promoted("Y", "N"), ("yes or no",), ALL, like=promoted(1, 0)),
    Case("E18 ja", P, promoted("ja", "nein"), ("yes or no", "ja"), ALL, like=promoted(1, 0)),
    Case("E18 true", P, promoted(True, False), ("yes or no", "True"), ALL, like=promoted(1, 0)),
    Case("E18 odd", R, promoted("maybe", "N"), ("maybe", "not a number"), FLAT),
)  # fmt: skip

ALIKE = (
    Case("E15", R, on(SALES, lambda _: 5.0, *EAST), ('sales of "East" never change',), ALL),
    Case(
        "E16", A, beside("search_eur_spend", lambda row: 1.1 * row[SEARCH]),
        ("search, search_eur move together", "data.alike_channels"), ALL,
    ),
    Case("E16 equal", A, beside("more_spend", lambda row: row[SEARCH]), ("more, search",), ALL),
    Case(
        "E16 kept", V, beside("search_eur_spend", lambda row: 1.1 * row[SEARCH]), ("kept apart",), ALL,
        equal=False, settings=(("alike_channels", "keep"),),
    ),
    Case(
        "E16 merged", V, beside("search_eur_spend", lambda row: 1.1 * row[SEARCH]), ("made one",), ALL,
        equal=False, settings=(("alike_channels", "merge"),),
    ),
    Case("E23", P, national_rows(0.981), ("98.1 %", "Total"), ALL, settings=(("total_rows", "leave_out"),)),
    Case("E23 small", P, national_rows(0.995), (), ALL, settings=(("total_rows", "leave_out"),)),
)  # fmt: skip

IDS = (
    Case("E22", OK, named_west("00123"), (), ALL, like=named_west("00123")),
    Case("E22 letters", OK, named_west("1E5"), (), ALL, like=named_west("1E5")),
    Case("E22 long", OK, named_west(LONG_ID), (), ALL, like=named_west(LONG_ID)),
    Case("E22 cut", V, named_west(1.23456789012346e19), ("shortened by Excel",), (XLSX,), equal=False),
    Case("E22 cut text", V, named_west("1.23457E+19"), ("1.23457E", "shortened"), ALL, equal=False),
)  # fmt: skip

SERIES = (
    Case("A2 notes", R, lambda: Sheet([*clean().rows[:1], ["* restated", *[None] * 4]]), ("No row is left",)),
    Case("F10 one row", P, one_row_segment, ("Novelty", "1 of 110"), ALL),
    Case("E8 total", V, running_total, ("running total", "sales of each period"), ALL, equal=False),
    Case("E14 zeros", V, often_zero, ('"East" is 0 in more than 30 %',), ALL, equal=False),
    Case(
        "E14 rare", V, beside("radio_spend", rare),
        ("radio ran in 4 of 110", "too few"), ALL, equal=False,
    ),
    Case(
        "E14 still", V, beside("radio_spend", lambda row: 500.0 + row[DATE].day),
        ("radio varies by", "too little"), ALL, equal=False,
    ),
)  # fmt: skip

CASES = (*UNITS, *SIGNS, *ALIKE, *IDS, *SERIES)
