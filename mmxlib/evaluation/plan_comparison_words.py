"""Plan versus actual in words."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from mmxlib.artifacts.note import Note, percent
from mmxlib.artifacts.plan_comparison import PlanComparison
from mmxlib.budget.amounts import figure
from mmxlib.maths.arrays import Array
from mmxlib.terms import Verdict

MEANING = {
    "base": "what would have come without media",
    "spend": "other exposure than planned",
    "effectiveness": "what media bring for the same exposure",
    "noise": "what no part of the model explains",
}
"""What each part is, for somebody who has never seen the table."""

APART = 0.7
"""Base and effectiveness count as better known together where the interval of both is less than this share
of what it would be if their errors had nothing to do with each other."""

STILL = 1e-9
"""A part of less than this share of the planned outcome is rounding."""

UNCERTAIN = "cannot be told from zero"


def comparison_notes(result: PlanComparison, together: tuple[Array, Array, Array]) -> tuple[Note, ...]:
    """Return what a reader must know of ``result``, the most important first.

    ``together`` is mean, lower and upper end of base and effectiveness added up.
    """
    return (
        _outcome(result),
        _largest(result),
        *_each_part(result),
        *_each_channel(result.channels),
        *_better_together(result.parts, together),
        _how(result),
    )


def _outcome(result: PlanComparison) -> Note:
    inside = result.planned_lower <= result.actual_outcome <= result.planned_upper
    missed = result.difference / result.planned_outcome
    word = "more" if result.difference >= 0.0 else "less"
    return Note(
        f"From {result.first} on, over {_periods(result.periods)}, {figure(result.actual_outcome)} of sales "
        f"came: {figure(abs(result.difference))} ({percent(abs(missed), 1)}) {word} than the "
        f"{figure(result.planned_outcome)} planned, and {'inside' if inside else 'outside'} the "
        f"{percent(result.level)} interval that the plan promised ({figure(result.planned_lower)} to "
        f"{figure(result.planned_upper)}).",
        about="outcome",
        verdict=Verdict.PASS if inside else Verdict.WARN,
    )


def _largest(result: PlanComparison) -> Note:
    """Return which part mattered most, or that none can be told from zero."""
    certain = [row for row in result.parts.to_dict("records") if row["certain"]]
    if not certain:
        return Note(f"No part of the difference is larger than its uncertainty: each {UNCERTAIN}.", "parts")
    row = max(certain, key=lambda each: abs(each["mean"]))
    return Note(
        f"What mattered most is {row['part']} ({MEANING[row['part']]}): {_signed(row['mean'])}, "
        f"{percent(row['share'], 1, signed=True)} of the planned sales.",
        about=row["part"],
    )


def _each_part(result: PlanComparison) -> Iterator[Note]:
    for row in result.parts.to_dict("records"):
        if max(abs(row["lower"]), abs(row["upper"])) <= STILL * result.planned_outcome:
            yield Note(f"{row['part'].capitalize()}, {MEANING[row['part']]}: nothing.", about=row["part"])
            continue
        range_ = f"({_signed(row['lower'])} to {_signed(row['upper'])})"
        said = "" if row["certain"] else f", which {UNCERTAIN}"
        text = f"{row['part'].capitalize()}, {MEANING[row['part']]}: {_signed(row['mean'])} {range_}{said}."
        if row["part"] == "base":
            text += _base_words(result.base)
        yield Note(text, about=row["part"])


def _base_words(base: pd.DataFrame) -> str:
    """Return a sentence on those of the base's own parts that can be told from zero, empty without any."""
    told = [
        f"{row['part'].replace('_', ' ')} {_signed(row['mean'])}"
        for row in base.to_dict("records")
        if _certain(row)
    ]
    return f" Of it, {' and '.join(told)}." if told else ""


def _certain(row: Mapping[Hashable, Any], name: str = "") -> bool:
    """Return whether zero lies outside the row's interval (of the column ``name``, of the row itself)."""
    return bool(row[f"{name}lower"] > 0.0 or row[f"{name}upper"] < 0.0)


def _each_channel(channels: pd.DataFrame) -> Iterator[Note]:
    """Yield a sentence for every channel whose spend or effect made a difference that is no chance."""
    for row in channels.to_dict("records"):
        name, said = row["channel"], []
        for effect, words in (
            ("spend_effect", _spend_words(row)),
            ("effectiveness", "its exposure brings other sales than the plan assumed"),
        ):
            if _certain(row, f"{effect}_"):
                said.append(f"{words}: {_signed(row[effect])}")
        if said:
            yield Note(f"{name}: {'; '.join(said)}.", about=name)


def _spend_words(row: Mapping[Hashable, Any]) -> str:
    planned, actual = row["planned_spend"], row["actual_spend"]
    if not np.isfinite(planned):
        return "other exposure than planned"
    words = f"spent {figure(actual)} against {figure(planned)} planned"
    if abs(row["cost_effect"]) > 0.1 * abs(row["spend_effect"]):
        words += f" (of which another cost of exposure {_signed(row['cost_effect'])})"
    if (actual - planned) * row["spend_effect"] < 0.0:
        words += ", in other periods or units"
    return words


def _better_together(parts: pd.DataFrame, together: tuple[Array, Array, Array]) -> Iterator[Note]:
    """Yield a doubt where base and effectiveness can take from each other what only their sum tells."""
    rows = parts.set_index("part")
    width = (rows["upper"] - rows["lower"]).loc[["base", "effectiveness"]]
    apart = float(np.hypot(width["base"], width["effectiveness"]))
    mean, lower, upper = (float(each) for each in together)
    if upper - lower < APART * apart:
        yield Note(
            f"Base and effectiveness are known better together than apart: together they made "
            f"{_signed(mean)} ({_signed(lower)} to {_signed(upper)}), and what one had more the other had "
            "less. A lift test would tell them apart.",
            about="base",
            verdict=Verdict.WARN,
        )


def _how(result: PlanComparison) -> Note:
    return Note(
        "The new model may change each channel's effect and each level since the plan. Intervals "
        f"({percent(result.level)}) pair draws of both models that agree on the history, since what both got "
        "wrong of it is no change.",
        about="intervals",
    )


def _periods(count: int) -> str:
    return "one period" if count == 1 else f"{count} periods"


def _signed(value: float) -> str:
    return f"{'+' if value >= 0.0 else '-'}{figure(abs(value))}"
