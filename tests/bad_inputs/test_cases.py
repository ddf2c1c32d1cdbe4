"""Every bad input ends in the outcome that the list gives it, with its words and its place."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from mmxlib.artifacts.codec import encode
from mmxlib.artifacts.panel import Panel
from mmxlib.data.accounting import Reading
from mmxlib.data.reading import check_folder, read_panel
from mmxlib.data.roles import DataSettings
from mmxlib.errors import DataError, ExitCode
from mmxlib.terms import Grade, Verdict
from tests.bad_inputs import build, cases, cases_dates, cases_files, cases_shapes, cases_values
from tests.bad_inputs.case import Case

EXACT = 1e-12
"""How far sums may differ that are added up in another order."""

LIBRARY_WORDS = re.compile(r"NaN|NaT|dtype|KeyError|DataFrame|Traceback|\bNone\b|pandas|numpy|Exception")
CASES = (*cases.CASES, *cases_files.CASES, *cases_shapes.CASES, *cases_dates.CASES, *cases_values.CASES)
TOTAL = 127
"""How many bad inputs the list has."""

RUNS = [(case, kind) for case in CASES for kind in case.kinds]


def digest(panel: Panel) -> str:
    """Return the identity of a panel but for what is told about its reading."""
    return encode(replace(panel, notes=(), repairs=())).digest


@cache
def clean_digest() -> str:
    return sheet_digest(build.clean(), DataSettings())


def sheet_digest(sheet: build.Sheet, settings: DataSettings) -> str:
    frame = [dict(zip(map(str, sheet.rows[0]), row, strict=True)) for row in sheet.rows[1:]]
    return digest(read_panel(pd.DataFrame(frame), config=settings))


def grade_of(error: DataError) -> Grade:
    """Return the grade of refused input, whose every fault says what, where and what to do."""
    assert error.exit_code is ExitCode.INPUT
    assert all(fault.problem and fault.remedy and fault.place for fault in error.faults)
    return Grade.REJECT if Grade.REJECT in {fault.grade for fault in error.faults} else Grade.ASK


def check_accounts(reading: Reading) -> None:
    """Every row is used or left out for a reason, and what is used is what the panel holds."""
    panel, accounts = reading.panel, reading.accounts()
    assert all(account.balanced for account in accounts), accounts
    sums = [each for account in accounts for each in account.sums]
    for each in sums:
        assert each.read == pytest.approx(each.left_out + each.used, rel=EXACT), each
    if not any("on the line" in repair.rule for repair in panel.repairs):
        sales = sum(each.used for each in sums if each.measure == "sales")
        assert sales == pytest.approx(panel.outcome.sum(), rel=EXACT)
    paid = [each.used for each in sums if each.measure == "spend"]
    assert sum(paid) == pytest.approx(panel.spend.sum(), rel=EXACT)


def outcome(path: Path, settings: DataSettings) -> "tuple[Grade, str, Panel | None]":
    """Return the grade of a file, all that was said of it, and its panel if there is one."""
    try:
        reading = check_folder(path, settings=settings)
    except DataError as error:
        return grade_of(error), str(error), None
    panel = reading.panel
    check_accounts(reading)
    doubts = [note.text for note in panel.notes if note.verdict is not Verdict.PASS]
    told = "\n".join([*doubts, *map(str, panel.repairs)])
    grade = Grade.REPAIR if panel.repairs else Grade.REVIEW if doubts else Grade.OK
    return grade, told, panel


@pytest.mark.parametrize(("case", "kind"), RUNS, ids=[f"{case.number}-{kind}" for case, kind in RUNS])
def test_a_bad_input_ends_in_its_outcome(case: Case, kind: str, tmp_path: Path) -> None:
    made = case.change()
    path = tmp_path / (case.file or f"sales.{kind}")
    path.write_bytes(made if isinstance(made, bytes) else build.WRITERS[kind](made))
    settings = DataSettings.model_validate(dict(case.settings))
    grade, said, panel = outcome(path, settings)
    assert grade is case.grade, said
    for words in case.words:
        assert re.search(words, said), (words, said)
    assert not LIBRARY_WORDS.search(said), said
    if panel is not None and case.equal:
        own = case.like is not build.clean
        assert digest(panel) == (sheet_digest(case.like(), settings) if own else clean_digest())


def asked(case: Case, folder: Path) -> set[str]:
    """Return the settings that the questions of a case name."""
    made = case.change()
    path = folder / (case.file or f"sales.{case.kinds[0]}")
    path.write_bytes(made if isinstance(made, bytes) else build.WRITERS[case.kinds[0]](made))
    with pytest.raises(DataError) as caught:
        read_panel(path, config=DataSettings.model_validate(dict(case.settings)))
    return {fault.setting.split(".")[1] for fault in caught.value.faults if fault.setting}


def test_every_question_has_a_case_that_its_setting_answers(tmp_path: Path) -> None:
    asking = [case for case in CASES if case.grade is Grade.ASK and case.number[0] in "ABCD"]
    questions = {each for case in asking for each in asked(case, tmp_path)}
    answered = {name for case in CASES if case.grade is not Grade.ASK for name, _ in case.settings}
    assert questions <= answered


def test_the_cases_are_counted_honestly() -> None:
    numbers = {case.number.split()[0] for case in CASES}
    assert all(re.fullmatch("[A-G][0-9]{1,2}", number) for number in numbers)
    assert len(numbers) <= TOTAL
    runs = [(case.number, kind) for case, kind in RUNS]
    assert len(runs) == len(set(runs))
