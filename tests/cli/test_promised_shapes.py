"""What machines read from commands: the keys of ``--json``, and the columns of files that commands write."""

import json
import shutil
from pathlib import Path

import pytest

from mmxlib.errors import ExitCode
from tests.cli.homes import mmx
from tests.golden.record import Record
from tests.golden.shapes import keys_of, parts_of

CALLS: dict[str, tuple[str, ...]] = {
    "check": ("{home}/data",),
    "status": ("--run-dir", "{home}/run"),
    "review": ("--run-dir", "{home}/waiting"),
    "approve": ("baseline", "--run-dir", "{home}/waiting", "--by", "Ana"),
    "resume": ("--run-dir", "{home}/run"),
    "report": ("--run-dir", "{home}/run"),
    "verify": ("--run-dir", "{home}/run"),
    "backtest": ("--run-dir", "{home}/run", "--folds", "1"),
    "forecast": ("--run-dir", "{home}/run", "--periods", "4"),
    "optimize": ("--run-dir", "{home}/run", "--periods", "4"),
    "explain": ("MMX-D104",),
    "simulate": ("--periods", "60", "--out", "{home}/market"),
    "init": ("{home}/settings",),
}
"""Commands with the arguments that show what they say; ``schema`` is JSON by itself."""


@pytest.fixture(scope="module")
def home(fitted_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of its own with a finished run, and one that waits for its first approval."""
    home = tmp_path_factory.mktemp("shapes") / "home"
    shutil.copytree(fitted_home, home)
    words = ("--input", home / "data", "--config", home / "config", "--run-dir", home / "waiting")
    assert mmx("run", *words) == ExitCode.WAITING
    return home


def said(capsys: pytest.CaptureFixture[str], *words: object) -> list[str]:
    capsys.readouterr()
    mmx(*words, "--json")
    return keys_of(json.loads(capsys.readouterr().out))


def test_every_command_says_to_machines_what_is_promised(
    home: Path, golden: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {
        name: said(capsys, name, *(word.format(home=home) for word in words)) for name, words in CALLS.items()
    }
    found["a refusal"] = said(capsys, "status", "--run-dir", home / "nowhere")
    golden.holds("commands", found)


def test_simulated_files_have_the_columns_that_are_promised(
    tmp_path: Path, golden: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "simulate", "--periods", "60", "--out", tmp_path)
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    golden.holds(
        "simulated",
        {part: held for path in files for part, held in parts_of(path.name, path.read_bytes()).items()},
    )
