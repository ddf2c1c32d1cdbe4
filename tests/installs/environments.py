"""Empty environments of the Pythons that are found, and the room that installed packages take."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

VERSIONS = ("3.11", "3.12", "3.13")
"""The versions of Python that the product is made for."""

OF_PYTHON = ("pip", "setuptools", "pkg_resources", "_distutils_hack")
"""What an empty environment brings along; some Pythons more of it than others."""

_WHO = "import platform, sys, venv, ensurepip; print(platform.python_version(), sys.executable, sep='\\n')"


@dataclass(frozen=True, slots=True)
class Python:
    """A Python that can make environments: its full version, and where it is."""

    version: str
    program: str


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment of its own in ``folder``."""

    folder: Path

    def program(self, name: str) -> str:
        """Return the path of a program that is installed in it."""
        return str(self.folder / ("Scripts" if os.name == "nt" else "bin") / name)

    def install(self, *arguments: str) -> None:
        """Install as a user would, with what the machine's own settings of pip say."""
        run([self.program("python"), "-m", "pip", "install", "--quiet", *arguments], self.folder)


def found(names: Sequence[str] = ()) -> list[Python]:
    """Return the Pythons of ``names``, or those of `VERSIONS` that are on the path and work."""
    asked = {name: _python(name) for name in names or [f"python{version}" for version in VERSIONS]}
    missing = [name for name in names if asked[name] is None]
    if missing:
        raise RuntimeError(f"no Python that can make environments: {', '.join(missing)}")
    return [python for python in asked.values() if python is not None]


def _python(name: str) -> Python | None:
    program = shutil.which(name)
    if program is None:
        return None
    done = subprocess.run([program, "-c", _WHO], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    version, itself = done.stdout.splitlines()
    return Python(version, itself)


def empty(python: Python, folder: Path) -> Environment:
    """Make an environment without any package in ``folder``."""
    run([python.program, "-m", "venv", str(folder)], folder.parent)
    return Environment(folder)


def run(
    command: Sequence[str], folder: Path, *, expected: int = 0, home: Mapping[str, str] | None = None
) -> str:
    """Run a command in ``folder`` without this process's own packages, and return what it printed.

    ``expected`` is the code that it is to end with, ``home`` says where it keeps what is the user's.
    """
    own = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    surroundings = {name: value for name, value in os.environ.items() if name not in own} | dict(home or {})
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode != expected:
        raise RuntimeError(f"{' '.join(command)}: code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def room(environment: Environment) -> dict[str, int]:
    """Return the bytes of each package on the disk, largest first, without what Python brings along."""
    (packages,) = (path for path in environment.folder.rglob("site-packages") if path.is_dir())
    taken = {path.name: _bytes(path) for path in packages.iterdir() if not path.name.startswith(OF_PYTHON)}
    return dict(sorted(taken.items(), key=lambda each: -each[1]))


def _bytes(path: Path) -> int:
    """Return what a file or folder takes on the disk: whole blocks where the system tells of blocks."""
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    states = [each.lstat() for each in files]
    return sum(getattr(state, "st_blocks", -(-state.st_size // 512)) * 512 for state in states)
