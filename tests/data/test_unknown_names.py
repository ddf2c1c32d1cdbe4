"""Tables without the standard names: what is said to whoever sees them for the first time."""

from pathlib import Path

from tests.data import clean
from tests.data.short import read_panel
from tests.data.test_faults import faults_of, one_fault


def test_a_table_without_known_names_is_told_which_column_holds_dates(tmp_path: Path) -> None:
    table = clean.sales().rename(columns={"date": "wk_strt_dt"}).assign(article="20240101", share="12.05")
    clean.write(tmp_path, sales=table, media=clean.media())
    fault = one_fault(lambda: read_panel(tmp_path / "sales.csv"))
    assert fault.code == "MMX-D115"
    assert "wk_strt_dt holds dates." in fault.problem
    assert "such as data.columns.date: wk_strt_dt" in fault.remedy


def test_a_table_without_media_is_told_which_columns_have_no_meaning(tmp_path: Path) -> None:
    clean.write(tmp_path, sales=clean.sales().assign(mdsp_tv=1.0, radio_cost=2.0), media=clean.media())
    fault = one_fault(lambda: read_panel(tmp_path / "sales.csv"))
    assert fault.code == "MMX-D055"
    assert "no meaning yet: mdsp_tv, radio_cost." in fault.problem
    assert "data.channels" in fault.remedy


def test_units_without_sales_are_told_how_to_be_the_outcome(tmp_path: Path) -> None:
    table = clean.sales().drop(columns="sales")
    clean.write(tmp_path, sales=table, media=clean.media())
    found = {fault.code: fault for fault in faults_of(lambda: read_panel(tmp_path / "sales.csv"))}
    assert "set data.outcome_kind to units; units holds them." in found["MMX-D115"].remedy
