from pathlib import Path

import pytest

from tests.cli.homes import mmx, small_home


@pytest.fixture(scope="session")
def fitted_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run, ``run``, that has its model and its scenarios."""
    home = small_home(tmp_path_factory.mktemp("fitted"), channels=3)
    words = ("--input", home / "data", "--config", home / "config", "--run-dir", home / "run")
    assert mmx("run", *words, "--auto-approve") in (0, 4)
    return home
