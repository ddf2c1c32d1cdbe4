"""What is said of two runs: the cause where there is one, and how far numbers moved."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.terms import StepName
from mmxlib.workflow.run_changes import Change, ChangeKind, StepChange
from mmxlib.workflow.run_comparison import UP_TO_MODEL, UP_TO_PLAN, RunComparison, causes_of, move_between
from mmxlib.workflow.run_comparison_words import MOST_CHANGES, cause_sentences, comparison_page
from tests.workflow import specimens

SETTING = Change(ChangeKind.SETTINGS, "model.draws", "20", "24")
DATA = Change(ChangeKind.DATA, "currency", "EUR", "USD")
DECISION = Change(ChangeKind.DECISIONS, "the budget checkpoint", "scenario base", "scenario bold")


def run(*, planned: bool) -> SimpleNamespace:
    """Return as much of a run as the words look at."""
    digests = {BudgetPlan: "a"} if planned else {}
    return SimpleNamespace(folder=Path("runs/one"), panel=specimens.panel(), digests=lambda: digests)


def found(
    *changes: Change,
    steps: Sequence[StepChange] = (),
    moves: Sequence[str] = (),
    plans: Sequence[float] = (),
    planned: tuple[bool, bool] = (True, True),
) -> RunComparison:
    """Return a comparison with these changes, differing steps, moves of ROI and recommended budgets."""
    names = [f"channel {number}" for number in range(len(moves))]
    budget = pd.DataFrame({"recommended_before": plans[:1], "recommended_after": plans[1:]})
    return RunComparison(
        before=run(planned=planned[0]),
        after=run(planned=planned[1]),
        changes=changes,
        steps=tuple(steps),
        model_causes=causes_of(steps, UP_TO_MODEL),
        plan_causes=causes_of(steps, UP_TO_PLAN),
        fit=pd.DataFrame(),
        channels=pd.DataFrame({"channel": names, "roi_move": moves}),
        window=None,
        budget=budget,
    )


def step(name: StepName, *causes: ChangeKind, same: bool = False) -> StepChange:
    return StepChange(name, causes, same)


MODEL_MOVED = (step(StepName.MODEL_OPTIMIZATION, ChangeKind.SETTINGS),)


def test_runs_without_a_common_step_are_not_compared() -> None:
    (said,) = cause_sentences(found())
    assert "nothing to compare yet" in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((SETTING,), "settings differ (model.draws: 20 -> 24)"),
        ((DECISION,), "decisions differ (the budget checkpoint: scenario base -> scenario bold)"),
        ((DATA, SETTING), "data and settings differ (currency: EUR -> USD; model.draws: 20 -> 24)"),
    ],
)
def test_a_change_that_moves_no_number_is_told_as_such(changes: tuple[Change, ...], said: str) -> None:
    (whole,) = cause_sentences(found(*changes, steps=[step(StepName.INSIGHT, same=True)]))
    assert whole == f"Every result is the same, byte for byte: {said}, but in nothing that moves a number."


def test_a_verdict_names_three_changes_and_counts_the_rest() -> None:
    many = [Change(ChangeKind.SETTINGS, f"setting {number}", "1", "2") for number in range(5)]
    said = cause_sentences(found(*many, steps=MODEL_MOVED))[0]
    assert "setting 2: 1 -> 2; 2 more below" in said
    assert "setting 3" not in said


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        (["the same", "beyond both ranges"], "The ROI of channel 1 moved beyond both ranges"),
        (["the same", "the same"], "No ROI changed."),
        (["the same", "within both ranges"], "Every ROI stays within the ranges of both runs"),
        (["within both ranges", "at the edge of the ranges"], "No ROI moved beyond both ranges"),
    ],
)
def test_how_far_roi_moved_is_said_in_one_sentence(moves: list[str], said: str) -> None:
    whole = cause_sentences(found(SETTING, steps=MODEL_MOVED, moves=moves))
    assert [each.startswith(said) for each in whole] == [False, True]


def test_of_roi_that_no_run_could_tell_nothing_is_said() -> None:
    assert not any(
        "ROI" in each for each in cause_sentences(found(SETTING, steps=MODEL_MOVED, moves=["", ""]))
    )


def test_results_that_differ_by_nothing_given_are_said_to() -> None:
    said = cause_sentences(found(steps=[step(StepName.BASELINE)]))
    assert said[0].startswith("Nothing that reaches the model's results differs in what was given")


def test_a_plan_that_rests_on_more_than_the_model_names_what_else() -> None:
    steps = [*MODEL_MOVED, step(StepName.ALLOCATION, ChangeKind.DECISIONS)]
    said = cause_sentences(found(SETTING, DECISION, steps=steps, plans=[1.0, 2.0]))
    assert said[-1] == (
        "The recommended budget also rests on the approval of the budget, which changed as well (the budget "
        "checkpoint: scenario base -> scenario bold) and does not touch contributions and ROI."
    )


def test_the_same_plan_of_another_model_is_said_to_be_the_same() -> None:
    said = cause_sentences(found(SETTING, steps=MODEL_MOVED, plans=[1.0, 1.0]))
    assert said[-1] == "The recommended budget is the same, channel by channel."


@pytest.mark.parametrize(("planned", "name"), [((False, True), "first"), ((True, False), "second")])
def test_a_run_without_an_approved_plan_is_named(planned: tuple[bool, bool], name: str) -> None:
    said = cause_sentences(found(SETTING, steps=MODEL_MOVED, planned=planned))
    assert said[-1] == f"The {name} run has no approved plan, so budgets are not compared."


def test_a_page_lists_so_many_changes_and_counts_the_rest() -> None:
    many = [
        Change(ChangeKind.SETTINGS, f"setting {number:03}", "1", "2") for number in range(MOST_CHANGES + 2)
    ]
    page = comparison_page(found(*many, steps=MODEL_MOVED))
    assert f"| setting {MOST_CHANGES - 1:03} |" in page
    assert f"| setting {MOST_CHANGES:03} |" not in page
    assert "\n2 further changes.\n" in page


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [
        ((2.0, 1.0, 3.0), (2.0, 1.0, 3.0), "the same"),
        ((2.0, 1.0, 3.0), (2.0, 1.0, 3.1), "within both ranges"),
        ((2.0, 1.0, 3.0), (3.0, 2.0, 4.0), "within both ranges"),
        ((2.0, 1.0, 3.0), (2.9, 2.5, 4.0), "at the edge of the ranges"),
        ((2.0, 1.0, 3.0), (3.5, 1.5, 4.0), "at the edge of the ranges"),
        ((2.0, 1.0, 3.0), (4.0, 3.0, 5.0), "at the edge of the ranges"),
        ((2.0, 1.0, 3.0), (4.0, 3.1, 5.0), "beyond both ranges"),
        ((2.0, 1.0, 3.0), (np.nan, np.nan, np.nan), ""),
    ],
)
def test_a_move_is_the_same_from_either_side(before: list[float], after: list[float], move: str) -> None:
    assert move_between(before, after) == move_between(after, before) == move


def test_a_channel_of_one_run_alone_is_new_or_gone() -> None:
    assert move_between(None, (2.0, 1.0, 3.0)) == "new"
    assert move_between((2.0, 1.0, 3.0), None) == "gone"
