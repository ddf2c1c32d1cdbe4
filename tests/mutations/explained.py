"""Why some mutants live: `survivors.toml` gives a reason for each that no test can or should kill."""

import tomllib
from pathlib import Path

TABLE = Path(__file__).with_name("survivors.toml")


def explained() -> dict[str, dict[str, str]]:
    """Return the reason of each explained survivor, by file and the mutant's name."""
    reasons: dict[str, dict[str, str]] = {}
    for group in tomllib.loads(TABLE.read_text("utf-8")).get("explained", []):
        reasons.setdefault(group["file"], {}).update(dict.fromkeys(group["mutants"], group["why"]))
    return reasons
