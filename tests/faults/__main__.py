"""The full fault suite: every guarantee at every point, as a table.

    python -m tests.faults [G1 G3 ...]

Without names it examines all; it takes an hour or two. The short version runs with the other tests. It ends with
1 where a guarantee was broken, and says how.
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.faults import test_kills, test_power_cuts

FULL = {
    "G1": ("killed at any operation", test_kills.in_full),
    "G3": ("power cut", test_power_cuts.in_full),
}


def main(names: list[str]) -> int:
    """Examine the guarantees of those names and print what was found."""
    print(f"{'':4} {'guarantee':34} {'points':>7} {'bad':>5} {'minutes':>8}")
    broken = 0
    for name in names or list(FULL):
        about, in_full = FULL[name]
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as place:
            found = in_full(Path(place))
        minutes = (time.perf_counter() - began) / 60
        print(f"{name:4} {about:34} {found.points:7} {len(found.bad):5} {minutes:8.1f}", flush=True)
        for line in dict.fromkeys(found.bad[:20]):
            print(f"     {line}")
        broken += len(found.bad)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
