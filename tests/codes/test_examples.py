"""The commands that pages show as examples of what brings a code do bring it."""

import re
import shlex
from pathlib import Path

import pytest

from mmxlib.cli.main import main
from mmxlib.codes.pages import pages
from tests.cli.homes import mmx, small_home

NEEDS_MORE = {
    "MMX-D057": "a folder of folders",
    "MMX-D060": "a machine without pyarrow",
    "MMX-M032": "a machine without memory",
    "MMX-M083": "a plan of another length",
    "MMX-M107": "the same data again",
    "MMX-B018": "an outcome in units",
    "MMX-W024": "a second process",
    "MMX-W047": "a model that fails no guardrail",
    "MMX-W049": "a run that waits at its baseline",
    "MMX-W050": "a run that waits at its baseline",
    "MMX-F001": "a user who may not write there",
    "MMX-X001": "macros of 7 MB",
    "MMX-X062": "40 scenarios",
    "MMX-X080": "a second program",
    "MMX-X081": "a second program",
}
"""Pages whose example is a command that shows its code only where more is the case, and what."""


def _examples() -> dict[str, str]:
    """Return the command of each page whose example is one, by its code."""
    found = {}
    for page in pages().values():
        example = " ".join(page.text.partition("**Example:**")[2].partition("\n\n")[0].split())
        command = re.search(r"`(mmx [^`]+)`", example)
        if command:
            found[page.code] = command[1]
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that examples name: data, settings, a finished run and a workbook."""
    folder = small_home(tmp_path_factory.mktemp("examples"), channels=2)
    words = (
        "--input",
        folder / "data",
        "--config",
        folder / "config",
        "--run-dir",
        folder / "runs" / "first",
    )
    assert mmx("run", *words, "--auto-approve") in (0, 4)
    assert mmx("excel", "new", folder / "plan.xlsm") == 0
    (folder / "sales.csv").write_bytes((folder / "data" / "sales.csv").read_bytes())
    return folder


@pytest.mark.parametrize("code", [code for code in _examples() if code not in NEEDS_MORE])
def test_an_example_brings_its_code(
    code: str, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(home)
    assert main(shlex.split(_examples()[code])[1:]) != 0
    assert f"[{code}]" in capsys.readouterr().err


def test_only_examples_that_are_commands_are_left_out() -> None:
    assert NEEDS_MORE.keys() <= _examples().keys()
