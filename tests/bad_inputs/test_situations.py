"""Bad inputs that are no change of one table: settings, folders, several files, traps."""

import io
import os
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from mmxlib.config import read_config
from mmxlib.data.frames import panel_from_frame
from mmxlib.data.reading import read_folder, read_panel
from mmxlib.errors import DataError, MmxError
from mmxlib.terms import Grade
from tests.bad_inputs import build
from tests.bad_inputs.build import DATE, SALES, TV, UNIT, clean, packed
from tests.bad_inputs.test_cases import LIBRARY_WORDS, clean_digest, digest


@dataclass(frozen=True)
class Refused:
    """One situation that reading refuses, or that a setting answers."""

    number: str
    act: Callable[[Path], object]
    words: tuple[str, ...]
    grade: Grade = Grade.REJECT


def configured(text: str) -> Callable[[Path], object]:
    def act(folder: Path) -> object:
        (folder / "global.yaml").write_bytes(text.encode("utf-8"))
        return read_config(folder)

    return act


def with_entity() -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(build.xlsx_bytes(clean()))) as book,
        zipfile.ZipFile(stream, "w") as package,
    ):
        for name in book.namelist():
            content = book.read(name)
            if name.endswith("sheet1.xml"):
                trap = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'
                content = trap + content.replace(b"<v>", b"<v>&b;", 1)
            package.writestr(name, content)
    return stream.getvalue()


def book_of(content: bytes) -> Callable[[Path], object]:
    def act(folder: Path) -> object:
        (folder / "sales.xlsx").write_bytes(content)
        return read_panel(folder / "sales.xlsx")

    return act


def linked(folder: Path) -> object:
    (folder / "real.csv").write_bytes(build.csv_bytes(clean()))
    (folder / "sales.csv").symlink_to(folder / "real.csv")
    return read_panel(folder / "sales.csv")


def piped(folder: Path) -> object:
    os.mkfifo(folder / "sales.csv")
    return read_panel(folder / "sales.csv")


def nested(folder: Path) -> object:
    frame = pd.DataFrame({"date": ["2024-01-01"], "sales": [[1, 2]]})
    frame.to_parquet(folder / "sales.parquet")
    return read_panel(folder / "sales.parquet")


def strange_units(folder: Path) -> object:
    sales, media = build.long_media(clean())
    media = media.map(UNIT, lambda unit: "Wset" if unit == "West" else unit)
    (folder / "sales.csv").write_bytes(build.csv_bytes(sales))
    (folder / "media.csv").write_bytes(build.csv_bytes(media))
    return read_folder(folder)


def saturdays(folder: Path) -> object:
    sales, media = build.long_media(clean())
    sales = sales.map(DATE, lambda day: day + timedelta(days=5))  # type: ignore[operator]
    (folder / "sales.csv").write_bytes(build.csv_bytes(sales))
    (folder / "media.csv").write_bytes(build.csv_bytes(media))
    return read_folder(folder)


def monthly(folder: Path) -> object:
    months = [[f"2024-{month:02}-01", "East", 5, 1, 1] for month in range(1, 13)]
    (folder / "sales.csv").write_bytes(build.csv_bytes(build.Sheet([list(build.HEADER), *months])))
    return read_panel(folder / "sales.csv")


REFUSED = (
    Refused("A25", nested, ("lists or records",)),
    Refused("D11", saturdays, ("Saturday", "Monday", "align_weeks"), Grade.ASK),
    Refused("D17", monthly, ("days apart, not a week",)),
    Refused("F4", strange_units, ("Wset", "West")),
    Refused("G1", configured("data:\n  currencyy: EUR\n"), ("global.yaml", "line 2", 'mean "?currency')),
    Refused("G2", configured("data:\n  currency: EUR\n  currency: USD\n"), ("twice", "2", "3")),
    Refused("G4", configured("data:\n\tcurrency: EUR\n"), ("line 2",)),
    Refused("G5", configured("data: &a [1]\nseed: *a\n"), ("Aliases .* not allowed",)),
    Refused("G6", configured("data: !!python/object/apply:os.system [id]\n"), ("global.yaml",)),
    Refused("G7", configured("data: " + "[" * 20_000), ("deep|nested|levels",)),
    Refused("G9", book_of(packed(bomb=b"0" * 3_000_000)), ("unpacks to", "limits")),
    Refused("G10", book_of(with_entity()), ("damaged|unsafe",)),
    Refused("G11", lambda _: read_panel("https://example.com/sales.csv"), ("Only local files",)),
    Refused("G12", linked, ("not a regular file",)),
    Refused("G12 pipe", piped, ("not a regular file",)),
)


@pytest.mark.parametrize("refused", REFUSED, ids=lambda each: each.number)
def test_a_situation_is_refused_in_the_users_words(refused: Refused, tmp_path: Path) -> None:
    with pytest.raises(MmxError) as caught:
        refused.act(tmp_path)
    assert {fault.grade for fault in caught.value.faults} >= {refused.grade}
    said = str(caught.value)
    for words in refused.words:
        assert re.search(words, said), (words, said)
    assert not LIBRARY_WORDS.search(said)


def test_a8_files_that_are_no_data_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_bytes(build.csv_bytes(clean()))
    for name in ("~$sales.xlsx", ".DS_Store", "Thumbs.db"):
        (tmp_path / name).write_bytes(b"\0")
    assert digest(read_folder(tmp_path)) == clean_digest()


def test_a25_decimals_categories_and_zones_of_parquet_are_read(tmp_path: Path) -> None:
    sheet = clean()
    frame = pd.DataFrame(sheet.rows[1:], columns=list(build.HEADER))
    frame["sub_category"] = frame["sub_category"].astype("category")
    frame["sales"] = [Decimal(str(value)) for value in frame["sales"]]
    frame["date"] = [datetime(d.year, d.month, d.day, tzinfo=UTC) for d in frame["date"]]
    frame.to_parquet(tmp_path / "sales.parquet")
    panel = read_panel(tmp_path / "sales.parquet")
    assert digest(panel) == clean_digest()
    assert any("time of day" in repair.rule for repair in panel.repairs)


def test_d18_a_time_of_day_is_left_out_of_parquet_and_frames_as_of_files(tmp_path: Path) -> None:
    frame = pd.DataFrame(clean().rows[1:], columns=list(build.HEADER))
    frame["date"] = pd.to_datetime(frame["date"]) + pd.Timedelta(hours=23)
    frame.to_parquet(tmp_path / "sales.parquet")
    columns = {"date": "date", "outcome": "sales", "unit": "sub_category"}
    frame.to_parquet(tmp_path / "sales.parquet")
    panel = read_panel(tmp_path / "sales.parquet")
    assert digest(panel) == clean_digest()
    assert any("time of day" in repair.rule for repair in panel.repairs)
    passed = panel_from_frame(frame, **columns, spend={"tv": "tv_spend"})
    assert list(passed.dates) == list(panel.dates)
    assert any("time of day" in repair.rule for repair in passed.repairs)


@pytest.mark.parametrize(
    "name", ["NA", "00123", "1E5", "None", "null", "NaN", "=1+1", "@x", "-", "😀", "עברית", "a/b:c", "True"]
)
@pytest.mark.parametrize("kind", sorted(build.WRITERS))
def test_f1_and_f6_to_f8_a_name_is_kept_as_it_is_written(name: str, kind: str, tmp_path: Path) -> None:
    if kind == "xlsx" and name.startswith("="):
        pytest.skip("a workbook takes it for a formula when it is written")
    sheet = clean().map(UNIT, lambda unit: name if unit == "West" else unit)
    panel = read_panel(build.write(tmp_path, sheet, kind))
    assert name in panel.units
    assert not panel.repairs


@pytest.mark.parametrize("text", ["NO", "on", "00123", "12:30"])
def test_g3_a_setting_of_text_keeps_what_yaml_would_turn(text: str, tmp_path: Path) -> None:
    (tmp_path / "global.yaml").write_text(f"data:\n  currency: {text}\n", encoding="utf-8")
    assert read_config(tmp_path).data.currency == text


def test_f10_one_segment_is_enough(tmp_path: Path) -> None:
    sheet = clean().without(*range(build.WEEKS + 1, 3 * build.WEEKS + 1))
    assert read_panel(build.write(tmp_path, sheet, "csv")).units == ("East",)


def test_all_findings_come_together_each_with_its_place(tmp_path: Path) -> None:
    sheet = clean().cell(4, SALES, "soon").cell(9, TV, None).cell(20, DATE, "2024-02-30")
    with pytest.raises(DataError) as caught:
        read_panel(build.write(tmp_path, sheet, "xlsx"))
    places = " ".join(fault.place for fault in caught.value.faults)
    assert all(cell in places for cell in ("cell C5", "cell D10", "cell A21"))
    assert {fault.grade for fault in caught.value.faults} == {Grade.REJECT, Grade.ASK}
