"""Install the wheel alone into an empty environment of each Python, walk, measure, and print what was found.

Run as ``python -m tests.installs [PYTHON ...] [--pinned] [--extra NAME]``. Without names it takes python3.11,
python3.12 and python3.13, as far as they are on the path. With ``--pinned`` all packages are the pinned ones,
each proved by its hash. ``--extra`` adds an extra's packages after the walk and says what room they take. It
installs from the package registry and takes some minutes; it ends with code 1 where something is missed.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.installs.environments import Environment, Python, empty, found, room
from tests.installs.packages import Packages, built, members, wheel_of_sources
from tests.installs.pinning import CORE
from tests.installs.walking import Costs, costs, digests, walk

MOST_BYTES = 800_000_000
MOST_LOAD = 0.15
MOST_HELP = 0.3
LARGEST = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in one environment: room by package, room of each extra, seconds, and what came out."""

    python: Python
    room: Mapping[str, int]
    extras: Mapping[str, int]
    costs: Costs
    digests: Mapping[str, str]

    @property
    def missed(self) -> bool:
        """Whether a limit was passed."""
        too_large = sum(self.room.values()) > MOST_BYTES
        return too_large or self.costs.load > MOST_LOAD or self.costs.help > MOST_HELP


def examined(python: Python, packages: Packages, folder: Path, *, pinned: bool, extras: list[str]) -> Finding:
    """Install into an empty environment in ``folder``, walk there, and measure."""
    environment = empty(python, folder / "environment")
    if pinned:
        environment.install("--require-hashes", "-r", str(CORE))
        environment.install("--no-deps", str(packages.wheel))
    else:
        environment.install(str(packages.wheel))
    (folder / "walk").mkdir()
    walk(environment, folder / "walk")
    taken = room(environment)  # with the loops that were compiled on the way
    spent = costs(environment, folder / "walk")
    return Finding(python, taken, _added(environment, packages, extras), spent, digests(folder / "walk"))


def _added(environment: Environment, packages: Packages, extras: list[str]) -> dict[str, int]:
    """Return the bytes that each extra adds to what is installed by then."""
    added = {}
    for extra in extras:
        before = sum(room(environment).values())
        environment.install(f"{packages.wheel}[{extra}]")
        added[extra] = sum(room(environment).values()) - before
    return added


def told(finding: Finding, first: Mapping[str, str]) -> str:
    """Return a finding as lines; ``first`` are the digests of what came out with the first Python."""
    same = sum(finding.digests.get(name) == digest for name, digest in first.items())
    largest = [f"{name} {_megabytes(size)}" for name, size in finding.room.items()][:LARGEST]
    lines = [
        f"{finding.python.version}: {_megabytes(sum(finding.room.values()))} installed; import mmxlib "
        f"{finding.costs.load:.3f} s, mmx --help {finding.costs.help:.3f} s of the processor; "
        f"{same} of {len(first)} files as with the first Python",
        f"    largest: {', '.join(largest)}",
        *(f"    {name} adds {_megabytes(size)}" for name, size in finding.extras.items()),
        *(f"    other bytes in {name}" for name in first if finding.digests.get(name) != first[name]),
    ]
    return "\n".join(lines)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.installs", description=__doc__.split("\n")[0])
    parser.add_argument("pythons", nargs="*", metavar="PYTHON", help="a program's name or path")
    parser.add_argument(
        "--pinned", action="store_true", help="with the pinned packages, proved by their hashes"
    )
    parser.add_argument("--extra", action="append", default=[], help="also measure an extra; may be repeated")
    arguments = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        packages = built(folder / "packages")
        if members(wheel_of_sources(packages.sources, folder)) != members(packages.wheel):
            print("the source archive makes another wheel than the tree", file=sys.stderr)
            return 1
        print(f"limits: {_megabytes(MOST_BYTES)}, {MOST_LOAD} s and {MOST_HELP} s", flush=True)
        return int(not _all_met(found(arguments.pythons), packages, folder, arguments))


def _all_met(pythons: list[Python], packages: Packages, folder: Path, chosen: argparse.Namespace) -> bool:
    """Print what is found with each Python as soon as it is; return whether every one meets the limits."""
    first: Mapping[str, str] = {}
    met = bool(pythons)
    for python in pythons:
        place = folder / python.version
        place.mkdir()
        try:
            finding = examined(python, packages, place, pinned=chosen.pinned, extras=chosen.extra)
        except RuntimeError as error:  # a command of the way that ended otherwise than it should
            met = False
            print(f"{python.version}: {error}", flush=True)
            continue
        first = first or finding.digests
        met = met and not finding.missed
        print(told(finding, first), flush=True)
    return met


if __name__ == "__main__":
    sys.exit(main())
