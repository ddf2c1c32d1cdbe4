"""Whatever a segment or channel is called, it is read as it is written, or as a repair says."""

import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from mmxlib.artifacts.panel import Panel
from mmxlib.data.choices import TotalRows
from mmxlib.data.reading import read_folder, read_panel
from mmxlib.data.roles import DataSettings
from mmxlib.data.tables import clean_name
from mmxlib.errors import DataError
from tests.bad_inputs import build
from tests.hostile import CATEGORIES, NAMES

SHOWN_BY_FORMULAS = {"#N/A"}  # a cell that shows this holds a formula without result, as B18 says
DAYS = ("2024-01-01", "2024-01-08")
FEW = DataSettings(fewest_weeks=1)
TEXT = DataSettings(total_rows=TotalRows.KEEP, fewest_weeks=1)


def distinct(names: Sequence[str]) -> list[str]:
    """Return the names that differ by more than case, spaces and stored accents."""
    by_key = {" ".join(clean_name(name).casefold().split()): name for name in reversed(names)}
    return [name for name in by_key.values() if name not in SHOWN_BY_FORMULAS][::-1]


EACH = distinct(NAMES)


def sales_of(names: Sequence[str]) -> build.Sheet:
    rows = [
        [day, name, 100.0 + 3 * index + 7 * week, 10.0 + index + week]
        for index, name in enumerate(names)
        for week, day in enumerate(DAYS)
    ]
    return build.Sheet([["date", "sub_category", "sales", "tv_spend"], *rows])


def text_book(sheet: build.Sheet) -> bytes:
    """Return a workbook in which every text is text, also one that begins like a formula."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(sheet.name)
    for number, row in enumerate(sheet.rows):
        for position, value in enumerate(row):
            page.write(number, position, value)
    book.close()
    return stream.getvalue()


WRITERS = {"csv": build.csv_bytes, "xlsx": text_book, "parquet": build.parquet_bytes}


def check_names(found: Sequence[str], panel: Panel, rule: str) -> None:
    """Check that each name is there, and that one which is not as it was written has its repair."""
    assert sorted(found) == sorted(map(clean_name, EACH))
    changed = {name: clean_name(name) for name in EACH if clean_name(name) != name}
    assert {each.before: each.after for each in panel.repairs if rule in each.rule} == changed


def test_there_are_at_least_three_hundred_of_every_kind() -> None:
    assert len(EACH) >= 300
    assert min(map(len, CATEGORIES.values())) >= 5


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_f6_and_f7_every_name_of_a_segment_is_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"sales.{kind}"
    path.write_bytes(WRITERS[kind](sales_of(EACH)))
    panel = read_panel(path, config=TEXT)
    check_names(panel.units, panel, "names that differ")
    assert panel.outcome.sum() == sum(row[2] for row in sales_of(EACH).rows[1:])  # type: ignore[misc]


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_f6_and_f7_every_name_of_a_channel_is_read(kind: str, tmp_path: Path) -> None:
    rows = [[day, name, 5.0 + index] for index, name in enumerate(EACH) for day in DAYS]
    media = build.Sheet([["date", "channel", "spend"], *rows], name="Media")
    (tmp_path / "sales.csv").write_bytes(build.csv_bytes(sales_of(["East"])))
    (tmp_path / f"media.{kind}").write_bytes(WRITERS[kind](media))
    panel = read_folder(tmp_path, settings=TEXT)
    named = [each.name for each in panel.channels if each.name != "tv" or "tv" in EACH]
    check_names(named, panel, "names that differ")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_f6_every_name_of_a_column_is_read(kind: str, tmp_path: Path) -> None:
    keys = {"".join(sign for sign in name.casefold() if sign.isalnum()): name for name in EACH}
    names = [name for key, name in keys.items() if key and "spend" not in key and key not in RESERVED]
    head = ["date", *(f"{name} spend" for name in names)]
    rows = [[day, *(5.0 + index for index in range(len(names)))] for day in DAYS]
    (tmp_path / "sales.csv").write_bytes(build.csv_bytes(sales_of(["East"])))
    (tmp_path / f"media.{kind}").write_bytes(WRITERS[kind](build.Sheet([head, *rows], name="Media")))
    panel = read_folder(tmp_path, settings=FEW)
    assert len(panel.channels) == len(names) + 1  # tv stands beside the sales
    assert len(names) > 150


RESERVED = {"tv", "date", "sales", "channel", "index"}


def test_ten_thousand_segments_are_read(tmp_path: Path) -> None:
    names = [f"segment {index:05d}" for index in range(10_000)]
    frame = pd.DataFrame(sales_of(names).rows[1:], columns=["date", "sub_category", "sales", "tv_spend"])
    frame.to_parquet(tmp_path / "sales.parquet")
    panel = read_panel(tmp_path / "sales.parquet", config=FEW)
    assert panel.units == tuple(names)
    assert panel.outcome.shape == (10_000, 2)


def test_a_missing_number_for_a_name_is_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame(sales_of(["1", "2"]).rows[1:], columns=["date", "sub_category", "sales", "tv_spend"])
    frame["sub_category"] = [1.0, 1.0, 2.0, None]
    frame.to_parquet(tmp_path / "sales.parquet")
    with pytest.raises(DataError, match="The name is missing"):
        read_panel(tmp_path / "sales.parquet", config=FEW)
