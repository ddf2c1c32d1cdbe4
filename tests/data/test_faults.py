import os
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from mmxlib.data.frames import panel_from_frame
from mmxlib.data.roles import ChannelColumns, ColumnSettings, DataSettings, FileSettings
from mmxlib.errors import DataError, ExitCode, Fault
from mmxlib.terms import OutcomeKind
from tests.bad_inputs.build import packed
from tests.data import clean
from tests.data.short import read_folder, read_panel

LIBRARY_WORDS = re.compile(r"NaN|NaT|dtype|KeyError|DataFrame|Traceback|None|pandas|numpy|Exception")


def faults_of(read: Callable[[], object]) -> tuple[Fault, ...]:
    with pytest.raises(DataError) as caught:
        read()
    assert caught.value.exit_code is ExitCode.INPUT
    for fault in caught.value.faults:
        assert fault.problem.endswith(".")
        assert fault.remedy.endswith((".", "?"))
        assert not LIBRARY_WORDS.search(str(fault))
    return caught.value.faults


def one_fault(read: Callable[[], object]) -> Fault:
    (fault,) = faults_of(read)
    return fault


def cell(table: pd.DataFrame, row: int, column: str, value: str) -> pd.DataFrame:
    changed = table.copy()
    changed.loc[row, column] = value
    return changed


CELL_FAULTS = [
    ("sales", 4, "sales", "12,5", "MMX-D024", "sales.csv, row 6, column sales", '"12,5" is not a number'),
    ("sales", 4, "sales", "", "MMX-D025", "sales.csv, row 6, column sales", "missing"),
    ("sales", 4, "sales", "1e999", "MMX-D026", "sales.csv, row 6, column sales", "not a finite number"),
    ("sales", 0, "price", "0", "MMX-D030", "sales.csv, row 2", "not above 0"),
    ("sales", 2, "date", "mid-January", "MMX-D022", "sales.csv, row 4, column date", "not a date"),
    ("sales", 2, "date", "2024-02-30", "MMX-D022", "sales.csv, row 4, column date", "2024-02-30"),
    ("sales", 2, "date", "9999-12-31", "MMX-D023", "sales.csv, row 4, column date", "outside 1990 to 2100"),
    ("sales", 2, "sub_category", " ", "MMX-D027", "sales.csv, row 4, column sub_category", "missing"),
    ("media", 7, "spend", "-3", "MMX-D029", "media.csv, row 9, column spend", "-3 is negative"),
    ("media", 7, "spend", "tbd", "MMX-D024", "media.csv, row 9, column spend", '"tbd" is not a number'),
    ("media", 7, "spend", "", "MMX-D025", "media.csv, row 9, column spend", "missing"),
    ("media", 7, "channel", "", "MMX-D027", "media.csv, row 9, column channel", "missing"),
    ("events", 0, "end", "2024-01-01", "MMX-D047", "events.csv, row 2", "before the start"),
    ("events", 1, "sub_category", "Nort", "MMX-D048", "events.csv, row 3", '"Nort" has no sales'),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row", "column", "value", "code", "place", "words"), CELL_FAULTS)
def test_a_faulty_cell_is_named_with_its_file_and_row(
    tmp_path: Path, file: str, row: int, column: str, value: str, code: str, place: str, words: str
) -> None:
    tables = {"sales": clean.sales(), "media": clean.media(), "events": clean.events()}
    tables[file] = cell(tables[file], row, column, value)
    clean.write(tmp_path, **tables)
    found = {fault.code: fault for fault in faults_of(lambda: read_folder(tmp_path))}
    assert found[code].place == place
    assert words in found[code].problem


def test_all_faults_are_reported_together(tmp_path: Path) -> None:
    sold = cell(cell(clean.sales(), 1, "sales", "x"), 2, "date", "soon")
    spent = cell(clean.media(), 3, "spend", "-1").drop(columns="exposure")
    clean.write(tmp_path, sales=sold, media=spent, events=clean.events().drop(columns="end"))
    codes = [fault.code for fault in faults_of(lambda: read_folder(tmp_path))]
    assert sorted(codes) == ["MMX-D020", "MMX-D022", "MMX-D024", "MMX-D029"]


def test_the_first_five_of_a_kind_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    clean.write(tmp_path, sales=clean.sales().assign(sales="n/a"), media=clean.media())
    faults = faults_of(lambda: read_folder(tmp_path))
    assert len(faults) == 6
    assert faults[-1].problem == "There are 25 more of this kind."
    assert faults[-1].place == "sales.csv"


def test_blank_lines_do_not_shift_the_rows(tmp_path: Path) -> None:
    lines = cell(clean.sales(), 4, "sales", "x").to_csv(index=False).splitlines()
    lines.insert(2, "")
    (tmp_path / "sales.csv").write_text("\n".join(lines), encoding="utf-8")
    clean.write(tmp_path, media=clean.media())
    assert one_fault(lambda: read_folder(tmp_path)).place == "sales.csv, row 7, column sales"


def test_a_missing_column_comes_with_the_nearest_name() -> None:
    sold = clean.sales().rename(columns={"sales": "salse"})
    fault = one_fault(lambda: read_panel(sold, media=clean.media()))
    assert fault.code == "MMX-D020"
    assert 'Did you mean "salse"?' in fault.remedy


def test_a_mapped_column_that_no_file_has_is_a_fault() -> None:
    mapped = DataSettings(
        columns=ColumnSettings(price="Preiss"),
        channels={"tv": ChannelColumns(spend="tv_sped")},
        controls=["rian"],  # type: ignore[arg-type]  # a list is what YAML holds
        event_columns=["fiar"],  # type: ignore[arg-type]  # the same
    )
    wide = clean.sales().drop(columns="price").assign(tv_spend=1, rain=range(30), fair=0)
    faults = faults_of(lambda: read_panel(wide, config=mapped))
    assert {fault.code for fault in faults} == {"MMX-D021"}
    named = " ".join(fault.problem for fault in faults)
    for setting in ("data.columns.price", "data.channels.tv.spend", "data.controls", "data.event_columns"):
        assert setting in named


def test_a_gap_names_the_unit_and_the_week() -> None:
    faults = faults_of(lambda: read_panel(clean.sales().drop(index=[13, 14, 15]), media=clean.media()))
    assert [(fault.code, fault.problem) for fault in faults] == [
        ("MMX-D033", f'"North": There is no row for {day}.')
        for day in ("2024-01-22", "2024-01-29", "2024-02-05")
    ]


def test_a_gap_in_media_names_channel_week_and_setting() -> None:
    fault = one_fault(lambda: read_panel(clean.sales(), media=clean.media().drop(index=[33])))
    assert fault.code == "MMX-D034"
    assert fault.problem == 'There are no media of tv for 2024-01-22 in "East".'
    assert "missing_spend: zero" in fault.remedy


def test_a_gap_in_wide_media_is_told_once_for_all_channels() -> None:
    fault = one_fault(lambda: read_panel(clean.sales(), media=clean.wide_media().drop(index=[3])))
    assert fault.problem == 'There are no media for 2024-01-22 in "East".'


def test_rows_that_differ_name_both_places_and_the_setting(tmp_path: Path) -> None:
    sold, spent = clean.sales(), clean.media()
    again = [cell(sold.iloc[[2]], 2, "sales", "1.5"), cell(spent.iloc[[40]], 40, "spend", "3")]
    clean.write(tmp_path, sales=pd.concat([sold, again[0]]), media=pd.concat([spent, again[1]]))
    found = {fault.place: fault for fault in faults_of(lambda: read_folder(tmp_path))}
    assert {fault.setting for fault in found.values()} == {"data.repeated_rows"}
    assert "sales.csv, row 4" in found["sales.csv, row 32"].problem
    assert "media.csv, row 42" in found["media.csv, row 62"].problem


def test_names_that_only_media_or_only_sales_have_are_listed() -> None:
    spent = clean.media().replace({"sub_category": {"West": "Wset"}})
    faults = {fault.code: fault for fault in faults_of(lambda: read_panel(clean.sales(), media=spent))}
    assert set(faults) == {"MMX-D035", "MMX-D036"}
    assert "Wset" in faults["MMX-D035"].problem
    assert "West" in faults["MMX-D036"].problem


def test_media_of_another_detail_than_sales_are_refused() -> None:
    spent = clean.media().assign(geo="N")
    faults = faults_of(lambda: read_panel(clean.sales(), media=spent))
    assert faults[0].code == "MMX-D037"


def test_a_misspelt_sub_category_is_the_one_fault_and_its_likely_column_is_named() -> None:
    sold = clean.sales().rename(columns={"sub_category": "sub_categories"})
    fault = one_fault(lambda: read_panel(sold, media=clean.media()))
    assert fault.code == "MMX-D037"
    assert fault.remedy.startswith('Did you mean "sub_categories"?')


def test_a_channel_is_national_or_by_unit_but_not_both() -> None:
    spent = cell(clean.media(), 59, "sub_category", "")
    assert "MMX-D038" in [fault.code for fault in faults_of(lambda: read_panel(clean.sales(), media=spent))]


def test_a_national_channel_must_be_equal_everywhere() -> None:
    said = DataSettings(channels={"tv": ChannelColumns(national=True)})
    assert one_fault(lambda: read_panel(clean.sales(), media=clean.media(), config=said)).code == "MMX-D064"


def test_weeks_on_another_weekday_are_refused() -> None:
    moved = clean.media()
    moved["date"] = (pd.to_datetime(moved["date"]) - pd.Timedelta(days=1)).dt.strftime("%Y-%m-%d")
    fault = one_fault(lambda: read_panel(clean.sales(), media=moved))
    assert fault.code == "MMX-D040"
    assert "Monday" in fault.problem
    assert "Sunday" in fault.problem


def test_a_weekday_that_changes_midway_is_named() -> None:
    sold = clean.sales()
    late = sold["date"] >= clean.DATES[5]
    days = pd.to_datetime(sold["date"]) - pd.to_timedelta(late.astype(int), unit="D")
    sold["date"] = days.dt.strftime("%Y-%m-%d")
    fault = one_fault(lambda: read_panel(sold, media=clean.media()))
    assert (fault.code, "Monday to 2024-01-29" in fault.problem) == ("MMX-D041", True)


def test_monthly_rows_are_refused() -> None:
    months = pd.DataFrame(
        {"date": [f"2024-{month:02}-01" for month in range(1, 13)], "sales": 5, "tv_spend": 1}
    )
    assert one_fault(lambda: read_panel(months)).code == "MMX-D042"


def test_sales_without_media_say_what_is_missing() -> None:
    assert one_fault(lambda: read_panel(clean.sales())).code == "MMX-D055"


def test_an_event_column_holds_only_zero_and_one() -> None:
    chosen = DataSettings(event_columns=["fair"])  # type: ignore[arg-type]  # a list is what YAML holds
    sold = clean.sales().assign(fair=2)
    faults = faults_of(lambda: read_panel(sold, media=clean.media(), config=chosen))
    assert {fault.code for fault in faults} == {"MMX-D046"}


def test_an_experiment_is_checked_against_the_data() -> None:
    tests = pd.DataFrame(
        [("tvv", "2024-01-15", "2024-02-04", 300, 40, ""), ("tv", "2022-01-03", "2022-01-09", 1, 0, "")],
        columns=["channel", "start", "end", "lift", "standard_error", "sub_category"],
    )
    faults = faults_of(lambda: read_panel(clean.sales(), media=clean.media(), experiments=tests))
    assert [fault.code for fault in faults] == ["MMX-D049", "MMX-D050", "MMX-D051"]
    assert 'Did you mean "tv"?' in faults[0].remedy


def test_columns_with_one_name_are_refused() -> None:
    sold = clean.sales().assign(Sales="1")
    fault = one_fault(lambda: read_panel(sold, media=clean.media()))
    assert (fault.code, "columns C and F" in fault.problem) == ("MMX-D013", True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "MMX-D006"),
        (b"date,sales\n", "MMX-D011"),
        (b"date,sales,n\n2024-01-01,1,Caf\x81\n", "MMX-D007"),
        (b"date,sales\n2024-01-01,\x00\n", "MMX-D008"),
        (b"date,sales\n2024-01-01,1,2\n", "MMX-D009"),
        (b'date,sales\n2024-01-01,"1\n', "MMX-D010"),
        (b"date,sales,\n2024-01-01,1,2\n", "MMX-D014"),
    ],
)
def test_a_text_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "sales.csv").write_bytes(content)
    clean.write(tmp_path, media=clean.media())
    fault = faults_of(lambda: read_folder(tmp_path))[0]
    assert fault.code == code
    assert fault.place.startswith("sales.csv")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no table", "MMX-D016"),
        (packed(bomb=b"0" * 3_000_000), "MMX-D015"),
        (packed(**{f"part{index}": b"" for index in range(2_001)}), "MMX-D015"),
        (packed(letter=b"hello"), "MMX-D019"),
    ],
)
def test_a_workbook_that_is_unsafe_or_damaged_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "sales.xlsx").write_bytes(content)
    fault = one_fault(lambda: read_panel(tmp_path / "sales.xlsx"))
    assert (fault.code, fault.place) == (code, "sales.xlsx")


def test_a_fault_in_a_workbook_names_sheet_and_cell(tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, table in (("Sales", cell(clean.sales(), 4, "sales", "#DIV/0!")), ("Media", clean.media())):
        sheet = book.create_sheet(name)
        for row in [list(table.columns), *table.to_numpy().tolist()]:
            sheet.append(row)
    book.save(tmp_path / "market.xlsx")
    fault = one_fault(lambda: read_panel(tmp_path / "market.xlsx"))
    assert fault.place == "market.xlsx, sheet Sales, cell C6"
    assert "#DIV/0!" in fault.problem


def test_sheets_without_a_role_are_asked_for(tmp_path: Path) -> None:
    book = Workbook()
    for name in ("Cover", "Numbers"):
        book.create_sheet(name).append(["a"])
    book.save(tmp_path / "market.xlsx")
    assert one_fault(lambda: read_panel(tmp_path / "market.xlsx")).code == "MMX-D017"


def test_only_local_regular_files_are_read(tmp_path: Path) -> None:
    clean.write(tmp_path, sales=clean.sales(), media=clean.media())
    (tmp_path / "link.csv").symlink_to(tmp_path / "sales.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    assert one_fault(lambda: read_panel("https://example.org/sales.csv")).code == "MMX-D001"
    assert one_fault(lambda: read_panel(tmp_path / "link.csv")).code == "MMX-D003"
    assert one_fault(lambda: read_panel(tmp_path / "pipe.csv")).code == "MMX-D003"
    assert one_fault(lambda: read_panel(tmp_path)).code == "MMX-D003"
    (tmp_path / "sales.doc").write_bytes(b"x")
    assert one_fault(lambda: read_panel(tmp_path / "sales.doc")).code == "MMX-D004"
    missing = one_fault(lambda: read_panel(tmp_path / "sale.csv"))
    assert (missing.code, missing.remedy) == ("MMX-D002", "Did you mean sales.csv?")


def test_a_folder_without_sales_or_with_strange_files_says_so(tmp_path: Path) -> None:
    assert one_fault(lambda: read_folder(tmp_path)).code == "MMX-D057"
    clean.write(tmp_path, media=clean.media(), events=clean.events())
    assert one_fault(lambda: read_folder(tmp_path)).code == "MMX-D056"
    clean.write(tmp_path, numbers=clean.sales())
    assert one_fault(lambda: read_folder(tmp_path)).code == "MMX-D059"
    named = DataSettings(files=FileSettings(sales="number.csv"))
    faults = faults_of(lambda: read_folder(tmp_path, settings=named))
    assert faults[0].code == "MMX-D058"
    assert 'Did you mean "numbers.csv"?' in faults[0].remedy


def test_a_frame_without_the_named_column_suggests_one() -> None:
    fault = one_fault(
        lambda: panel_from_frame(clean.sales(), date="day", outcome="sales", spend={"tv": "price"})
    )
    assert fault.code == "MMX-D065"
    assert fault.place == "the frame"


@pytest.mark.parametrize(
    ("argument", "code", "words"),
    [
        ({"revenue_per_unit": -1}, "MMX-D076", "revenue_per_unit is -1, but must be a number above 0"),
        ({"revenue_per_unit": "many"}, "MMX-D076", 'is "many", but must be a number above 0, or null.'),
        ({"outcome_kind": "dollars"}, "MMX-D076", "must be money or units."),
        ({"currency": 5}, "MMX-D076", "but must be text"),
        (
            {"controls": {"price": "cheap"}},
            "MMX-D076",
            'controls.price is "cheap", but must be price, promotion or other.',
        ),
        ({"controls": "price"}, "MMX-D072", "must list columns"),
        ({"spend": ["price"]}, "MMX-D072", "must give each channel its column"),
        ({"spend": {1: "price"}}, "MMX-D073", "must be text"),
        ({"events": "events.csv"}, "MMX-D074", "must be a frame"),
        ({"date": None}, "MMX-D076", "date is empty"),
    ],
)
def test_an_argument_that_cannot_be_is_named_in_words(
    argument: dict[str, object], code: str, words: str
) -> None:
    sound = {"date": "date", "outcome": "sales", "unit": "sub_category", "spend": {"tv": "price"}}
    fault = one_fault(lambda: panel_from_frame(clean.sales(), **{**sound, **argument}))
    assert fault.code == code
    assert words in fault.problem
    assert fault.place.startswith("argument ")


def test_frames_without_rows_with_twins_or_with_dates_in_the_index_are_refused_in_words() -> None:
    sold = clean.sales()
    named = {"date": "date", "outcome": "sales", "unit": "sub_category", "spend": {"tv": "price"}}
    assert one_fault(lambda: panel_from_frame(sold.iloc[:0], **named)).code == "MMX-D075"
    assert one_fault(lambda: read_panel(sold.iloc[:0], media=clean.media())).code == "MMX-D075"
    twins = pd.concat([sold, sold[["sales"]]], axis=1)
    assert one_fault(lambda: panel_from_frame(twins, **named)).code == "MMX-D078"
    fault = one_fault(lambda: panel_from_frame(sold.set_index("date"), **named))
    assert "reset_index" in fault.remedy
    assert one_fault(lambda: panel_from_frame(None, **named)).code == "MMX-D074"


def test_a_path_is_no_configuration() -> None:
    fault = one_fault(lambda: read_panel(clean.sales(), media=clean.media(), config="config/"))  # type: ignore[arg-type]
    assert fault.code == "MMX-D077"


def test_a_kind_of_outcome_may_be_given_as_text() -> None:
    frame = clean.sales()
    spend = {"tv": "price"}
    panel = panel_from_frame(
        frame, date="date", outcome="units", unit="sub_category", spend=spend, outcome_kind="units"
    )
    assert panel.outcome_kind is OutcomeKind.UNITS


def test_files_of_one_kind_have_the_same_columns(tmp_path: Path) -> None:
    sold = clean.sales()
    clean.write(
        tmp_path, sales_a=sold.query("sub_category != 'West'"), media=clean.media(),
        sales_b=sold.query("sub_category == 'West'").drop(columns="price"),
    )  # fmt: skip
    fault = one_fault(lambda: read_folder(tmp_path))
    assert (fault.code, fault.place) == ("MMX-D044", "sales_b.csv")
