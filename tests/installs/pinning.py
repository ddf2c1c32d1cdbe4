"""Pin every package that an installation takes, for all systems and Pythons, with the hashes of its files.

Run as ``python -m tests.installs.pinning``, with ``uv`` installed. It asks the package registry for the
newest releases that pyproject.toml admits, and writes the two files of examples/pinned anew.
"""

import os
import subprocess
import sys
import tomllib

from tests.installs.packages import ROOT

FOLDER = ROOT / "examples" / "pinned"
CORE = FOLDER / "core.txt"
WITH_EXTRAS = FOLDER / "with_extras.txt"
OLDEST = "3.11"
FOR_CONTRIBUTORS = frozenset({"dev", "mutations"})
"""Extras of those who work on the project itself."""

COMMAND = "python -m tests.installs.pinning"


def extras() -> list[str]:
    """Return the extras that users install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [name for name in project["optional-dependencies"] if name not in FOR_CONTRIBUTORS]


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for path in (WITH_EXTRAS, CORE):
        path.unlink(missing_ok=True)  # what it said would be kept, where it still fits
    more = [word for name in extras() for word in ("--extra", name)]
    _pin(["--output-file", str(WITH_EXTRAS), *more])
    _pin(["--output-file", str(CORE), "--constraints", str(WITH_EXTRAS)])  # one version of each in both
    return 0


def _pin(options: list[str]) -> None:
    command = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", OLDEST]
    command += ["--generate-hashes", "--no-annotate", "--quiet", *options]
    subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "UV_CUSTOM_COMPILE_COMMAND": COMMAND},
        check=True,
        stdout=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    sys.exit(main())
