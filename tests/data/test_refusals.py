"""What tables that contradict each other, themselves or the settings are told, and what answers them."""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmxlib.artifacts.panel import Event
from mmxlib.data.frames import panel_from_frame
from mmxlib.data.roles import ChannelColumns, DataSettings
from tests.data import clean
from tests.data.short import read_folder, read_panel
from tests.data.test_faults import faults_of, one_fault

SALES, MEDIA = clean.sales(), clean.media()
NATIONAL = MEDIA[MEDIA["sub_category"] == "East"].drop(columns="sub_category")
RAIN = SALES[["date", "sub_category"]].assign(rain=[str(row % 5) for row in range(len(SALES))])
LIFT = pd.DataFrame(
    [("tv", "2024-01-15", "2024-02-04", "300", "40")],
    columns=["channel", "start", "end", "lift", "standard_error"],
)


def with_dates(change: Mapping[str, str]) -> pd.DataFrame:
    return SALES.assign(date=[change.get(day, day) for day in SALES["date"]])


def test_media_by_channel_without_numbers_name_the_column_that_is_missing() -> None:
    spent = MEDIA.rename(columns={"spend": "kosten"}).drop(columns="exposure")
    fault = one_fault(lambda: read_panel(SALES, media=spent))
    assert fault.code == "MMX-D028"
    assert 'no column "spend"' in fault.problem
    assert "data.columns.spend" in fault.remedy


def test_an_exposure_that_is_always_zero_gives_way_to_the_spend_and_says_so() -> None:
    unseen = MEDIA.assign(exposure=np.where(MEDIA["channel"] == "tv", "0", MEDIA["exposure"]))
    panel = read_panel(SALES, media=unseen)
    assert [(each.name, each.has_exposure) for each in panel.channels] == [("search", True), ("tv", False)]
    assert np.array_equal(panel.exposure[:, :, 1], panel.spend[:, :, 1])
    (doubt,) = (note for note in panel.notes if note.about == "tv")
    assert doubt.text == "The exposure of tv is always 0, so its spend is used."


def test_spend_by_sub_category_with_national_exposure_is_refused_for_each_channel(tmp_path: Path) -> None:
    spent, seen = MEDIA.drop(columns="exposure"), NATIONAL.drop(columns="spend")
    clean.write(tmp_path, sales=SALES, media_spend=spent, media_exposure=seen)
    faults = faults_of(lambda: read_folder(tmp_path))
    assert [fault.code for fault in faults] == ["MMX-D039", "MMX-D039"]
    assert [fault.problem.partition(" ")[0] for fault in faults] == ["search", "tv"]
    assert "Give both by sub-category or both nationally" in faults[0].remedy


def test_media_without_sub_categories_cannot_be_called_not_national() -> None:
    said = DataSettings(channels={"tv": ChannelColumns(national=False)})
    fault = one_fault(lambda: read_panel(SALES, media=NATIONAL, config=said))
    assert (fault.code, fault.place) == ("MMX-D063", "global.yaml")
    assert "data.channels.tv.national is false" in fault.problem


@pytest.mark.parametrize(
    ("tables", "code", "place", "said"),
    [
        (
            {"sales": SALES, "media_1": MEDIA, "media_2": MEDIA.iloc[:2]},
            "MMX-D032",
            "media_2.csv, row 2",
            "search stands already in media_1.csv, row 2",
        ),
        (
            {"sales_1": SALES, "sales_2": SALES.iloc[:2], "media": MEDIA},
            "MMX-D031",
            "sales_2.csv, row 2",
            "This date stands already in sales_1.csv, row 2",
        ),
    ],
)
def test_a_row_that_a_second_file_repeats_is_named_with_both_places(
    tmp_path: Path, tables: Mapping[str, pd.DataFrame], code: str, place: str, said: str
) -> None:
    clean.write(tmp_path, **tables)
    faults = faults_of(lambda: read_folder(tmp_path))
    assert [fault.code for fault in faults] == [code, code]
    assert faults[0].place == place
    assert said in faults[0].problem


def test_controls_of_a_sub_category_without_sales_are_refused_by_name() -> None:
    faults = faults_of(lambda: read_panel(SALES, media=MEDIA, controls=RAIN.replace({"North": "Nort"})))
    assert (faults[0].code, faults[0].place) == ("MMX-D045", "the frame of controls, row 11")
    assert "Nort. Sales have East, North, West" in faults[0].problem


@pytest.mark.parametrize(("change", "read"), [("-0.5", -0.5), ("0.5", 0.5), ("", -1.0)])
def test_a_lift_test_may_change_spend_by_a_part(change: str, read: float) -> None:
    tests = pd.concat([LIFT, LIFT.assign(channel="search", change=change)]).fillna("")
    whole, part = read_panel(SALES, media=MEDIA, experiments=tests).experiments
    assert (whole.change, part.change) == (-1.0, read)


def test_an_experiment_in_several_regions_at_once_is_refused_with_their_names() -> None:
    sold = pd.concat([SALES.assign(geo=geo) for geo in ("N", "S")])
    tests = LIFT.assign(sub_category="North")
    fault = one_fault(lambda: read_panel(sold, media=NATIONAL, experiments=tests))
    assert (fault.code, fault.place) == ("MMX-D052", "the frame of experiments, row 1")
    assert "North / N, North / S" in fault.problem


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    path.write_bytes(b"PAR1 nothing PAR1")
    fault = one_fault(lambda: read_panel(path, media=MEDIA))
    assert (fault.code, fault.place, fault.remedy) == ("MMX-D061", "sales.parquet", "Export it again.")


def test_without_what_reads_parquet_files_the_installation_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SALES.to_parquet(tmp_path / "sales.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    fault = one_fault(lambda: read_panel(tmp_path / "sales.parquet", media=MEDIA))
    assert fault.code == "MMX-D060"
    assert 'pip install "mmxlib[big]"' in fault.remedy


def test_a_workbook_of_empty_sheets_is_refused(tmp_path: Path) -> None:
    pd.DataFrame().to_excel(tmp_path / "sales.xlsx")
    fault = one_fault(lambda: read_panel(tmp_path / "sales.xlsx", media=MEDIA))
    assert (fault.code, fault.place) == ("MMX-D018", "sales.xlsx")


def test_a_frame_may_bring_its_events_in_a_frame_of_their_own() -> None:
    sold = SALES[SALES["sub_category"] == "East"].assign(tv=[float(row % 4) for row in range(clean.WEEKS)])
    panel = panel_from_frame(
        sold, date="date", outcome="sales", spend={"tv": "tv"}, events=clean.events().iloc[:1]
    )
    assert panel.events == (Event("Fair", date(2024, 1, 15), date(2024, 1, 28)),)


def test_days_that_hold_no_whole_week_are_refused_with_both_ends() -> None:
    days = [f"2024-01-0{day}" for day in range(2, 7)]
    sold = pd.DataFrame({"date": days, "sub_category": "East", "sales": list("12345")})
    fault = one_fault(lambda: read_panel(sold, media=MEDIA))
    assert fault.code == "MMX-D043"
    assert "from 2024-01-02 to 2024-01-06 hold no whole week" in fault.problem


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize(("as_of", "weeks"), [(date(2024, 2, 20), 8), (date(2030, 1, 1), clean.WEEKS)])
def test_weeks_after_the_last_known_day_are_left_out_however_days_are_written(
    as_of: date, weeks: int, *, typed: bool
) -> None:
    sold = SALES.assign(date=pd.to_datetime(SALES["date"])) if typed else SALES
    panel = read_panel(sold, media=MEDIA, config=DataSettings(as_of=as_of))
    assert len(panel.dates) == weeks
    assert any("as data.as_of says" in note.text for note in panel.notes) is (weeks < clean.WEEKS)


@pytest.mark.parametrize(("counts", "sold"), [("first", 1000.5), ("last", 5.0)])
def test_of_rows_for_the_same_date_the_one_counts_that_the_settings_name(counts: str, sold: float) -> None:
    twice = pd.concat([SALES, SALES.iloc[:1].assign(sales="5")], ignore_index=True)
    panel = read_panel(twice, media=MEDIA, config=DataSettings(repeated_rows=counts))
    assert panel.outcome[0, 0] == sold
    assert any(f"the {counts} of several rows counts" in note.text for note in panel.notes)


def test_a_column_of_events_that_is_not_there_is_refused_with_those_that_are() -> None:
    said = DataSettings(event_name_column="festival")
    fault = one_fault(lambda: read_panel(SALES, media=MEDIA, config=said))
    assert fault.code == "MMX-D021"
    assert 'No column is called "festival"' in fault.problem
    assert "sub_category, sales, units, price" in fault.problem


def test_a_file_in_no_folder_says_that_the_folder_is_missing_too(tmp_path: Path) -> None:
    fault = one_fault(lambda: read_panel(tmp_path / "none" / "sales.csv", media=MEDIA))
    assert fault.code == "MMX-D002"
    assert fault.remedy == f"There is no folder {tmp_path / 'none'} either: correct the path."


def test_a_text_of_two_byte_signs_that_ends_within_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(SALES.to_csv(index=False).encode("utf-16") + b"\x00")
    fault = one_fault(lambda: read_panel(path, media=MEDIA))
    assert (fault.code, fault.place) == ("MMX-D007", "sales.csv")


def test_dates_that_no_single_order_fits_are_named_and_none_is_guessed() -> None:
    texts = ("13/01/2024", "01/25/2024", *(f"0{day}/0{day}/2024" for day in range(2, 10)))
    faults = faults_of(
        lambda: read_panel(with_dates(dict(zip(clean.DATES, texts, strict=True))), media=MEDIA)
    )
    assert {fault.code for fault in faults} == {"MMX-D022"}
    assert '"13/01/2024" is not a date' in faults[0].problem


@pytest.mark.parametrize("text", ["31-Feb-2024", "45299999"])
def test_what_is_written_like_a_day_and_is_none_is_named(text: str) -> None:
    fault = faults_of(lambda: read_panel(with_dates({"2024-01-08": text}), media=MEDIA))[0]
    assert (fault.code, fault.place) == ("MMX-D022", "the frame of sales, row 2, column date")
    assert f'"{text}" is not a date' in fault.problem


def test_thousands_that_stand_without_a_sign_tell_that_the_other_sign_is_the_decimal_one() -> None:
    sold = SALES.assign(sales=["1,234", "12345", "2,345"] * 10).drop(columns=["units", "price"])
    panel = read_panel(sold, media=MEDIA)
    assert panel.outcome[0, :3].tolist() == [1.234, 12345.0, 2.345]
    assert any("the comma is the decimal sign" in note.text for note in panel.notes)


def test_scales_leave_what_is_no_number_to_the_strict_reading() -> None:
    sold = SALES.assign(sales=["many", *SALES["sales"][1:]])
    fault = one_fault(lambda: read_panel(sold, media=MEDIA, config=DataSettings(scales={"sales": 10.0})))
    assert (fault.code, fault.place) == ("MMX-D024", "the frame of sales, row 1, column sales")


def test_a_frame_in_place_of_a_configuration_is_refused_in_words() -> None:
    fault = one_fault(lambda: read_panel(SALES, media=MEDIA, config=pd.DataFrame()))
    assert (fault.code, fault.place) == ("MMX-D077", "argument config")
    assert "config is a frame" in fault.problem
