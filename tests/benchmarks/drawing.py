"""The plots of the page, as values: which figures stand in which panel, beside whose."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tests.benchmarks import (
    agents_truth,
    budget_gap,
    budget_speed,
    calibration,
    main_job,
    raw_tables,
    recovery,
    speed,
)
from tests.benchmarks.forecasts import MEAN as FORECASTS
from tests.benchmarks.forecasts import RIVAL
from tests.benchmarks.forecasts import TOOL as FORECASTER
from tests.benchmarks.others import others
from tests.benchmarks.peer import TOOL as PEER
from tests.benchmarks.plots import Panel, Plot, Point
from tests.benchmarks.published import SIZES
from tests.benchmarks.registry import BENCHMARKS, WIDE
from tests.benchmarks.summary import BOTH, PLAN, goal_of
from tests.benchmarks.tables import Figures
from tests.benchmarks.truths import KINDS

ROWS = {recovery.MEAN: "mean", **{kind.name: kind.words for kind in KINDS}}
BAND = (WIDE["least"], WIDE["most"])


def points(
    known: Figures, name: str, figure: str, tools: Iterable[str], rows: Mapping[str, str]
) -> list[Point]:
    """Return the figures of all tools in rows named by ``rows``, those that were measured."""
    found = []
    for case, words in rows.items():
        for tool in tools:
            value = known.maybe(name, case, tool, figure)
            if value is not None:
                found.append(Point(words, tool, value, value))
    return found


def theirs(which: str, figure: str) -> list[Point]:
    """Return what others reach on a set, a row for each tool."""
    found = others()
    found = found[(found["set"] == which) & (found["figure"] == figure)]
    names = (
        found["tool"]
        .str.replace(", nutpie", "")
        .str.replace("knots every 13 weeks", "knots")
        .str.replace(r" \d+\.\d+\.\d+", "", regex=True)
    )
    return [
        Point(name, name, float(row["low"]), float(row["high"]))
        for name, (_, row) in zip(names, found.iterrows(), strict=True)
    ]


def own(known: Figures, name: str, case: str, figure: str, tools: Mapping[str, str]) -> list[Point]:
    """Return a case's figure, a row for each tool, by the words given for it."""
    found = []
    for tool, words in tools.items():
        value = known.value(name, case, tool, figure)
        found.append(Point(words, tool, value, value))
    return found


def beside_others(known: Figures) -> Plot:
    mean, methods = recovery.MEAN, {tool: tool for tool in BOTH}

    def simulated(title: str, figure: str, **options) -> Panel:
        peer = own(known, "peer", mean, figure, {PEER: "PyMC-Marketing"})
        both = own(known, "truths", mean, figure, methods)
        return Panel(title, figure, (*both, *peer), told=True, **options)

    def public(size: str, figure: str) -> Panel:
        both = own(known, "published", f"recovery, {size}", figure, methods)
        title = f"Published truth, '{size}': SRMSE of weekly contributions"
        return Panel(title, figure, (*both, *theirs(f"recovery {size}", figure)), told=True)

    fit = own(known, "fit_speed", f"{speed.REFITS}, small", "seconds", {BOTH[0]: "mmxlib ridge, 200 refits"})
    fit += own(known, "fit_speed", f"{speed.CHAINS}, small", "seconds", {BOTH[1]: "mmxlib bayes"})
    plan = own(known, "budget_speed", budget_speed.case(2, 13, 1, "totals"), "seconds", {"mmxlib": "mmxlib"})
    return Plot(
        "beside_others",
        "mmxlib beside the others",
        "Simulated truths: one set of markets for all. Published truth and times: others' figures by others",
        (
            simulated("Simulated truths: SRMSE of weekly contributions", "srmse"),
            public("small", "srmse"),
            simulated("Simulated truths: mean error of totals", "total_error"),
            Panel(
                "Seconds to fit 'small', log scale",
                "seconds",
                (*fit, *theirs("recovery small", "seconds")),
                log=True,
                told=True,
            ),
            simulated("Simulated truths: share in 90 % ranges", "covers", band=BAND, limits=(0.5, 1.06)),
            Panel(
                "Seconds to plan 2 channels, log scale",
                "seconds",
                (*plan, *theirs(PLAN, "seconds")),
                log=True,
                told=True,
            ),
        ),
        columns=2,
        legend=False,
    )


def truths(known: Figures) -> Plot:
    panels = []
    for title, figure in (
        ("SRMSE of weekly contributions", "srmse"),
        ("Mean error of totals", "total_error"),
    ):
        both = points(known, "truths", figure, BOTH, ROWS) + points(known, "peer", figure, [PEER], ROWS)
        panels.append(Panel(title, figure, tuple(both)))
    return Plot(
        "truths",
        "Errors on seven kinds of simulated market",
        "Less is better; five markets of each kind",
        tuple(panels),
        2,
    )


def coverage(known: Figures) -> Plot:
    rows = {**ROWS, "unseen seeds alone": "unseen seeds alone"}
    both = points(known, "coverage", "covers", BOTH, rows) + points(known, "peer", "covers", [PEER], ROWS)
    panel = Panel(
        "Share of true totals inside their 90 % range", "covers", tuple(both), band=BAND, limits=(0.4, 1.0)
    )
    return Plot(
        "coverage",
        "How often ranges hold the truth",
        "mmxlib: 20 markets of each kind; PyMC-Marketing: five",
        (panel,),
    )


def published(known: Figures) -> Plot:
    panels = []
    for size in SIZES:
        figure = "srmse_per_draw" if size == "growing" else "srmse"
        title = f"{size.capitalize()}: SRMSE{' per draw' if size == 'growing' else ''}"
        both = [
            point
            for tool in BOTH
            for point in points(known, "published", figure, [tool], {f"recovery, {size}": tool})
        ]
        goals = [
            goal.most
            for goal in BENCHMARKS["published"].goals
            if goal.figure == figure and goal.cases == (f"recovery, {size}",)
        ]
        bounds = tuple((point.row, goals[0]) for point in both)
        panels.append(
            Panel(title, figure, (*both, *theirs(f"recovery {size}", figure)), goals=bounds, told=True)
        )
    return Plot(
        "published",
        "Errors on the public recovery benchmark",
        "Less is better; black bars: mmxlib's goals, missed by what is a cross",
        tuple(panels),
        1,
        legend=False,
    )


def even_ranks(known: Figures) -> Plot:
    """The p-values in order, beside where as many even ones would lie."""
    table = known.of("calibration")
    table = table[(table["figure"] == "p") & (table["case"] != calibration.ALL)]
    found = sorted(table.to_dict("records"), key=lambda row: row["value"])[:12]
    drawn = []
    for index, row in enumerate(found):
        market, quantity = str(row["case"]).rsplit(": ", 1)
        words = f"{quantity.replace('_', ' ')}, {market.split(',')[-1].strip()}"
        drawn.append(Point(words, calibration.TOOL, row["value"], row["value"]))
        even = (index + 1) / (len(table) + 1)
        drawn.append(Point(words, "even ranks would give", even, even))
    panel = Panel("The twelve smallest of 41 p-values", "p", tuple(drawn))
    return Plot(
        "even_ranks",
        "Do true values rank evenly among the draws?",
        "Far to the left of the crosses would be a fault. Each p is corrected for three tests: rather large",
        (panel,),
    )


def forecasts(known: Figures) -> Plot:
    words = {
        "periods": "a unit's week",
        "all_units": "all units' week",
        "sums": "a unit's 13 weeks",
        "total": "all units' 13 weeks",
    }
    panels = []
    for origin, case in FORECASTS.items():
        drawn = [
            point
            for name, said in words.items()
            for point in points(known, "forecasts", f"covers_{name}", [FORECASTER], {case: said})
        ]
        panels.append(
            Panel(
                f"{origin.capitalize()}: share in 90 % ranges",
                "covers",
                tuple(drawn),
                band=BAND,
                limits=(0.8, 1.0),
            )
        )
    for origin, case in FORECASTS.items():
        drawn = points(known, "forecasts", "nrmse", [FORECASTER, RIVAL], {case: "error"})
        panels.append(
            Panel(
                f"{origin.capitalize()}: error over mean outcome",
                "nrmse",
                tuple(replace(each, row=each.tool) for each in drawn),
                told=True,
            )
        )
    return Plot(
        "forecasts",
        "Forecasts of 13 weeks that the model has not seen",
        "Errors beside those of repeating the year before",
        tuple(panels),
        2,
    )


def agents(known: Figures) -> Plot:
    plain = agents_truth.PLAIN
    rows = {
        **{f"single weeks of {size} sd, {plain}": f"single weeks of {size} sd" for size in (3, 4, 5, 6)},
        f"four weeks of 3 sd in a row, {plain}": "four weeks of 3 sd in a row",
        f"level shifts of 3 sd, {plain}": "level shifts of 3 sd",
    }
    panels = [
        Panel(title, figure, tuple(points(known, "agents", figure, [agents_truth.TOOL], rows)), told=True,
              goals=tuple((rows[case], 0.9) for case in rows if "3 sd" in case), at_least=True,
                limits=(0.3, 1.12))
        for title, figure in (("Recall", "recall"), ("Precision", "precision"))
    ]  # fmt: skip
    return Plot(
        "agents",
        "What the trend agent finds of what was planted, three years",
        "Recall: share of the planted that is found. Precision: of the found that was planted. Bars: goals",
        tuple(panels),
        2,
        legend=False,
    )


def gaps(known: Figures) -> Plot:
    rows = {name: name for name in budget_gap.KINDS}
    drawn = points(known, "budget_gap", "largest_gap", ["mmxlib"], rows)
    panel = Panel(
        "Largest certified gap of 200 plans, log scale",
        "gap",
        tuple(drawn),
        goals=tuple((row, 0.001) for row in rows),
        log=True,
        told=True,
    )
    return Plot(
        "gaps",
        "How far from the best possible a plan of totals can be",
        "Certified: no plan whatever is better by more. Black bars: the goal",
        (panel,),
        legend=False,
    )


def timed_cases(known: Figures) -> list[tuple[str, str, str, str]]:
    """Return benchmark, case, tool and words of everything whose time has a goal."""
    ridge, bayes = BOTH
    cells = "every period of every channel"
    fits = [
        (f"{speed.FIRST}, ridge", ridge),
        (f"{speed.FIRST}, bayes", bayes),
        (f"{speed.REFITS}, small", ridge),
    ]
    fits += [(f"{speed.CHAINS}, {size}", bayes) for size in SIZES]
    plans = {
        budget_speed.case(10, 13, 1, "totals"): "plan: 10 channels, 13 weeks",
        budget_speed.case(30, 52, 1, "totals"): "plan: 30 channels, 52 weeks",
        budget_speed.case(12, 26, 1, cells): "plan by week: 12 channels x 26 weeks",
        budget_speed.case(12, 26, 6, cells): "the same, 6 units",
    }
    batches, duckdb = raw_tables.ENGINES.values()
    checks = dict.fromkeys(known.of("check_speed")["case"])
    files = ("check of 80 regions", "check of 54 channels", "check with 400,000 repairs")
    return [
        *(("fit_speed", case, tool, case) for case, tool in fits),
        ("large_panel", "1,000 units", ridge, "1,000 units x 156 weeks x 10 channels"),
        *(("budget_speed", case, "mmxlib", words) for case, words in plans.items()),
        ("raw_tables", "csv, 20,096,000 rows", batches, "20 million rows of CSV"),
        ("raw_tables", "csv, 20,096,000 rows", duckdb, "the same with DuckDB"),
        *(("check_speed", case, "mmxlib", words) for case, words in zip(checks, files, strict=True)),
        ("main_job", main_job.LATER, ridge, "the main job, all reports"),
    ]


def times(known: Figures) -> Plot:
    drawn, goals = [], []
    for name, case, tool, words in timed_cases(known):
        value = known.value(name, case, tool, "seconds")
        drawn.append(Point(words, "mmxlib", value, value))
        goals.append((words, float(goal_of(name, case, tool))))
    panel = Panel("Seconds, log scale", "seconds", tuple(drawn), goals=tuple(goals), log=True, told=True)
    return Plot(
        "times",
        "How long things take, beside their goals",
        "Two cores, little or nothing else running; black bars: goals, missed by what is a cross",
        (panel,),
        legend=False,
    )


def plots(known: Figures) -> list[Plot]:
    """Return every plot of the page."""
    made = (beside_others, truths, coverage, published, even_ranks, forecasts, agents, gaps, times)
    return [make(known) for make in made]
