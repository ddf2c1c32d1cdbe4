"""Small simulated homes of runs, and the command as a function."""

from pathlib import Path

from mmxlib.cli.main import main

SETTINGS = """
model:
  draws: 20
  starts: 4
backtest:
  folds: 1
"""


def mmx(*words: object) -> int:
    return main([str(word) for word in words])


def small_home(home: Path, *, channels: int) -> Path:
    """Fill a folder with small data and quick settings."""
    size = ("--sub-categories", 3, "--channels", channels, "--periods", 110, "--seed", 7)
    assert mmx("simulate", *size, "--out", home / "data") == 0
    assert mmx("init", home / "config") == 0
    (home / "config" / "optimization.yaml").write_text(SETTINGS, encoding="utf-8")
    return home
