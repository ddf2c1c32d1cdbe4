"""The log tells what was done and never what the data say; nothing depends on it."""

import errno
import json
import os
import stat
from dataclasses import dataclass, replace

import pytest

from mmxlib.errors import DecisionError, RunError, StorageError
from mmxlib.files import append_line
from mmxlib.terms import StepName
from mmxlib.workflow import log
from mmxlib.workflow.session import Session
from mmxlib.workflow.verifying import verified
from tests.workflow import specimens
from tests.workflow.toys import Toy, toys

pytestmark = pytest.mark.usefixtures("quick_disk", "plain_outputs")

UNIT = "MARKED unit\n{forged}"
CHANNEL = "MARKED\x1b[2Jchannel"
OUTCOME = 657291.53


@dataclass(frozen=True)
class Loud(Toy):
    """A toy that fails with words from the data."""

    def run(self, inputs, rng):
        raise ValueError(f"{UNIT} sold {OUTCOME} by {CHANNEL}")


@dataclass(frozen=True)
class Marked(Toy):
    """A toy whose notes quote the data."""

    def run(self, inputs, rng):
        made = super().run(inputs, rng)
        return replace(made, notes=(replace(made.notes[0], text=f"{UNIT} {OUTCOME}", about=CHANNEL),))


def marked_panel():
    panel = specimens.panel()
    outcome = panel.outcome.copy()
    outcome[0, 0] = OUTCOME
    channels = (replace(panel.channels[0], name=CHANNEL), *panel.channels[1:])
    return replace(
        panel,
        units=(UNIT, panel.units[1]),
        channels=channels,
        outcome=outcome,
        events=(),
        experiments=(),
    )


def lines(tmp_path):
    """Return the log, each line read by itself."""
    return [json.loads(line) for line in (tmp_path / "run" / "mmx.log").read_bytes().splitlines()]


def run_marked(tmp_path, *, debug=False):
    """Run on marked data with marked decisions, up to a failure that quotes them."""
    agents = toys(
        segmentation=Marked(StepName.SEGMENTATION), model_optimization=Loud(StepName.MODEL_OPTIMIZATION)
    )
    with pytest.raises(ValueError, match="MARKED"):
        decide_marked(Session.open(tmp_path / "run", panel=marked_panel(), agents=agents, debug=debug))


def decide_marked(opened):
    with opened as session:
        session.advance()
        session.revise({f'priors."{CHANNEL}".half_life': 2.5}, by="MARKED Ana", comment="MARKED why")
        session.advance()
        session.write_outputs()
        session.approve("baseline", by="MARKED Ana", comment="MARKED 657291.53")
        session.advance()


def test_every_line_says_when_how_grave_and_what(tmp_path):
    run_marked(tmp_path)
    told = lines(tmp_path)
    assert all({"time", "level", "event"} <= set(each) for each in told)
    done = ["opened", "start", "step_started", "step_finished"]
    assert [each["event"] for each in told][:4] == done
    assert [each["event"] for each in told][-1] == "failed"
    finished = [each for each in told if each["event"] == "step_finished"]
    assert {"step", "seconds", "notes", "doubts"} <= set(finished[0])


def test_no_value_of_data_settings_or_decisions_is_logged(tmp_path):
    run_marked(tmp_path)
    content = (tmp_path / "run" / "mmx.log").read_text("ascii")
    for mark in ("MARKED", "657291", "half_life", "tmp", str(tmp_path)):
        assert mark not in content


def test_debugging_quotes_what_was_found_decided_and_went_wrong(tmp_path):
    run_marked(tmp_path, debug=True)
    told = lines(tmp_path)
    quoting = {each["event"] for each in told if "MARKED" in json.dumps(each)}
    assert quoting == {"step_found", "revise_said", "approve_said", "failed_with"}
    assert {each["level"] for each in told if each["event"] in quoting} == {"debug"}


def test_text_from_the_data_never_becomes_a_line_of_its_own(tmp_path):
    run_marked(tmp_path, debug=True)
    content = (tmp_path / "run" / "mmx.log").read_bytes()
    assert b"\x1b" not in content
    assert not any(line.startswith(b"{forged}") for line in content.splitlines())


def test_a_failure_is_logged_with_its_way_through_the_program_and_names_the_log(tmp_path):
    run_marked(tmp_path)
    (cause,) = lines(tmp_path)[-1]["causes"]
    assert cause["kind"] == "ValueError"
    assert cause["frames"][-1].startswith("tests.workflow.test_log:")
    with (
        pytest.raises(DecisionError) as refused,
        Session.open(tmp_path / "run", agents=toys()) as session,
    ):
        session.approve("baseline", by="")
    assert lines(tmp_path)[-1]["codes"] == ["MMX-W041"]
    assert refused.value.__notes__ == [f"More in the log: {tmp_path / 'run' / 'mmx.log'}"]


def test_an_interruption_is_no_failure(tmp_path):
    with pytest.raises(KeyboardInterrupt), Session.open(tmp_path / "run", panel=specimens.panel()):
        raise KeyboardInterrupt
    assert lines(tmp_path)[-1]["event"] == "interrupted"


def test_a_run_is_whole_without_its_log(tmp_path):
    with Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()) as session:
        session.advance()
    (tmp_path / "run" / "mmx.log").unlink()
    verified(tmp_path / "run")
    with Session.open(tmp_path / "run", agents=toys()) as session:
        session.approve("baseline", by="Ana")
        session.advance()
    assert lines(tmp_path)[0]["event"] == "opened"


def test_a_start_that_failed_leaves_a_log_and_no_obstacle(tmp_path):
    with pytest.raises(RunError):
        Session.open(tmp_path / "run")
    broken = {"segmentation": Toy(StepName.BASELINE)}
    with pytest.raises(Exception, match="replacement"):
        Session.open(tmp_path / "run", panel=specimens.panel(), agents=broken)
    (tmp_path / "run" / "journal.jsonl").unlink()
    Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()).close()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_a_disk_that_refuses_the_log_alone_stops_nothing(tmp_path, monkeypatch, code):
    opened, refusing = os.open, True

    def refuses(path, flags, *more):
        if refusing and str(path).endswith("mmx.log"):
            raise OSError(code, os.strerror(code))
        return opened(path, flags, *more)

    monkeypatch.setattr("os.open", refuses)
    with Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()) as session:
        session.advance()
        assert not (tmp_path / "run" / "mmx.log").exists()
        refusing = False
        session.approve("baseline", by="Ana")
    (told,) = lines(tmp_path)
    assert told["lost_lines"] == 9  # opened, started, three steps begun and done, waiting


def test_the_log_is_bounded_and_keeps_the_newest(tmp_path, monkeypatch):
    monkeypatch.setattr(log, "LIMIT", 2_000)
    for _ in range(60):
        with Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()):
            pass
    files = sorted(tmp_path.glob("run/mmx.log*"))
    assert [each.name for each in files] == ["mmx.log", "mmx.log.1"]
    assert all(each.stat().st_size <= 2_000 for each in files)
    assert lines(tmp_path)[-1]["event"] == "opened"


def test_a_line_that_does_not_fit_on_the_disk_leaves_nothing_of_itself(tmp_path, monkeypatch):
    path, write = tmp_path / "mmx.log", os.write
    append_line(path, b"whole", limit=1_000)
    monkeypatch.setattr("os.write", lambda descriptor, content: write(descriptor, content[:3]))
    with pytest.raises(StorageError, match="full"):
        append_line(path, b"torn", limit=1_000)
    assert path.read_bytes() == b"whole\n"


def test_a_torn_line_spoils_no_other(tmp_path):
    with Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()):
        pass
    path = tmp_path / "run" / "mmx.log"
    path.write_bytes(path.read_bytes()[:-20])
    with Session.open(tmp_path / "run", agents=toys()):
        pass
    assert json.loads(path.read_bytes().splitlines()[-1])["event"] == "opened"


def test_a_cut_off_tail_of_the_journal_is_logged_as_a_warning(tmp_path):
    with Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()):
        pass
    with (tmp_path / "run" / "journal.jsonl").open("ab") as stream:
        stream.write(b"half a li")
    with Session.open(tmp_path / "run", agents=toys()):
        pass
    told = lines(tmp_path)[-1]
    assert (told["level"], told["event"], told["cut_bytes"]) == ("warning", "recovery", 9)


@pytest.fixture
def _open_by_default():
    """Let the system make files that others may read, as it mostly does."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_open_by_default")
def test_a_run_and_everything_in_it_is_closed_to_others(tmp_path):
    (tmp_path / "run").mkdir(mode=0o755)
    (tmp_path / "run").chmod(0o755)
    with Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()) as session:
        session.advance()
        session.write_outputs()
    for path in (tmp_path / "run", *(tmp_path / "run").rglob("*")):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path
