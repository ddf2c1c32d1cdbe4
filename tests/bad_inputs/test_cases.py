"""Every bad input ends in the outcome that the list gives it, with its words and its place."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from mmxlib.artifacts.codec import encode
from mmxlib.artifacts.panel import Panel
from mmxlib.data.reading import read_panel
from mmxlib.data.roles import DataSettings
from mmxlib.errors import DataError, ExitCode
from mmxlib.terms import Grade, Verdict
from tests.bad_inputs import build
from tests.bad_inputs.cases import CASES, TOTAL, Case, numbers

LIBRARY_WORDS = re.compile(r"NaN|NaT|dtype|KeyError|DataFrame|Traceback|\bNone\b|pandas|numpy|Exception")
RUNS = [(case, kind) for case in CASES for kind in case.kinds]


def digest(panel: Panel) -> str:
    """Return the identity of a panel but for what is told about its reading."""
    return encode(replace(panel, notes=(), repairs=())).digest


@cache
def clean_digest() -> str:
    sheet = build.clean()
    frame = [dict(zip(map(str, sheet.rows[0]), row, strict=True)) for row in sheet.rows[1:]]
    return digest(read_panel(pd.DataFrame(frame)))


def grade_of(error: DataError) -> Grade:
    """Return the grade of refused input, whose every fault says what, where and what to do."""
    assert error.exit_code is ExitCode.INPUT
    assert all(fault.problem and fault.remedy and fault.place for fault in error.faults)
    return Grade.REJECT if Grade.REJECT in {fault.grade for fault in error.faults} else Grade.ASK


def outcome(path: Path, settings: DataSettings) -> "tuple[Grade, str, Panel | None]":
    """Return the grade of a file, all that was said of it, and its panel if there is one."""
    try:
        panel = read_panel(path, config=settings)
    except DataError as error:
        return grade_of(error), str(error), None
    doubts = [note.text for note in panel.notes if note.verdict is not Verdict.PASS]
    told = "\n".join([*doubts, *map(str, panel.repairs)])
    grade = Grade.REPAIR if panel.repairs else Grade.REVIEW if doubts else Grade.OK
    return grade, told, panel


@pytest.mark.parametrize(("case", "kind"), RUNS, ids=[f"{case.number}-{kind}" for case, kind in RUNS])
def test_a_bad_input_ends_in_its_outcome(case: Case, kind: str, tmp_path: Path) -> None:
    made = case.change()
    path = tmp_path / (case.file or f"sales.{kind}")
    path.write_bytes(made if isinstance(made, bytes) else build.WRITERS[kind](made))
    grade, said, panel = outcome(path, DataSettings.model_validate(dict(case.settings)))
    assert grade is case.grade, said
    for words in case.words:
        assert re.search(words, said), (words, said)
    assert not LIBRARY_WORDS.search(said), said
    if panel is not None and case.equal:
        assert digest(panel) == clean_digest()


def test_the_cases_are_counted_honestly() -> None:
    assert len(numbers()) == len(set(numbers())) <= TOTAL
