"""Sheets are drawn, and what a reader would stumble over is found."""

import subprocess
import sys
from pathlib import Path

import xlsxwriter

from tests.libreoffice.installed import ROOT, python_environment, with_libreoffice
from tests.libreoffice.office import Office
from tests.libreoffice.rendering import pages


def _book(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        plain = book.add_worksheet("Plain")
        plain.write_column("A1", ["channel", "tv", "search"])
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Narrow!$A$1:$A$2"})
        plain.insert_chart("A6", chart)
        narrow = book.add_worksheet("Narrow")
        narrow.set_column("A:A", 2)
        narrow.write_column("A1", [123456789.0, 987654321.0])
        narrow.write_formula("C1", "=1/0", None, "#DIV/0!")
        pale = book.add_worksheet("Pale one")
        pale.write("A1", "unseen", book.add_format({"font_color": "white"}))
        book.add_worksheet("Hidden").hide()
        book.add_worksheet("Empty")
        long = book.add_worksheet("Long")
        long.write_column("A1", [f"line {number}" for number in range(80)])
    return path


def test_each_visible_sheet_is_drawn_and_its_faults_are_told(office: Office, tmp_path: Path) -> None:
    drawn = pages(office, _book(tmp_path / "book.xlsx"), tmp_path)
    assert [page.sheet for page in drawn] == ["Plain", "Narrow", "Pale one", "Long", "Long"]
    assert [page.picture.name for page in drawn][2:] == [
        "03-Pale_one-1.png",
        "05-Long-1.png",
        "05-Long-2.png",
    ]
    assert [page.faults for page in drawn] == [
        [],
        ["Narrow: 2 cells are too narrow for their number", "Narrow: shows #DIV/0!"],
        ["Pale one: the page is blank"],
        [],
        [],
    ]
    assert "line 79" in drawn[-1].text
    assert 0.01 < drawn[0].ink < 0.9


def test_a_developer_draws_a_book_from_the_command_line(tmp_path: Path) -> None:
    with_libreoffice()
    command = [
        sys.executable,
        "-m",
        "tests.libreoffice.rendering",
        _book(tmp_path / "book.xlsx"),
        tmp_path / "out",
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=python_environment(), capture_output=True, text=True, check=True
    )
    assert "03-Pale_one-1.png  Pale one: the page is blank" in done.stdout
    assert (tmp_path / "out" / "05-Long-2.png").exists()
