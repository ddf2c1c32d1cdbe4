"""The one command of the benchmarks: list them, measure them, write the page of results."""

import argparse
import compileall
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import mmxlib
from tests.benchmarks.benchmark import METHODS, PUBLIC, RESULTS, Benchmark, Setup
from tests.benchmarks.page import write_page
from tests.benchmarks.registry import BENCHMARKS
from tests.benchmarks.results import provenance, write
from tests.benchmarks.truths import folders

PACKAGE = Path(mmxlib.__file__).parent

WORDS = """Without words: lists the benchmarks.
  NAME ... | all    measures them and keeps each one's figures as a CSV file
  page              draws the plots and writes the page of results from those files
  markets           writes simulated markets with their truth to --out, for other tools
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        "python -m tests.benchmarks", description=WORDS, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("words", nargs="*", metavar="NAME", help="benchmarks, or all, page, markets")
    made.add_argument("--short", action="store_true", help="measure little; kept only with --out")
    made.add_argument("--out", type=Path, help="folder of the figures (default: that of the page)")
    made.add_argument(
        "--methods", nargs="+", choices=METHODS, default=METHODS, help="of fits (default: both)"
    )
    made.add_argument("--public", type=Path, default=PUBLIC, help="folder of the public data")
    made.add_argument("--peer", type=Path, help="Python of an environment with PyMC-Marketing")
    made.add_argument("--seeds", type=int, default=5, help="markets of each kind (default: 5)")
    return made


def listed() -> str:
    """Return a line for every benchmark and, below it, its goals."""
    lines = []
    for each in BENCHMARKS.values():
        needs = f"; needs {', '.join(each.needs)}" if each.needs else ""
        lines += [f"{each.name:14} {each.question}", f"{'':14} about {each.minutes:g} min{needs}"]
        lines += [f"{'':14} goal: {goal.words}" for goal in each.goals]
    return "\n".join(lines)


def measure(chosen: Iterable[Benchmark], setup: Setup, out: Path | None) -> int:
    """Measure the chosen benchmarks; return how many had to be left out."""
    left_out = 0
    for benchmark in chosen:
        missing = [need for need in benchmark.needs if setup.lacks(need)]
        if missing:
            print(f"{benchmark.name}: left out, needs {', '.join(missing)}", flush=True)
            left_out += 1
            continue
        where = provenance(benchmark)
        with TemporaryDirectory() as folder:
            found = benchmark.measure(replace(setup, folder=Path(folder), pictures=out))
        print(f"{benchmark.name}: {where}")
        print(found.to_string(index=False), flush=True)
        if out is not None:
            write(benchmark, found, out, where)
    return left_out


def main(words: Sequence[str]) -> int:
    chosen = parser().parse_args(words)
    unknown = [each for each in chosen.words if each not in {*BENCHMARKS, "all", "page", "markets"}]
    if unknown:
        parser().error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    if not chosen.words:
        print(listed())
    elif chosen.words == ["page"]:
        write_page()
    elif chosen.words == ["markets"]:
        if chosen.out is None:
            parser().error("markets needs --out FOLDER")
        folders(chosen.out, range(chosen.seeds))
    else:
        names = BENCHMARKS if "all" in chosen.words else chosen.words
        out = chosen.out or (None if chosen.short else RESULTS)
        methods = tuple(chosen.methods)
        compileall.compile_dir(PACKAGE, quiet=1)  # as every installation does: else each process would
        setup = Setup(Path(), chosen.short, methods, chosen.public.resolve(), chosen.peer)
        return min(1, measure([BENCHMARKS[name] for name in names], setup, out))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
