"""What changed between two runs, and why, in words: sentences on the causes, and the whole as Markdown."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.report.narrative import escaped
from mmxlib.report.numbers import (
    Measures,
    between,
    counted,
    day,
    listed,
    percent,
    ratio,
    signed_percent,
)
from mmxlib.terms import StepName
from mmxlib.workflow.run_changes import Change, ChangeKind
from mmxlib.workflow.run_comparison import UP_TO_MODEL, Move, RunComparison, causes_of

TITLE = "What changed between two runs"
NAMES = "before", "after"
MOST_CHANGES = 40
"""The changes of one kind that a page lists; the rest are counted, and JSON has them all."""

MOST_NAMED = 3

WORDS: Mapping[ChangeKind, str] = {
    ChangeKind.DATA: "the data",
    ChangeKind.SETTINGS: "the settings",
    ChangeKind.DECISIONS: "the approval of the budget",
    ChangeKind.VERSIONS: "the version of the program or its libraries",
}

HEADINGS: Mapping[ChangeKind, str] = {
    ChangeKind.DATA: "Data",
    ChangeKind.SETTINGS: "Settings",
    ChangeKind.DECISIONS: "Decisions",
    ChangeKind.VERSIONS: "Versions",
}


def cause_sentences(found: RunComparison) -> tuple[str, ...]:
    """Return in plain sentences what caused the differences, as far as two runs can tell."""
    if not found.steps:
        return ("The two runs have no finished step in common: there is nothing to compare yet.",)
    if found.identical:
        return (_identical(found), *_unfinished(found))
    return (*_about_model(found), *_about_plan(found), *_about_words(found), *_unfinished(found))


def _identical(found: RunComparison) -> str:
    if not found.changes:
        return (
            "Nothing changed: data, settings, decisions and versions are the same, and so is every result, "
            "byte for byte."
        )
    kinds = _kinds(found.changes)
    what = listed([HEADINGS[each].lower() for each in kinds])
    return (
        f"Every result is the same, byte for byte: {what} differ ({_examples(found.changes, kinds)}), "
        "but in nothing that moves a number."
    )


def _kinds(changes: Sequence[Change]) -> list[ChangeKind]:
    return [kind for kind in ChangeKind if any(each.kind is kind for each in changes)]


def _examples(changes: Sequence[Change], kinds: Sequence[ChangeKind]) -> str:
    chosen = [f"{each.about}: {each.before} -> {each.after}" for each in changes if each.kind in kinds]
    rest = len(chosen) - MOST_NAMED
    return "; ".join([*chosen[:MOST_NAMED], *([f"{rest} more below"] if rest > 0 else [])])


def _about_model(found: RunComparison) -> Iterator[str]:
    """Yield why contributions and ROI differ, or that they do not."""
    done = [each for each in found.steps if each.step in UP_TO_MODEL]
    last = done[-1] if done else None
    if last is not None and last.step is StepName.MODEL_OPTIMIZATION and last.same:
        yield "The model is the same, byte for byte: contributions and ROI did not change."
        return
    yield _cause(found, found.model_causes, "the model's results")
    moves = [str(each) for each in found.channels["roi_move"]] if len(found.channels) else []
    told = [each for each in moves if each]
    if told:
        beyond = [
            str(row["channel"])
            for row in found.channels.to_dict("records")
            if row["roi_move"] == Move.BEYOND.value
        ]
        if beyond:
            yield f"The ROI of {listed(beyond)} moved beyond both ranges: that is more than uncertainty."
        elif all(each == Move.SAME.value for each in told):
            yield "No ROI changed."
        elif all(each in (Move.SAME.value, Move.WITHIN.value) for each in told):
            yield "Every ROI stays within the ranges of both runs: none moved by more than its uncertainty."
        else:
            yield "No ROI moved beyond both ranges; where one is at the edge, the ranges still overlap."


def _about_plan(found: RunComparison) -> Iterator[str]:
    """Yield why the recommended budget differs, where something else reaches it than reaches the model."""
    if len(found.budget) and np.array_equal(
        found.budget["recommended_before"], found.budget["recommended_after"]
    ):
        yield "The recommended budget is the same, channel by channel."
        return
    own = tuple(each for each in found.plan_causes if each not in found.model_causes)
    if not own:
        return
    if not found.model_causes:
        yield _cause(found, own, "the recommended budget")
        return
    yield (
        f"The recommended budget also rests on {listed([WORDS[each] for each in own])}, which changed as "
        f"well ({_examples(found.changes, own)}) and does not touch contributions and ROI."
    )


def _about_words(found: RunComparison) -> Iterator[str]:
    """Yield why the summary says other things of the same model and plan, where it does."""
    if found.plan_causes or not (causes := causes_of(found.steps, (StepName.INSIGHT,))):
        return
    yield _cause(found, causes, "the summary")


def _cause(found: RunComparison, causes: Sequence[ChangeKind], what: str) -> str:
    if not causes:
        return f"Nothing that reaches {what} differs in what was given; results differ only after it."
    if len(causes) == 1:
        others = [WORDS[each] for each in ChangeKind if each not in (*causes, ChangeKind.DECISIONS)]
        examples = _examples(found.changes, causes)
        shown = f" ({examples})" if examples else ""
        return (
            f"Only {WORDS[causes[0]]} changed{shown}; {listed(others)} are the same. So that is the cause of "
            f"every difference in {what}."
        )
    names = listed([WORDS[each] for each in causes])
    first, rest = WORDS[causes[0]], listed([WORDS[each] for each in causes[1:]])
    return (
        f"{names[:1].upper()}{names[1:]} changed, and each moves {what}: from these two runs alone, what "
        f"each did cannot be told apart. Make the run between them, with {first} of the second and {rest} "
        "of the first, and compare it with both."
    )


def _unfinished(found: RunComparison) -> Iterator[str]:
    for name, run in zip(("first", "second"), (found.before, found.after), strict=True):
        if BudgetPlan not in run.digests():
            yield f"The {name} run has no approved plan, so budgets are not compared."


def comparison_page(found: RunComparison) -> str:
    """Return the comparison as Markdown."""
    lines = [f"# {TITLE}", "", *(f"- {escaped(each)}" for each in cause_sentences(found)), ""]
    lines += [f"Before: {escaped(str(found.before.folder))}.", ""]
    lines += [f"After: {escaped(str(found.after.folder))}.", ""]
    for kind in ChangeKind:
        lines += _listed_changes(found, kind)
    for heading, table in comparison_tables(found).items():
        lines += [f"## {escaped(heading)}", "", *_markdown(table), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _listed_changes(found: RunComparison, kind: ChangeKind) -> list[str]:
    changes = [each for each in found.changes if each.kind is kind]
    if not changes:
        return [f"## {HEADINGS[kind]}", "", "The same.", ""]
    shown = changes[:MOST_CHANGES]
    table = pd.DataFrame([(each.about, each.before, each.after) for each in shown], columns=["what", *NAMES])
    rest = len(changes) - len(shown)
    more = [f"{counted(rest, 'further change')}.", ""] if rest else []
    return [f"## {HEADINGS[kind]}", "", *_markdown(table), "", *more]


def comparison_tables(found: RunComparison) -> dict[str, pd.DataFrame]:
    """Return the tables of a comparison with their numbers in words, by heading; empty ones are left out."""
    tables = {
        "Steps": _steps(found),
        "How well the models hold": _fit(found),
        _channel_heading(found): _channels(found),
        "Recommended budget": _budget(found),
    }
    return {heading: table for heading, table in tables.items() if len(table)}


def _steps(found: RunComparison) -> pd.DataFrame:
    rows = [
        (
            each.step.value.replace("_", " "),
            listed([HEADINGS[cause].lower() for cause in each.causes])
            if each.causes
            else "nothing of its own",
            "the same" if each.same else "another",
        )
        for each in found.steps
    ]
    return pd.DataFrame(rows, columns=["step", "given otherwise", "result"])


def _fit(found: RunComparison) -> pd.DataFrame:
    table = found.fit.copy()
    for name in NAMES if len(table) else ():
        table[name] = [each if isinstance(each, str) else percent(float(each)) for each in table[name]]
    return table


def _channel_heading(found: RunComparison) -> str:
    if found.window is None:
        return "By channel"
    return f"By channel, over the periods of both runs ({day(found.window[0])} to {day(found.window[1])})"


def _channels(found: RunComparison) -> pd.DataFrame:
    measures = Measures.of(found.after.panel)
    rows = []
    for row in found.channels.to_dict("records"):
        cells = [str(row["channel"])]
        for measure, form in (("contribution", measures.outcome), ("roi", ratio)):
            for when in NAMES:
                at, low, high = (float(row[f"{measure}{end}_{when}"]) for end in ("", "_lower", "_upper"))
                cells.append(f"{form(at)} ({between(low, high, form)})" if np.isfinite(at) else "")
            cells.append(str(row[f"{measure}_move"]))
        rows.append(cells)
    heads = [f"{name} {when}".strip() for name in ("contribution", "ROI") for when in (*NAMES, "moved")]
    return pd.DataFrame(rows, columns=["channel", *heads])


def _budget(found: RunComparison) -> pd.DataFrame:
    measures = Measures.of(found.after.panel)
    rows = []
    for row in found.budget.to_dict("records"):
        cells = [str(row["channel"])]
        for when in NAMES:
            planned, change = float(row[f"recommended_{when}"]), float(row[f"change_{when}"])
            moved = f" ({signed_percent(change)})" if np.isfinite(change) else ""
            cells.append(f"{measures.money(planned)}{moved}" if np.isfinite(planned) else "")
        cells += ["" if row[f"action_{when}"] != row[f"action_{when}"] else str(row[f"action_{when}"])
                  for when in NAMES]  # fmt: skip
        rows.append(cells)
    heads = ["channel", *(f"plan {when}" for when in NAMES), *(f"action {when}" for when in NAMES)]
    table = pd.DataFrame(rows, columns=heads)
    return table if len(table) and (table[heads[3:]] != "").any(axis=None) else table[heads[:3]]


def _markdown(table: pd.DataFrame) -> list[str]:
    def line(cells: Sequence[object]) -> str:
        return f"| {' | '.join(escaped(str(each)) for each in cells)} |"

    return [
        line(list(table.columns)),
        f"| {' | '.join('---' for _ in table.columns)} |",
        *(line(row) for row in table.itertuples(index=False)),
    ]
