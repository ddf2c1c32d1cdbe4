"""Files that another program holds, and encodings by name."""

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mmxlib.config import read_config
from mmxlib.data.encodings import ENCODINGS, known_encoding
from mmxlib.data.findings import Findings
from mmxlib.data.held_files import Patience
from mmxlib.data.opening import file_tables
from mmxlib.data.reading import read_panel
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.errors import DataError, SettingsError
from tests.bad_inputs import build
from tests.bad_inputs.cases_files import damaged
from tests.bad_inputs.test_cases import LIBRARY_WORDS


def holding(times: int) -> Callable[[Path], bytes]:
    """Return a reading of files whose opening fails as Windows lets it fail, the first ``times`` times."""
    left = [times]

    def opener(path: str, flags: int) -> int:
        left[0] -= 1
        if left[0] >= 0:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return os.open(path, flags)

    def read(path: Path) -> bytes:
        with open(path, "rb", opener=opener) as stream:
            return stream.read()

    return read


def read_held(path: Path, times: int, waits: list[float]) -> tuple[int, Findings]:
    """Return how many tables a file gave that was held ``times`` times, and what was found."""
    findings = Findings()
    patience = Patience(pause=0.5, wait=waits.append, read=holding(times))
    return len(file_tables(path, FileRole.SALES, findings, patience=patience)), findings


def said(findings: Findings) -> str:
    with pytest.raises(DataError) as caught:
        findings.raise_if_rejected()
    return str(caught.value)


@pytest.mark.parametrize("kind", sorted(build.WRITERS))
def test_a9_a_file_that_is_let_go_in_time_is_read(kind: str, tmp_path: Path) -> None:
    waits: list[float] = []
    tables, findings = read_held(build.write(tmp_path, build.clean(), kind), 3, waits)
    assert (tables, waits) == (1, [0.5, 0.5, 0.5])
    assert not findings.rejected


@pytest.mark.parametrize("kind", sorted(build.WRITERS))
@pytest.mark.parametrize(("mark", "words"), [(True, "open in Excel"), (False, "another program, such as")])
def test_a9_a_file_that_stays_held_is_refused_in_words(
    kind: str, mark: bool, words: str, tmp_path: Path
) -> None:
    path = build.write(tmp_path, build.clean(), kind)
    if mark:
        (tmp_path / f"~${path.name}").write_bytes(b"Ana")
    waits: list[float] = []
    tables, findings = read_held(path, 9, waits)
    assert (tables, len(waits)) == (0, 3)
    message = said(findings)
    assert str(path) in message
    assert words in message
    assert "Save and close it" in message
    assert not LIBRARY_WORDS.search(message)


def test_a9_a_file_without_permission_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for a user who may read nothing; root always may
    waits: list[float] = []
    tables, findings = read_held(build.write(tmp_path, build.clean(), "csv"), 9, waits)
    assert (tables, waits) == (0, [])
    assert "check that you may read it" in said(findings)


@pytest.mark.parametrize("written", ["Windows-1252", "CP1252", " cp1252 ", "ANSI", "1252"])
def test_an_encoding_is_known_by_the_names_that_people_give_it(written: str) -> None:
    assert DataSettings(encoding=written).encoding == "cp1252"


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_encoding_that_is_offered_is_known(name: str) -> None:
    assert known_encoding(name) == name


@pytest.mark.parametrize(
    ("written", "meant"), [("utf9", "utf-?16|utf-?8"), ("cp125", "cp125"), ("hex", "known are utf-8")]
)
def test_an_unknown_encoding_is_refused_with_a_suggestion(written: str, meant: str, tmp_path: Path) -> None:
    (tmp_path / "global.yaml").write_text(f"data:\n  encoding: {written}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_config(tmp_path)
    message = str(caught.value)
    assert re.search(f'"{written}" is no known encoding: .*({meant})', message)
    assert "data.encoding" in message
    assert "line 2" in message


def test_a13_names_that_are_kept_stay_as_they_are(tmp_path: Path) -> None:
    settings = DataSettings.model_validate({"damaged_names": "keep"})
    panel = read_panel(build.write(tmp_path, damaged(), "csv"), config=settings)
    assert "CafÃ©" in panel.units
