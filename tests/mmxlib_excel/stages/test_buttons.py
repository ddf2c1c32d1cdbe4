"""What a macro starts: a status at once, a detached worker, one at a time; its error stream stays empty."""

import random
import subprocess
import sys
import time

import pytest
import xlwings

from mmxlib_excel import buttons
from mmxlib_excel.layout import start
from mmxlib_excel.stages import worker
from mmxlib_excel.stages.folders import LOG, home_of
from mmxlib_excel.workbooks.patience import Patience
from tests.mmxlib_excel.workbooks import fake_excel


@pytest.fixture
def book(at_baseline, tmp_path, monkeypatch):
    """The workbook that calls; started processes are noted, not started."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    desk = at_baseline.copied(tmp_path / "desk")
    opened = fake_excel.Book(desk.folder / "plan.xlsm", fake_excel.Excel())
    monkeypatch.setattr(xlwings.Book, "caller", lambda: opened)
    return opened


@pytest.fixture
def spawned(monkeypatch):
    commands = []
    monkeypatch.setattr(worker, "_spawn", lambda command, output, flags: commands.append(list(command)))
    return commands


def _status(book):
    return book.sheets[start.NAME].range(start.STATUS.cell).value


def test_a_press_starts_a_worker_for_the_calling_book(book, spawned, capsys):
    book.sheets[start.NAME].range(start.CANCEL.cell).value = "cancel"
    buttons.press("model")
    assert _status(book) == "Model: starting …"
    assert book.sheets[start.NAME].range(start.CANCEL.cell).value is None
    home = home_of(book.fullname)
    assert spawned[0][1:] == [
        "-m", "mmxlib_excel", "model", "--book", book.fullname, "--pid", "7", "--home", str(home),
    ]  # fmt: skip
    assert (home / LOG).is_file()
    assert capsys.readouterr() == ("", "")


def test_a_second_press_is_refused_while_a_worker_works(book, spawned, capsys):
    with worker.working(home_of(book.fullname)) as free:
        assert free
        buttons.press("next")
    assert spawned == []
    assert _status(book) == "Still at work; Run to next approval was not started. Wait, or press Cancel."
    buttons.press("next")
    assert len(spawned) == 1
    assert capsys.readouterr() == ("", "")


def test_a_press_waits_for_an_excel_that_is_busy_for_a_while(book, spawned, monkeypatch, capsys):
    monkeypatch.setattr(buttons, "_PATIENCE", Patience(seconds=1e9, pause=0.0, wait=lambda _: None))
    chance = random.Random(5)
    book.app.screen_updating = False  # as a worker that was killed leaves it
    book.app.refuse = lambda number: chance.random() < 0.5
    buttons.press("model")
    book.app.refuse = lambda number: False
    assert (_status(book), len(spawned)) == ("Model: starting …", 1)
    assert book.app.screen_updating
    assert capsys.readouterr() == ("", "")


def test_an_excel_that_stays_busy_starts_nothing(book, spawned, monkeypatch, capsys):
    monkeypatch.setattr(buttons, "_PATIENCE", Patience(seconds=0.0, wait=lambda _: None))
    book.app.refuse = lambda number: True
    buttons.press("model")
    assert spawned == []
    assert capsys.readouterr() == ("", "")


def test_an_unknown_stage_is_said_in_the_status(book, spawned, capsys):
    buttons.press("everything")
    assert _status(book).startswith("Not started: ")
    assert spawned == []
    assert capsys.readouterr() == ("", "")


def test_the_worker_outlives_whoever_started_it(tmp_path, monkeypatch):
    script = (
        "from pathlib import Path; from mmxlib_excel.stages import worker\n"
        "import sys; worker._interpreter = lambda: [sys.executable, '-c', "
        "'import os, sys, time; print(os.getsid(0) == os.getpid(), sys.argv[1:], flush=True)']\n"
        "from mmxlib_excel.layout.stage import Stage\n"
        f"worker.start(Stage.NEXT, book='b', pid=1, home=Path({str(tmp_path)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    deadline = time.monotonic() + 60
    while not (tmp_path / LOG).read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (tmp_path / LOG).read_text().startswith("True ['-m', 'mmxlib_excel', 'next', '--book', 'b'")


def test_what_a_press_imports_is_light():
    heavy = "print(*{'pandas', 'numba', 'scipy'} & set(sys.modules))"
    code = f"import sys, mmxlib_excel.buttons; {heavy}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
