"""The Excel reports, read back with another library."""

import io
import zipfile
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from mmxlib.artifacts.insights import Insights
from mmxlib.report.book import LONGEST_TEXT, Book, Page, clean
from mmxlib.report.excel_reports import BookContent, recommendations_book, summary_report
from mmxlib.report.narrative import Summary
from mmxlib.report.numbers import Measures
from mmxlib.report.plan_tables import cells_table, recommendation_table
from mmxlib.report.sheets.forecast import MOST_UNITS
from mmxlib.terms import Verdict
from tests.report.builder import HOSTILE, Story, journal, story
from tests.report.plans import as_of_old, by_cells, scenarios_of_old, seeking
from tests.report.test_summary_pages import summary_of

SHEETS = [
    "Summary", "Contributions", "ROI", "Curves", "Budget", "Forecast", "Scenarios", "Diagnostics",
    "Assumptions", "Journal", "Files",
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
        "Summary": 0, "Contributions": 2, "ROI": 1, "Curves": 5, "Budget": 1, "Forecast": 1, "Scenarios": 1,
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


def words_of(book: openpyxl.Workbook, name: str) -> list[str]:
    return [str(cell.value) for row in book[name].iter_rows() for cell in row if cell.value is not None]


def row_of(book: openpyxl.Workbook, sheet: str, first: str, heading: str) -> dict[str, object]:
    """Return the row that begins with ``first`` below the heading, by column."""
    rows = [[cell.value for cell in row] for row in book[sheet].iter_rows()]
    top = next(at for at, row in enumerate(rows) if heading in row)
    found = next(row for row in rows[top + 1 :] if row[0] == first)
    return {str(head): value for head, value in zip(rows[top], found, strict=True) if head is not None}


def test_the_scenarios_sheet_tells_the_two_outcomes_apart(usual: bytes) -> None:
    made, book = story(), opened(usual)
    told = row_of(book, "Scenarios", "base", "Sales in the periods (base included)")
    own = made.scenarios.comparison.set_index("scenario").loc["base"]
    assert told["Sales in the periods (base included)"] == pytest.approx(own["forecast_outcome"], rel=1e-15)
    assert told["Sales from"] == pytest.approx(own["forecast_lower"], rel=1e-15)
    assert told["What the spend causes (tail included)"] == pytest.approx(own["outcome"], rel=1e-15)
    against = row_of(book, "Scenarios", "base", "Probability better")
    assert against["Profit"] == pytest.approx(own["profit"], rel=1e-15)
    assert against["Probability better"] == own["probability_better"]
    assert against["Goal"] == "given total"


def test_the_forecast_sheet_holds_the_forecast_of_all_and_of_each_unit(usual: bytes) -> None:
    made, sheet = story(), opened(usual)["Forecast"]
    told = [row[1].value for row in sheet.iter_rows() if row[0].is_date]
    table = made.plan.forecast[made.plan.forecast["component"] == "outcome"]
    expected = [
        value for unit in ("all", "S1", "S2", "S3") for value in table.loc[table["unit"] == unit, "mean"]
    ]
    assert told == pytest.approx(expected, rel=1e-15)


def test_the_budget_sheet_warns_first_then_gives_the_reasons() -> None:
    made = story()
    plan = by_cells(seeking(made.plan, outcome=25e6, probability=0.8, reached=False))
    book = opened(summary_report(replace(content_of(made), plan=plan)))
    words = words_of(book, "Budget")
    assert words[2].startswith("The plan spends more on print and radio than was ever spent")
    assert any("cannot be reached within the limits" in each for each in words)
    assert {
        "Worth of the limit",
        "Group video",
        "Marginal ROI now",
        "15 of 65 cells (23 %) stand at their limit.",
    } <= set(words)
    days = [row for row in book["Budget"].iter_rows() if row[0].is_date]
    spend = [[cell.value for cell in row[1:6]] for row in days]
    assert spend == pytest.approx(cells_table(plan).to_numpy(), rel=1e-14)
    assert any(
        "colorScale" in str(rule.type)
        for rules in book["Budget"].conditional_formatting
        for rule in rules.rules
    )


def test_a_profit_stands_on_the_budget_sheet_where_there_is_a_margin() -> None:
    made = story()
    with_margin = replace(made.plan, profit=2e5, profit_lower=1e5, profit_upper=3e5)
    said = (
        "At the given margin, what the spend causes less the spend itself leaves €200 k (€100 k to €300 k)."
    )
    assert said in words_of(opened(summary_report(replace(content_of(made), plan=with_margin))), "Budget")
    without = as_of_old(made.plan)
    book = opened(summary_report(replace(content_of(made), plan=without)))
    assert not [each for each in words_of(book, "Budget") if "margin" in each]


def test_a_forecast_without_ranges_is_written_all_the_same() -> None:
    made = story()
    bare = replace(made.plan, forecast=made.plan.forecast.assign(lower=float("nan"), upper=float("nan")))
    sheet = opened(summary_report(replace(content_of(made), plan=bare)))["Forecast"]
    rows = [row for row in sheet.iter_rows() if row[0].is_date]
    assert all(row[1].value > 0.0 and row[2].value is None and row[3].value is None for row in rows)


def test_plans_of_old_make_a_whole_report() -> None:
    made = story()
    old = scenarios_of_old(made.scenarios)
    book = opened(summary_report(replace(content_of(made), scenarios=old, plan=old.plans[0])))
    assert book.sheetnames == SHEETS
    assert "made before forecasts were kept" in words_of(book, "Forecast")[2]
    for name in ("Budget", "Forecast", "Scenarios"):
        assert not [each for each in words_of(book, name) if "nan" in each or "not known" in each]
    assert "Sales in the periods (base included)" not in words_of(book, "Scenarios")


def test_many_units_are_cut_off_and_said_so() -> None:
    made = story(("tv",), MOST_UNITS + 2, organic=())
    words = words_of(opened(summary_report(content_of(made))), "Forecast")
    assert f"S{MOST_UNITS}" in words
    assert f"S{MOST_UNITS + 1}" not in words
    assert words[-1] == "2 more units: see budget/forecast.csv."


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
