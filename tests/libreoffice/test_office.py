"""The throw-away LibreOffice: it starts, answers, and is gone."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.libreoffice import installed
from tests.libreoffice import office as office_module
from tests.libreoffice.calls import OfficeError
from tests.libreoffice.documents import open_names, wait_for
from tests.libreoffice.installed import REQUIRED, with_libreoffice
from tests.libreoffice.macro_books import plan_book
from tests.libreoffice.office import Office, processes_of, running_office
from tests.libreoffice.pressing import opened_book


def test_everything_that_an_office_started_is_gone_at_its_end(tmp_path: Path) -> None:
    with_libreoffice()
    with running_office(tmp_path) as office:
        lines = "import time; print('here', flush=True); time.sleep(600)"
        with subprocess.Popen(
            [sys.executable, "-c", lines],
            env={**office.environment},
            stdout=subprocess.PIPE,
            start_new_session=True,
        ) as detached:
            try:
                assert detached.stdout is not None
                assert detached.stdout.readline() == b"here\n"  # its environment is its own from here on
                assert detached.pid in processes_of(office.pipe)
                assert len(processes_of(office.pipe)) > 1
                office_module._stop(detached, office.pipe)
            finally:
                detached.kill()
        assert processes_of(office.pipe) == []
    assert processes_of(office.pipe) == []


def test_an_office_that_does_not_start_is_tried_twice_and_told_with_what_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_libreoffice()
    (tmp_path / "soffice").write_text("#!/bin/sh\necho no room\n", encoding="utf-8")
    (tmp_path / "soffice").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(office_module, "START_SECONDS", 1.0)
    with pytest.raises(OfficeError, match="did not start:\nno room\nno room"), running_office(tmp_path):
        pass


def test_a_call_that_does_not_return_is_ended(office: Office, tmp_path: Path) -> None:
    with opened_book(office, plan_book(tmp_path / "plan.xlsm")) as book:
        endless = {"name": book.name, "watched": "state", "matches": "never", "seconds": 600.0}
        with pytest.raises(OfficeError, match="wait_for did not answer within 2 s"):
            office.answer(wait_for, deadline=2.0, **endless)
        assert sorted(office.answer(open_names)) == ["plan.xlsm", "xlwings.xlam"]


def test_a_call_that_raises_tells_what(office: Office) -> None:
    with pytest.raises(OfficeError, match="nowhere\\.xlsm is not open"):
        office.answer(wait_for, name="nowhere.xlsm", watched="A", matches="", seconds=1.0)


def test_a_missing_office_skips_unless_it_was_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "why_not", lambda: "soffice is not installed")
    monkeypatch.delenv(REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="soffice is not installed"):
        with_libreoffice()
    monkeypatch.setenv(REQUIRED, "1")
    with pytest.raises(pytest.fail.Exception, match=f"{REQUIRED} is set, but soffice is not installed"):
        with_libreoffice()


def test_a_machine_without_the_program_says_which(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installed.why_not.__wrapped__() == "soffice is not installed"


def test_a_child_that_never_uses_xlwings_does_not_load_it(office: Office) -> None:
    lines = "import sys; print([name for name in ('xlwings', 'uno', 'numpy') if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", lines], env={**office.environment}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
