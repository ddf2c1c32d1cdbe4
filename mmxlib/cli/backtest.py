"""``mmx backtest``: say how well a run's model forecasts periods it has not seen."""

import argparse
from typing import Any

from mmxlib.cli.console import Console, journal_facts, journal_lines, wrapped
from mmxlib.cli.options import add_run_folder, whole_number
from mmxlib.errors import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the run and how to try it."""
    add_run_folder(parser)
    parser.add_argument(
        "--folds", type=whole_number, metavar="N", help="fits on the past; default: as the run's settings say"
    )
    parser.add_argument(
        "--horizon",
        type=whole_number,
        metavar="H",
        help="periods that each forecasts; default: as the run's settings say",
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Show the run's own backtest, or try its model otherwise; the run stays as it is."""
    from mmxlib.artifacts.fitted import FittedModel
    from mmxlib.artifacts.note import note_text
    from mmxlib.cli.tables import records, table_text
    from mmxlib.config import revised
    from mmxlib.workflow.run import view_run

    run = view_run(arguments.run_dir)
    asked = {"backtest.folds": arguments.folds, "backtest.horizon": arguments.horizon}
    config = revised(run.config, {name: value for name, value in asked.items() if value is not None})
    stored = config == run.config and FittedModel in run.digests()
    tried = run.artifact(FittedModel).backtest if stored else _tried(run, config)
    tables = {
        "Forecasts of periods it had not seen": _worded(tried.summary, tried.level),
        "By fold and segment": _worded(tried.folds, tried.level),
    }
    for title, table in tables.items():
        console.show(f"{title}\n{table_text(table)}\n")
    for note in tried.notes:
        console.show(wrapped(note_text(note), "- ", "  "))
    for line in journal_lines(run):
        console.show(line)
    console.document(
        {
            "status": "done",
            "exit_code": 0,
            "folds": config.backtest.folds,
            "horizon": config.backtest.horizon,
            "level": tried.level,
            "stored": stored,
            "tables": {
                "summary": records(tried.summary),
                "folds": records(tried.folds),
                "forecasts": records(tried.forecasts),
            },
            "notes": [{"about": note.about, "text": note.text} for note in tried.notes],
            **journal_facts(run),
        }
    )
    return ExitCode.DONE


def _worded(table: Any, level: float) -> Any:
    """Return a table of the backtest with its errors in words."""
    errors = {
        "model_mape": "model",
        "seasonal_naive_mape": "last year again",
        "no_media_mape": "without media",
    }
    methods = {name.removesuffix("_mape"): words for name, words in errors.items()}
    shown = table.replace({"method": methods}) if "method" in table.columns else table
    names = {"mape": "mean error", "nrmse": "error by mean", "coverage": f"in {level:.0%} range"}
    return shown.rename(columns={**names, **{name: f"error {words}" for name, words in errors.items()}})


def _tried(run: Any, config: Any) -> Any:
    """Return the backtest that the run's model step would make with other settings of the backtest."""
    from mmxlib.artifacts.baseline import Baseline
    from mmxlib.artifacts.segments import Segments
    from mmxlib.evaluation.backtesting import backtest
    from mmxlib.model.experiments import calibrated
    from mmxlib.terms import StepName
    from mmxlib.workflow.orchestrator import stream

    segments, baseline = run.artifact(Segments), run.artifact(Baseline)
    panel = calibrated(run.panel, baseline.experiments).grouped(segments.segment_of, segments.labels)
    _fit_rng, rng = stream(config.seed, StepName.MODEL_OPTIMIZATION).spawn(2)
    return backtest(
        panel, priors=baseline.priors, settings=config.backtest, model_settings=config.model, rng=rng
    )
