"""Whatever is done to the bytes of a clean file, reading ends in one of the five outcomes.

Run 10,000 mutations with ``MMX_MUTATIONS=10000 pytest tests/bad_inputs/test_mutations.py``, others with
``--hypothesis-seed=1`` and so on.
"""

import csv
import io
import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mmxlib.artifacts.panel import Panel
from mmxlib.data.roles import DataSettings
from mmxlib.data.rows import ALL
from tests.bad_inputs import build
from tests.bad_inputs.test_cases import LIBRARY_WORDS, clean_digest, digest, outcome

EXAMPLES = int(os.environ.get("MMX_MUTATIONS", "500"))

SMALL = build.clean().without(*range(14, 111), *range(124, 221), *range(234, 331))
TEXT = build.csv_bytes(SMALL)
LINES = TEXT.splitlines(keepends=True)

lines = st.integers(0, len(LINES) - 1)
places = st.integers(0, len(TEXT) - 1)
flips = st.tuples(st.just("flip"), places, st.integers(0, 255))
cuts = st.tuples(st.just("cut"), places, st.just(0))
doubles = st.tuples(st.just("double"), lines, lines)
drops = st.tuples(st.just("drop"), lines, st.just(0))
inserts = st.tuples(st.just("insert"), places, st.sampled_from([*b",;\"\n\t\0\xff\xc3()-%.'= "]))
mutations = st.lists(st.one_of(flips, doubles, drops, inserts, cuts), min_size=1, max_size=4)


def mutated(changes: list[tuple[str, int, int]]) -> bytes:
    content = TEXT
    for deed, at, what in changes:
        rows = content.splitlines(keepends=True)
        if deed == "flip" and at < len(content):
            content = content[:at] + bytes([what]) + content[at + 1 :]
        elif deed == "cut":
            content = content[:at]
        elif deed == "double" and at < len(rows) and what < len(rows):
            content = b"".join([*rows[:what], rows[at], *rows[what:]])
        elif deed == "drop" and at < len(rows):
            content = b"".join([*rows[:at], *rows[at + 1 :]])
        elif deed == "insert":
            content = content[:at] + bytes([what]) + content[at:]
    return content


def check_numbers(file: str, content: bytes, panel: Panel) -> None:
    """Check that every number of the panel is the one in the file, but for rows that a repair names.

    A repair that stands for several cells names the first of them alone, so that nothing is checked then.
    """
    repairs = [each for each in panel.repairs if each.file == file]
    if any(each.cells > 1 or not each.place.startswith("row") for each in repairs):
        return
    named = {int(number) for each in repairs for number in re.findall(r"rows? (\d+)", each.place)}
    western = any("Western European" in each.rule for each in repairs)
    text = content.decode("cp1252" if western else "utf-8-sig")
    lines = enumerate(csv.reader(io.StringIO(text, newline="")), start=1)
    (_, header), *rows = [(number, row) for number, row in lines if any(cell.strip() for cell in row)]
    spends = all(name.strip().casefold().endswith("_spend") for name in header[3:])
    for number, row in rows:
        if number in named:
            continue
        unit = panel.units.index(row[1].strip()) if panel.units != (ALL,) else 0
        date = np.datetime64(row[0].strip()[:10])
        (period,) = np.flatnonzero(panel.dates == date)
        assert panel.outcome[unit, period] == float(row[2]), row
        if spends:
            assert sorted(panel.spend[unit, period]) == sorted(map(float, row[3:])), row


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=mutations)
@example([("insert", 673, 39)])  # an apostrophe before a number was taken off without a word
@example([("flip", 124, 28)])  # so was a sign that nobody sees
@example([("cut", 79, 0)])  # a single week has no level before it
@example([("cut", 0, 0), ("insert", 0, 44)])  # a file of one comma had no place
@example([("cut", 46, 0), ("insert", 46, 59)])  # a note without data left a table of no rows
@example([("flip", 24, 128)])
def test_a_mutated_file_ends_in_one_of_the_five_outcomes(changes: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sales.csv"
        content = mutated(changes)
        path.write_bytes(content)
        _, said, panel = outcome(path, DataSettings(fewest_weeks=1))
    if panel is not None:
        check_numbers(path.name, content, panel)
    quoted = re.sub(r'"[^"]*"', "", said)  # a mutated name may be any word
    assert not LIBRARY_WORDS.search(quoted), said


def test_the_clean_file_is_read_without_a_word() -> None:
    with TemporaryDirectory() as folder:
        _, said, panel = outcome(build.write(Path(folder), build.clean(), "csv"), DataSettings())
    assert not said
    assert panel is not None
    assert digest(panel) == clean_digest()
