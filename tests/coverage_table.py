"""Lines and branches that the tests run, by room.

``coverage json -q -o - | python -m tests.coverage_table``
"""

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

HEAD = "| room | lines | run | branches | run |\n|---|---:|---:|---:|---:|"


def room_of(path: str) -> str:
    """Return the room of a source file: the folder below its package, or the package for what lies beside."""
    package, *below = PurePosixPath(path).parts[path.startswith("excel/") :]
    return f"{package}/{below[0]}" if len(below) > 1 else package


def share(run: int, all_of_them: int) -> str:
    return f"{100.0 * run / all_of_them:.1f} %" if all_of_them else ""


def table(files: Mapping[str, Any]) -> str:
    """Return the table as Markdown, all rooms together last."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for path, told in sorted(files.items()):
        said = told["summary"]
        counts = (
            said["num_statements"], said["covered_lines"], said["num_branches"], said["covered_branches"]
        )  # fmt: skip
        for room in (room_of(path), "all"):
            found[room] = [old + new for old, new in zip(found[room], counts, strict=True)]
    rows = [*sorted(room for room in found if room != "all"), "all"]
    lines = [
        f"| {room} | {n:,} | {share(run, n)} | {ways:,} | {share(taken, ways)} |"
        for room in rows
        for n, run, ways, taken in [found[room]]
    ]
    return "\n".join([HEAD, *lines])


if __name__ == "__main__":
    print(table(json.load(sys.stdin)["files"]))
