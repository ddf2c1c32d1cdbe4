"""Raw tables make the panel of the sales that they add up to, by either engine, in any files and order."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mmxlib as mmx
from mmxlib.data.raw import engine as engine_room
from mmxlib.data.raw import files, text_blocks
from mmxlib.data.reading import read_folder
from mmxlib.errors import DataError
from mmxlib.terms import Grade, Verdict
from tests.data import clean
from tests.data.raw import market


@pytest.mark.parametrize("name", ["pos.csv", "pos.parquet"])
def test_a_raw_table_makes_the_panel_of_the_sales_it_adds_up_to(
    engine: str, name: str, tmp_path: Path
) -> None:
    folder = market.write(tmp_path / "raw", market.raw_sales(), name)
    panel = read_folder(folder, settings=market.settings())
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")


def test_the_order_of_rows_and_their_spread_over_files_change_no_byte(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales().sample(frac=1.0, random_state=3)
    folder = market.write(tmp_path / "raw", rows[:100], "pos_1.csv")
    market.write(folder, rows[100:250], "pos_2.parquet")
    market.write(folder, rows[250:], "pos_3.csv")
    panel = read_folder(folder, settings=market.settings())
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")


def test_both_engines_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb")
    folder = market.write(tmp_path, market.raw_sales())
    chosen = market.settings({"leave_out": {"store": ["S3"]}, "unmapped": "leave_out", "sub_categories": {
        sku: unit for sku, unit in market.SKUS.items() if sku != "E01"
    }})  # fmt: skip
    by_duckdb = read_folder(folder, settings=chosen)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert market.told(read_folder(folder, settings=chosen)) == market.told(by_duckdb)


def test_duckdb_reads_a_plain_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb")
    monkeypatch.setattr(files, "batch_of_block", None)
    monkeypatch.setattr(files, "parquet_batches", None)
    for name in ("pos_1.csv", "pos_2.parquet"):
        market.write(tmp_path, market.raw_sales(), name)
    assert read_folder(tmp_path, settings=market.settings()).outcome.sum() > 0.0


def test_small_blocks_make_the_same_panel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.setattr(text_blocks, "BLOCK", 600)
    monkeypatch.setattr(text_blocks, "SMALL", 100)
    quoted = market.raw_sales().to_csv(index=False, quoting=1).encode()
    folder = market.write(tmp_path / "raw", quoted)
    panel = read_folder(folder, settings=market.settings())
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")


def test_an_odd_row_is_found_in_a_large_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.setattr(text_blocks, "SMALL", 100)
    lines = market.raw_sales().to_csv(index=False).splitlines()
    lines[200] += ",?"
    folder = market.write(tmp_path / "raw", "\n".join([*lines[:100], "", *lines[100:]]).encode())
    with pytest.raises(DataError) as raised:
        read_folder(folder, settings=market.settings())
    assert raised.value.faults[0].place == "pos.csv, row 202"


def test_rows_are_counted_as_they_are_aggregated(engine: str, tmp_path: Path) -> None:
    folder = market.write(tmp_path, market.raw_sales())
    panel = read_folder(folder, settings=market.settings())
    assert "pos.csv (added up): 360 rows; aggregated to 30 model rows." in market.told(panel)


def test_read_panel_takes_several_raw_files(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    for name, part in (("pos_1.csv", rows[::2]), ("pos_2.csv", rows[1::2])):
        market.write(tmp_path / "raw", part, name)
    paths = [tmp_path / "raw" / name for name in ("pos_1.csv", "pos_2.csv")]
    panel = mmx.read_panel(paths, media=clean.media(), config=market.settings())
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")


def test_a_frame_may_be_a_raw_table(tmp_path: Path) -> None:
    chosen = market.settings({"files": "sales"})
    panel = mmx.read_panel(market.raw_sales(), media=clean.media(), config=chosen)
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")


def test_a_workbook_file_may_be_a_raw_table(tmp_path: Path) -> None:
    folder = market.write(tmp_path / "raw", b"")
    (folder / "pos.csv").unlink()
    market.raw_sales().to_excel(folder / "pos.xlsx", index=False)
    panel = read_folder(folder, settings=market.settings())
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")


def test_a_sheet_beside_raw_sales_is_told_not_to_be_read(tmp_path: Path) -> None:
    folder = market.write(tmp_path / "raw", b"")
    (folder / "pos.csv").unlink()
    with pd.ExcelWriter(folder / "pos.xlsx") as book:
        clean.media().to_excel(book, sheet_name="Media", index=False)
        market.raw_sales().to_excel(book, sheet_name="Sales", index=False)
    panel = read_folder(folder, settings=market.settings())
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")
    assert [note.about for note in panel.notes if "The sheet Media was not read" in note.text] == ["pos.xlsx"]


def test_a_mapping_is_read_in_the_encoding_that_is_set(tmp_path: Path) -> None:
    rows = market.raw_sales()
    folder = market.write(tmp_path / "raw", rows)
    skus = pd.DataFrame({"sku": list(market.SKUS), "sub_category": list(market.SKUS.values())})
    skus = pd.concat([skus, pd.DataFrame({"sku": ["Ł"], "sub_category": ["Łódź"]})])
    (folder / "skus.csv").write_bytes(skus.to_csv(index=False).encode("cp1250"))
    chosen = {"sub_categories": {}, "sub_category_file": "skus.csv"}
    panel = read_folder(folder, settings=market.settings(chosen, encoding="cp1250"))
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")
    with pytest.raises(DataError, match=r"skus\.csv, row 14: The text is not in utf-8"):
        read_folder(folder, settings=market.settings(chosen, encoding="utf-8"))


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_skus_may_be_mapped_by_a_file_beside_the_raw_table(engine: str, ending: str, tmp_path: Path) -> None:
    folder = market.write(tmp_path / "raw", market.raw_sales())
    pairs = pd.DataFrame(market.SKUS.items(), columns=["sku", "sub_category"])
    path = folder / f"skus.{ending}"
    pairs.to_csv(path, index=False) if ending == "csv" else pairs.to_excel(path, index=False)
    chosen = market.settings({"sub_categories": {}, "sub_category_file": path.name})
    panel = read_folder(folder, settings=chosen)
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")


def test_raw_tables_may_name_sub_category_and_region_themselves(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    rows["sub_category"] = rows["sku"].map(market.SKUS)
    folder = market.write(tmp_path / "raw", rows.drop(columns="sku"))
    panel = read_folder(folder, settings=market.settings({"sub_categories": {}}))
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")


def test_stores_are_mapped_to_regions(engine: str, tmp_path: Path) -> None:
    folder = market.write(tmp_path, market.raw_sales())
    media = clean.media().groupby(["date", "channel"], as_index=False).first()
    (folder / "media.csv").write_text(media[["date", "channel", "spend"]].to_csv(index=False))
    (folder / "shops.csv").write_text("store,geo\nS2,b\nS3,b\n")
    panel = read_folder(
        folder, settings=market.settings({"regions": {"S1": "a"}, "region_file": "shops.csv"})
    )
    assert panel.units == tuple(f"{unit} / {region}" for unit in clean.UNITS for region in "ab")
    rows = market.raw_sales()
    first = rows[(rows["sku"].map(market.SKUS) == "East") & (rows["store"] != "S1")]
    assert panel.outcome[1].sum() == pytest.approx(first["sales"].astype(float).sum(), rel=1e-12)


def test_filters_leave_rows_out_and_say_how_many(engine: str, tmp_path: Path) -> None:
    folder = market.write(tmp_path, market.raw_sales())
    chosen = market.settings({"keep": {"store": ["S1", "S2"]}, "leave_out": {"sku": ["E01"]}})
    panel = read_folder(folder, settings=chosen)
    rows = market.raw_sales()
    kept = rows["store"].isin(["S1", "S2"]) & (rows["sku"] != "E01")
    assert panel.outcome.sum() == pytest.approx(rows["sales"][kept].astype(float).sum(), rel=1e-12)
    third = rows["sales"][rows["store"] == "S3"].astype(float).sum()
    assert f"120 rows with sales of {third:,.2f} were left out: data.raw.keep.store says so." in market.told(
        panel
    )
    assert f"{kept.sum()} rows with sales of {panel.outcome.sum():,.2f} were used." in market.told(panel)


def test_money_of_other_currencies_is_converted(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    rows["currency"] = np.where(rows["store"] == "S1", "USD", "EUR")
    folder = market.write(tmp_path, rows)
    panel = read_folder(folder, settings=market.settings({"rates": {"USD": 0.92}}, currency="EUR"))
    worth = rows["sales"].astype(float) * np.where(rows["store"] == "S1", 0.92, 1.0)
    assert panel.outcome.sum() == pytest.approx(worth.sum(), rel=1e-12)
    assert panel.volume is not None
    assert panel.volume.sum() == rows["units"].astype(int).sum()


def test_daily_rows_are_summed_to_whole_weeks(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    weeks = pd.to_datetime(rows["date"])
    days = [rows.assign(date=(weeks + pd.Timedelta(days=day)).dt.strftime("%Y-%m-%d")) for day in range(7)]
    late = days[0][rows["date"] == clean.DATES[-1]].assign(date="2024-03-11", sales="5.00")
    folder = market.write(tmp_path, pd.concat([*days, late]))
    panel = read_folder(folder, settings=market.settings())
    assert panel.outcome.shape == (3, 10)
    assert panel.outcome.sum() == pytest.approx(7 * rows["sales"].astype(float).sum(), rel=1e-12)
    assert "36 rows with sales of 180.00 were left out: their days belong to a week" in market.told(panel)


def test_a_day_without_any_row_is_a_doubt(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    weeks = pd.to_datetime(rows["date"])
    days = [rows.assign(date=(weeks + pd.Timedelta(days=day)).dt.strftime("%Y-%m-%d")) for day in range(7)]
    whole = pd.concat(days)
    folder = market.write(tmp_path, whole[whole["date"] != "2024-01-17"])
    panel = read_folder(folder, settings=market.settings())
    doubts = [note.text for note in panel.notes if note.verdict is Verdict.WARN]
    assert any("1 days have no row at all: 2024-01-17." in text for text in doubts)


def test_unmapped_skus_are_a_question_with_the_largest_first(engine: str, tmp_path: Path) -> None:
    folder = market.write(tmp_path, market.raw_sales())
    few = {sku: unit for sku, unit in market.SKUS.items() if sku.endswith(("1", "2"))}
    with pytest.raises(DataError) as raised:
        read_folder(folder, settings=market.settings({"sub_categories": few}))
    (fault,) = [each for each in raised.value.faults if each.setting]
    rows = market.raw_sales()
    strange = rows[~rows["sku"].isin(few)]
    order = strange["sales"].astype(float).groupby(strange["sku"]).sum().sort_values(ascending=False).index
    assert (fault.grade, fault.setting) == (Grade.ASK, "data.raw.unmapped")
    assert f"6 SKUs ({', '.join(order[:5])} and 1 more): 180 rows" in fault.problem


def test_unmapped_skus_are_left_out_where_the_settings_say_so(engine: str, tmp_path: Path) -> None:
    folder = market.write(tmp_path, market.raw_sales())
    some = {sku: unit for sku, unit in market.SKUS.items() if sku != "W04"}
    chosen = market.settings({"sub_categories": some, "unmapped": "leave_out"})
    panel = read_folder(folder, settings=chosen)
    rows = market.raw_sales()
    known = rows["sales"][rows["sku"] != "W04"].astype(float).sum()
    assert panel.outcome.sum() == pytest.approx(known, rel=1e-12)
    doubts = [note.text for note in panel.notes if note.verdict is Verdict.WARN]
    assert any("were left out: their SKU has no sub-category, 1 SKU (W04)" in text for text in doubts)


def test_progress_ends_with_everything_read(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    folder = market.write(tmp_path, rows[:180], "pos_1.csv")
    market.write(folder, rows[180:], "pos_2.csv")
    seen = []
    read_folder(folder, settings=market.settings(), progress=seen.append)
    assert [each.share for each in seen] == sorted(each.share for each in seen)
    assert (seen[-1].file, seen[-1].share, seen[-1].rows) == ("pos_2.csv", 1.0, 360)


def test_names_for_many_codes_make_the_same_panel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb")
    monkeypatch.setattr(engine_room, "_MANY_CODES", 1)
    monkeypatch.setattr(files, "batch_of_block", None)
    folder = market.write(tmp_path / "raw", market.raw_sales())
    panel = read_folder(folder, settings=market.settings())
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")
    few = {sku: unit for sku, unit in market.SKUS.items() if sku != "E01"}
    chosen = {"leave_out": {"store": ["S3"]}, "unmapped": "leave_out", "sub_categories": few}
    told = market.told(read_folder(folder, settings=market.settings(chosen)))
    assert "220 rows" in told
    assert "20 rows with sales of" in told


def test_a_file_given_twice_is_a_doubt(engine: str, tmp_path: Path) -> None:
    folder = market.write(tmp_path, market.raw_sales(), "pos_1.csv")
    market.write(folder, market.raw_sales(), "pos_1 (copy).csv")
    doubts = [note.text for note in read_folder(folder, settings=market.settings()).notes]
    assert any("pos_1.csv adds up to exactly the same as pos_1 (copy).csv" in text for text in doubts)


def test_many_files_keep_the_sums_of_all_alone(tmp_path: Path) -> None:
    rows = market.raw_sales()
    for store, part in rows.groupby("store"):
        market.write(tmp_path / "raw", part, f"pos_{store}.csv")
    panel = read_folder(tmp_path / "raw", settings=market.settings())
    assert market.digest(panel) == market.clean_digest(tmp_path / "clean")
    assert "pos_S1.csv and 2 more files (added up): 360 rows" in market.told(panel)
