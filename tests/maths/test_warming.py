"""Compiling ahead leaves nothing that a run would still have to compile after its fit."""

import os
import subprocess
import sys
from pathlib import Path

LATER = ("spend_response", "slope_table", "majorant", "media")


def test_every_loop_after_the_fit_is_kept_on_disk(tmp_path: Path) -> None:
    code = "from mmxlib.maths.warming import compile_later_loops; compile_later_loops()"
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    kept = {path.name.split(".")[0] for path in tmp_path.rglob("*.nbi")}
    assert kept >= set(LATER)
