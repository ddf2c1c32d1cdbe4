"""What is wrong with a raw table is said with file and row, by either engine in the same words."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from mmxlib.data.raw import files
from mmxlib.data.reading import read_folder
from mmxlib.errors import DataError, Fault
from mmxlib.terms import Grade
from tests.bad_inputs.test_cases import LIBRARY_WORDS
from tests.data.raw import market


def faults(folder: Path, chosen: "dict[str, object] | None" = None) -> tuple[Fault, ...]:
    """Return what is found wrong, less what follows from rows that could not be used."""
    with pytest.raises(DataError) as raised:
        read_folder(folder, settings=market.settings(chosen))
    found = tuple(each for each in raised.value.faults)
    assert all(each.problem and each.remedy and each.place for each in found)
    assert not LIBRARY_WORDS.search(str(raised.value))
    return found


CELLS = [
    ("sales", "abc", "MMX-D024", '"abc" is not a number.'),
    ("sales", "", "MMX-D025", "The value is missing."),
    ("sales", "n/a", "MMX-D025", "The value is missing."),
    ("sales", "inf", "MMX-D026", '"inf" is not a finite number.'),
    ("sales", "1e999", "MMX-D026", '"inf" is not a finite number.'),
    ("sales", "nan", "MMX-D024", '"nan" is not a number.'),
    ("sales", "1_000", "MMX-D024", '"1_000" is not a number.'),
    ("sales", "1e15", "MMX-D205", "1,000,000,000,000,000 is too much for one row."),
    ("units", "five", "MMX-D024", '"five" is not a number.'),
    ("date", "", "MMX-D022", "The date is missing."),
    ("date", "2024-02-30", "MMX-D022", '"2024-02-30" is not a date.'),
    ("date", "9999-12-31", "MMX-D023", "9999-12-31"),
    ("sku", "", "MMX-D027", "The name is missing."),
]


@pytest.mark.parametrize(("column", "cell", "code", "words"), CELLS)
def test_a_bad_cell_is_a_fault_with_its_row(
    engine: str, column: str, cell: str, code: str, words: str, tmp_path: Path
) -> None:
    rows = market.raw_sales()
    rows.loc[40, column] = cell
    found = [each for each in faults(market.write(tmp_path, rows)) if each.code == code]
    assert [each.place for each in found] == [f"pos.csv, row 42, column {column}"]
    assert words in found[0].problem


def test_many_bad_cells_are_shown_five_times_and_counted(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    rows.loc[100:111, "sales"] = "?"
    found = [each for each in faults(market.write(tmp_path, rows)) if each.code == "MMX-D024"]
    assert [each.place for each in found[:5]] == [
        f"pos.csv, row {row}, column sales" for row in range(102, 107)
    ]
    assert found[5].problem == "There are 7 more of this kind."


def test_bad_cells_of_rows_that_are_left_out_do_not_matter(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    rows.loc[rows["store"] == "S3", "sales"] = "closed"
    folder = market.write(tmp_path, rows)
    panel = read_folder(folder, settings=market.settings({"leave_out": {"store": ["S3"]}}))
    kept = rows["sales"][rows["store"] != "S3"].astype(float).sum()
    assert panel.outcome.sum() == pytest.approx(kept, rel=1e-12)


def test_a_sku_in_two_segments_is_refused(engine: str, tmp_path: Path) -> None:
    folder = market.write(tmp_path, market.raw_sales())
    pairs = [*market.SKUS.items(), ("123", "East"), ("123", "West")]
    (folder / "skus.csv").write_text(pd.DataFrame(pairs, columns=["sku", "sub_category"]).to_csv(index=False))
    (fault,) = faults(folder, {"sub_categories": {}, "sub_category_file": "skus.csv"})
    assert (fault.grade, fault.place) == (Grade.REJECT, "skus.csv, row 15")
    assert fault.problem.startswith("SKU 123 is in two segments.")


def test_a_sku_that_settings_and_file_map_differently_is_refused(tmp_path: Path) -> None:
    folder = market.write(tmp_path, market.raw_sales())
    (folder / "skus.csv").write_text("sku,sub_category\nE01,West\n")
    (fault,) = faults(folder, {"sub_category_file": "skus.csv"})
    assert 'It is in "East" (global.yaml) and in "West".' in fault.problem


def test_a_mapping_that_is_not_there_is_said(tmp_path: Path) -> None:
    folder = market.write(tmp_path, market.raw_sales())
    (fault,) = faults(folder, {"sub_category_file": "skus.csv"})
    assert fault.problem == "There is no such file."


def test_a_mapping_must_have_its_columns(tmp_path: Path) -> None:
    folder = market.write(tmp_path, market.raw_sales())
    (folder / "skus.csv").write_text("article,sub_category\nE01,West\n")
    (fault,) = faults(folder, {"sub_category_file": "skus.csv"})
    assert 'The mapping has no column "sku".' in fault.problem


def test_a_mapping_lies_beside_the_raw_tables_alone() -> None:
    for name in ("../skus.csv", "/etc/passwd", "C:\\skus.csv", "\\\\host\\skus.csv"):
        with pytest.raises(ValueError, match="beside the raw tables"):
            market.settings({"sub_category_file": name})


def test_a_currency_without_rate_is_a_question(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    rows["currency"] = ["USD", "EUR"] * (len(rows) // 2)
    (fault,) = faults(market.write(tmp_path, rows))
    assert (fault.grade, fault.setting) == (Grade.ASK, "data.raw.rates")
    assert "there is no rate for EUR, USD" in fault.problem


def test_a_column_that_is_not_there_is_a_question_for_its_name(engine: str, tmp_path: Path) -> None:
    folder = market.write(tmp_path, market.raw_sales().rename(columns={"sku": "article"}))
    (fault,) = faults(folder)
    assert (fault.grade, fault.setting) == (Grade.ASK, "data.raw.columns.sku")


def test_a_filter_on_a_column_that_is_not_there_is_refused(engine: str, tmp_path: Path) -> None:
    (fault,) = faults(market.write(tmp_path, market.raw_sales()), {"keep": {"stor": ["S1"]}})
    assert 'Did you mean "store"?' in fault.remedy


def test_filters_that_leave_nothing_are_refused(engine: str, tmp_path: Path) -> None:
    (fault,) = faults(market.write(tmp_path, market.raw_sales()), {"keep": {"store": ["S9"]}})
    assert fault.problem == "No row of the raw tables is left to use."


BROKEN: list[tuple[Callable[[bytes], bytes], str, str]] = [
    (lambda text: b"", "MMX-D011", "The table is empty."),
    (lambda text: text.split(b"\n")[0], "MMX-D011", "no rows"),
    (lambda text: text.replace(b"E01,", b"E01,,", 1), "MMX-D009", "The row has 6 values"),
    (lambda text: text.replace(b"E01,", b"E01", 1), "MMX-D009", "The row has 4 values"),
    (lambda text: text.replace(b"E01,", b"E01,,", 1).replace(b"E02,", b"E02", 1), "MMX-D009", "6 values"),
    (lambda text: text.replace(b"E01", b'"E01', 1), "MMX-D010", "quotation mark"),
    (lambda text: text.replace(b"E01", b'"E"01', 1), "MMX-D010", "followed by other text"),
    (lambda text: text.replace(b"E01", b"E\x0001", 1), "MMX-D008", "NUL"),
    (lambda text: text.replace(b"units", b"SALES", 1), "MMX-D013", "the same name"),
    (lambda text: b"<html>" + text, "MMX-D110", "web page"),
    (lambda text: text.replace(b"E01", b"\x81\x8d", 1), "MMX-D007", "encoding"),
]


@pytest.mark.parametrize(("change", "code", "words"), BROKEN)
def test_a_broken_file_is_refused_in_words(
    engine: str, change: Callable[[bytes], bytes], code: str, words: str, tmp_path: Path
) -> None:
    content = change(market.raw_sales().to_csv(index=False).encode())
    found = faults(market.write(tmp_path, content))
    assert found[0].code == code
    assert words in found[0].problem


def test_a_huge_file_that_is_not_named_raw_is_a_question(tmp_path: Path) -> None:
    folder = market.write(tmp_path, market.raw_sales(), "sales.csv")
    os.truncate(folder / "sales.csv", 600_000_000)  # a hole: it takes no room on the disk
    (fault,) = faults(folder)
    assert (fault.grade, fault.setting, fault.place) == (Grade.ASK, "data.raw.files", "sales.csv")
    assert "600 MB" in fault.problem


def test_rows_are_counted_through_all_pieces_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmxlib.data.raw.text_facts._PIECE", 50)
    lines = market.raw_sales().assign(note="Zürich").to_csv(index=False).encode().split(b"\n")
    lines[200] = lines[200].replace(b"\xc3\xbc", b"\xfc")
    folder = market.write(tmp_path, b"\n".join(lines))
    panel = read_folder(folder, settings=market.settings())
    (repair,) = [each for each in panel.repairs if "Western" in each.rule]
    assert repair.place == "row 201"
    lines[250] += b"\0"
    (fault, *_) = faults(market.write(tmp_path, b"\n".join(lines)))
    assert (fault.code, fault.place) == ("MMX-D008", "pos.csv, row 251")


def test_a_file_that_changes_while_it_is_read_is_refused(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = market.write(tmp_path, market.raw_sales())
    read = files.text_facts

    def changing(path: Path, *others: object) -> object:
        os.utime(path, ns=(1, 1))
        return read(path, *others)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(files, "text_facts", changing)
    assert any("changed while it was read" in each.problem for each in faults(folder))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    market.write(tmp_path / "raw", market.raw_sales(), "all.csv")
    (tmp_path / "raw" / "pos.csv").symlink_to(tmp_path / "raw" / "all.csv")
    (tmp_path / "raw" / "media.csv").rename(tmp_path / "media.csv")
    with pytest.raises(DataError, match="not a regular file"):
        read_folder([tmp_path / "raw" / "pos.csv", tmp_path / "media.csv"], settings=market.settings())


def test_without_pyarrow_parquet_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = market.write(tmp_path, market.raw_sales(), "pos.parquet")
    for name in ("duckdb", "pyarrow"):
        monkeypatch.setitem(sys.modules, name, None)
    (fault,) = faults(folder)
    assert 'pip install "mmxlib[big]"' in fault.remedy


def test_a_file_of_nothing_but_faults_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmxlib.data.raw.file_sums.MOST_FAULTS", 10)
    monkeypatch.setattr("mmxlib.data.raw.text_blocks.BLOCK", 600)
    rows = market.raw_sales().assign(sales="?")
    found = [each for each in faults(market.write(tmp_path, rows)) if each.code == "MMX-D024"]
    assert found[-1].problem.startswith("There are ")
    assert int(found[-1].problem.split()[2]) < 60


def test_a_short_number_is_a_question_that_a_setting_answers(engine: str, tmp_path: Path) -> None:
    rows = market.raw_sales()
    rows.loc[40, "sales"] = "1.2k"
    folder = market.write(tmp_path, rows)
    (fault,) = faults(folder)
    assert (fault.grade, fault.setting, fault.problem) == (
        Grade.ASK,
        "data.short_numbers",
        '"1.2k": is this 1,200?',
    )
    assert fault.place == "pos.csv, row 42, column sales"
    panel = read_folder(folder, settings=market.settings(short_numbers="read"))
    assert [(each.before, each.after) for each in panel.repairs] == [("1.2k", "1200")]
