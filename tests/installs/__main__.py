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


def table(findings: list[Finding]) -> str:
    """Return the findings as a table, largest packages and differing files below it."""
    lines = [
        "| Python | installed | import mmxlib | mmx --help | files as with the first |",
        "|---|---|---|---|---|",
    ]
    first = findings[0].digests
    for each in findings:
        same = sum(each.digests.get(name) == digest for name, digest in first.items())
        lines.append(
            f"| {each.python.version} | {_megabytes(sum(each.room.values()))} | {each.costs.load:.3f} s "
            f"| {each.costs.help:.3f} s | {same} of {len(first)} |"
        )
    lines.append(f"limits: {_megabytes(MOST_BYTES)}, {MOST_LOAD} s and {MOST_HELP} s of the processor")
    for each in findings:
        largest = ", ".join(f"{name} {_megabytes(size)}" for name, size in [*each.room.items()][:LARGEST])
        lines.append(f"{each.python.version}: {largest}")
        lines += [
            f"{each.python.version}: {name} adds {_megabytes(size)}" for name, size in each.extras.items()
        ]
        others = [name for name, digest in first.items() if each.digests.get(name) != digest]
        lines += [f"{each.python.version}: other bytes in {name}" for name in others]
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
        findings, failed = [], False
        for python in found(arguments.pythons):
            place = folder / python.version
            place.mkdir()
            print(f"{python.version} …", file=sys.stderr, flush=True)
            try:
                findings.append(
                    examined(python, packages, place, pinned=arguments.pinned, extras=arguments.extra)
                )
            except RuntimeError as error:  # a command of the way that ended otherwise than it should
                failed = True
                print(f"{python.version}: {error}", file=sys.stderr)
    print(table(findings) if findings else "nothing could be installed")
    return int(failed or not findings or any(each.missed for each in findings))


if __name__ == "__main__":
    sys.exit(main())
