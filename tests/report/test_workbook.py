"""The Excel reports, read back with another library."""

import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from mmxlib.artifacts.insights import Insights
from mmxlib.report.book import LONGEST_TEXT, Book, Page, clean
from mmxlib.report.narrative import Summary
from mmxlib.report.numbers import Measures
from mmxlib.report.sheets.budget import recommendation_table
from mmxlib.report.workbook import BookContent, recommendations_book, summary_report
from mmxlib.terms import Verdict
from tests.report.builder import HOSTILE, Story, journal, story
from tests.report.test_summary_pages import summary_of

SHEETS = [
    "Summary", "Contributions", "ROI", "Curves", "Budget", "Scenarios", "Diagnostics", "Assumptions",
    "Journal", "Files",
]  # fmt: skip


def content_of(made: Story) -> BookContent:
    return BookContent(
        summary=summary_of(made),
        journal=journal(),
        channels=tuple(made.frames.summary["channel"]),
        baseline=made.baseline,
        fitted=made.fitted,
        frames=made.frames,
        scenarios=made.scenarios,
        plan=made.plan,
    )


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def usual() -> bytes:
    return summary_report(content_of(story()))


@pytest.fixture(scope="module")
def hostile() -> bytes:
    return summary_report(content_of(story(HOSTILE, 2, organic=())))


def test_the_report_is_the_same_twice(usual: bytes) -> None:
    assert summary_report(content_of(story())) == usual


def test_the_report_has_its_sheets_with_charts_notes_and_print_setup(usual: bytes) -> None:
    book = opened(usual)
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet.freeze_panes is not None, sheet.title
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    charts = {sheet.title: len(sheet._charts) for sheet in book}
    assert charts == {
        "Summary": 0, "Contributions": 2, "ROI": 1, "Curves": 5, "Budget": 1, "Scenarios": 1,
        "Diagnostics": 0, "Assumptions": 0, "Journal": 0,
        "Files": 0,
    }  # fmt: skip


def test_every_heading_of_a_table_has_a_note(usual: bytes) -> None:
    heads = [
        cell
        for sheet in opened(usual)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value and cell.fill.fgColor.rgb == "FFE8EDF2"
    ]
    assert len(heads) > 80
    assert [cell.coordinate for cell in heads if cell.comment is None] == []


def test_numbers_are_numbers_to_sixteen_digits(usual: bytes) -> None:
    made = story()
    sheet = opened(usual)["ROI"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    first = next(at for at, row in enumerate(rows) if row[0] == "Channel") + 1
    told = {row[0]: row[2] for row in rows[first : first + 5]}
    paid = made.frames.summary.dropna(subset=["roi"])
    # a workbook holds 16 digits
    assert told == pytest.approx(dict(zip(paid["channel"], paid["roi"], strict=True)), rel=1e-15)


@pytest.mark.parametrize("which", ["usual", "hostile"])
def test_no_cell_and_no_chart_holds_a_formula_from_data(which: str, request: pytest.FixtureRequest) -> None:
    content = request.getfixturevalue(which)
    for sheet in opened(content):
        assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert not [name for name in package.namelist() if "externalLink" in name]
        for name in package.namelist():
            text = package.read(name).decode("utf-8", "ignore")
            assert "<c:f>cmd" not in text
            assert 'TargetMode="External"' not in text


def test_hostile_names_come_back_as_they_were(hostile: bytes) -> None:
    cells = {cell.value for row in opened(hostile)["Contributions"].iter_rows() for cell in row}
    assert {"=cmd|' /C calc'!A0", "<script>alert(1)</script>", "../x", "@SUM(A1)", "a b c"} <= cells


def test_a_run_that_waits_has_all_sheets_with_a_sentence() -> None:
    summary = Summary("Data.", Insights("Waiting.", Verdict.PASS, (), (), ""), Measures())
    book = opened(summary_report(BookContent(summary, pd.DataFrame(), ())))
    assert book.sheetnames == SHEETS
    for name in SHEETS[1:]:
        assert "yet" in str(book[name]["A4"].value) + str(book[name]["A3"].value) or name == "Journal"


def test_recommendations_carry_action_reason_and_period() -> None:
    made = story()
    summary = summary_of(made)
    table = recommendation_table(made.plan, summary.insights)
    content = recommendations_book(summary, made.plan, table)
    assert content == recommendations_book(summary, made.plan, table)
    book = opened(content)
    assert book.sheetnames == ["Recommendations", "By period"]
    words = [str(cell.value) for row in book["Recommendations"].iter_rows() for cell in row if cell.value]
    assert {"tv", "Action", "Why"} <= set(words)
    dates, units = made.plan.table["date"].nunique(), made.plan.table["unit"].nunique()
    days = [cell for cell in book["By period"]["A"] if cell.is_date]
    assert len(days) == dates * (units + 1)
    totals = [float(row[1].value) for row in book["By period"].iter_rows() if row[0].is_date]
    assert sum(totals) == pytest.approx(2.0 * made.plan.total)
    assert list(table["action"]) == [str(each.action) for each in summary.insights.actions[:5]]


def test_recommendations_of_a_failed_model_say_whose_decision_they_are() -> None:
    made = story(failed=True)
    summary = summary_of(made)
    table = recommendation_table(made.plan, summary.insights)
    book = opened(recommendations_book(summary, made.plan, table))
    words = " ".join(
        str(cell.value) for row in book["Recommendations"].iter_rows() for cell in row if cell.value
    )
    assert "against the failed checks" in words
    assert set(table["action"]) == {""}


def test_text_too_long_for_a_cell_is_shortened_and_said_so() -> None:
    assert len(clean("x" * 40_000)) == LONGEST_TEXT
    assert clean("x" * 40_000).endswith("…")


def test_a_column_that_nobody_described_is_written_all_the_same() -> None:
    book = Book(Measures())
    page = Page(book, "Odd")
    page.table(pd.DataFrame({"my_column": [1.5], "other": ["=1"]}), ["my_column", "other"])
    sheet = opened(book.bytes())["Odd"]
    assert [cell.value for cell in sheet[1]] == ["My column", "Other"]
    assert [cell.value for cell in sheet[2]] == [1.5, "=1"]
    assert sheet["B2"].data_type == "s"
