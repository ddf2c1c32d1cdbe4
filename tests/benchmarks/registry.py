"""All benchmarks, in the order of the page, and what each should reach."""

from tests.benchmarks import (
    agents_truth,
    budget_cells,
    budget_gap,
    budget_speed,
    calibration,
    check_speed,
    durability,
    forecasts,
    large_panel,
    main_job,
    peer,
    published,
    raw_tables,
    recovery,
    simulated_truth,
    speed,
)
from tests.benchmarks.benchmark import Benchmark, Goal, Need

WIDE = {"least": 0.85, "most": 0.95}
"""What 90 % ranges should hold."""

ACCURACY = (
    Benchmark(
        "truths",
        "How near are contributions to known truths, beside PyMC-Marketing's defaults?",
        recovery.truths,
        4.0,
        (
            Goal("mean SRMSE at most 0.8 of the peer's", "srmse_over_peer", most=0.8, cases=(recovery.MEAN,)),
            Goal(
                "mean error of totals at most 0.8 of the peer's",
                "total_error_over_peer",
                most=0.8,
                cases=(recovery.MEAN,),
            ),
            Goal("on no kind an SRMSE more than 10 % above the peer's", "srmse_over_peer", most=1.1),
            Goal("on no kind an error of totals more than 10 % above", "total_error_over_peer", most=1.1),
        ),
        (Need.BAYES,),
        rival="peer",
    ),
    Benchmark(
        "peer",
        "How near do PyMC-Marketing's defaults come to the same truths?",
        peer.measure,
        60.0,
        (),  # the goals of what it stands beside are those of "truths"
        (Need.PEER,),
    ),
    Benchmark(
        "coverage",
        "Do 90 % ranges of channel totals hold 90 % of the truths?",
        recovery.coverage,
        12.0,
        (Goal("90 % ranges hold 85 to 95 % of totals, on every kind", "covers", **WIDE),),
        (Need.BAYES,),
    ),
    Benchmark(
        "published",
        "How near are the default settings to truths that others published?",
        published.measure,
        2.0,
        (
            *(
                Goal(
                    f"{size}: {words} at most {most:g}",
                    figure,
                    most=most,
                    cases=(f"recovery, {size}",),
                    tools=tuple(recovery.TOOLS.values()),
                )
                for figure, words, limits in (
                    ("srmse", "SRMSE of the mean", (0.25, 0.27, 0.07)),
                    ("srmse_per_draw", "SRMSE per draw", (0.30, 0.35, 0.10)),
                    ("total_error", "error of totals", (0.12, 0.13, 0.04)),
                )
                for size, most in zip(published.SIZES, limits, strict=True)
            ),
            Goal("mmm_example and roas_lift: every channel within 10 %", "off", most=0.1),
            Goal(
                "mmm_example and roas_lift: every 90 % range holds the truth",
                "covers",
                least=1.0,
                cases=tuple(f"{name}, {x}" for name in ("mmm_example", "roas_lift") for x in published.ROAS),
            ),
        ),
        (Need.PUBLIC, Need.BAYES),
    ),
    Benchmark(
        "simulated",
        "How near are channel totals of the package's own simulated markets?",
        simulated_truth.measure,
        1.0,
        (Goal("90 % ranges hold 85 to 95 % of totals", "covers", **WIDE, cases=("all channels",)),),
    ),
    Benchmark(
        "calibration",
        "Is the posterior right: do truths drawn from the priors rank evenly among its draws?",
        calibration.measure,
        60.0,
        (
            Goal(
                "even ranks of all quantities together: p at least 0.05", "p", 0.05, cases=(calibration.ALL,)
            ),
        ),
        (Need.BAYES,),
    ),
    Benchmark(
        "forecasts",
        "How good are forecasts 13 weeks ahead, on weeks the model has not seen?",
        forecasts.measure,
        30.0,
        (
            *(
                Goal(
                    f"90 % ranges of {words} hold 85 to 95 %",
                    figure,
                    **WIDE,
                    cases=tuple(forecasts.MEAN.values()),
                )
                for figure, words in (
                    ("covers_periods", "a unit's weeks"),
                    ("covers_all_units", "all units' weeks"),
                    ("covers_sums", "a unit's 13 weeks together"),
                    ("covers_total", "all units' 13 weeks together"),
                )
            ),
            Goal("errors below those of repeating last year, on every set", "nrmse_over_rival", most=1.0),
        ),
    ),
    Benchmark(
        "agents",
        "What do the first three agents find of what was planted?",
        agents_truth.measure,
        20.0,
        (
            Goal("kinds apart are found in 90 % of sets, of every shape", "lowest_found", 0.9),
            Goal("one kind is left together in 90 % of sets, of every size", "lowest_left_together", 0.9),
            *(
                Goal(f"{words} of 3 sd, three years: {figure} of 0.9", figure, 0.9, cases=(case,))
                for case, words in (
                    (f"single weeks of 3 sd, {agents_truth.PLAIN}", "single weeks"),
                    (f"four weeks of 3 sd in a row, {agents_truth.PLAIN}", "four weeks in a row"),
                    (f"level shifts of 3 sd, {agents_truth.PLAIN}", "level shifts"),
                )
                for figure in ("recall", "precision")
            ),
            Goal("90 % ranges of events' lifts hold 85 to 95 %", "mean_covers", **WIDE),
            Goal("placebo windows show nothing in 85 to 95 %", "mean_nothing", **WIDE),
            Goal("baselines lie within 5 % in 90 % of markets", "lowest_within_5", 0.9),
        ),
    ),
)

PLANS = (
    Benchmark(
        "budget_gap",
        "How far from the best possible plan can a plan of totals be?",
        budget_gap.measure,
        2.0,
        (Goal("largest certified gap at most 0.1 %", "largest_gap", most=0.001),),
    ),
    Benchmark(
        "budget_cells",
        "And a plan by channel and period?",
        budget_cells.measure,
        3.0,
        (Goal("certified gap at most 0.1 %, as for totals", "gap", most=0.001),),
    ),
)

TIMES = (
    Benchmark(
        "budget_speed",
        "How long do people wait for a plan?",
        budget_speed.measure,
        6.0,
        tuple(
            Goal(f"{case}: at most {most:g} s", "seconds", most=most, cases=(case,))
            for case, most in (
                (budget_speed.case(10, 13, 1, "totals"), 1.0),
                (budget_speed.case(30, 52, 1, "totals"), 5.0),
                (budget_speed.case(12, 26, 1, "every period of every channel"), 20.0),
                (budget_speed.case(12, 26, 6, "every period of every channel"), 20.0),
            )
        ),
        (Need.QUIET,),
    ),
    Benchmark(
        "fit_speed",
        "How long does a fit take, on a machine's first run and after it?",
        speed.measure,
        3.0,
        (
            *(
                Goal(f"{case}: at most {most:g} s", "seconds", most=most, cases=(case,))
                for case, most in (
                    (speed.IMPORT, 0.15),
                    (f"{speed.FIRST}, ridge", 3.0),
                    (f"{speed.FIRST}, bayes", 3.0),
                    (f"{speed.REFITS}, small", 1.5),
                    (f"{speed.CHAINS}, small", 3.0),
                    (f"{speed.CHAINS}, growing", 10.0),
                    (f"{speed.CHAINS}, medium", 40.0),
                )
            ),
            Goal("effective sample sizes of at least 400", "least_ess", 400.0),
            Goal("R-hat at most 1.01", "largest_r_hat", most=1.01),
            Goal("no divergence", "divergences", most=0.0),
        ),
        (Need.QUIET, Need.PUBLIC, Need.BAYES),
    ),
    Benchmark(
        "large_panel",
        "How long do panels of many units take?",
        large_panel.measure,
        2.0,
        (
            Goal("1,000 units: at most 60 s", "seconds", most=60.0, cases=("1,000 units",)),
            Goal("1,000 units: at most 2,000 MB", "peak_mb", most=2000.0, cases=("1,000 units",)),
        ),
        (Need.QUIET,),
    ),
    Benchmark(
        "main_job",
        "How long does the main job take, all reports included?",
        main_job.measure,
        2.0,
        (
            Goal("at most 8 s", "seconds", most=8.0, cases=(main_job.LATER,)),
            Goal("at most 15 s on a machine's first run", "seconds", most=15.0, cases=(main_job.FIRST,)),
            Goal("at most 700 MB", "peak_mb", most=700.0),
        ),
        (Need.QUIET,),
    ),
    Benchmark(
        "raw_tables",
        "How long do 20 million raw rows take, from files to panel?",
        raw_tables.measure,
        4.0,
        tuple(
            Goal(f"{tool}: at most {most:,g} {unit}", figure, most=most, tools=(tool,))
            for engine, limits in (("core", (60.0, 1000.0)), ("big", (10.0, 500.0)))
            for tool in (raw_tables.ENGINES[engine],)
            for figure, unit, most in (("seconds", "s", limits[0]), ("peak_mb", "MB", limits[1]))
        ),
        (Need.QUIET, Need.BIG),
    ),
    Benchmark(
        "check_speed",
        "How long does mmx check take on 100,000 rows?",
        check_speed.measure,
        1.0,
        (Goal("at most 2 s", "seconds", most=2.0),),
        (Need.QUIET,),
    ),
    Benchmark(
        "durability",
        "What does it cost that nothing is lost?",
        durability.measure,
        6.0,
        (
            Goal("a journal entry: at most 2 ms", "milliseconds", most=2.0, cases=("a journal entry",)),
            Goal(
                "an artifact of 100 kB: at most 5 ms",
                "milliseconds",
                most=5.0,
                cases=("an artifact of 100 kB",),
            ),
            Goal("at most 5 % of the main job", "share", most=0.05),
        ),
        (Need.QUIET,),
    ),
)

BENCHMARKS = {each.name: each for each in (*ACCURACY, *PLANS, *TIMES)}
