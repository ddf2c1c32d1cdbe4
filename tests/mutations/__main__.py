"""Mutation testing: small faults are put into a file, one at a time, and its tests must notice each.

    python -m tests.mutations [FILE ...] [--sample N] [--seed S]

Without files, all of `judges.py`; with ``--sample``, only so many mutants of each. It ends with 1 where a
mutant lives that `survivors` does not explain, and names it. Needs the extra [mutations], and a system
that can part processes (Linux, macOS).
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy is loaded: threads do not come along when processes part
os.environ["PYTHONHASHSEED"] = "0"

from tests.mutations.examining import examined  # noqa: E402
from tests.mutations.explained import explained  # noqa: E402
from tests.mutations.judges import JUDGES  # noqa: E402
from tests.mutations.trying import copied, load_before  # noqa: E402


def main(arguments: list[str]) -> int:
    """Try the mutants of files and print what came of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", metavar="FILE", help="files of tests/mutations/judges.py")
    parser.add_argument("--sample", type=int, metavar="N", help="so many mutants of each file")
    parser.add_argument("--seed", type=int, default=9, metavar="S", help="which ones (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.files) - set(JUDGES)
    if unknown:
        parser.error(f"no tests are named for {', '.join(sorted(unknown))} in tests/mutations/judges.py")
    load_before()
    reasons = explained()
    unexplained = 0
    print(f"{'file':44} {'tried':>6} {'killed':>7} {'explained':>10} {'left':>5}")
    with tempfile.TemporaryDirectory() as place:
        folder = copied(Path(place))
        for file in chosen.files or JUDGES:
            found = examined(folder, file, JUDGES[file], sample=chosen.sample, seed=chosen.seed)
            known = reasons.get(file, {})
            left = [name for name in found.survivors if name not in known]
            lives = len(found.survivors)
            counts = f"{found.tried:6} {found.tried - lives:7} {lives - len(left):10} {len(left):5}"
            print(f"{file:44} {counts}", *left, sep="\n    ", flush=True)
            for name in sorted(found.killed & known.keys()):
                print(f"    killed now, strike its reason: {name}", flush=True)
            unexplained += len(left)
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
