"""Groups do not depend on how many threads a machine has."""

import os
import subprocess
import sys

SCRIPT = """
import hashlib, numpy as np
from mmxlib.maths.clustering import candidates
points = np.random.default_rng(5).normal(size=(2000, 6))
found = candidates(points, [5], restarts=10, resamples=0, rng=np.random.default_rng(1))[0].partition
print(hashlib.sha256(found.centers.tobytes() + found.labels.tobytes()).hexdigest())
"""


def test_groups_are_the_same_whatever_the_number_of_threads() -> None:
    hashes = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "4")
    }
    assert len(hashes) == 1
