"""Figures of other tools, published or measured by others: facts with their sources, no text of theirs."""

import pandas as pd

from tests.benchmarks.benchmark import RESULTS
from tests.benchmarks.forms import FORMS
from tests.benchmarks.tables import NOTHING, lines

SOURCES = {
    "shared data": "measured on two cores with 24 GB by those who put the public data beside this project",
    "recovery benchmark": "published with the recovery benchmark (pymc-labs/mmm-param-recovery)",
    "project's issue": "measured on two cores; told in this project's issue on budgets, without settings",
}
"""Where a figure of `others.csv` comes from."""


def others() -> pd.DataFrame:
    return pd.read_csv(RESULTS / "others.csv")


def span(row: pd.Series) -> str:
    """Return a figure or a range of them, with the digits that it was told with."""
    form = FORMS[str(row["figure"])]
    scale = 100.0 if form.unit == " %" else 1.0
    sign = "+" if row["figure"] == "signed_error" else ""
    ends = dict.fromkeys(f"{scale * row[end]:{sign}.6g}" for end in ("low", "high"))
    return f"{' to '.join(ends)}{form.unit}"


def table(figures: list[str], *sets: str) -> str:
    """Return what others reach on sets whose names begin so, a row for each set and tool."""
    known = others()
    known = known[known["set"].str.startswith(sets)]
    rows = []
    for (name, tool), found in known.groupby(["set", "tool"], sort=False):
        by_figure = {str(row["figure"]): row for _, row in found.iterrows()}
        if not set(figures) & set(by_figure):
            continue
        cells = [span(by_figure[figure]) if figure in by_figure else NOTHING for figure in figures]
        kind = f"{found['kind'].iloc[0]}: {found['source'].iloc[0]}"
        rows.append([str(name), str(tool), *cells, kind])
    return lines(["data", "tool", *(FORMS[figure].words for figure in figures), "whose figure"], rows)
