"""Response curves as changes of their sheet, whose formulas find the chosen channel among them."""

import numpy as np
import pandas as pd

from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.report.deck import curve_marks
from mmxlib.report.model_frames import CurveMarks, ModelFrames
from mmxlib.report.numbers import percent
from mmxlib.terms import StepName
from mmxlib_excel.layout.results.curves import (
    CHOSEN,
    EACH,
    MARKS,
    NOTES,
    POINTS,
    POINTS_OF_ALL,
    SHEET,
    TOGETHER,
)
from mmxlib_excel.layout.results.parts import CHANNELS, LARGEST
from mmxlib_excel.results.material import Material
from mmxlib_excel.results.writing import (
    HOLDS,
    Row,
    cell,
    emptied,
    noted,
    place_sentence,
    rows_of,
    state_changes,
    written,
    written_beside,
)
from mmxlib_excel.workbooks.port import Changes, Span


def curves_changes(material: Material) -> Changes:
    """Return the changes that show the response curves, or empty their sheet."""
    frames, fitted = material.frames, material.get(FittedModel)
    if frames is None or fitted is None:
        return emptied(SHEET, stale=StepName.MODEL_OPTIMIZATION in material.stale)
    if not frames.curves:
        return emptied(SHEET, stale=False, words="No channel has spend, so there is no curve by spend.")
    marks = curve_marks(fitted, frames, material.get(Scenarios), material.plan)
    names = sorted(frames.curves, key=lambda name: -marks[name].present)
    said_more = [
        f"Ranges hold the truth with a probability of {percent(frames.level)}, if the model is right.",
        "" if material.plan is None else _which(material),
        f"{CHANNELS} of {len(names)} channels are shown, the largest first." if len(names) > CHANNELS else "",
        place_sentence(TOGETHER),
    ]
    chosen = names[:CHANNELS]
    listed = [_listed(frames, name, marks[name]) for name in chosen]
    points = [row for name in chosen for row in _points(frames.curves[name], name)]
    return (
        state_changes(SHEET, [HOLDS])
        + noted(NOTES, (), said_more)
        + written(EACH, rows_of(pd.DataFrame(listed), EACH))
        + written(POINTS_OF_ALL, points)
        + _together(frames, chosen[:LARGEST])
        + _seen(recommended=any(marks[name].recommended is not None for name in chosen))
    )


def _which(material: Material) -> str:
    plan = material.plan
    assert plan is not None
    state = "approved" if material.get(BudgetPlan) is not None else "not approved yet"
    return f"Recommended: the plan {plan.scenario}, {state}."


def _listed(frames: ModelFrames, name: str, marks: CurveMarks) -> dict[str, object]:
    curve = frames.curves[name]
    spend, outcome = curve["spend"].to_numpy(float), curve["outcome"].to_numpy(float)
    planned = marks.recommended
    return {
        "channel": name,
        "present_spend": marks.present,
        "present_outcome": float(np.interp(marks.present, spend, outcome)),
        "plan_spend": planned,
        "plan_outcome": None if planned is None else float(np.interp(planned, spend, outcome)),
        "observed_maximum": marks.observed,
    }


def _points(curve: pd.DataFrame, name: str) -> list[Row]:
    """Return the points of one curve, always as many: formulas count on it."""
    rows = rows_of(curve.assign(channel=name).head(POINTS), POINTS_OF_ALL)
    return rows + [(None,) * len(POINTS_OF_ALL.columns)] * (POINTS - len(rows))


def _together(frames: ModelFrames, names: list[str]) -> Changes:
    headings = [words for name in names for words in (f"{name}: spend", name)]
    columns = [
        [cell(value) for value in frames.curves[name][column].head(POINTS).tolist()]
        for name in names
        for column in ("spend", "outcome")
    ]
    return written_beside(TOGETHER, headings, list(zip(*columns, strict=True)))


def _seen(*, recommended: bool) -> Changes:
    """Return the changes that show the rows of formulas; the recommended point only where there is one."""
    spans = []
    for block in (CHOSEN, MARKS):
        top, last = block.head.row - 1, block.body().last.row + 1
        spans.append(Span(block.sheet, top, last, shown=True))
    last = MARKS.body().last.row
    return Changes(rows=(*spans, Span(MARKS.sheet, last, last, shown=recommended)))
