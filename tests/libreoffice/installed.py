"""What of LibreOffice this machine has, and what a test does where something is missing."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOOKS = Path(__file__).with_name("hooks")
REQUIRED = "MMX_REQUIRE_LIBREOFFICE"
PROGRAMS = ("soffice", "pdftoppm")


def with_libreoffice() -> None:
    """Skip the test where LibreOffice cannot be used; fail instead where it was promised."""
    missing = why_not()
    if missing and os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{REQUIRED} is set, but {missing}")
    if missing:
        pytest.skip(missing)


@cache
def why_not() -> str:
    """Return what keeps this machine from using LibreOffice, or nothing."""
    for program in PROGRAMS:
        if shutil.which(program) is None:
            return f"{program} is not installed"
    done = subprocess.run(
        [sys.executable, "-c", "import uno"],
        env=python_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        reason = (done.stderr.strip() or f"it ended with {done.returncode}").splitlines()[-1]
        return f"Python {version} cannot load the bridge to LibreOffice (python3-uno): {reason}"
    return ""


def python_environment() -> dict[str, str]:
    """Return an environment in which our Python finds this repository, the hooks and the bridge."""
    inherited = os.environ.get("PYTHONPATH", "")
    paths = [str(HOOKS), str(ROOT), str(ROOT / "excel"), *([inherited] if inherited else [])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
