"""Who decided what, when and on what, and where every file comes from."""

import dataclasses
from pathlib import Path
from typing import ClassVar

import pytest

from mmxlib.agents.agent import Agent
from mmxlib.artifacts.codec import encode
from mmxlib.artifacts.segments import Segments
from mmxlib.config import Config, revised
from mmxlib.terms import StepName, Verdict
from mmxlib.workflow.default_agents import default_agents
from mmxlib.workflow.outputs import outputs
from mmxlib.workflow.session import Session
from mmxlib.workflow.trail import SECTION_OF, SOURCES, file_sources, settings_lines, trail
from tests.report.builder import journal, story
from tests.workflow import specimens
from tests.workflow.toys import Toy, UnpluggedError, toy, toys

pytestmark = pytest.mark.usefixtures("quick_disk", "plain_outputs")


def decided(tmp_path: Path) -> Session:
    """Return a run in which everything that people may decide was decided."""
    agents = toys(model_optimization=toy(StepName.MODEL_OPTIMIZATION, verdict=Verdict.FAIL))
    config = revised(Config(), {"seed": 4})
    session = Session.open(tmp_path / "run", config, specimens.panel(), agents=agents)
    session.advance()
    session.stop(by="Cyd", comment="wrong quarter")
    session.revise({"priors.tv.half_life": 3, "seed": 5}, by="Ben", comment="as the agency said")
    session.advance()
    session.approve("baseline", by="Ana", comment="looks right")
    session.advance()
    session.approve("budget", by="Ana", scenario="aggressive", override="a known strike")
    session.advance()
    session.write_outputs()
    return session


def test_the_trail_tells_every_entry_in_order_with_its_time(tmp_path):
    with decided(tmp_path) as session:
        told, entries = trail(session.folder, session.entries), session.entries
    assert [each.number for each in told] == list(range(1, len(entries) + 1))
    assert [each.at for each in told] == [each.at for each in entries]


def test_the_trail_tells_who_decided_what_on_what_and_why(tmp_path):
    with decided(tmp_path) as session:
        told = {each.text: each.details for each in trail(session.folder, session.entries)}
        contents = {each.decision: each.content_id[:12] for each in session.status().decisions}
    stop = told[f"Cyd stopped the run at the baseline checkpoint, content {contents['stop']}."]
    assert stop == ("Comment: wrong quarter",)
    sent = f"Ben sent the baseline checkpoint back with other settings, content {contents['revise']}."
    comment, changed = told[sent]
    assert comment == "Comment: as the agency said"
    assert "seed 4 -> 5" in changed
    assert "priors.channels.tv.half_life unset -> 3.0" in changed
    assert changed.count("->") == 2  # what a channel's other priors are by default is no change
    budget = told[f"Ana approved the budget checkpoint, content {contents['approve']}."]
    assert budget == (
        "Scenario: aggressive",
        "Although a guardrail failed, because: a known strike",
    )


def test_the_trail_tells_what_each_step_read_which_version_did_it_and_how_long_it_took(tmp_path):
    with decided(tmp_path) as session:
        told = trail(session.folder, session.entries)
        steps = {each.step: each for each in session.status().steps}
        version = session.entries[0].version
    scanner = next(each for each in reversed(told) if each.text.startswith("Trend scanner"))
    assert (
        scanner.text == f"Trend scanner was done in {steps[StepName.TREND_SCANNER].seconds:.1f} s: 0 periods "
        "flagged, 1 event measured."
    )
    read, by, key = scanner.details
    origins = {step: each.origin for step, each in steps.items()}
    data, segments = origins[StepName.TREND_SCANNER].reads.values()
    assert read == f"It read data {data[:12]}, segments {segments[:12]}."
    assert segments == origins[StepName.SEGMENTATION].artifact
    assert by == f"Version {version}, calculation 1 of tests.workflow.toys.Toy."
    assert key.startswith(f"Key {origins[StepName.TREND_SCANNER].key[:12]}, result ")


def test_the_trail_begins_with_the_data_and_the_settings_that_are_no_defaults(tmp_path):
    with decided(tmp_path) as session:
        first = trail(session.folder, session.entries)[0]
        panel = session.entries[0].said["panel"]
    assert f"on data {panel[:12]}" in first.text
    assert first.details[0] == "Settings other than the defaults: seed 0 -> 4."


def test_other_data_and_settings_are_told_with_what_changed(tmp_path):
    with decided(tmp_path):
        pass
    other = dataclasses.replace(specimens.panel(), outcome=specimens.panel().outcome + 1.0)
    with Session.open(tmp_path / "run", revised(Config(), {"seed": 9}), other, agents=toys()) as session:
        told = trail(session.folder, session.entries)[-1]
    assert told.text.startswith("The run was given other data (")
    assert "other settings, which replaced all before them (" in told.text
    (changed,) = told.details
    assert "seed 5 -> 9" in changed
    assert "priors.channels.tv.half_life 3.0 -> unset" in changed


def test_every_file_leads_to_the_steps_it_shows_with_the_keys_they_then_had(tmp_path):
    with decided(tmp_path) as session:
        keys = {each.step: each.origin.key for each in session.status().steps}
        session.revise({"seed": 6}, by="Ana", checkpoint="baseline")
        entries = session.entries
    entry = entries[-2]
    assert entry.said["steps"] == {step.value: key for step, key in keys.items()}
    assert {each.name for each in file_sources(entries)} == set(entry.said["files"])


def test_a_run_without_files_has_no_sources(tmp_path):
    with Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()) as session:
        session.advance()
        assert file_sources(session.entries) == ()


def test_a_revision_to_the_values_in_force_says_that_it_changed_nothing(tmp_path):
    with Session.open(tmp_path / "run", panel=specimens.panel(), agents=toys()) as session:
        session.advance()
        session.revise({"seed": session.config.seed}, by="Ben")
        revision = trail(session.folder, session.entries)[-1]
    assert revision.text.startswith("Ben sent the baseline checkpoint back")
    assert revision.details == ("The settings named had these values already.",)


@dataclasses.dataclass(frozen=True)
class Shelving(Toy):
    """Keeps half of its work, and may be ended before the other half."""

    ends: ClassVar[bool] = False

    def run(self, inputs, rng):
        if self.ends:
            inputs.shelf.put("the first half", specimens.segments())
            raise UnpluggedError
        kept = inputs.shelf.get(Segments, "the first half")
        assert encode(kept) == encode(specimens.segments())
        return super().run(inputs, rng)


def test_the_trail_tells_parts_that_were_kept_and_ends_that_were_cut_off(tmp_path, monkeypatch):
    folder, agents = tmp_path / "run", {**toys(), "segmentation": Shelving(StepName.SEGMENTATION)}
    monkeypatch.setattr(Shelving, "ends", True)
    with (
        Session.open(folder, None, specimens.panel(), agents=agents) as session,
        pytest.raises(UnpluggedError),
    ):
        session.advance()
    monkeypatch.setattr(Shelving, "ends", False)
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"kind": "st')
    with Session.open(folder, agents=agents) as session:
        session.advance()
        told = {each.text: each.details for each in trail(folder, session.entries)}
    (part,) = told["The first half was done, a part of the next step."]
    assert part.startswith("For key ")
    assert "12 bytes at the journal's end were cut off: they were never committed." in told


def whole_story() -> list[object]:
    """Return the artifacts of a run, in the order of its steps."""
    made = story()
    return [made.raw, made.segments, made.trends, made.baseline, made.fitted, made.scenarios, made.plan]


def test_every_file_of_a_whole_report_has_its_steps():
    artifacts = whole_story()
    tree = outputs({type(each): each for each in artifacts}, journal=journal())
    assert {name.partition("/")[0] for name in tree} == set(SOURCES)


def test_a_file_moves_with_the_steps_it_names_alone():
    artifacts = whole_story()
    steps = list(StepName)
    whole = outputs({type(each): each for each in artifacts}, journal=journal())
    for done in range(1, 6):
        part = outputs({type(each): each for each in artifacts[: done + 1]}, journal=journal())
        known = set(steps[:done])
        for name, content in part.items():
            if set(SOURCES[name.partition("/")[0]]) <= known:
                assert content == whole[name], name


@pytest.mark.parametrize("step", list(SECTION_OF))
def test_the_settings_of_a_step_have_the_names_that_people_revise_them_by(step):
    from mmxlib.workflow.orchestrator import basis_of
    from mmxlib.workflow.status import Origin

    agent: Agent = default_agents(Config())[step]
    basis = basis_of(agent, step=step, panel="", seed=0, keys=dict.fromkeys(agent.requires, ""))
    origin = Origin("", "", {}, "", "", 1, 0, basis["settings"])
    names = [line.partition(" = ")[0] for line in settings_lines(step, origin)]
    tree = Config().model_dump(mode="json")
    for name in names:
        inner = tree
        for part in name.split("."):
            assert part in inner, name
            inner = inner[part]
