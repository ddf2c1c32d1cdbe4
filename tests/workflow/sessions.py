"""Sessions of toy agents, as far as tests want them, and what they left."""

from mmxlib.config import Config
from mmxlib.terms import StepName, Verdict
from mmxlib.workflow.journal import EventKind
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import RunState
from tests.workflow import specimens
from tests.workflow.toys import toy, toys


def start(tmp_path, **changed):
    """Return a session that has run up to the baseline checkpoint."""
    session = Session.open(tmp_path / "run", Config(), specimens.panel(), agents=toys(**changed))
    session.advance()
    return session


def again(tmp_path, config=None, panel=None, **changed):
    session = Session.open(tmp_path / "run", config, panel, agents=toys(**changed))
    session.advance()
    return session


def finish(session):
    """Approve whatever waits until all is done."""
    while session.status().state is RunState.WAITING:
        session.approve(session.status().checkpoint, by="Ana")
        session.advance()


def run_through(session):
    session.advance()
    finish(session)


def failing():
    return toy(StepName.MODEL_OPTIMIZATION, verdict=Verdict.FAIL)


def tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def results(session):
    """Return what a run made: each step's key and artifact."""
    last = {each.said["key"]: each.said for each in session.entries if each.kind is EventKind.STEP}
    return sorted((said["step"], said["key"], said["artifact"]) for said in last.values())
