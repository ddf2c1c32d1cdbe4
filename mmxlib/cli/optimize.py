"""``mmx optimize``: the best plan for a budget, a return or a target, from a fitted run."""

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from mmxlib.cli.console import Console, journal_facts
from mmxlib.cli.options import add_run_folder, number, whole_number
from mmxlib.errors import ExitCode, UsageError

SHOWN = ("channel", "present_spend", "spend", "change", "outcome", "roi", "marginal_roi", "binding", "reason")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the run, the question and its limits."""
    add_run_folder(parser)
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--budget", type=number, metavar="MONEY", help="spend so much; default: as at present")
    asked.add_argument("--target", type=number, metavar="SALES", help="least spend that reaches such sales")
    asked.add_argument(
        "--floor", type=number, metavar="ROI", help="spend as long as the last money brings so much"
    )
    asked.add_argument(
        "--margin", type=number, metavar="PROFIT", help="most profit, at so much per unit of sales"
    )
    parser.add_argument(
        "--probability", type=number, metavar="P", help="with --target: reach it with such a chance"
    )
    parser.add_argument("--periods", type=whole_number, default=13, metavar="N", help="default: 13")
    _add_limits(parser)
    parser.add_argument(
        "--objective", default="mean", metavar="NAME", help="mean, mean_minus_risk or cvar; default: mean"
    )
    parser.add_argument(
        "--risk", type=number, default=1.0, metavar="SD", help="with mean_minus_risk; default: 1"
    )
    parser.add_argument(
        "--tail", type=number, default=0.1, metavar="SHARE", help="with cvar: the worst draws; default: 0.1"
    )
    parser.add_argument("--by-period", action="store_true", help="choose every period of every channel")
    parser.add_argument("--solver", default="slsqp", metavar="NAME", help="default: slsqp")
    parser.add_argument("--level", type=number, default=0.9, help="probability inside the ranges")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the plan's spend as CSV")


def _add_limits(parser: argparse.ArgumentParser) -> None:
    for name, shape, text in (
        ("bound", "CHANNEL=LOW:HIGH", "least and most spend of a channel; else 30 %% around the present"),
        ("group", "NAME=A+B:LOW:HIGH", "least and most spend of channels together"),
        ("segment", "UNIT=LOW:HIGH", "least and most spend in a segment"),
        ("fix", "CHANNEL@DATE=MONEY", "spend that is settled"),
    ):
        parser.add_argument(
            f"--{name}", action="append", default=[], metavar=shape, help=f"{text} (may be repeated)"
        )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Solve, show, write."""
    from mmxlib.artifacts.fitted import FittedModel
    from mmxlib.artifacts.note import note_text
    from mmxlib.budget.optimizing import budget_for_target, optimize_budget
    from mmxlib.cli.tables import table_text
    from mmxlib.files import write_atomic
    from mmxlib.model.model import Model
    from mmxlib.report.tables import csv_bytes
    from mmxlib.workflow.run import view_run

    limits: dict[str, Any] = {
        "bounds": dict(_bound(text) for text in arguments.bound),
        "groups": dict(_group(text) for text in arguments.group),
        "segments": dict(_bound(text) for text in arguments.segment),
        "fixed": dict(_cell(text) for text in arguments.fix) or None,
        "detail": "channel_and_period" if arguments.by_period else "channel",
        "solver": arguments.solver,
        "level": arguments.level,
    }
    run = view_run(arguments.run_dir)
    model = Model(run.artifact(FittedModel).response)
    if arguments.target is not None:
        plan = budget_for_target(
            model, arguments.target, arguments.periods, probability=arguments.probability, **limits
        )
    else:
        plan = optimize_budget(
            model,
            arguments.budget,
            arguments.periods,
            objective=arguments.objective,
            risk=arguments.risk,
            tail=arguments.tail,
            marginal_roi_floor=arguments.floor,
            margin=arguments.margin,
            **limits,
        )
    console.show(f"{table_text(plan.channels[list(SHOWN)])}\n")
    for line in _summary(plan):
        console.show(line)
    for note in plan.notes:
        console.show(f"- {note_text(note)}")
    if arguments.out is not None:
        write_atomic(arguments.out, csv_bytes(plan.table))
        console.show(f"Wrote {arguments.out}")
    console.document(_document(plan) | journal_facts(run))
    return ExitCode.DONE


def _summary(plan: Any) -> Iterator[str]:
    """Yield what the plan spends and brings."""
    share = plan.total / plan.present_total - 1.0 if plan.present_total > 0.0 else float("nan")
    changed = f" ({share:+.1%})" if share == share else ""
    percent = f"{plan.level:.0%}"
    yield f"Spend: {plan.total:,.0f}, now {plan.present_total:,.0f}{changed}"
    yield (
        f"What it causes, later carryover included: {plan.outcome:,.0f} ({percent}: "
        f"{plan.outcome_lower:,.0f} to {plan.outcome_upper:,.0f}); the present plan causes "
        f"{plan.present_outcome:,.0f}"
    )
    yield (
        f"Sales within the {plan.periods} periods, base included: {plan.forecast_outcome:,.0f} ({percent}: "
        f"{plan.forecast_lower:,.0f} to {plan.forecast_upper:,.0f})"
    )
    if plan.profit == plan.profit:
        yield f"Profit: {plan.profit:,.0f} ({plan.profit_lower:,.0f} to {plan.profit_upper:,.0f})"
    yield plan.status


def _document(plan: Any) -> dict[str, Any]:
    from mmxlib.cli.tables import records

    facts = (
        "goal objective detail periods total present_total outcome outcome_lower outcome_upper "
        "present_outcome outcome_in_periods forecast_outcome forecast_lower forecast_upper profit roi "
        "marginal_roi probability_better gap level status"
    )
    named = {name: getattr(plan, name) for name in facts.split()}
    target = None
    if plan.target is not None:
        names = ("outcome", "probability", "reached", "chance")
        target = {name: getattr(plan.target, name) for name in names}
    return {
        "status": "done",
        "exit_code": 0,
        "plan": {name: None if value != value else value for name, value in named.items()},
        "target": target,
        "channels": records(plan.channels),
        "limits": records(plan.limits),
        "table": records(plan.table),
        "notes": [{"text": note.text, "about": note.about, "verdict": note.verdict} for note in plan.notes],
    }


def _bound(text: str) -> tuple[str, tuple[float, float]]:
    """Return name and range of ``NAME=LOW:HIGH``."""
    name, found, ends = text.rpartition("=")
    low, colon, high = ends.partition(":")
    if not (name and found and colon):
        _unreadable(text, "NAME=LOW:HIGH, such as tv=10000:20000")
    return name, (_amount(text, low), _amount(text, high))


def _group(text: str) -> tuple[str, tuple[list[str], float, float]]:
    """Return name, channels and range of ``NAME=A+B:LOW:HIGH``."""
    name, found, rest = text.partition("=")
    parts = rest.rsplit(":", 2)
    if not (name and found and len(parts) == 3):
        _unreadable(text, "NAME=A+B:LOW:HIGH, such as video=tv+youtube:10000:20000")
    return name, (parts[0].split("+"), _amount(text, parts[1]), _amount(text, parts[2]))


def _cell(text: str) -> tuple[tuple[str, str], float]:
    """Return channel, date and spend of ``CHANNEL@DATE=MONEY``."""
    cell, found, spend = text.rpartition("=")
    channel, at, day = cell.rpartition("@")
    try:
        known = bool(found and at and channel) and bool(date.fromisoformat(day))
    except ValueError:
        known = False
    if not known:
        _unreadable(text, "CHANNEL@DATE=MONEY, such as tv@2026-01-05=10000")
    return (channel, day), _amount(text, spend)


def _amount(text: str, number: str) -> float:
    try:
        return float(number)
    except ValueError:
        _unreadable(text, f"an amount where {number!r} stands")


def _unreadable(text: str, shape: str) -> NoReturn:
    raise UsageError(f"{text!r} cannot be read.", remedy=f"Write {shape}.", code="MMX-C021")
