"""The sheets of data make the panel that files with the same tables make, with faults at their cells."""

import datetime
from collections.abc import Sequence

import pandas as pd
import pytest

from mmxlib.artifacts.panel import Panel
from mmxlib.config import Config, revised
from mmxlib.data.reading import read_panel
from mmxlib.data.simulation import simulate_panel
from mmxlib.errors import DataError, Fault
from mmxlib_excel.inputs.panel import read_sheet_panel
from tests.mmxlib_excel.inputs.books import MemoryBook

SIMULATED = simulate_panel(sub_categories=2, channels=3, periods=104, seed=7)


def day(text: object) -> object:
    """Return a day as a workbook holds it."""
    return pd.Timestamp(str(text)).to_pydatetime()


def cells(frame: pd.DataFrame, *, title: str = "Sales") -> list[Sequence[object]]:
    """Return a frame as it stands on a sheet of the workbook: from row 4, with a column Check."""
    dated = {"date", "start", "end"}
    rows = [
        [day(value) if name in dated else value for name, value in zip(frame.columns, row, strict=True)]
        for row in frame.itertuples(index=False)
    ]
    return [(title,), ("What to do.",), (), (*frame.columns, "Check"), *[(*row, None) for row in rows]]


def book(**sheets: Sequence[Sequence[object]]) -> MemoryBook:
    return MemoryBook(
        {"Start": [("mmx",)], "Sales": cells(SIMULATED.sales), "Media": cells(SIMULATED.media), **sheets}
    )


def faults(workbook: MemoryBook, config: Config | None = None) -> tuple[Fault, ...]:
    with pytest.raises(DataError) as error:
        read_sheet_panel(workbook, config or Config())
    return error.value.faults


def same(one: Panel, other: Panel) -> bool:
    def content(panel: Panel) -> tuple[object, ...]:
        return (panel.units, panel.channel_names, panel.outcome.tolist(), panel.spend.tolist(), panel.events)

    return content(one) == content(other)


def test_sheets_make_the_panel_that_frames_make() -> None:
    sheets = read_sheet_panel(book(Events=cells(SIMULATED.events)), Config())
    assert same(sheets, read_panel(SIMULATED.sales, media=SIMULATED.media, events=SIMULATED.events))


def test_a_wide_table_on_sales_holds_everything() -> None:
    media = SIMULATED.media.pivot_table(index=["date", "sub_category"], columns="channel", values="spend")
    media.columns = [f"{name}_spend" for name in media.columns]
    wide = SIMULATED.sales.merge(media.reset_index(), on=["date", "sub_category"])
    workbook = MemoryBook({"Sales": cells(wide), "Media": [("Media",), (), (), ("Date", "Channel", "Check")]})
    assert same(read_sheet_panel(workbook, Config()), read_panel(wide))


def test_headings_may_stand_in_the_first_row_as_pasted() -> None:
    assert same(
        read_sheet_panel(book(Sales=cells(SIMULATED.sales)[3:]), Config()), read_sheet_panel(book(), Config())
    )


def test_sheets_without_rows_take_no_part() -> None:
    empty = [("Events",), (), (), ("Name", "Start", "End", "Check")]
    left_over = [("Controls",), (), (), ("Date", "price", "Check"), (None, None, "an old fault")]
    assert same(
        read_sheet_panel(book(Events=empty, Controls=left_over), Config()), read_sheet_panel(book(), Config())
    )


def test_columns_that_are_offered_and_not_used_say_nothing() -> None:
    sales = SIMULATED.sales[["date", "sub_category", "sales"]].assign(units=None, price=None, geo=None)
    panel = read_sheet_panel(book(Sales=cells(sales)), Config())
    assert panel.repairs == ()
    assert same(panel, read_panel(SIMULATED.sales[["date", "sub_category", "sales"]], media=SIMULATED.media))


def test_an_empty_column_of_spend_is_a_fault_until_settings_say_what_it_means() -> None:
    media = SIMULATED.media.assign(spend=None)
    found = faults(book(Media=cells(media)))
    assert {fault.place for fault in found} >= {"sheet Media, cell D5"}


def test_columns_are_named_by_the_settings() -> None:
    named = SIMULATED.sales.rename(columns={"sales": "Umsatz"})
    config = revised(Config(), {"data.columns.sales": "Umsatz"})
    assert same(read_sheet_panel(book(Sales=cells(named)), config), read_sheet_panel(book(), Config()))


def test_every_fault_has_its_cell() -> None:
    workbook = book()
    workbook.type("Sales!C7", "12,5 or so")
    workbook.type("Sales!A9", "late in 2024")
    workbook.type("Media!D6", "#N/A")
    workbook.type("Media!B8", "#REF!")
    found = {fault.place: fault for fault in faults(workbook)}
    assert found.keys() >= {
        "sheet Sales, cell C7",
        "sheet Sales, cell A9",
        "sheet Media, cell D6",
        "sheet Media, cell B8",
    }
    assert '"12,5 or so" is not a number' in found["sheet Sales, cell C7"].problem
    assert "#N/A: a formula has no result" in found["sheet Media, cell D6"].problem
    assert "#REF!: a formula has no result" in found["sheet Media, cell B8"].problem


def test_faults_speak_of_sheets_not_of_files() -> None:
    (fault,) = faults(book(Sales=cells(SIMULATED.sales.rename(columns={"sales": "Umsatz"}))))
    assert fault.place == "sheet Sales"
    assert "on the sheet Settings" in fault.remedy
    assert ".yaml" not in str(fault)


def test_a_workbook_without_sales_is_told_what_to_do() -> None:
    (lost,) = faults(MemoryBook({"Start": [("mmx",)]}))
    assert (lost.place, 'no sheet "Sales"' in lost.problem) == ("the workbook", True)
    (empty,) = faults(MemoryBook({"Sales": cells(SIMULATED.sales)[:4]}))
    assert (empty.place, empty.problem) == ("sheet Sales", "There are no sales.")


def test_values_beside_the_table_need_a_name() -> None:
    workbook = book()
    workbook.type("Sales!J9", "ask Ana")
    (fault,) = faults(workbook)
    assert (fault.place, "Column J has values but no name" in fault.problem) == ("sheet Sales", True)


def test_experiments_are_read_with_the_data() -> None:
    lift = pd.DataFrame(
        {
            "channel": ["tv"],
            "start": ["2023-03-06"],
            "end": ["2023-04-02"],
            "lift": [1000.0],
            "standard_error": [100.0],
        }
    )
    panel = read_sheet_panel(book(Experiments=cells(lift)), Config())
    assert [each.channel for each in panel.experiments] == ["tv"]


def test_a_time_of_day_is_left_out_and_said() -> None:
    workbook = book()
    workbook.type("Sales!A5", datetime.datetime.fromisoformat("2023-01-02T12:30:00"))
    (repair,) = read_sheet_panel(workbook, Config()).repairs
    assert (repair.place, repair.after) == ("cell A5", "2023-01-02")


def test_the_place_of_the_workbook_leaves_no_trace_in_the_panel() -> None:
    one, other = book(), book()
    other.place = "/home/ana/plan, copy.xlsm"
    first, second = read_sheet_panel(one, Config()), read_sheet_panel(other, Config())
    assert first.notes == second.notes
    assert same(first, second)


def test_a_hundred_faulty_cells_are_told_by_kind() -> None:
    found = faults(book(Sales=cells(SIMULATED.sales.assign(sales="#VALUE!"))))
    assert len([fault for fault in found if "#VALUE!" in fault.problem]) == 5
    assert any("more of this kind" in fault.problem for fault in found)


def test_a_name_with_spaces_around_it_is_repaired_and_told() -> None:
    rows = cells(SIMULATED.sales)
    rows[3] = tuple("sales " if name == "sales" else name for name in rows[3])
    panel = read_sheet_panel(book(Sales=rows), Config())
    assert same(panel, read_sheet_panel(book(), Config()))
    (repair,) = panel.repairs
    assert (repair.sheet, repair.before, repair.after) == ("Sales", "sales ", "sales")


def test_a_second_table_below_is_a_question_that_the_settings_answer() -> None:
    rows = [*cells(SIMULATED.sales), (), (), ("Store", "City"), ("1", "Bonn"), ("2", "Bern")]
    (fault,) = faults(book(Sales=rows))
    assert (fault.setting, fault.place) == ("data.several_tables", "sheet Sales")
    assert "on the sheet Settings" in fault.remedy
    first = revised(Config(), {"data.several_tables": "first"})
    assert same(read_sheet_panel(book(Sales=rows), first), read_sheet_panel(book(), Config()))


def test_two_rows_of_names_are_a_question() -> None:
    media = SIMULATED.media.pivot_table(index=["date", "sub_category"], columns="channel", values="spend")
    channels = [str(name) for name in media.columns]
    rows = cells(media.reset_index(), title="Media")
    names = ("date", "sub_category", *["spend"] * len(channels), None)
    asked = faults(book(Media=[*rows[:3], (None, None, *channels, "Check"), names, *rows[4:]]))
    assert "data.two_header_rows" in {fault.setting for fault in asked}
