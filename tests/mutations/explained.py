"""Why some mutants live: `survivors` gives a reason for each that no test can or should kill.

A file of reasons stands there where its source stands in the package. A mutant's name is
"function: line  ->  what it becomes".
"""

import tomllib
from pathlib import Path

FOLDER = Path(__file__).with_name("survivors")


def explained() -> dict[str, dict[str, str]]:
    """Return the reason of each explained survivor, by file and the mutant's name."""
    return {
        f"mmxlib/{path.relative_to(FOLDER).with_suffix('.py').as_posix()}": _reasons(path)
        for path in sorted(FOLDER.rglob("*.toml"))
    }


def _reasons(path: Path) -> dict[str, str]:
    groups = tomllib.loads(path.read_text("utf-8"))["explained"]
    return {name: group["why"] for group in groups for name in group["mutants"]}
