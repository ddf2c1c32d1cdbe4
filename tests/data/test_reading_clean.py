import datetime as dt
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.artifacts.panel import Channel, Control, Event, Panel
from mmxlib.data.choices import Weekday
from mmxlib.data.frames import panel_from_frame
from mmxlib.data.roles import ChannelColumns, ColumnSettings, DataSettings, FileSettings
from mmxlib.errors import DataError
from mmxlib.terms import ControlKind, OutcomeKind, Verdict
from tests.data import clean
from tests.data.short import read_folder, read_panel

SHARED = Path(__file__).parents[3] / "shared" / "data"
EXAMPLES = Path(__file__).parents[2] / "examples"


def assert_same(first: Panel, second: Panel, parts: Iterable[str] = clean.PARTS) -> None:
    assert first.units == second.units
    assert first.channel_names == second.channel_names
    assert np.array_equal(first.dates, second.dates)
    for part in parts:
        assert np.array_equal(getattr(first, part), getattr(second, part)), part


def clean_panel() -> Panel:
    return read_panel(clean.sales(), media=clean.media(), events=clean.events())


def workbook(**sheets: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    with pd.ExcelWriter(stream, engine="openpyxl") as writer:
        for name, frame in sheets.items():
            frame.to_excel(writer, sheet_name=name, index=False)
    return stream.getvalue()


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with numbers and dates typed, as Excel keeps them."""
    columns = {}
    for name in frame.columns:
        if name in ("date", "start", "end"):
            columns[name] = pd.to_datetime(frame[name])
        elif name in ("sub_category", "channel", "name"):
            columns[name] = frame[name]
        else:
            columns[name] = pd.to_numeric(frame[name])
    return pd.DataFrame(columns)


def test_values_stand_where_the_file_says() -> None:
    panel = clean_panel()
    assert panel.units == ("East", "North", "West")
    assert panel.channels == (
        Channel("search", has_exposure=True),
        Channel("tv", has_exposure=True),
    )
    assert panel.controls == (Control("price", ControlKind.PRICE),)
    assert panel.outcome[1, 3] == 1000 + 100 + 21 + 0.5
    assert panel.spend[2, 4, 1] == 20 + 2 + (4 * 3) % 5
    assert panel.exposure[1, 9, 0] == 500 + 99 + 1
    assert panel.volume is not None
    assert panel.volume[0, 9] == 109.0
    assert panel.unit_word == "sub-category"


def test_events_are_kept_with_their_unit() -> None:
    assert clean_panel().events == (
        Event("Fair", dt.date(2024, 1, 15), dt.date(2024, 1, 28)),
        Event("Opening", dt.date(2024, 2, 5), dt.date(2024, 2, 5), "North"),
    )


def test_csv_files_give_the_frames_panel(tmp_path: Path) -> None:
    folder = clean.write(tmp_path, sales=clean.sales(), media=clean.media(), events=clean.events())
    assert_same(read_folder(folder), clean_panel())
    assert read_folder(folder).events == clean_panel().events


def test_a_workbook_gives_the_frames_panel(tmp_path: Path) -> None:
    book = tmp_path / "market.xlsx"
    book.write_bytes(
        workbook(Sales=typed(clean.sales()), Media=typed(clean.media()), Events=typed(clean.events()))
    )
    assert_same(read_panel(book), clean_panel())
    assert read_folder(book).events == clean_panel().events


def test_wide_media_give_the_long_panel(tmp_path: Path) -> None:
    folder = clean.write(tmp_path, sales=clean.sales(), spend_by_week=clean.wide_media())
    assert_same(read_folder(folder), clean_panel())


def test_one_wide_file_gives_the_panel_of_two() -> None:
    merged = clean.sales().merge(clean.wide_media(), on=["date", "sub_category"])
    assert_same(read_panel(merged), clean_panel())


def test_a_column_called_as_its_channel_is_spend_in_a_media_file() -> None:
    wide = clean.wide_media().rename(columns={"tv_spend": "tv", "search_spend": "search"})
    assert_same(read_panel(clean.sales(), media=wide), clean_panel())


def test_a_frame_with_named_columns_gives_the_panel() -> None:
    merged = clean.sales().merge(clean.wide_media(), on=["date", "sub_category"])
    merged = merged.rename(columns={"sub_category": "shop", "sales": "y"})
    panel = panel_from_frame(
        merged, date="date", unit="shop", outcome="y", volume="units", controls=["price"],
        spend={"search": "search_spend", "tv": "tv_spend"},
        exposure={"search": "search_exposure", "tv": "tv_exposure"},
    )  # fmt: skip
    assert_same(panel, clean_panel())
    assert panel.unit_word == "shop"
    assert panel.controls == (Control("price", ControlKind.PRICE),)


def test_a_frame_without_unit_is_one_series() -> None:
    one = clean.sales().query("sub_category == 'East'").drop(columns="sub_category")
    panel = panel_from_frame(one.assign(tv=range(10)), date="date", outcome="sales", spend={"tv": "tv"})
    assert panel.units == ("all",)
    assert panel.channels == (Channel("tv"),)
    assert panel.controls == ()


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.permutations(range(30)), st.permutations(range(60)))
def test_the_order_of_rows_does_not_matter(of_sales: list[int], of_media: list[int]) -> None:
    panel = read_panel(clean.sales().iloc[of_sales], media=clean.media().iloc[of_media])
    assert_same(panel, clean_panel())


def test_media_without_unit_are_national() -> None:
    national = clean.media().query("sub_category == 'East'").drop(columns="sub_category")
    panel = read_panel(clean.sales(), media=national)
    assert panel.national.all()
    assert np.array_equal(panel.spend[0], panel.spend[2])
    assert np.array_equal(
        panel.total_spend(), pd.to_numeric(national["spend"]).groupby(national["channel"]).sum()
    )


def test_spend_repeated_in_every_unit_is_national_and_said_so() -> None:
    national = clean.media().query("sub_category == 'East' and channel == 'tv'").drop(columns="sub_category")
    repeated = pd.concat([national.assign(sub_category=unit) for unit in clean.UNITS])
    own = clean.media().query("channel == 'search'")
    panel = read_panel(clean.sales(), media=pd.concat([repeated, own]))
    assert panel.national.tolist() == [False, True]
    assert [note.about for note in panel.notes if "national" in note.text] == ["tv"]


def test_the_settings_can_say_that_equal_spend_is_not_national() -> None:
    own = DataSettings(
        channels={"tv": ChannelColumns(national=False), "search": ChannelColumns(national=False)}
    )
    equal = clean.media().assign(spend="5", exposure="9")
    equal.loc[equal["date"] == clean.DATES[0], "spend"] = "4"
    assert not read_panel(clean.sales(), media=equal, config=own).national[0]


def test_a_blank_unit_among_named_ones_is_national() -> None:
    rows = clean.media().query("channel == 'search' or sub_category == 'East'").reset_index(drop=True)
    rows.loc[rows["channel"] == "tv", "sub_category"] = ""
    assert read_panel(clean.sales(), media=rows).national.tolist() == [False, True]


def test_sub_category_and_geo_make_the_unit_together() -> None:
    tables = [clean.sales(), clean.media()]
    both = [pd.concat([table.assign(geo=geo) for geo in ("N", "S")], ignore_index=True) for table in tables]
    panel = read_panel(both[0], media=both[1])
    assert panel.units[:2] == ("East / N", "East / S")
    assert panel.unit_word == "sub-category and geo"
    assert np.array_equal(panel.spend[0], clean_panel().spend[0])


def test_days_are_summed_to_weeks() -> None:
    weekly = clean.sales()
    days = [str(np.datetime64(day) + offset) for day in weekly["date"] for offset in range(7)]
    daily = weekly.loc[np.repeat(weekly.index, 7)].assign(date=days)
    panel = read_panel(daily, media=clean.media())
    assert np.allclose(panel.outcome, 7 * clean_panel().outcome, rtol=1e-12)
    assert np.array_equal(panel.dates, clean_panel().dates)
    assert np.allclose(panel.control_values, clean_panel().control_values, rtol=1e-12)
    assert any("by day" in note.text for note in panel.notes)


def test_the_first_day_of_daily_weeks_can_be_set() -> None:
    weekly = clean.sales()
    days = [str(np.datetime64(day) + offset) for day in weekly["date"] for offset in range(7)]
    daily = (
        weekly.loc[np.repeat(weekly.index, 7)].assign(date=days, tv_spend=range(210)).drop(columns="units")
    )
    panel = read_panel(daily, config=DataSettings(week_starts=Weekday.SUNDAY))
    assert str(panel.dates[0]) == "2024-01-07"
    assert len(panel.dates) == clean.WEEKS - 1
    assert any("left out" in note.text and note.verdict is Verdict.WARN for note in panel.notes)


def test_price_is_derived_where_only_units_are_known() -> None:
    panel = read_panel(clean.sales().drop(columns="price"), media=clean.media())
    assert panel.volume is not None
    assert np.array_equal(panel.control_values[:, :, 0], panel.outcome / panel.volume)


def test_the_price_of_a_week_without_sales_is_the_last_known() -> None:
    sold = clean.sales().drop(columns="price")
    sold.loc[4, ["sales", "units"]] = "0"
    price = read_panel(sold, media=clean.media()).control(ControlKind.PRICE)
    assert price is not None
    assert price[0, 4] == price[0, 3]


def test_an_outcome_in_units_derives_what_a_unit_is_worth() -> None:
    panel = read_panel(
        clean.sales(), media=clean.media(), config=DataSettings(outcome_kind=OutcomeKind.UNITS)
    )
    assert panel.volume is not None
    assert np.array_equal(panel.outcome, panel.volume)
    assert panel.money_per_outcome == clean_panel().outcome.sum() / panel.volume.sum()


def test_columns_are_found_under_the_names_that_settings_give() -> None:
    renamed = clean.sales().rename(
        columns={"date": "Woche", "sales": "Umsatz", "sub_category": "Warengruppe"}
    )
    mapped = DataSettings(columns=ColumnSettings(date="woche", sales="Umsatz", sub_category="Warengruppe"))
    panel = read_panel(renamed, media=clean.media(), config=mapped)
    assert_same(panel, clean_panel())


def test_standard_names_are_found_in_any_spelling() -> None:
    spelled = clean.sales().rename(
        columns={"date": "Date", "sub_category": "Sub-Category", "sales": " SALES "}
    )
    assert_same(read_panel(spelled, media=clean.media()), clean_panel())


def test_named_columns_become_controls_and_events() -> None:
    first_weeks = clean.sales()["date"].isin(clean.DATES[2:4])
    sold = clean.sales().assign(
        rain=range(30), fair=first_weeks.astype(int), what=np.where(first_weeks, "Strike", "na")
    )
    chosen = DataSettings(controls=["rain"], event_columns=["fair"], event_name_column="what")  # type: ignore[arg-type]  # a list is what YAML holds
    panel = read_panel(sold, media=clean.media(), config=chosen)
    assert panel.controls[-1] == Control("rain", ControlKind.OTHER)
    assert panel.events == tuple(
        Event(name, dt.date(2024, 1, 15), dt.date(2024, 1, 28)) for name in ("Strike", "fair")
    )


def test_a_file_of_controls_serves_every_unit() -> None:
    weather = pd.DataFrame({"date": clean.DATES, "rain": range(10), "dull": 1})
    panel = read_panel(clean.sales(), media=clean.media(), controls=weather)
    assert [control.name for control in panel.controls] == ["price", "rain"]
    assert np.array_equal(panel.control_values[2, :, 1], np.arange(10.0))
    assert any("dull never changes" in note.text for note in panel.notes)


def test_experiments_are_read_with_their_defaults() -> None:
    tests = pd.DataFrame(
        [("tv", "2024-01-15", "2024-02-04", "300", "40", "North")],
        columns=["channel", "start", "end", "lift", "standard_error", "sub_category"],
    )
    (test,) = read_panel(clean.sales(), media=clean.media(), experiments=tests).experiments
    assert (test.channel, test.lift, test.standard_error, test.unit, test.change) == (
        "tv",
        300,
        40,
        "North",
        -1,
    )


def test_exposure_without_spend_is_organic() -> None:
    rows = clean.media()
    rows.loc[rows["channel"] == "search", "spend"] = ""
    panel = read_panel(clean.sales(), media=rows)
    assert panel.channels[0] == Channel("search", paid=False, has_exposure=True)
    assert panel.spend[:, :, 0].sum() == 0.0


def test_a_channel_that_never_ran_is_left_out() -> None:
    rows = clean.media()
    rows.loc[rows["channel"] == "search", ["spend", "exposure"]] = "0"
    panel = read_panel(clean.sales(), media=rows)
    assert panel.channel_names == ("tv",)
    assert any(note.about == "search" and note.verdict is Verdict.WARN for note in panel.notes)


def test_names_that_look_like_nothing_stay_names() -> None:
    swap = {"East": "NA", "North": "None", "West": "null"}
    sold, spent = (
        table.assign(sub_category=table["sub_category"].map(swap)) for table in (clean.sales(), clean.media())
    )
    assert read_panel(sold, media=spent).units == ("NA", "None", "null")


def test_blank_spend_is_zero_when_the_settings_say_so() -> None:
    rows = clean.media().drop(index=[3])
    rows.loc[5, "spend"] = ""
    panel = read_panel(clean.sales(), media=rows, config=DataSettings(missing_spend="zero"))  # type: ignore[arg-type]  # as YAML holds it
    assert panel.spend[0, 3, 0] == panel.spend[0, 5, 0] == 0.0


def test_media_outside_the_weeks_of_sales_are_left_out_and_said() -> None:
    panel = read_panel(clean.sales().query("date > '2024-01-08'"), media=clean.media())
    assert np.array_equal(panel.spend, clean_panel().spend[:, 2:])
    assert any("12 of the 60 rows of media" in note.text for note in panel.notes)


def test_files_may_be_named_in_the_settings(tmp_path: Path) -> None:
    clean.write(tmp_path, umsatz=clean.sales(), werbung=clean.media())
    named = DataSettings(files=FileSettings(sales="umsatz.csv", media="werbung.csv"))
    assert_same(read_folder(tmp_path, settings=named), clean_panel())


def test_several_files_of_one_role_are_stacked(tmp_path: Path) -> None:
    sold, spent = clean.sales(), clean.media()
    clean.write(
        tmp_path, sales_1=sold.query("date < '2024-02-01'"), sales_2=sold.query("date >= '2024-02-01'"),
        media_search=spent.query("channel == 'search'"), media_tv=spent.query("channel == 'tv'"),
    )  # fmt: skip
    (tmp_path / "~$sales_1.xlsx").write_bytes(b"lock")
    assert_same(read_folder(sorted(tmp_path.glob("*.csv"))), clean_panel())
    assert_same(read_folder(tmp_path), clean_panel())


def test_a_table_keeps_all_digits(tmp_path: Path) -> None:
    sold = clean.sales()
    sold.loc[0, "sales"] = repr(0.1 + 0.2)
    clean.write(tmp_path, sales=sold, media=clean.media())
    assert read_folder(tmp_path).outcome[0, 0] == 0.1 + 0.2


def test_parquet_reads_alike_or_says_how_to_install(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    try:
        clean.sales().to_parquet(path)
    except ImportError:
        path.write_bytes(b"PAR1")
        with pytest.raises(DataError, match=r"pip install .mmxlib\[big\]"):
            read_panel(path, media=clean.media())
    else:
        assert_same(read_panel(path, media=clean.media()), clean_panel())


@pytest.mark.parametrize(
    ("name", "periods", "channels", "events"),
    [("robyn_weekly", 208, 6, 2), ("retailer_weekly", 209, 12, 103)],
)
def test_public_data_read_with_the_examples(name: str, periods: int, channels: int, events: int) -> None:
    if not (SHARED / name).is_dir():
        pytest.skip(f"{SHARED / name} is not on this machine")
    chosen = DataSettings(**yaml.safe_load((EXAMPLES / name / "global.yaml").read_text("utf-8"))["data"])
    panel = read_folder(SHARED / name, settings=chosen)
    assert (panel.outcome.shape, len(panel.channels), len(panel.events)) == ((1, periods), channels, events)
    assert [each.name for each in panel.channels if not each.paid] == (
        ["newsletter"] if name == "robyn_weekly" else ["email", "sms"]
    )
    assert all(np.isfinite(getattr(panel, part)).all() for part in clean.PARTS if part != "volume")


def test_files_with_other_names_read_with_the_example(tmp_path: Path) -> None:
    chosen = DataSettings(
        **yaml.safe_load((EXAMPLES / "other_columns" / "global.yaml").read_text("utf-8"))["data"]
    )
    names = {
        standard: getattr(chosen.columns, standard)
        for standard in ColumnSettings.model_fields
        if standard not in ("geo", "exposure", "name")
    }
    sold = clean.sales().assign(promotion=[week % 3 for week in range(30)])
    spent = clean.media().drop(columns="exposure")
    clean.write(
        tmp_path, umsatz=sold.rename(columns=names), werbung=spent.rename(columns=names),
        termine=clean.events().rename(columns=names),
    )  # fmt: skip
    panel = read_folder(tmp_path, settings=chosen)
    assert_same(panel, read_panel(sold, media=spent))
    assert panel.events == clean_panel().events
    assert panel.currency == "EUR"
