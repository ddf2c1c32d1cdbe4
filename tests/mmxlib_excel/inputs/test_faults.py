"""Faults go into the Check cell of their row and into one list; what stood there before is taken away."""

from dataclasses import replace

import pytest

from mmxlib.artifacts.note import Note
from mmxlib.config import Config
from mmxlib.errors import Fault, SettingsError
from mmxlib.terms import Verdict
from mmxlib_excel.editing.cell_values import LONGEST_TEXT, stored_value
from mmxlib_excel.inputs.faults import check_changes, finding_changes, place_parts
from mmxlib_excel.inputs.settings import read_settings
from mmxlib_excel.layout import priors, start
from tests.mmxlib_excel.inputs.books import MemoryBook, at, settings_book

SALES = [("Sales",), ("About.",), (), ("Date", "Sales", "Check"), ("a", 1, "an old fault"), ("b", 2)]
LIST = replace(start.FINDINGS, cell="B30", rows=4)


def fault(place: str, problem: str = "it is wrong.", code: str = "MMX-T001") -> Fault:
    return Fault(code, problem, "Mend it.", place)


def book() -> MemoryBook:
    filled = settings_book()
    filled.cells |= MemoryBook({"Start": [], "Sales": SALES}).cells
    return filled


@pytest.mark.parametrize(
    ("place", "parts"),
    [
        ("Priors!D7", ("Priors", "D7")),
        ("sheet Sales, cell AC17", ("Sales", "AC17")),
        ("sheet Sales, row 7", ("Sales", "row 7")),
        ("sheet Sales, row 7, column spend, net", ("Sales", "row 7")),
        ("sheet Sales, column spend", ("Sales", "column spend")),
        ("sheet Sales", ("Sales", "")),
        ("the workbook", ("the workbook", "")),
        ("Priors", ("Priors", "")),
        ("", ("", "")),
    ],
)
def test_a_place_is_a_sheet_and_what_of_it(place: str, parts: tuple[str, str]) -> None:
    assert place_parts(place) == parts


def test_faults_of_a_row_stand_in_its_check_cell_together() -> None:
    workbook = book()
    workbook.write(
        check_changes(
            workbook,
            [
                fault("sheet Sales, cell B6", "12 is no day."),
                fault("sheet Sales, row 6", "it stood before."),
                fault("Priors!L8", "mean is -1."),
            ],
        )
    )
    assert workbook.value("Sales", "C6") == (
        "12 is no day. Mend it. [MMX-T001]\nIt stood before. Mend it. [MMX-T001]"
    )
    assert workbook.value("Priors", "Z8") == "Mean is -1. Mend it. [MMX-T001]"


def test_old_faults_are_taken_away_and_nothing_else_is_touched() -> None:
    workbook = book()
    changes = check_changes(workbook, [])
    assert [(tile.sheet, tile.cell, tile.rows) for tile in changes.cells] == [("Sales", "C5", ((None,),))]


def test_a_fault_that_stands_already_is_not_written_again() -> None:
    workbook = book()
    workbook.write(check_changes(workbook, [fault("sheet Sales, cell A6")]))
    assert check_changes(workbook, [fault("sheet Sales, cell A6")]).cells == ()


def test_faults_without_a_row_or_a_check_column_are_in_the_list_alone() -> None:
    workbook = book()
    workbook.cells["Media"] = MemoryBook({"Media": [("Date", "Channel", "Spend"), ("a", "tv", 1)]}).cells[
        "Media"
    ]
    found = [
        fault("sheet Sales, column spend"),
        fault("sheet Sales"),
        fault("the workbook"),
        fault("sheet Media, cell A2"),
        fault("Priors!B6"),  # a heading
    ]
    assert [tile.rows for tile in check_changes(workbook, found).cells] == [((None,),)]
    rows = finding_changes(start.FINDINGS, found).cells[0].rows
    assert [row[:2] for row in rows[:6]] == [
        ("Sales", "column spend"),
        ("Sales", None),
        ("the workbook", None),
        ("Media", "A2"),
        ("Priors", "B6"),
        (None, None),
    ]


def test_the_check_column_is_found_where_a_person_moved_it() -> None:
    workbook = settings_book()
    workbook.insert_row("Priors", 2)
    place = at(priors.BLOCK, "radio", "half_life_mean", book=workbook)
    workbook.type(place, "long")
    with pytest.raises(SettingsError) as error:
        read_settings(workbook)
    workbook.write(check_changes(workbook, error.value.faults))
    assert str(workbook.value("Priors", "Z10")).startswith('Half_life is "long"')
    workbook.type(place, None)
    assert read_settings(workbook) == Config()  # the words in Check are no statement
    workbook.write(check_changes(workbook, []))
    assert workbook.value("Priors", "Z10") is None


def test_what_is_longer_than_a_cell_is_cut() -> None:
    workbook = book()
    many = [fault("sheet Sales, cell A6", f"{each} \x01\x02\x03 😀" * 40) for each in range(400)]
    workbook.write(check_changes(workbook, many))
    text = str(workbook.value("Sales", "C6"))
    assert len(text) <= LONGEST_TEXT
    assert text.endswith("…")
    stored = stored_value(text, from_1904=False)
    assert stored is not None
    assert not stored.cut


def test_the_list_tells_faults_first_then_doubts_then_how_data_were_read() -> None:
    notes = [Note("Read as weeks.", "tv"), Note("radio is almost never on air.", "radio", Verdict.WARN)]
    changes = finding_changes(LIST, [fault("Priors!D7", "low is 3.")], notes)
    assert changes.cells[0].rows == (
        ("Priors", "D7", "Low is 3.", "Mend it.", "MMX-T001"),
        (None, None, "radio is almost never on air.", "Look whether this is meant.", None),
        (None, None, "tv: Read as weeks.", None, None),
        (None,) * 5,
    )
    assert [(span.first, span.last, span.shown) for span in changes.rows] == [(31, 33, True), (34, 34, False)]


def test_what_does_not_fit_the_list_is_counted() -> None:
    changes = finding_changes(LIST, [fault(f"Priors!D{row}") for row in range(10, 20)])
    assert [row[2] for row in changes.cells[0].rows] == ["It is wrong."] * 3 + ["There are 7 more."]
