"""What a decision must hold before it is taken down."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmxlib.artifacts.check_titles import plain_title
from mmxlib.artifacts.diagnostics import Check
from mmxlib.artifacts.plan import Scenarios
from mmxlib.config import Config
from mmxlib.errors import DecisionError, SettingsError, UsageError
from mmxlib.terms import Checkpoint
from mmxlib.workflow.checkpoints import SHORT, changes
from mmxlib.workflow.journal import Entry

DEFAULT_SCENARIO = "base"
_FEWEST_DIGITS = 8  # of a content id that was typed: enough to be no accident


@dataclass(frozen=True, slots=True)
class ShownContent:
    """What a person decides on: a checkpoint's content and its identity."""

    checkpoint: Checkpoint
    content: Mapping[str, Any]
    identity: str


def checkpoint_named(name: str) -> Checkpoint:
    """Return the checkpoint of that name.

    Raises
    ------
    UsageError
        If there is none.
    """
    if name in tuple(Checkpoint):
        return Checkpoint(name)
    near = difflib.get_close_matches(name, list(Checkpoint), n=1)
    raise UsageError(
        f'There is no checkpoint "{name}".',
        remedy=f'Did you mean "{near[0]}"?' if near else "The checkpoints are baseline and budget.",
        code="MMX-W040",
    )


def check_person(by: str) -> None:
    """Refuse a decision without a name.

    Raises
    ------
    DecisionError
        If ``by`` is empty.
    """
    if not by.strip():
        raise DecisionError(
            "A decision needs the name of the person who takes it.",
            remedy='Say who decides, such as --by "Ana".',
            code="MMX-W041",
        )


def check_content(
    typed: str | None, shown: ShownContent, entries: Sequence[Entry], past: Mapping[str, Any]
) -> None:
    """Refuse a decision on another content than the present one.

    Parameters
    ----------
    typed
        The content id (or its first digits) that the person was shown; None decides on the present content.
    shown
        The present content.
    entries
        The journal.
    past
        Contents that were shown earlier, by identity.

    Raises
    ------
    DecisionError
        If the content id is another; what changed is said where it is known.
    """
    if typed is None:
        return
    text = typed.strip().lower()
    if len(text) >= _FEWEST_DIGITS and shown.identity.startswith(text):
        return
    if len(text) < _FEWEST_DIGITS:
        raise DecisionError(
            f'"{typed}" is too short for a content id.',
            remedy=f"Copy it from `mmx review`: {shown.identity[:SHORT]}.",
            code="MMX-W042",
        )
    before = next((each for identity, each in past.items() if identity.startswith(text)), None)
    causes = "; ".join(changes(before, shown.content, entries)) if before else ""
    raise DecisionError(
        "The results changed since they were reviewed" + (f": {causes}." if causes else "."),
        remedy=f"Review them again (`mmx review`); the content id is now {shown.identity[:SHORT]}.",
        code="MMX-W043",
    )


def chosen_scenario(checkpoint: Checkpoint, scenario: str | None, scenarios: Scenarios | None) -> str | None:
    """Return the scenario that an approval names: at the budget checkpoint one of those there, else none.

    Raises
    ------
    DecisionError
        If there is no such scenario, or one is named at another checkpoint.
    """
    if checkpoint is not Checkpoint.BUDGET or scenarios is None:
        if scenario is not None:
            raise DecisionError(
                "A scenario is chosen at the budget checkpoint, not here.",
                remedy="Leave the scenario out.",
                code="MMX-W044",
            )
        return None
    names = [plan.scenario for plan in scenarios.plans]
    name = scenario or (DEFAULT_SCENARIO if DEFAULT_SCENARIO in names else names[0])
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        raise DecisionError(
            f'There is no scenario "{name}".',
            remedy=f'Did you mean "{near[0]}"?' if near else f"The scenarios are {', '.join(names)}.",
            code="MMX-W045",
        )
    return name


def check_override(override: str | None, blocked_by: Sequence[Check]) -> None:
    """Refuse to approve a model whose guardrails failed without a reason, and a reason for nothing.

    Raises
    ------
    DecisionError
        In both cases.
    """
    reason = (override or "").strip()
    if blocked_by and not reason:
        raise DecisionError(
            f"{failures(blocked_by)}, so the budget cannot be approved.",
            remedy="Mend the cause and revise, or approve with `--override REASON`; the reason is recorded.",
            code="MMX-W046",
        )
    if override is not None and not blocked_by:
        raise DecisionError(
            "No guardrail failed, so there is nothing to override.",
            remedy="Approve without an override.",
            code="MMX-W047",
        )


def check_revision(before: Config, after: Config) -> None:
    """Refuse a revision of how files are read: a run keeps what was read, so that it would change nothing.

    Raises
    ------
    SettingsError
        If the settings of the data differ.
    """
    if before.data != after.data:
        raise SettingsError(
            "This run has read its files, so that how they are read can no longer be revised.",
            remedy="Change `data` in global.yaml and read again: `mmx run --input … --config … --run-dir …`.",
            code="MMX-W052",
            place="data",
        )


def failures(blocked_by: Sequence[Check]) -> str:
    """Return in words which guardrails failed."""
    names = [f"{plain_title(each.name)}{f' ({each.about})' if each.about else ''}" for each in blocked_by]
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"{len(names)} guardrail{'s' if len(names) > 1 else ''} failed: {shown}"
