"""The wheel and the source archive, built from the tree as it is."""

import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Packages:
    """What is given to others: the wheel, and the source archive."""

    wheel: Path
    sources: Path


def built(folder: Path, tree: Path = ROOT) -> Packages:
    """Build both into ``folder``."""
    _hatchling(tree, folder)
    (wheel,) = folder.glob("*.whl")
    (sources,) = folder.glob("*.tar.gz")
    return Packages(wheel, sources)


def wheel_of_sources(sources: Path, folder: Path) -> Path:
    """Return the wheel that the source archive makes, away from the tree."""
    with tarfile.open(sources) as archive:
        archive.extractall(folder / "sources", filter="data")
    (tree,) = (folder / "sources").iterdir()
    _hatchling(tree, folder / "again", "--target", "wheel")
    (wheel,) = (folder / "again").glob("*.whl")
    return wheel


def members(wheel: Path) -> dict[str, bytes]:
    """Return the files of a wheel by name."""
    with ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _hatchling(tree: Path, folder: Path, *options: str) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder), *options]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the packages cannot be built:\n{done.stderr}")
