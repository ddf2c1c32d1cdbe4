"""Whatever is done to the bytes of a clean file, reading ends in one of the five outcomes.

Run 10,000 mutations with ``MMX_MUTATIONS=10000 pytest tests/bad_inputs/test_mutations.py``.
"""

import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmxlib.data.roles import DataSettings
from tests.bad_inputs import build
from tests.bad_inputs.test_cases import LIBRARY_WORDS, clean_digest, digest, outcome

EXAMPLES = int(os.environ.get("MMX_MUTATIONS", "60"))
"""Few by default; CI asks for 500."""

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


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=mutations)
def test_a_mutated_file_ends_in_one_of_the_five_outcomes(changes: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sales.csv"
        path.write_bytes(mutated(changes))
        _, said, _ = outcome(path, DataSettings())
    quoted = re.sub(r'"[^"]*"', "", said)  # a mutated name may be any word
    assert not LIBRARY_WORDS.search(quoted), said


def test_the_clean_file_is_read_without_a_word() -> None:
    with TemporaryDirectory() as folder:
        _, said, panel = outcome(build.write(Path(folder), build.clean(), "csv"), DataSettings())
    assert not said
    assert panel is not None
    assert digest(panel) == clean_digest()
