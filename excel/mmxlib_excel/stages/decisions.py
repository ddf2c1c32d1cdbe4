"""Decisions typed on the Start sheet, checked and taken down in the run's journal."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmxlib.artifacts.codec import encode
from mmxlib.config import Config, revised
from mmxlib.errors import DecisionError, MmxError
from mmxlib.terms import Decision
from mmxlib.workflow.checkpoints import SHORT
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import DecisionStatus, Status
from mmxlib_excel.editing.cell_values import CellValue
from mmxlib_excel.inputs.differences import settings_patch
from mmxlib_excel.stages.reading import Reading
from mmxlib_excel.stages.start_sheet import TypedDecision, decision_changes
from mmxlib_excel.workbooks.port import Changes

_REMEDIES = {
    "W041": "Enter your name in the row and press again.",
    "W042": "Press Run to next approval: it writes there what is put before you.",
    "W043": "Read the sheets again; then decide on what they show now.",
    "W046": "Mend the cause and revise, or say in the row why it is approved all the same.",
    "W047": "Clear the reason to override.",
    "W044": "Clear the scenario in that row.",
    "W048": "Change a setting, prior, limit or scenario on its sheet, or choose approve.",
    "W049": "Press Run to next approval first.",
    "W052": "Take that setting back, or press the button without a decision to begin with it anew.",
}
"""What to do about a refusal, by its code, in words of the workbook instead of the command line's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a typed decision, in words for its row; ``time`` is empty where it was refused."""

    typed: TypedDecision
    text: str
    time: str = ""

    @property
    def refused(self) -> bool:
        """Whether it was not taken down."""
        return not self.time


def answer_to(session: Session, typed: TypedDecision, reading: Reading) -> Answer | None:
    """Take down a typed decision, unless it was before, and return what became of it.

    Parameters
    ----------
    session
        The run as it stands, before new data or settings are taken.
    typed
        The row; without a decision nothing is done and None returned.
    reading
        The sheets: an approval is refused where they are not those of the results shown, and a revision takes
        what differs in their settings.
    """
    if not typed.decision:
        return None
    try:
        decision = _checked(typed)
        before = _taken_before(session.status().decisions, typed, decision)
        if before is None:
            if decision is not Decision.REVISE:
                _check_sheets(session, reading)
            _take_down(session, typed, decision, reading.config)
            about = [each for each in session.status().decisions if each.checkpoint is typed.checkpoint]
            before = about[-1]
    except MmxError as error:
        return Answer(typed, f"Refused: {refusal(error)}")
    return Answer(typed, words(before), moment(before.at))


def shown_changes(status: Status, typed: Sequence[TypedDecision], answers: Sequence[Answer]) -> Changes:
    """Return the changes that put before a person what waits, and tell which decision holds.

    What was decided on other results is cleared; the answer to what was just refused stays to be read.
    """
    changes = Changes()
    answered = {each.typed.checkpoint for each in answers}
    for row in typed:
        holding = [each for each in status.decisions if each.checkpoint is row.checkpoint and each.holds]
        waits = status.checkpoint is row.checkpoint
        identity = status.content_id if waits else (holding[-1].content_id if holding else "")
        shown = identity[:SHORT]
        if row.content_id == shown:
            continue
        fresh: dict[str, CellValue] = {"content_id": shown or None}
        if row.content_id:
            fresh |= {"decision": None, "override": None}
        if row.checkpoint not in answered:
            fresh |= {"answer": None, "time": None}
            if holding:
                fresh |= {"answer": words(holding[-1]), "time": moment(holding[-1].at)}
        changes += decision_changes(row.checkpoint, fresh)
    return changes


def refusal(error: MmxError) -> str:
    """Return why a decision was refused and what to do, in words of the workbook."""
    fault = error.faults[0]
    problem = fault.problem[:1].lower() + fault.problem[1:]
    remedy = _REMEDIES.get(fault.code[-4:], fault.remedy)
    return f"{problem} {remedy}"


def moment(at: str) -> str:
    """Return a journal's time to the second."""
    return at[:19].replace("T", " ")


def _checked(typed: TypedDecision) -> Decision:
    word = typed.decision.lower()
    if word not in tuple(Decision):
        near = difflib.get_close_matches(word, list(Decision), n=1)
        raise DecisionError(
            f'There is no decision "{typed.decision}".',
            remedy=f"Did you mean {near[0]}?" if near else f"Choose {', '.join(Decision)}.",
            code="MMX-X087",
        )
    if not typed.content_id:
        raise DecisionError(
            f"Nothing was put before you at the {typed.checkpoint.value} yet.",
            remedy="Press Run to next approval, read, and decide then.",
            code="MMX-X088",
        )
    return Decision(word)


def _taken_before(
    decided: tuple[DecisionStatus, ...], typed: TypedDecision, decision: Decision
) -> DecisionStatus | None:
    """Return the journal's own decision where this row is what was taken down last."""
    about = [each for each in decided if each.checkpoint is typed.checkpoint]
    if not about or not typed.time:
        return None
    last = about[-1]
    same = (
        last.decision == decision
        and last.by == typed.reviewer
        and last.comment == typed.comment
        and last.override == typed.override
        and last.content_id.startswith(typed.content_id.lower())
        and moment(last.at) == typed.time
        and (decision is not Decision.APPROVE or not typed.scenario or last.scenario == typed.scenario)
    )
    return last if same else None


def _check_sheets(session: Session, reading: Reading) -> None:
    """Refuse a decision on results that were made from other data or settings than the sheets now have."""
    if reading.config is None or reading.panel is None or reading.faults:
        raise DecisionError(
            "There are faults in the data or settings on the sheets: they are not those of these results.",
            remedy="Correct them, or take your change back; then decide.",
            code="MMX-X096",
        )
    changed = []
    if encode(reading.panel) != encode(session.panel):
        changed.append("data")
    if reading.config != session.config:
        changed.append(f"settings ({_first(list(changed_settings(session.config, reading.config)))})")
    if changed:
        raise DecisionError(
            f"The {' and '.join(changed)} on the sheets changed since these results were shown.",
            remedy="Read what the sheets show now, then decide.",
            code="MMX-X097",
        )


def _take_down(session: Session, typed: TypedDecision, decision: Decision, wanted: Config | None) -> None:
    said = {"by": typed.reviewer, "comment": typed.comment, "content_id": typed.content_id}
    if decision is Decision.APPROVE:
        session.approve(
            typed.checkpoint, scenario=typed.scenario or None, override=typed.override or None, **said
        )
    elif decision is Decision.REVISE:
        if wanted is None:
            raise DecisionError(
                "The settings on the sheets have faults, so that none can be taken.",
                remedy="Correct what is said beside them and press again.",
                code="MMX-X091",
            )
        session.revise(changed_settings(session.config, wanted), checkpoint=typed.checkpoint, **said)
    else:
        session.stop(checkpoint=typed.checkpoint, **said)


def changed_settings(before: Config, wanted: Config) -> dict[str, object]:
    """Return what was changed, setting by setting, as one who types it on the command line names it.

    A channel of which nothing was said before has only those settings that now say something.
    """
    patch = settings_patch(before, wanted)
    told: dict[str, object] = {}
    for name, value in patch.items():
        if isinstance(value, dict):
            told |= {f"{name}.{part}": each for part, each in value.items() if each is not None}
        else:
            told[name] = value
    try:
        exact = revised(before, told) == wanted
    except MmxError:  # a group given whole because it lost a member
        exact = False
    return told if exact else patch


def kept_settings(session: Session, wanted: Config) -> tuple[str, ...]:
    """Return what to say where a revision holds against the settings on the sheets; usually nothing.

    The settings that a run was last given change nothing, so that a schedule may repeat its call after a
    revision: a person who takes a revised setting back on the sheets has to say so.
    """
    if session.config == wanted:
        return ()
    names = _first(list(changed_settings(session.config, wanted)))
    return (f"A revision holds against the sheets in {names}: choose revise to take what the sheets say.",)


def words(taken: DecisionStatus) -> str:
    """Return a decision that was taken down as a sentence."""
    by = f"by {taken.by} at {moment(taken.at)} UTC"
    match Decision(taken.decision):
        case Decision.APPROVE:
            scenario = f", scenario {taken.scenario}" if taken.scenario else ""
            override = f", against failed guardrails: {taken.override}" if taken.override else ""
            return f"Approved {by}{scenario}{override}."
        case Decision.REVISE:
            return f"Sent back {by} with {_listed(taken.changes)}."
        case Decision.STOP:
            return f"Stopped {by}. Approving the same results takes the run up again."


def _listed(changes: Mapping[str, object]) -> str:
    return _first([f"{name} = {value}" for name, value in changes.items()])


def _first(told: Sequence[str]) -> str:
    return ", ".join(told[:3]) + (f" and {len(told) - 3} more" if len(told) > 3 else "")
