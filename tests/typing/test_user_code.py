"""Users' code passes the strictest type check against the installed package, and so do the examples."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import mmxlib as mmx

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("main_job.py", "budget_and_forecast.py", "plan_versus_actual.py", "own_agent.py")
USER_CODE = [ROOT / "tests" / "typing" / "user_code.py", *(ROOT / "examples" / name for name in EXAMPLES)]

USED = re.compile(r"\bmmx\.([A-Za-z]\w*)")

MISTAKES = """\
import mmxlib as mmx

panel = mmx.simulate_panel().panel
mmx.fit_model(panel, draws=400)
total: str = mmx.optimize_budget(mmx.fit_model(panel), 1e6).total
mmx.Session.open("run").approve("baseline")
"""


def checked(folder: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    """Check files as a user's project without settings of its own would."""
    settings = folder / "mypy.ini"
    settings.write_text("[mypy]\n", "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", str(settings)]
    command += ["--cache-dir", str(folder / "cache"), *map(str, files)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("user")


@pytest.mark.parametrize("name", mmx.__all__)
def test_every_public_name_is_used_by_the_code_that_is_checked(name: str) -> None:
    assert name in {each for path in USER_CODE for each in USED.findall(path.read_text("utf-8"))}


@pytest.mark.slow
def test_users_code_and_the_examples_pass(folder: Path) -> None:
    done = checked(folder, *USER_CODE)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_users_mistakes_are_found(folder: Path) -> None:
    """Names that mypy saw as Any would pass anything."""
    wrong = folder / "mistakes.py"
    wrong.write_text(MISTAKES, "utf-8")
    found = checked(folder, wrong).stdout
    assert [line.split(":")[1] for line in found.splitlines() if ": error:" in line] == ["4", "5", "6"]
