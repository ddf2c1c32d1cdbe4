"""The recipe of the container says what is true of this package, and its commands work.

No image is built here, which would take a registry of images; what is ours in the recipe is run.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mmxlib.cli.main import _parser

ROOT = Path(__file__).resolve().parents[1]
PYTHON_PATH = os.pathsep.join([str(ROOT), str(ROOT / "excel")])
RECIPE = (ROOT / "examples" / "container" / "Containerfile").read_text("utf-8")


def lines(word: str) -> list[str]:
    """Return what follows an instruction, each time, continued lines joined."""
    joined = RECIPE.replace("\\\n", " ")
    return re.findall(rf"^{word} +(.*)$", joined, flags=re.MULTILINE)


def test_what_is_copied_is_there_and_is_all_that_the_package_is_built_from():
    copied = [name for line in lines("COPY") for name in line.split()[:-1]]
    assert all((ROOT / name).exists() for name in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    needed = ["pyproject.toml", project["project"]["readme"], *project["project"]["license-files"], *packages]
    assert [name for name in needed if not any(Path(name).is_relative_to(each) for each in copied)] == []


def test_the_package_can_be_built_from_what_is_copied_alone(tmp_path):
    for *names, target in (line.split() for line in lines("COPY")):
        for name in names:
            place = tmp_path / target.lstrip("/") / ("" if target.endswith(name) else name)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, place)
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path / "src", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("*.whl"))


def test_the_version_of_python_is_one_that_the_package_is_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (image,) = lines("FROM")
    version = re.fullmatch(r"python:(\d+\.\d+)-slim", image)
    assert version is not None
    assert f"Programming Language :: Python :: {version[1]}" in project["classifiers"]


def test_the_command_that_the_recipe_advises_is_one():
    (advised,) = re.findall(r"^# +docker run .* mmx (run .*)$", RECIPE, flags=re.MULTILINE)
    assert _parser().parse_args(advised.split()).workers == 4
    assert lines("ENTRYPOINT") == ['["mmx"]']
    assert lines("CMD") == ['["--help"]']


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the recipe is for a shell of Linux")
def test_the_lines_that_compile_at_build_time_run_and_leave_nothing_behind(tmp_path):
    """They run with the loops that are compiled here already: compiling itself is no part of the recipe."""
    (line,) = [each for each in lines("RUN") if each.startswith("mmx ")]
    program = tmp_path / "bin" / "mmx"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m mmxlib "$@"\n', "utf-8")
    program.chmod(0o755)
    (tmp_path / "tmp").mkdir()
    search = {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": PYTHON_PATH}
    done = subprocess.run(
        ["sh", "-c", line.replace("/tmp/", f"{tmp_path}/tmp/")],
        env=os.environ | search,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "executive_summary" in done.stdout
    assert list((tmp_path / "tmp").iterdir()) == []
