"""Raw tables need no extra: without DuckDB and pyarrow, CSV files are read in batches."""

import subprocess
import sys
from pathlib import Path

from tests.data.raw import market

CODE = """
import sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("duckdb", "pyarrow"):
            raise ImportError(name)

sys.meta_path.insert(0, Absent())
from pathlib import Path
from mmxlib.data.reading import read_folder
from tests.data.raw import market

print(market.digest(read_folder(Path(sys.argv[1]), settings=market.settings())))
assert not {"duckdb", "pyarrow"} & set(sys.modules)
"""


def test_csv_needs_neither_duckdb_nor_pyarrow(tmp_path: Path) -> None:
    folder = market.write(tmp_path / "raw", market.raw_sales())
    command = [sys.executable, "-c", CODE, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == market.clean_digest(tmp_path / "clean")
