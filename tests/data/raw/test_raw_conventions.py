"""However a raw table is written, it makes the same panel; what was changed is told, once for each rule."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from mmxlib.data.reading import read_folder
from mmxlib.errors import DataError
from tests.data.raw import market


def text(rows: pd.DataFrame, separator: str = ",", **kwargs: object) -> bytes:
    return rows.to_csv(index=False, sep=separator, **kwargs).encode()  # type: ignore[call-overload,no-any-return]  # of pandas


def commas(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(sales=rows["sales"].str.replace(".", ","))


def days(rows: pd.DataFrame, form: str) -> pd.DataFrame:
    return rows.assign(date=pd.to_datetime(rows["date"]).dt.strftime(form))


WRITTEN: dict[str, Callable[[pd.DataFrame], bytes]] = {
    "semicolons and decimal commas": lambda rows: text(commas(rows), ";"),
    "quoted decimal commas": lambda rows: text(commas(rows)),
    "everything quoted": lambda rows: text(rows, quoting=1),
    "tabs": lambda rows: text(rows, "\t"),
    "a first line that says the separator": lambda rows: b"sep=;\n" + text(rows, ";"),
    "titles above": lambda rows: b"Sales by store\n\n" + text(rows),
    "empty lines between": lambda rows: text(rows).replace(b"\n2024-02", b"\n\n2024-02"),
    "lines that end as in Windows": lambda rows: text(rows).replace(b"\n", b"\r\n"),
    "no line end at the end": lambda rows: text(rows).rstrip(b"\n"),
    "a mark of byte order": lambda rows: b"\xef\xbb\xbf" + text(rows),
    "UTF-16": lambda rows: text(rows).decode().encode("utf-16"),
    "Western European": lambda rows: text(rows.assign(note="Café")).decode().encode("cp1252"),
    "day, month, year": lambda rows: text(days(rows, "%d/%m/%Y")),
    "times of day": lambda rows: text(days(rows, "%Y-%m-%d 00:00:00")),
    "blanks around cells": lambda rows: text(rows).replace(b",", b" , "),
    "a currency sign": lambda rows: text(rows.assign(sales="€" + rows["sales"])),
    "other columns": lambda rows: text(rows.assign(**{'odd "name"': "x;y\nz", "when": "12:30"})),
    "line breaks inside cells": lambda rows: text(rows.assign(note='a "b"\n\nc')),
    "columns in another order": lambda rows: text(rows[rows.columns[::-1]]),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_another_way_of_writing_makes_the_same_panel(engine: str, way: str, tmp_path: Path) -> None:
    folder = market.write(tmp_path / "raw", WRITTEN[way](market.raw_sales()))
    panel = read_folder(folder, settings=market.settings())
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")


def test_a_repair_is_told_once_with_its_count(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    folder = market.write(tmp_path, text(rows.assign(sales="€" + rows["sales"])))
    panel = read_folder(folder, settings=market.settings())
    (repair,) = [each for each in panel.repairs if "currency" in each.rule]
    assert (repair.file, repair.place, repair.cells) == ("pos.csv", "row 2, column sales", 360)


def test_decimal_commas_are_told_once_with_their_count(tmp_path: Path) -> None:
    rows = commas(market.raw_sales())
    panel = read_folder(market.write(tmp_path, text(rows, ";")), settings=market.settings())
    (repair,) = [each for each in panel.repairs if "comma is the decimal" in each.rule]
    assert repair.cells == sum(not each.endswith(",00") for each in rows["sales"])


def test_numbers_that_can_be_read_in_two_ways_are_a_question(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    first = rows["date"] == rows["date"].min()
    folder = market.write(tmp_path, text(rows.assign(sales=first.map({True: "1.750", False: "1.250"}))))
    with pytest.raises(DataError) as raised:
        read_folder(folder, settings=market.settings())
    assert "data.decimal" in {each.setting for each in raised.value.faults}
    for decimal, sales in (("comma", 1250.0), ("point", 1.25)):
        panel = read_folder(folder, settings=market.settings(decimal=decimal))
        whole = sales * (len(rows) + 0.4 * first.sum())
        assert panel.outcome.sum() == pytest.approx(whole, rel=1e-12)


def test_typed_numbers_have_no_decimal_commas(engine: str, tmp_path: Path) -> None:
    folder = market.write(tmp_path / "raw", market.raw_sales(), "pos.parquet")
    panel = read_folder(folder, settings=market.settings(decimal="comma"))
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")
    assert panel.repairs == ()


def test_decimals_far_down_decide_like_those_at_the_top(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    rows["sales"] = (rows["date"] == rows["date"].min()).map({True: "3", False: "2"})
    whole = rows["sales"].astype(int).sum()
    rows.loc[359, "sales"] = "1,5"
    panel = read_folder(market.write(tmp_path, text(rows, ";")), settings=market.settings())
    assert panel.outcome.sum() == whole - 0.5


def test_names_that_differ_by_case_or_spaces_are_one(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    rows["sub_category"] = rows["sku"].map(market.SKUS)
    rows.loc[::5, "sub_category"] = rows.loc[::5, "sub_category"].str.upper() + "\xa0"
    folder = market.write(tmp_path / "raw", text(rows.drop(columns="sku")))
    panel = read_folder(folder, settings=market.settings({"sub_categories": {}}))
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")
    assert sum(each.cells for each in panel.repairs) == 72


def test_skus_keep_their_leading_zeros(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    zeros = {sku: f"00{index}" for index, sku in enumerate(market.SKUS)}
    folder = market.write(tmp_path / "raw", rows.assign(sku=rows["sku"].map(zeros)))
    mapping = {zeros[sku]: unit for sku, unit in market.SKUS.items()}
    panel = read_folder(folder, settings=market.settings({"sub_categories": mapping}))
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")


@pytest.mark.parametrize("name", ["'; DROP TABLE sku_names; --", 'a"b', "$1", "?", "NA", "ünï", "c0"])
def test_hostile_names_are_only_names(engine: str, name: str, tmp_path: Path) -> None:
    rows = market.raw_sales().replace({"sku": {"E01": name}, "store": {"S3": name}})
    folder = market.write(tmp_path, rows.rename(columns={"sku": name + " sku"}), "pos.csv")
    market.write(folder, rows.rename(columns={"sku": name + " sku"}), "pos2.parquet")
    chosen = market.settings(
        {
            "columns": {"sku": name + " sku"},
            "sub_categories": {**market.SKUS, name: "East"},
            "leave_out": {"store": [name]},
        }
    )
    panel = read_folder(folder, settings=chosen)
    kept = rows["sales"][rows["store"] != name].astype(float).sum()
    assert panel.outcome.sum() == pytest.approx(2 * kept, rel=1e-12)


def test_the_encoding_that_is_set_is_obeyed(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    skus = {sku: f"Ł{sku}" for sku in market.SKUS}  # in cp1252, the byte would be another letter
    written = text(rows.assign(sku=rows["sku"].map(skus))).decode("utf-8").encode("cp1250")
    folder = market.write(tmp_path / "raw", written)
    mapped = {"sub_categories": {skus[sku]: unit for sku, unit in market.SKUS.items()}}
    panel = read_folder(folder, settings=market.settings(mapped, encoding="cp1250"))
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")
    with pytest.raises(DataError) as raised:
        read_folder(folder, settings=market.settings(mapped, encoding="utf-8"))
    assert [(each.code, each.place) for each in raised.value.faults] == [("MMX-D141", "pos.csv, row 2")]
