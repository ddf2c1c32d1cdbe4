"""``mmx simulate``: write a folder of made-up sales, media and events, with the truth beside them."""

import argparse
from pathlib import Path

from mmxlib.cli.console import Console, typed
from mmxlib.cli.options import number, whole_number
from mmxlib.errors import ExitCode
from mmxlib.terms import AdstockFamily, SaturationFamily


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the size, the seed and the folder."""
    parser.add_argument("--sub-categories", type=whole_number, default=12, metavar="N", help="default: 12")
    parser.add_argument("--channels", type=whole_number, default=6, metavar="N", help="default: 6")
    parser.add_argument("--periods", type=whole_number, default=156, metavar="N", help="weeks; default: 156")
    parser.add_argument(
        "--seed", type=whole_number, default=0, metavar="N", help="same seed, same data; default: 0"
    )
    parser.add_argument(
        "--national",
        type=number,
        default=0.0,
        metavar="SHARE",
        help="share of channels whose media are national, 0 to 1; default: 0, all by sub-category",
    )
    parser.add_argument(
        "--noise",
        type=number,
        default=0.03,
        metavar="SHARE",
        help="how far sales stray by chance, as a share of sales; default: 0.03",
    )
    parser.add_argument(
        "--saturation",
        default="hill",
        choices=[family.value for family in SaturationFamily],
        help="the true family of diminishing returns; default: hill",
    )
    parser.add_argument(
        "--carryover",
        default="geometric",
        choices=[family.value for family in AdstockFamily],
        help="the true family of carryover; default: geometric",
    )
    parser.add_argument("--out", type=Path, default=Path("data"), metavar="DIR", help="default: data")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Write the files and say which."""
    from mmxlib.data.simulation import simulate_panel
    from mmxlib.data.simulation_files import simulation_files
    from mmxlib.files import write_atomic

    simulation = simulate_panel(
        sub_categories=arguments.sub_categories,
        channels=arguments.channels,
        periods=arguments.periods,
        seed=arguments.seed,
        national=arguments.national,
        noise=arguments.noise,
        truth=arguments.saturation,
        carryover=arguments.carryover,
    )
    paths = []
    for name, content in simulation_files(simulation).items():
        path = arguments.out / name
        write_atomic(path, content)
        console.show(str(path))
        paths.append(str(path))
    console.say(f"Next: mmx run --input {typed(arguments.out)} --run-dir runs/first")
    console.document({"status": "done", "exit_code": 0, "files": paths})
    return ExitCode.DONE
