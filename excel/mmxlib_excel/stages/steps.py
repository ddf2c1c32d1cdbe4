"""The steps of a run, one after another: between two of them Cancel is looked at and results are written."""

from collections.abc import Mapping
from dataclasses import dataclass

from mmxlib.terms import Checkpoint, StepName
from mmxlib.workflow.session import Session
from mmxlib.workflow.status import RunState, Status, StepState
from mmxlib_excel.layout.stage import Stage
from mmxlib_excel.stages.showing import result_changes
from mmxlib_excel.stages.start_sheet import STEP_OF
from mmxlib_excel.stages.telling import Teller

RUN_ALL = "Run all"
"""Who approves where a user asked for everything at once."""
_LAST: Mapping[Stage, StepName] = {
    **STEP_OF,
    Stage.NEXT: StepName.INSIGHT,
    Stage.ALL: StepName.INSIGHT,
}


@dataclass(frozen=True, slots=True)
class StepsRun:
    """Where a run stands after its steps, which of them ran, and whether its user broke it off in between."""

    status: Status
    ran: tuple[StepName, ...]
    canceled: bool = False


def run_steps(session: Session, stage: Stage, teller: Teller) -> StepsRun:
    """Do the steps that a stage asks for, as far as approvals let them."""
    ran: list[StepName] = []
    for step in StepName:
        status = session.status()
        if not _is_done(status, step):
            if stage is Stage.ALL:
                status = _approved(session, status)
            if status.state in (RunState.WAITING, RunState.STOPPED):
                return StepsRun(status, tuple(ran))
            if teller.canceled():
                return StepsRun(status, tuple(ran), canceled=True)
            teller.running(status, step)
            status = session.advance(until=step)
            ran.append(step)
            # the run folder has the result; only now does the workbook get it
            teller.write(result_changes(session, (step,)))
        if step is _LAST[stage]:
            break
    return StepsRun(session.status(), tuple(ran))


def _approved(session: Session, status: Status) -> Status:
    """Approve what waits, unless a guardrail failed: that only a person can override."""
    if status.state is not RunState.WAITING or status.blocked_by or status.checkpoint is None:
        return status
    return session.approve(
        Checkpoint(status.checkpoint),
        by=RUN_ALL,
        comment="approved without review",
        content_id=status.content_id,
    )


def _is_done(status: Status, step: StepName) -> bool:
    return any(each.step is step and each.state is StepState.DONE for each in status.steps)
