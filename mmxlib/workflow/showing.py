"""What a decision is about: the content that a checkpoint shows, or showed when it was sent back."""

from mmxlib.errors import DecisionError
from mmxlib.terms import Checkpoint
from mmxlib.workflow import deciding
from mmxlib.workflow.checkpoints import DECISIONS, content, content_id
from mmxlib.workflow.deciding import ShownContent
from mmxlib.workflow.journal import EventKind
from mmxlib.workflow.orchestrator import CHECKPOINT_AFTER
from mmxlib.workflow.run import Run, position_words, reached


def shown_now(run: Run, checkpoint: str | None, by: str, typed: str | None) -> ShownContent:
    """Return what a decision is about, after a look at who decides and what they saw.

    Parameters
    ----------
    run
        The run.
    checkpoint
        The checkpoint that was named; None means the last one reached.
    by
        Who decides.
    typed
        The content id (or its first digits) that the person was shown, if any.

    Raises
    ------
    UsageError
        If there is no such checkpoint.
    DecisionError
        If the checkpoint is not reached, or the results changed since they were reviewed.
    """
    deciding.check_person(by)
    position = run.position()
    passed = [each for each in Checkpoint if reached(position, each)]
    named = deciding.checkpoint_named(checkpoint) if checkpoint is not None else None
    if not passed or (named is not None and named not in passed):
        raise DecisionError(
            f"The {named or Checkpoint.BASELINE} checkpoint is not reached: {position_words(position)}.",
            remedy="Go on with `mmx resume`, or decide what waits.",
            code="MMX-W049",
            place=str(run.folder),
        )
    about = named or passed[-1]
    ends = [record.step for record in position.done]
    last = next(step for step, after in CHECKPOINT_AFTER.items() if after is about)
    now = content(about, run.basics.panel, position.done[: ends.index(last) + 1])
    shown = ShownContent(about, now, content_id(now))
    past = {
        each.said["content_id"]: each.said["content"] for each in run.entries if "content_id" in each.said
    }
    deciding.check_content(typed, shown, run.entries, past)
    return shown


def sent_back(run: Run, checkpoint: str | None, by: str, typed: str | None) -> ShownContent | None:
    """Return what the last decision sent back, where its steps are not done again yet; else None.

    Parameters are those of `shown_now`.

    Raises
    ------
    UsageError
        If there is no such checkpoint.
    DecisionError
        If nobody decides, or ``typed`` is not what was sent back.
    """
    deciding.check_person(by)
    named = deciding.checkpoint_named(checkpoint) if checkpoint is not None else None
    decided = [each for each in run.entries if each.kind in DECISIONS]
    if not decided or decided[-1].kind is not EventKind.REVISE:
        return None
    said = decided[-1].said
    about = Checkpoint(said["checkpoint"])
    if named not in (None, about) or reached(run.position(), about):
        return None
    shown = ShownContent(about, said["content"], said["content_id"])
    deciding.check_content(typed, shown, run.entries, {})
    return shown
