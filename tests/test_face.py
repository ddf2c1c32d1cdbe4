"""The public face: every promised name is there, the stub agrees, and importing it costs next to nothing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import mmxlib as mmx

STUB = Path(mmx.__file__).with_suffix(".pyi")


@pytest.mark.parametrize("name", mmx.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(mmx, name) is not None
    assert name in dir(mmx)


def test_type_checkers_see_the_very_same_names() -> None:
    named = re.findall(r"(?:import|,) (\w+) as \1|^    (\w+) as \2,?$", STUB.read_text("utf-8"), re.MULTILINE)
    assert sorted(first or second for first, second in named) == mmx.__all__


def test_an_unknown_name_is_refused_as_python_does() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = mmx.nothing


def test_the_version_is_that_of_the_installed_package() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", mmx.__version__)


def test_importing_the_face_loads_no_heavy_library() -> None:
    heavy = "('numpy', 'pandas', 'pydantic', 'numba')"
    code = f"import sys, mmxlib; print(*[name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_panel_is_read_by_the_configuration_of_a_folder(tmp_path: Path) -> None:
    """As the design promises: read_panel("sales.csv", config=read_config("config/"))."""
    rows = [f"2024-01-0{day},{10 * day},{day}" for day in (1, 8)]
    (tmp_path / "umsatz.csv").write_text("Woche,Umsatz,tv\n" + "\n".join(rows) + "\n", "utf-8")
    (tmp_path / "global.yaml").write_text(
        "data: {columns: {date: Woche, sales: Umsatz}, fewest_weeks: 2, channels: {tv: {spend: tv}}}\n",
        "utf-8",
    )
    panel = mmx.read_panel(tmp_path / "umsatz.csv", config=mmx.read_config(tmp_path))
    assert panel.outcome.tolist() == [[10.0, 80.0]]
