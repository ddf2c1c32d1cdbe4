"""Arguments that several commands share."""

import argparse
from pathlib import Path


def whole_number(text: str) -> int:
    """Return the whole number that was typed."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None


def number(text: str) -> float:
    """Return the number that was typed."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from None


def source(text: str) -> Path | str:
    """Return the path that was typed; an address keeps both slashes, by which reading refuses it."""
    return text if "://" in text else Path(text)


def add_shared(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON on stdout")
    parser.add_argument(
        "--debug",
        action="store_true",
        help="show the traceback of an error, and let the run's log quote the data",
    )


def add_run_folder(parser: argparse.ArgumentParser) -> None:
    """Add the run folder."""
    parser.add_argument("--run-dir", type=Path, required=True, metavar="DIR", help="the run's folder")


def add_input(parser: argparse.ArgumentParser, *, files: str, settings: str) -> None:
    """Add the data and the folder of settings, each with its help."""
    parser.add_argument("--input", type=source, nargs="+", required=True, metavar="PATH", help=files)
    parser.add_argument("--config", type=Path, metavar="DIR", help=settings)


def add_decision(parser: argparse.ArgumentParser) -> None:
    """Add who decides, why, and on what."""
    parser.add_argument("--by", required=True, metavar="NAME", help="who decides")
    parser.add_argument("--comment", default="", metavar="TEXT", help="why")
    parser.add_argument(
        "--content-id",
        metavar="ID",
        help="what was reviewed, as `mmx review` shows it (first digits suffice)",
    )


def add_working(parser: argparse.ArgumentParser) -> None:
    """Add how a run goes on."""
    parser.add_argument(
        "--auto-approve",
        action="store_true",
        help="approve both checkpoints without a person (never a model whose guardrails failed)",
    )
    parser.add_argument(
        "--workers",
        type=whole_number,
        metavar="N",
        default=1,
        help="processes that share the work of fitting; the results are the same (1 by default, this one "
        "alone: a fit of seconds is not worth their start)",
    )
    parser.add_argument("--verbose", action="store_true", help="say more about every step")
