"""Buttons really pressed, and the live adapter on a book that is really open."""

import ast

import pytest

from mmxlib.workflow.journal import EventKind, read_journal
from mmxlib_excel.layout import start
from mmxlib_excel.layout.stage import LABELS, Stage
from mmxlib_excel.stages.folders import home_of
from mmxlib_excel.workbooks.file import FileWorkbook
from tests.libreoffice import with_xlwings
from tests.libreoffice.installed import with_libreoffice
from tests.libreoffice.office import running_office
from tests.libreoffice.pressing import opened_book
from tests.mmxlib_excel.small_book import small_file
from tests.mmxlib_excel.workbooks.test_contract import HOSTILE, LOOKS_LIKE_SOMETHING_ELSE

SECONDS = 300.0  # of a whole press on a busy machine


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def office(tmp_path_factory, home):
    with_libreoffice()
    environment = {"XDG_DATA_HOME": str(home)}
    with running_office(tmp_path_factory.mktemp("office"), environment=environment) as running:
        yield running


@pytest.fixture(scope="module")
def plan(office, tmp_path_factory):
    """A workbook that is open, with the add-in that starts Python."""
    path = small_file(tmp_path_factory.mktemp("desk")).path
    with opened_book(office, path) as book:
        yield path, book


def _lines(office, book, lines):
    setup = "from mmxlib_excel.stages.attaching import attached\n"
    setup += "from mmxlib_excel.editing.patching import Tile\n"
    setup += "from mmxlib_excel.workbooks.port import Changes, Span\n"
    setup += "workbook = attached(book.fullname, book.app.pid)\n"
    said = office.answer(with_xlwings.evaluated, deadline=120.0, name=book.name, lines=setup + lines)
    return ast.literal_eval(said)


def test_hostile_text_stays_text_in_an_open_book(office, plan):
    _, book = plan
    texts = HOSTILE + LOOKS_LIKE_SOMETHING_ELSE
    lines = f"""
texts = {texts!r}
workbook.write(Changes((Tile("Start", "M50", tuple((each,) for each in texts)),)))
found = [workbook.value("Start", f"M{{50 + row}}") for row in range(len(texts))]
workbook.write(Changes((Tile("Start", "M50", ((None,),) * len(texts)),)))
"""
    assert _lines(office, book, lines) == texts


def test_an_open_book_reads_as_its_file_does(office, plan):
    path, book = plan
    for sheet in ("Sales", "Scenarios"):
        lines = f"found = [(n, [str(v) for v in row]) for n, row in workbook.numbered_rows({sheet!r})]"
        rows = FileWorkbook(path).numbered_rows(sheet)
        assert _lines(office, book, lines) == [(n, [str(v) for v in row]) for n, row in rows]


def test_protected_rows_hide_and_come_back_in_an_open_book(office, plan):
    _, book = plan
    lines = """
sheet = book.sheets["Segments"]
before = [sheet.range(f"{row}:{row}").row_height for row in (30, 31)]
workbook.write(Changes((Tile("Segments", "A30", (("x",),)),), (Span("Segments", 30, 30, shown=False),)))
hidden = sheet.range("30:30").row_height
workbook.write(Changes((Tile("Segments", "A30", ((None,),)),), (Span("Segments", 30, 30, True, 21.0),)))
found = (hidden, round(sheet.range("30:30").row_height), bool(sheet.api.ProtectContents))
"""
    assert _lines(office, book, lines) == (0, 21, True)


def test_buttons_run_a_workbook_to_its_end_with_two_approvals(plan):
    path, book = plan
    status = start.STATUS.name
    first = book.press(
        LABELS[Stage.NEXT], watch=status, until="^Waiting for your decision on the baseline", seconds=SECONDS
    )
    told = [text for _, text in first.shown]
    assert any(text.startswith("STARTED") or text.endswith("starting …") for text in told)
    _decide(book, 0, decision="approve", reviewer="Ana")
    book.press(
        LABELS[Stage.NEXT], watch=status, until="^Waiting for your decision on the budget", seconds=SECONDS
    )
    _decide(book, 1, decision="approve", reviewer="Ben", scenario="base")
    book.press(LABELS[Stage.NEXT], watch=status, until="^Done: every step holds", seconds=SECONDS)
    answers = book.cells([f"Start!{start.DECISIONS.address('answer', row)}" for row in (0, 1)])
    assert str(answers[0]).startswith("Approved by Ana at ")
    assert str(answers[1]).startswith("Approved by Ben at ")
    run = home_of(str(path)) / "run"
    entries = read_journal(_under(book, run) / "journal.jsonl").entries
    assert [each.said["by"] for each in entries if each.kind is EventKind.APPROVE] == ["Ana", "Ben"]
    for call in book.ended_calls():
        assert (call.exit_code, call.output, call.errors) == (0, "", "")


def _under(book, run):
    """Return a run's folder where the tests put the data of users."""
    from pathlib import Path

    parts = run.parts[run.parts.index("mmxlib") :]
    return Path(book.office.environment["XDG_DATA_HOME"]).joinpath(*parts)


def _decide(book, row, **values):
    for name, value in values.items():
        book.type_value(f"Start!{start.DECISIONS.address(name, row)}", value)
