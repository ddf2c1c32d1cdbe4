"""The notebook runs from its first cell to its last, and is kept without results.

Results would go out of date with every change of a number; whoever opens it runs it in about a minute.
"""

import re

import nbformat
import pytest
from nbclient import NotebookClient

from tests.documents.blocks import ROOT

NOTEBOOK = ROOT / "examples" / "whole_way.ipynb"
STEPS = ("Simulate", "Check", "Fit", "Calibrate", "Forecast", "Budget", "Plan versus actual", "Backtest")
SECONDS = 300


@pytest.fixture(scope="module")
def kept() -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def printed(kept: nbformat.NotebookNode, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what the notebook's cells print and show as text, run in an empty folder."""
    folder = tmp_path_factory.mktemp("notebook")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(folder / "jupyter"))
        run = nbformat.from_dict(kept)
        NotebookClient(run, timeout=SECONDS, resources={"metadata": {"path": str(folder)}}).execute()
    shown = [output for cell in run.cells if cell.cell_type == "code" for output in cell.outputs]
    return "\n".join(each.get("text") or each.get("data", {}).get("text/plain", "") for each in shown)


def test_it_is_kept_without_results_and_without_places_of_a_machine(kept: nbformat.NotebookNode) -> None:
    code = [cell for cell in kept.cells if cell.cell_type == "code"]
    assert [cell for cell in code if cell.outputs or cell.execution_count is not None] == []
    assert not re.search(r"/(home|root|tmp|work|Users)/|[A-Z]:\\\\", NOTEBOOK.read_text("utf-8"))


def test_it_goes_the_whole_way(kept: nbformat.NotebookNode) -> None:
    text = "\n".join(cell.source for cell in kept.cells if cell.cell_type == "markdown")
    headings = re.findall(r"^## (.*)$", text, re.M)
    assert [step for step in STEPS if not any(each.startswith(step) for each in headings)] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "said",
    [
        "rows of sales were read",
        "faults, the first: wrong.csv",
        "of the weeks lie inside their range",
        "better with a probability of",
        "effectiveness",
        "seasonal_naive",
    ],
)
def test_it_runs_and_shows(printed: str, said: str) -> None:
    assert said in printed
