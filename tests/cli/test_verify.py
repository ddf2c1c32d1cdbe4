"""``mmx verify``: what is counted, what was never committed, and whether an earlier head is there."""

import json
from pathlib import Path

import pytest

from mmxlib.workflow.session import Session
from tests.cli.homes import mmx
from tests.workflow import specimens
from tests.workflow.toys import toys

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk: flushing changes nothing that is asked here."""
    monkeypatch.setattr("os.fsync", lambda descriptor: None)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return the folder of a run that waits at its first checkpoint."""
    with Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()) as session:
        session.advance()
    return tmp_path / "run"


def verified(run: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[dict[str, object], str]:
    assert mmx("verify", "--run-dir", run, "--json", *more) == 0
    printed = capsys.readouterr()
    return json.loads(printed.out), printed.err


def test_bytes_at_the_end_that_were_never_committed_are_told_and_left(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, _ = verified(run, capsys)
    journal = run / "journal.jsonl"
    with journal.open("ab") as stream:
        stream.write(b'{"kind"')
    told, said = verified(run, capsys)
    assert (told["head"], told["count"]) == (whole["head"], whole["count"])
    assert "The last 7 bytes of the journal were never committed" in said
    assert journal.read_bytes().endswith(b'{"kind"')


def test_an_earlier_head_is_found_by_its_first_digits_and_entries_since_are_counted(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = str(verified(run, capsys)[0]["head"])
    with Session.open(run, agents=toys()) as session:
        session.approve("baseline", by="Ana")
    told, said = verified(run, capsys, "--expect", head[:12])
    assert told["entries_since_expected"] == 1
    assert "The journal contains the expected head; 1 entries were added since." in said


@pytest.mark.parametrize("digits", [0, 7])
def test_too_few_digits_of_a_head_prove_nothing(
    run: Path, digits: int, capsys: pytest.CaptureFixture[str]
) -> None:
    head = str(verified(run, capsys)[0]["head"])
    assert mmx("verify", "--run-dir", run, "--json", "--expect", head[:digits] or " ") == 3
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert fault["code"] == "MMX-W060"


def test_a_run_without_decisions_lists_none(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert mmx("status", "--run-dir", run) == 0
    assert "Decisions" not in capsys.readouterr().out
