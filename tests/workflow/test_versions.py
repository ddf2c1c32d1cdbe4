"""A run that another version wrote is read, or says which version wrote it."""

import json
import shutil
from copy import deepcopy
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import get_args, get_origin

import pytest

from mmxlib.agents.agent import Agent
from mmxlib.agents.scenario_settings import ScenarioSettings
from mmxlib.artifacts import codec
from mmxlib.artifacts.codec import Encoded, canonical, encode
from mmxlib.config import Config
from mmxlib.errors import RunError
from mmxlib.settings import Settings, setting
from mmxlib.terms import StepName
from mmxlib.workflow.checkpoints import StepRecord
from mmxlib.workflow.default_agents import default_agents
from mmxlib.workflow.journal import GENESIS, chained, read_journal
from mmxlib.workflow.orchestrator import _plain, basis_of
from mmxlib.workflow.reusing import reusable_record
from mmxlib.workflow.run import view_run
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import RunState, StepState
from mmxlib.workflow.store import object_path
from mmxlib.workflow.trail import trail
from mmxlib.workflow.verifying import verified
from tests.cli.homes import mmx
from tests.workflow import specimens
from tests.workflow.toys import SHAPES, Toy, toy, toys

pytestmark = pytest.mark.usefixtures("quick_disk", "plain_outputs")


def at_budget(folder):
    with Session.open(folder, panel=specimens.panel(), agents=toys()) as session:
        session.advance()
        session.approve("baseline", by="Ana")
        session.advance()


def stripped(kind, value):
    """Return a stored value without the fields that have defaults, as before these fields were there."""
    if get_origin(kind) is tuple and isinstance(value, list):
        return [stripped(get_args(kind)[0], each) for each in value]
    if not is_dataclass(kind):
        return value
    hints = codec._hints(kind)
    optional = {
        each.name
        for each in fields(kind)
        if each.default is not MISSING or each.default_factory is not MISSING
    }
    return {name: stripped(hints[name], each) for name, each in value.items() if name not in optional}


def encoded_of_old(artifact):
    made = encode(artifact)
    document = json.loads(made.document)
    document["value"] = stripped(type(artifact), document["value"])
    return Encoded(canonical(document), made.arrays)


def rewritten(folder, change):
    """Write the journal anew with ``change`` applied to every line's content, as another version would."""
    previous, lines = GENESIS, []
    for line in (folder / "journal.jsonl").read_bytes().splitlines():
        said = json.loads(line.partition(b" ")[2])
        change(said)
        text = canonical(said)
        previous = chained(previous, text)
        lines.append(previous.encode() + b" " + text + b"\n")
    (folder / "journal.jsonl").write_bytes(b"".join(lines))


def with_settings(folder, change):
    """Store the run's settings anew, changed, as another version would have written them."""
    digest = read_journal(folder / "journal.jsonl").entries[0].said["config"]
    tree = json.loads(object_path(folder, digest).read_bytes())
    change(tree)
    content = json.dumps(tree).encode()
    stored = codec.sha256(content)
    path = object_path(folder, stored)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)

    def told(said):
        said["version"] = "0.0.9"
        if said.get("config") == digest:
            said["config"] = stored

    rewritten(folder, told)


def test_results_stored_before_fields_with_defaults_were_added_are_read(tmp_path, monkeypatch):
    for room in ("performing", "session"):
        monkeypatch.setattr(f"mmxlib.workflow.{room}.encode", encoded_of_old)
    at_budget(tmp_path / "run")
    monkeypatch.undo()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("run/objects/*/*"))
    assert b"FittedModel" in stored
    assert b'"forecast_outcome":' not in stored
    verified(tmp_path / "run")
    run = view_run(tmp_path / "run", agents=toys())
    assert run.status().state is RunState.WAITING
    assert set(run.review().tables) >= {"Scenarios", "Channels", "Fit"}
    with Session.open(tmp_path / "run", agents=toys()) as session:
        session.approve("budget", by="Ana")
        assert session.advance().state is RunState.DONE


def test_settings_stored_before_some_were_added_are_read_with_their_defaults(tmp_path):
    at_budget(tmp_path / "run")
    with_settings(tmp_path / "run", lambda tree: (tree.pop("insight"), tree["model"].pop("pooling")))
    status = view_run(tmp_path / "run", agents=toys()).status()
    assert status.state is RunState.WAITING
    assert view_run(tmp_path / "run").config == Config()
    assert status.version == "0.0.9"


def test_settings_that_no_longer_fit_name_the_version_that_wrote_them(tmp_path, capsys):
    at_budget(tmp_path / "run")
    with_settings(tmp_path / "run", lambda tree: tree["model"].update(wizardry=3))
    assert mmx("status", "--run-dir", tmp_path / "run") == 3
    said = capsys.readouterr().err
    assert "written by version 0.0.9 of mmxlib and do not fit this one (model.wizardry" in said
    assert "--config" in said
    assert mmx("status", "--run-dir", tmp_path / "run", "--trail") == 0
    assert "Ana approved the baseline checkpoint" in capsys.readouterr().out
    with Session.open(tmp_path / "run", Config(), agents=toys()) as session:
        assert session.status().state is RunState.WAITING


def test_a_result_that_no_longer_fits_leaves_the_status_readable(tmp_path):
    at_budget(tmp_path / "run")
    entry = next(
        each
        for each in read_journal(tmp_path / "run" / "journal.jsonl").entries
        if each.said.get("step") == "model_optimization"
    )
    document = json.loads(object_path(tmp_path / "run", entry.said["artifact"]).read_bytes())
    document["value"]["wizardry"] = 3
    content = canonical(document)
    path = object_path(tmp_path / "run", codec.sha256(content))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)

    def told(said):
        if said.get("artifact") == entry.said["artifact"]:
            said["artifact"] = codec.sha256(content)

    rewritten(tmp_path / "run", told)
    run = view_run(tmp_path / "run", agents=toys())
    status = run.status()
    assert status.state is RunState.WAITING
    assert "wizardry of FittedModel does not fit" in status.remarks[-1]
    with pytest.raises(RunError, match="another version"):
        run.review()


def test_a_later_layout_names_the_version_to_install(tmp_path, capsys):
    at_budget(tmp_path / "run")

    def later(said):
        said["version"] = "9.1"
        if said["event"] == "start":
            said["format"] = 99

    rewritten(tmp_path / "run", later)
    for words in (("status",), ("review",), ("resume",)):
        assert mmx(*words, "--run-dir", tmp_path / "run") == 3
        assert "Install version 9.1" in capsys.readouterr().err


def test_decisions_that_an_older_version_wrote_without_later_facts_are_read(tmp_path):
    at_budget(tmp_path / "run")

    def older(said):
        said["version"] = "0.0.9"
        for name in ("override", "scenario", "steps"):
            said.pop(name, None)

    rewritten(tmp_path / "run", older)
    run = view_run(tmp_path / "run", agents=toys())
    assert run.status().state is RunState.WAITING
    assert len(trail(run.folder, run.entries)) == len(run.entries)


def test_a_newer_calculation_makes_its_step_stale_and_names_itself(tmp_path):
    at_budget(tmp_path / "run")
    newer = toys(model_optimization=toy(StepName.MODEL_OPTIMIZATION, version=2))
    status = view_run(tmp_path / "run", agents=newer).status()
    states = {each.step: each.state for each in status.steps}
    assert states[StepName.BASELINE] is StepState.DONE
    assert states[StepName.MODEL_OPTIMIZATION] is StepState.STALE
    assert status.decisions[0].holds  # what was approved before it is as it was


class BeforeSettings(Settings):
    """Settings of a step, once."""

    size: int = setting(1, "A size.")


class NowSettings(Settings):
    """The same after a version that added one."""

    size: int = setting(1, "A size.")
    color: str = setting("red", "A color.")


def with_kind(settings) -> dict[str, Agent]:
    """Return toys of which the segmentation has settings of its own."""
    base = Toy(StepName.SEGMENTATION)

    @dataclass(frozen=True)
    class Segmenting:
        settings: Settings

        name = base.name
        requires = base.requires
        produces = base.produces
        calculation_version = 1

        def run(self, inputs, rng):
            return SHAPES[StepName.SEGMENTATION][2]()

    return {**toys(), "segmentation": Segmenting(settings)}


@pytest.mark.parametrize(
    ("now", "stale"),
    [
        (NowSettings(), False),
        (NowSettings(color="blue"), True),
        (NowSettings(size=2), True),
        (NowSettings(size=2, color="blue"), True),
    ],
)
def test_a_setting_that_came_later_voids_nothing_while_it_has_its_default(tmp_path, now, stale):
    with Session.open(
        tmp_path / "run", panel=specimens.panel(), agents=with_kind(BeforeSettings())
    ) as session:
        session.advance()
        session.approve("baseline", by="Ana")
        session.advance()
    status = view_run(tmp_path / "run", agents=with_kind(now)).status()
    assert (status.steps[0].state is StepState.STALE) is stale
    assert status.decisions[0].holds is not stale
    assert (status.checkpoint == "budget") is not stale


def parts(tree, path=()):
    """Yield the path of every named part of a step's recorded settings."""
    pairs = tree.items() if isinstance(tree, dict) else []
    if isinstance(tree, list) and all(isinstance(each, list) and len(each) == 2 for each in tree):
        for index, (_, inner) in enumerate(tree):
            yield from parts(inner, (*path, index, 1))
    for name, inner in pairs:
        yield (*path, name)
        yield from parts(inner, (*path, name))


@pytest.mark.parametrize("step", list(SHAPES))
def test_every_setting_of_every_agent_might_have_come_later(step):
    agent = default_agents(Config())[step]
    basis = basis_of(agent, step=step, panel="", seed=0, keys=dict.fromkeys(agent.requires, ""))
    paths = list(parts(basis["settings"]))
    plain_scenario = _plain(ScenarioSettings(), "")
    assert len(paths) > 3
    for path in paths:
        before = deepcopy(basis)
        inner = before["settings"]
        for part in path[:-1]:
            inner = inner[part]
        gone = inner.pop(path[-1])
        record = StepRecord(step, "key", "", before, 0.0, "", "", "")
        default = len(path) <= 2 or path[1] != "scenarios" or gone == plain_scenario[path[-1]]
        assert (reusable_record(agent, basis, {"key": record}) is record) is default, path


def test_a_setting_that_is_gone_voids_what_it_made(tmp_path):
    with Session.open(tmp_path / "run", panel=specimens.panel(), agents=with_kind(NowSettings())) as session:
        session.advance()
    status = view_run(tmp_path / "run", agents=with_kind(BeforeSettings())).status()
    assert status.steps[0].state is StepState.STALE


def test_a_whole_run_folder_may_be_moved(tmp_path):
    at_budget(tmp_path / "run")
    shutil.move(tmp_path / "run", tmp_path / "elsewhere")
    assert view_run(tmp_path / "elsewhere", agents=toys()).status().state is RunState.WAITING
