"""Raw tables with bytes changed at random: never an uncaught error, and both engines agree."""

import random
import sys
from pathlib import Path

import pytest

from mmxlib.data.reading import read_folder
from mmxlib.errors import DataError
from tests.bad_inputs.test_cases import LIBRARY_WORDS
from tests.data.raw import market

MUTATIONS = 60
CLEAN = market.raw_sales().to_csv(index=False).encode()
SIGNS = [
    b",",
    b'"',
    b"\n",
    b"\r\n",
    b".",
    b"-",
    b" ",
    b"\t",
    b";",
    b"_",
    b"\xe9",
    b"\xc3\xa9",
    b"\0",
    b"1",
    b"e",
    b"'",
]


def mutated(seed: int) -> bytes:
    """Return the raw table with up to three changes: signs in or out, a line twice or empty, its end cut."""
    rng = random.Random(seed)
    content = CLEAN
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(content))
        lines = content.split(b"\n")
        row = rng.randrange(len(lines) - 1)
        content = rng.choice(
            [
                content[:at] + rng.choice(SIGNS) + content[at:],
                content[:at] + content[at + rng.randint(1, 8) :],
                content[:at] + rng.choice(SIGNS) + content[at + 1 :],
                content[:at] + content[at : at + 12] + content[at:],
                b"\n".join([*lines[:row], lines[row], *lines[row:]]),
                b"\n".join([*lines[:row], b"", *lines[row:]]),
                content[:at],
            ]
        )
    return content


def outcome(folder: Path) -> str:
    """Return all that is said of a folder: its panel and notes, or its faults."""
    try:
        panel = read_folder(folder, settings=market.settings({"unmapped": "leave_out"}))
    except DataError as error:
        return str(error)
    return f"{market.digest(panel)}\n{market.told(panel)}\n{panel.repairs}"


@pytest.mark.parametrize("start", range(0, MUTATIONS, 20))
def test_both_engines_agree_on_changed_files(start: int, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    folder = market.write(tmp_path, CLEAN)
    for seed in range(start, start + 20):
        (folder / "pos.csv").write_bytes(mutated(seed))
        by_duckdb = outcome(folder)
        assert not LIBRARY_WORDS.search(by_duckdb)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(sys.modules, "duckdb", None)
            assert outcome(folder) == by_duckdb, seed
