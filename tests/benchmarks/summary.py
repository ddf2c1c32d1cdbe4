"""What someone with ten minutes reads: one table beside the others, and every goal that is missed."""

from tests.benchmarks import budget_speed, main_job, published, raw_tables, recovery, speed
from tests.benchmarks.forecasts import MEAN as FORECASTS
from tests.benchmarks.forecasts import RIVAL, TOOL
from tests.benchmarks.forms import FORMS
from tests.benchmarks.others import others, span
from tests.benchmarks.peer import TOOL as PEER
from tests.benchmarks.registry import BENCHMARKS
from tests.benchmarks.tables import Figures, joined, lines

BOTH = ("mmxlib ridge", "mmxlib bayes")
PLAN = "budget of 2 channels, 13 weeks"


def both(known: Figures, name: str, case: str, figure: str, *, fine: bool = False) -> str:
    """Return a figure of ridge and bayes; ``fine`` ones with three digits, as the others' are told."""
    form = FORMS["srmse_fine"] if fine else FORMS[figure]
    return joined([known.maybe(name, case, tool, figure) for tool in BOTH], form)


def one(known: Figures, name: str, case: str, tool: str, figure: str) -> str:
    return FORMS[figure].shown(known.value(name, case, tool, figure))


def theirs(which: str, figure: str) -> str:
    """Return what others reach on a set, each named."""
    found = others()
    found = found[(found["set"] == which) & (found["figure"] == figure)]
    return "; ".join(f"{row['tool'].split(', nutpie')[0]} {span(row)}" for _, row in found.iterrows())


def how_near(known: Figures) -> str:
    """Return the table of accuracy."""
    mean = recovery.MEAN
    rows = []
    for figure, words, goal in (
        ("srmse", "weekly contributions, known truths: SRMSE", "0.8 of theirs"),
        ("total_error", "totals, known truths: mean error", "0.8 of theirs"),
        ("covers", "share of true totals in 90 % ranges, same markets", "0.85 to 0.95"),
    ):
        peer = f"PyMC-Marketing's defaults {one(known, 'peer', mean, PEER, figure)}"
        rows.append([words, both(known, "truths", mean, figure), goal, peer])
    rows.append(
        [
            "the same over twenty seeds",
            both(known, "coverage", mean, "covers"),
            "0.85 to 0.95",
            "",
        ]
    )
    for size in published.SIZES:
        case = f"recovery, {size}"
        figure = "srmse_per_draw" if size == "growing" else "srmse"
        goals = {goal.cases: goal.most for goal in BENCHMARKS["published"].goals if goal.figure == figure}
        most = goals[(case,)]
        worst = max(known.maybe("published", case, tool, figure) or 0.0 for tool in BOTH)
        rows.append(
            [
                f"published truth, {size}: {FORMS[figure].words}",
                both(known, "published", case, figure, fine=True),
                f"{most:g}{', missed' if worst > most else ''}",
                theirs(f"recovery {size}", figure),
            ]
        )
    for set_name, cases in (("simulated", FORECASTS["simulated"]), ("public", FORECASTS["public"])):
        rival = f"repeating last year {one(known, 'forecasts', cases, RIVAL, 'nrmse')}"
        error = one(known, "forecasts", cases, TOOL, "nrmse")
        rows.append(
            [f"forecasts of 13 weeks, {set_name}: error over mean outcome", error, "below last year's", rival]
        )
    return lines(["how near", "mmxlib (ridge / bayes)", "goal", "beside it"], rows)


def how_long(known: Figures) -> str:
    """Return the table of waiting."""
    small, medium = (f"{speed.CHAINS}, {size}" for size in ("small", "medium"))
    refits = f"{speed.REFITS}, small"
    plan = budget_speed.case(2, 13, 1, "totals")
    plain = budget_speed.case(10, 13, 1, "totals")
    big = "csv, 20,096,000 rows"
    rows = [
        [
            "fit of 104 weeks, 4 channels, with ranges: ridge",
            ("fit_speed", refits, BOTH[0]),
            theirs("recovery small", "seconds"),
        ],
        ["the same: bayes, 4 x 1000 draws", ("fit_speed", small, BOTH[1]), "the same"],
        [
            "fit of 8 regions, 8 channels: bayes",
            ("fit_speed", medium, BOTH[1]),
            theirs("recovery medium", "seconds"),
        ],
        ["plan of 2 channels, 13 weeks", ("budget_speed", plan, "mmxlib"), theirs(PLAN, "seconds")],
        ["plan of 10 channels, 13 weeks", ("budget_speed", plain, "mmxlib"), ""],
        ["1,000 units x 156 weeks x 10 channels: fit", ("large_panel", "1,000 units", BOTH[0]), ""],
        [
            "20 million raw rows of CSV to panel, with DuckDB",
            ("raw_tables", big, raw_tables.ENGINES["big"]),
            "",
        ],
        ["the main job, all reports", ("main_job", main_job.LATER, BOTH[0]), ""],
    ]
    told = []
    for words, (name, case, tool), beside_it in rows:
        value = known.value(name, case, tool, "seconds")
        goal = goal_of(name, case, tool)
        missed_it = ", missed" if goal and value > float(goal) else ""
        told.append([words, FORMS["seconds"].number(value), f"{goal}{missed_it}", beside_it])
    return lines(["how long", "mmxlib, s", "goal, s", "beside it, s"], told)


def goal_of(name: str, case: str, tool: str) -> str:
    """Return the most seconds that a case should take."""
    for goal in BENCHMARKS[name].goals:
        fits = (not goal.cases or case in goal.cases) and (not goal.tools or tool in goal.tools)
        if goal.figure == "seconds" and fits:
            return f"{goal.most:g}"
    return ""


def missed(known: Figures) -> str:
    """Return every goal that is missed, a line each."""
    found = [each for benchmark in BENCHMARKS.values() for each in known.missed(benchmark)]
    return "\n".join(f"- {each.benchmark.name}: {each.words}" for each in found)
