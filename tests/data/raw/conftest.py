"""Both engines: DuckDB for what is plain, batches for everything."""

import sys

import pytest


@pytest.fixture(params=["duckdb", "batches"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The engine that reads plain files."""
    if request.param == "batches":
        monkeypatch.setitem(sys.modules, "duckdb", None)
    else:
        pytest.importorskip("duckdb")
    return str(request.param)
