"""The tables of the page's sections whose rows or columns need words of their own."""

from collections.abc import Callable, Mapping, Sequence

from tests.benchmarks import agents_truth, budget_gap, calibration, forecasts, main_job, raw_tables
from tests.benchmarks.forms import FORMS
from tests.benchmarks.peer import TOOL as PEER
from tests.benchmarks.published import ROAS, SIZES
from tests.benchmarks.recovery import MEAN
from tests.benchmarks.registry import BENCHMARKS
from tests.benchmarks.summary import BOTH, both
from tests.benchmarks.tables import Figures, bound, grid, joined, lines
from tests.benchmarks.truths import KINDS

ROWS = {**{kind.name: kind.words for kind in KINDS}, MEAN: MEAN}
SCORES = {"srmse": "SRMSE", "total_error": "error of totals", "covers": "covers"}


def beside_peer(known: Figures) -> str:
    """Return the three tools' scores in one table, and mmxlib's over the peer's."""
    tools = [("truths", BOTH[0]), ("truths", BOTH[1]), ("peer", PEER)]
    rows = []
    for case, words in ROWS.items():
        cells = [words]
        for figure in SCORES:
            values = [known.maybe(name, case, tool, figure) for name, tool in tools]
            cells.append(joined(values, FORMS[figure]))
        rows.append([f"**{cell}**" for cell in cells] if case == MEAN else cells)
    over = [both(known, "truths", MEAN, f"{figure}_over_peer") for figure in ("srmse", "total_error")]
    rows.append(["**over the peer's**", *(f"**{cell}**" for cell in over), ""])
    return lines(["kind", *(f"{words} ridge / bayes / peer" for words in SCORES.values())], rows)


def coverage(known: Figures) -> str:
    """Return the share of totals that ranges hold, a column for each method."""
    rows = []
    for case, words in {**ROWS, "unseen seeds alone": "seeds 10 to 19 alone"}.items():
        cells = [
            words,
            *(FORMS["covers"].shown(known.value("coverage", case, tool, "covers")) for tool in BOTH),
        ]
        rows.append([f"**{cell}**" for cell in cells] if case == MEAN else cells)
    return lines(["kind", "ridge", "bayes"], rows)


def published(known: Figures) -> str:
    """Return the scores of the recovery benchmark and the errors of the two other sets."""
    rows = []
    for size in SIZES:
        case = f"recovery, {size}"
        cells = [" / ".join(_told(known, [case], tool, ["srmse", "total_error"])) for tool in BOTH]
        rows.append([case, "SRMSE / error of totals", *cells])
        per_draw = [", ".join(_told(known, [case], tool, ["srmse_per_draw"])) for tool in BOTH]
        rows.append([case, "SRMSE per draw", *per_draw])
    for name, words, what in (
        ("roas_lift", "roas_lift with its four tests", "ROAS"),
        ("mmm_example", "mmm_example (logistic truth)", "totals"),
    ):
        cases = [f"{name}, {channel}" for channel in ROAS]
        for figure, head in (("signed_error", f"error of {what}"), ("srmse", "SRMSE")):
            cells = [", ".join(_told(known, cases, tool, [figure])) for tool in BOTH]
            covered = _covered(known, name) if figure == "signed_error" else ""
            if any(cells):
                rows.append([words, f"{head} {', '.join(ROAS)}{covered}", *cells])
    return lines(["data", "figure", "ridge", "bayes"], rows)


def _told(known: Figures, cases: Sequence[str], tool: str, figures: Sequence[str]) -> list[str]:
    """Return what was measured of the published truths, SRMSE with three digits as others tell it."""
    found = [(figure, known.maybe("published", case, tool, figure)) for case in cases for figure in figures]
    fine = {"srmse": "srmse_fine", "srmse_per_draw": "srmse_fine"}
    return [FORMS[fine.get(figure, figure)].shown(value) for figure, value in found if value is not None]


def _covered(known: Figures, name: str) -> str:
    held = [known.value("published", f"{name}, {each}", tool, "covers") for each in ROAS for tool in BOTH]
    return " (both covered)" if min(held) == 1.0 else f" ({sum(held):.0f} of {len(held)} covered)"


def simulated(known: Figures) -> str:
    cases = {case: case for case in dict.fromkeys(known.of("simulated")["case"])}
    return grid(
        known,
        "simulated",
        cases,
        ["total_error", "signed_error", "covers"],
        BOTH[:1],
        first="channel",
        bold=["all channels"],
    )


def least_p(known: Figures) -> str:
    table = known.of("calibration")
    quantities = table[(table["figure"] == "p") & (table["case"] != calibration.ALL)]
    return f"{quantities['value'].min():.3f}"


def forecast_rows(known: Figures) -> str:
    """Return the shares that ranges hold, and the errors beside those of the year before."""
    rows = []
    for words, case in forecasts.MEAN.items():
        shares = [
            known.value("forecasts", case, forecasts.TOOL, f"covers_{name}")
            for name in ("periods", "all_units", "sums", "total")
        ]
        errors = [known.value("forecasts", case, tool, "nrmse") for tool in (forecasts.TOOL, forecasts.RIVAL)]
        form = FORMS["nrmse"].shown
        rows.append(
            [
                words,
                *(FORMS["covers_sums"].shown(each) for each in shares),
                ", ".join(form(each) for each in errors),
            ]
        )
    head = [FORMS[f"covers_{name}"].words for name in ("periods", "all_units", "sums", "total")]
    return lines(["set", *head, "NRMSE, same week a year before"], rows)


def weak_forecasts(known: Figures) -> str:
    """Return the kinds and sets one by one: weak spots among them."""
    table = known.of("forecasts")
    cases = {case: case for case in dict.fromkeys(table["case"]) if case not in forecasts.MEAN.values()}
    figures = [f"covers_{name}" for name in ("periods", "all_units", "sums", "total")]
    return grid(
        known,
        "forecasts",
        cases,
        [*figures, "nrmse", "nrmse_over_rival"],
        [forecasts.TOOL],
        first="one by one",
    )


WEEKS = {
    "level shifts of 3 sd": "level shifts of 3 sd, three years",
    **{f"single weeks of {size} sd": f"single weeks of {size} sd, three years" for size in (3, 4, 5, 6)},
    "four weeks of 3 sd in a row": "four odd weeks in a row of 3 sd each, three years",
}
HARDER = (
    "156 weeks, noise remembers 0.6",
    "104 weeks",
    "156 weeks, a slow swing",
    "60 weeks, noise remembers 0.3",
)
PLANTED = (
    ("2 to 5 kinds of sub-categories, 6 to 60 of them, 10 sd apart: sets found", "all kinds apart", "found"),
    ("one kind: sets in which it is left together", "all lone kinds", "left_together"),
    *((f"{words}: recall, precision", f"{case}, {agents_truth.PLAIN}", "") for case, words in WEEKS.items()),
    ("the same in harder series: recall", "four weeks of 3 sd in a row, all harder series", "recall"),
    *((f"level shifts of 3 sd, {name}: recall", f"level shifts of 3 sd, {name}", "alone") for name in HARDER),
    ("lifts of events: 90 % ranges that hold them", "all events", "mean_covers"),
    ("placebo windows that show nothing", "all events", "mean_nothing"),
    ("baselines where media pause: within 5 %", "all baselines where media pause", "within_5"),
    ("where curves are not those believed: within 5 %", "all baselines of curves not believed", "within_5"),
    ("where media never pause: within 5 %", "all baselines where media never pause", "within_5"),
    ("the same: at most off", "all baselines where media never pause", "highest_at_most_off"),
)
"""What was planted, in words; its case; its figure (none: recall and precision; alone: recall)."""


def planted(known: Figures) -> str:
    """Return what was planted and what was found of it."""
    table = known.of("agents")
    told = []
    for words, case, figure in PLANTED:
        found = table[(table["case"] == case) & (table["tool"] == agents_truth.TOOL)]
        values = dict(zip(found["figure"], found["value"], strict=True))
        told.append([words, _found(values, figure)])
    return lines(["planted", "found"], told)


def _found(values: Mapping[str, float], figure: str) -> str:
    if figure == "":
        return ", ".join(FORMS[each].shown(values[each]) for each in ("recall", "precision"))
    if figure == "alone":
        return FORMS["recall"].shown(values["recall"])
    if figure in values:
        return FORMS[figure].shown(values[figure])
    ends = [values[name] for name in (f"lowest_{figure}", f"highest_{figure}") if name in values]
    form = FORMS[figure]
    if len(ends) == 1 or ends[0] == ends[1]:
        return ("at least " if len(ends) == 1 and ends[0] < 1.0 else "") + form.shown(ends[0])
    return f"{form.number(ends[0])} to {form.shown(ends[1])}"


def of_weeks(known: Figures, tool: str) -> str:
    return FORMS["equal"].shown(
        known.value("agents", f"single weeks of 3 sd, {agents_truth.PLAIN}", tool, "equal")
    )


def risk_gaps(known: Figures) -> str:
    table = known.of("budget_gap")
    cases = dict.fromkeys(table[table["figure"] == "gap"]["case"])
    return grid(known, "budget_gap", {case: case for case in cases}, ["gap"], ["mmxlib"], first="question")


def cell_gaps(known: Figures) -> str:
    cases = {case: case for case in dict.fromkeys(known.of("budget_cells")["case"])}
    figures = [
        name
        for name in ("gap", "gain", "lowest_gap", "highest_gap")
        if name in set(known.of("budget_cells")["figure"])
    ]
    return grid(known, "budget_cells", cases, figures, ["mmxlib"], first="question")


def fits(known: Figures) -> str:
    table, rows = known.of("fit_speed"), []
    for case, tool in dict.fromkeys(zip(table["case"], table["tool"], strict=True)):
        values = {
            name: known.maybe("fit_speed", case, tool, name)
            for name in ("seconds", "cpu_seconds", "least_ess", "largest_r_hat", "divergences")
        }
        cells = ["" if value is None else FORMS[name].shown(value) for name, value in values.items()]
        rows.append([case, *cells, bound(BENCHMARKS["fit_speed"], case, "seconds")])
    head = [
        FORMS[name].words for name in ("seconds", "cpu_seconds", "least_ess", "largest_r_hat", "divergences")
    ]
    return lines(["what", *head, "goal"], rows)


def panels(known: Figures) -> str:
    cases = {case: case for case in dict.fromkeys(known.of("large_panel")["case"])}
    return grid(
        known,
        "large_panel",
        cases,
        ["seconds", "cpu_seconds", "peak_mb"],
        BOTH[:1],
        first="size",
        goal="seconds",
    )


def raw(known: Figures) -> str:
    table, rows = known.of("raw_tables"), []
    limits = {tool: f"{goals[0].most:g} s, {goals[1].most:,g} MB" for tool, goals in _by_tool().items()}
    for case, tool in dict.fromkeys(zip(table["case"], table["tool"], strict=True)):
        cells = [
            FORMS[name].shown(known.value("raw_tables", case, tool, name))
            for name in ("seconds", "cpu_seconds", "peak_mb")
        ]
        rows.append([case, tool, *cells, limits[tool]])
    return lines(
        ["file", "engine", *(FORMS[name].words for name in ("seconds", "cpu_seconds", "peak_mb")), "goal"],
        rows,
    )


def _by_tool() -> dict[str, list]:
    goals = BENCHMARKS["raw_tables"].goals
    return {tool: [goal for goal in goals if goal.tools == (tool,)] for tool in raw_tables.ENGINES.values()}


def durability(known: Figures) -> str:
    cases = {case: case for case in dict.fromkeys(known.of("durability")["case"])}
    return grid(known, "durability", cases, ["milliseconds", "seconds", "share"], ["mmxlib"], first="what")


TABLES: dict[str, Callable[[Figures], str]] = {
    "beside_peer": beside_peer,
    "bound_of_weeks": lambda known: of_weeks(known, agents_truth.BOUND),
    "cell_gaps": cell_gaps,
    "coverage": coverage,
    "coverage_error": lambda known: both(known, "coverage", MEAN, "total_error"),
    "coverage_srmse": lambda known: both(known, "coverage", MEAN, "srmse"),
    "durability": durability,
    "equal_of_weeks": lambda known: of_weeks(known, agents_truth.TOOL),
    "fits": fits,
    "forecasts": forecast_rows,
    "least_p": least_p,
    "panels": panels,
    "planted": planted,
    "published": published,
    "raw": raw,
    "risk_gaps": risk_gaps,
    "simulated": simulated,
    "weak_forecasts": weak_forecasts,
}
"""Each by its name in the template."""


def case_words(known: Figures) -> dict[str, Mapping[str, str]]:
    """Return the rows of plain tables by their name in the template."""
    waits = dict.fromkeys(known.of("budget_speed")["case"])
    return {
        "GAPS": {name: name for name in budget_gap.KINDS},
        "WAITS": {case: case for case in waits},
        "JOBS": {main_job.FIRST: main_job.FIRST, main_job.LATER: main_job.LATER},
        "CHECKS": {case: case for case in dict.fromkeys(known.of("check_speed")["case"])},
    }
