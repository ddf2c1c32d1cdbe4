"""Tables of the page, made of stored figures: no number of the page is typed by hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tests.benchmarks.benchmark import RESULTS, Benchmark, Goal
from tests.benchmarks.forms import FORMS, Form
from tests.benchmarks.registry import BENCHMARKS
from tests.benchmarks.results import read

NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Missed:
    """A goal and the figures that miss it."""

    benchmark: Benchmark
    goal: Goal
    rows: pd.DataFrame

    @property
    def words(self) -> str:
        """The goal, and what was found instead, at most three cases of it."""
        form = FORMS[self.goal.figure]
        worst = self.rows.iloc[:3]
        said = [f"{self._where(row)}{form.shown(row['value'])}" for row in worst.to_dict("records")]
        more = len(self.rows) - len(worst)
        rest = f" and {more} more" if more else ""
        return f"{self.goal.words} ({'; '.join(said)}{rest})"

    def _where(self, row: Mapping[str, object]) -> str:
        """Return the case and the tool as far as the goal does not say them."""
        tool = str(row["tool"]).removeprefix("mmxlib").strip()
        said = [] if len(self.goal.cases) == 1 else [str(row["case"])]
        if tool and self.rows["tool"].nunique() > 1:
            said.append(tool)
        return f"{', '.join(said)}: " if said else ""


class Figures:
    """The stored figures of all benchmarks, read once; it has state because it keeps what it read."""

    def __init__(self, folder: Path = RESULTS) -> None:
        self._folder = folder
        self._read: dict[str, pd.DataFrame] = {}

    def of(self, name: str) -> pd.DataFrame:
        """Return a benchmark's figures; where it has a rival's, also their ratios."""
        if name not in self._read:
            table = read(name, self._folder)
            rival = BENCHMARKS[name].rival
            self._read[name] = (
                pd.concat([table, _ratios(table, self.of(rival))], ignore_index=True) if rival else table
            )
        return self._read[name]

    def value(self, name: str, case: str, tool: str, figure: str) -> float:
        """Return one figure; that it is there once is part of the promise."""
        table = self.of(name)
        found = table[(table["case"] == case) & (table["tool"] == tool) & (table["figure"] == figure)]
        if len(found) != 1:
            raise LookupError(f"{name}: {len(found)} figures {figure} of {tool}, {case}")
        return float(found["value"].iloc[0])

    def maybe(self, name: str, case: str, tool: str, figure: str) -> float | None:
        """Return one figure, or None where it was not measured."""
        try:
            return self.value(name, case, tool, figure)
        except LookupError:
            return None

    def missed(self, benchmark: Benchmark) -> list[Missed]:
        """Return the goals that are missed, with the figures that miss them."""
        table = self.of(benchmark.name)
        found = [Missed(benchmark, goal, goal.missed(table)) for goal in benchmark.goals]
        return [each for each in found if len(each.rows)]

    def measured(self, name: str) -> list[str]:
        """Return what was measured when, a line for each tool and session."""
        table = read(name, self._folder)
        lines = {}
        for keys, rows in table.groupby(["tool", "measured"], sort=False):
            seeds = [each for each in dict.fromkeys(rows["seeds"]) if each]
            said = f" (seeds {', '.join(seeds)})" if seeds and len(seeds) <= 3 else ""
            lines.setdefault(str(keys[1]), []).append(f"{keys[0]}{said}")
        return [f"{', '.join(tools)}: {where}" for where, tools in lines.items()]


def _ratios(table: pd.DataFrame, rival: pd.DataFrame) -> pd.DataFrame:
    """Return each figure over the rival's of the same case, as figures."""
    rival = rival[rival["figure"].isin(["srmse", "total_error"])]
    rival = rival.drop_duplicates(["case", "figure"])[["case", "figure", "value"]]
    both = table.merge(rival, on=["case", "figure"], suffixes=("", "_rival"))
    both = both.assign(value=both["value"] / both["value_rival"], figure=both["figure"] + "_over_peer")
    return both.drop(columns="value_rival")


def joined(values: Sequence[float | None], form: Form) -> str:
    """Return figures of several tools in one cell, their unit once."""
    if all(value is None for value in values):
        return ""
    said = [NOTHING if value is None else form.number(value) for value in values]
    return f"{' / '.join(said)}{form.unit}"


def lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    ruler = "|".join(["---"] * len(head))
    return "\n".join([f"| {' | '.join(head)} |", f"|{ruler}|", *(f"| {' | '.join(row)} |" for row in rows)])


def grid(
    known: Figures,
    name: str,
    cases: Mapping[str, str],
    figures: Sequence[str],
    tools: Sequence[str],
    *,
    first: str = "",
    bold: Sequence[str] = (),
    goal: str = "",
    heads: Mapping[str, str] | None = None,
) -> str:
    """Return a table with a row for each case, by its words, and a column for each figure of all tools.

    ``bold`` cases are; ``goal`` names the figure whose bounds get a column of their own; ``heads`` are
    headings in place of the figures' words.
    """
    measured = set(known.of(name)["figure"])
    figures = [figure for figure in figures if figure in measured]
    short = [tool.split(" ", 1)[-1].split(",")[0] if " " in tool else tool for tool in tools]
    behind = f" {' / '.join(short)}" if len(tools) > 1 else ""
    head = [first, *((heads or {}).get(figure, FORMS[figure].words + behind) for figure in figures)]
    rows = []
    for case, words in cases.items():
        cells = [words]
        for figure in figures:
            values = [known.maybe(name, case, tool, figure) for tool in tools]
            cells.append(joined(values, FORMS[figure]))
        marked = [f"**{cell}**" if case in bold and cell else cell for cell in cells]
        rows.append([*marked, bound(BENCHMARKS[name], case, goal)] if goal else marked)
    return lines([*head, "goal"] if goal else head, rows)


def bound(benchmark: Benchmark, case: str, figure: str) -> str:
    """Return the most that a case's figure should be, as its goals say."""
    for goal in benchmark.goals:
        if goal.figure == figure and (not goal.cases or case in goal.cases):
            return f"{goal.most:g}" if "seconds" in figure else FORMS[figure].shown(goal.most)
    return ""
