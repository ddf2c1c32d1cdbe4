"""Raw tables on the command line: how far their reading is, what was said of their rows, and the run."""

import json
from pathlib import Path

import pytest

from mmxlib.cli import reading_progress
from mmxlib.cli.console import Console
from mmxlib.config import Config, write_config
from mmxlib.config.contents import revised
from mmxlib.data.raw.progress import RawProgress
from tests.cli.homes import mmx
from tests.data.raw import market


def home(folder: Path) -> tuple[Path, Path]:
    """Return a folder of a raw table and media, and one of settings."""
    raw = market.write(folder / "raw", market.raw_sales())
    config = revised(
        Config(),
        {"data.raw.files": ["pos*"], "data.raw.sub_categories": market.SKUS, "data.fewest_weeks": 1},
    )
    write_config(config, folder / "config")
    return raw, folder / "config"


def test_check_tells_how_far_it_is_and_what_became_of_the_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, config = home(tmp_path)
    assert mmx("check", raw, "--config", config) == 0
    said = capsys.readouterr()
    assert "Reading raw tables: 100%  pos.csv, 360 rows" in said.err
    assert "360 rows; aggregated to 30 model rows." in " ".join(said.out.split())


def test_a_machine_gets_the_same_without_progress(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw, config = home(tmp_path)
    assert mmx("check", raw, "--config", config, "--json") == 0
    said = capsys.readouterr()
    assert "Reading raw tables" not in said.err
    assert any("30 model rows" in note["text"] for note in json.loads(said.out)["notes"])


def test_plain_lines_are_few_however_often_progress_comes(capsys: pytest.CaptureFixture[str]) -> None:
    with reading_progress.reading_display(Console(machine=False, live=False, colored=False)) as show:
        for step in range(1, 1001):
            show(RawProgress("pos.csv", step / 1000, 1000 * step))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Reading raw tables:  25%  pos.csv, 250,000 rows"
    assert len(lines) == 4


def test_a_terminal_shows_a_bar_and_clears_it(capsys: pytest.CaptureFixture[str]) -> None:
    with reading_progress.reading_display(Console(machine=False, live=True, colored=False)) as show:
        show(RawProgress("pos[1].csv", 0.5, 1000))
    assert "Traceback" not in capsys.readouterr().err
