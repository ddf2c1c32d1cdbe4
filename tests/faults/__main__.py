"""The full fault suite: every guarantee at every point, as a table.

    python -m tests.faults [G1 G3 ...]

Without names it examines all but `G2+`, two thousand kills of the command; it takes an hour or two. It ends
with 1 where a guarantee was broken, and says how. The short version runs with the other tests.
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.faults import (
    test_approvals,
    test_dead_holders,
    test_disk_errors,
    test_full_disks,
    test_kills,
    test_mutants,
    test_power_cuts,
    test_random_kills,
    test_real_kills,
    test_single_holder,
    test_tampering,
)

FULL = {
    "G1": ("killed at any operation", test_kills.in_full),
    "G1r": ("the command killed at operations", test_real_kills.in_full),
    "G2": ("the command killed at random", test_random_kills.in_full),
    "G3": ("power cut", test_power_cuts.in_full),
    "G4": ("a disk that refuses", test_disk_errors.in_full),
    "G5": ("a full disk", test_full_disks.in_full),
    "G7": ("eight processes at once", test_single_holder.in_full),
    "G8": ("the lock of a killed process", test_dead_holders.in_full),
    "G9": ("approvals of what was shown", test_approvals.in_full),
    "G10": ("tampering", test_tampering.in_full),
    "G11": ("mutants of the protections", test_mutants.in_full),
}
AT_NIGHT = {
    "G2+": ("the command killed 2,000 times", test_random_kills.in_great_number),
}


def main(names: list[str]) -> int:
    """Examine the guarantees of those names and print what was found."""
    print(f"{'':4} {'guarantee':34} {'points':>7} {'bad':>5} {'minutes':>8}")
    broken = 0
    for name in names or list(FULL):
        about, in_full = (FULL | AT_NIGHT)[name]
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
