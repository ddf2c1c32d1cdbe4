"""Sums of raw tables are exact: the same bytes by either engine, in any order, as fractions have it."""

import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmxlib.data.findings import Findings
from mmxlib.data.raw.exact_sums import LARGEST, ONE, exact_sums
from mmxlib.data.raw.reading import raw_sales
from mmxlib.data.roles import DataSettings
from mmxlib.data.tables import Table

SETTINGS = DataSettings.model_validate(
    {"fewest_weeks": 1, "raw": {"files": ["pos*"], "columns": {"sku": "sku"}}}
)
DAYS = ("2024-01-01", "2024-01-08", "2024-01-15")
ROUNDING = 1e-18
"""What one row may lose where its amount is no decimal: it is cut at 2^-60."""

amounts = st.one_of(
    st.decimals(-10_000, 10_000, places=2).map(str),
    st.decimals(-100, 10_000_000_000, places=4).map(str),
    st.decimals(-1, 1, places=9).map(lambda value: f"{value:f}"),
    st.floats(-1e11, 1e11).map(repr),
    st.integers(-(10**12), 10**12).map(str),
)
rows = st.lists(
    st.tuples(st.sampled_from(DAYS), st.sampled_from(("a", "b", "ü")), amounts, st.integers(0, 99)),
    min_size=1,
    max_size=40,
)
THOROUGH = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read(folder: Path, parts: Sequence[pd.DataFrame], kind: str) -> Table:
    """Return the table that raw files with these rows make."""
    paths = [folder / f"pos_{index}.{kind}" for index in range(len(parts))]
    for path, part in zip(paths, parts, strict=True):
        if kind == "csv":
            path.write_text(part.to_csv(index=False), encoding="utf-8")
        else:
            part.assign(sales=part["sales"].astype(float), units=part["units"].astype(int)).to_parquet(path)
    findings = Findings()
    (table,) = raw_sales(paths, SETTINGS, findings)
    findings.raise_if_rejected()
    return table


def exactly(values: Sequence[str]) -> Fraction:
    """Return the sum of amounts as written where they have four decimals at most, else as floating point."""
    return sum(
        (
            Fraction(value) if Fraction(value) * 10_000 % 1 == 0 else Fraction(float(value))
            for value in values
        ),
        start=Fraction(0),
    )


@THOROUGH
@given(drawn=rows, seed=st.integers(0, 99), kind=st.sampled_from(("csv", "parquet")))
def test_both_engines_and_any_order_give_the_same_bytes(
    drawn: "list[tuple[str, str, str, int]]", seed: int, kind: str, tmp_path: Path
) -> None:
    pytest.importorskip("duckdb")
    frame = pd.DataFrame(drawn, columns=["date", "sub_category", "sales", "units"])
    mixed = frame.sample(frac=1.0, random_state=seed)
    cut = seed % len(frame)
    by_duckdb = read(tmp_path, [frame], kind)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "duckdb", None)
        by_batches = read(tmp_path, [part for part in (mixed[:cut], mixed[cut:]) if len(part)], kind)
    for one, other in zip(by_duckdb.cells, by_batches.cells, strict=True):
        assert np.asarray(one).tobytes() == np.asarray(other).tobytes() or list(one) == list(other)


@THOROUGH
@given(drawn=rows)
def test_sums_are_those_of_fractions(drawn: "list[tuple[str, str, str, int]]", tmp_path: Path) -> None:
    frame = pd.DataFrame(drawn, columns=["date", "sub_category", "sales", "units"])
    table = read(tmp_path, [frame], "csv")
    groups = frame.groupby(["sub_category", "date"])["sales"]
    for name, day, sales in zip(
        table.column("sub_category"), np.asarray(table.column("date")), table.column("sales"), strict=True
    ):
        written = list(groups.get_group((name, str(day))))
        wanted = exactly(written)
        size = float(sum(abs(Fraction(value)) for value in written))
        assert abs(Fraction(float(str(sales))) - wanted) <= 1.2e-16 * abs(wanted) + len(written) * ROUNDING
        assert abs(float(str(sales)) - float(sum(map(Fraction, written)))) <= 1e-12 * size + 1e-15


def test_cents_add_up_without_any_error() -> None:
    assert exact_sums(np.full(1_000_000, 0.01), np.zeros(1_000_000, dtype=np.int64), 1) == [10_000 * ONE]


def test_the_largest_amounts_fit() -> None:
    values = np.full(5_000_000, np.nextafter(LARGEST, 0.0))
    (total,) = exact_sums(values, np.zeros(len(values), dtype=np.int64), 1)
    assert Fraction(total, ONE) == Fraction(values[0]) * len(values)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_codes_that_look_like_numbers_stay_apart(engine: str, kind: str, tmp_path: Path) -> None:
    names = ["7", "07", "7.0", "1e1", "10"]
    frame = pd.DataFrame(
        [(day, name, "1", 1) for day in DAYS for name in names],
        columns=["date", "sub_category", "sales", "units"],
    )
    table = read(tmp_path, [frame], kind)
    assert sorted(set(table.column("sub_category"))) == sorted(names)
