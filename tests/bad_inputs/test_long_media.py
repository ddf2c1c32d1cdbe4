"""Bad numbers in media with a row per channel end as they do in media with a column per channel."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from mmxlib.artifacts.panel import Panel
from mmxlib.data.reading import read_folder
from mmxlib.data.roles import DataSettings
from mmxlib.errors import DataError
from mmxlib.terms import Grade
from tests.bad_inputs import build
from tests.bad_inputs.build import SEARCH, TV, Sheet, clean
from tests.bad_inputs.cases import on
from tests.bad_inputs.cases_values import divided
from tests.bad_inputs.test_cases import LIBRARY_WORDS, digest, grade_of


@dataclass(frozen=True)
class Long:
    """A change of media, the question it ends in, the setting that answers, and what is read then."""

    number: str
    change: Callable[[], Sheet]
    words: str
    answer: tuple[str, object]
    like: Callable[[], Sheet] = clean


def all_spend(change: Callable[[float], object]) -> Callable[[], Sheet]:
    return lambda: on(TV, change)().map(SEARCH, change)  # type: ignore[arg-type]  # both columns hold numbers


CASES = (
    Long(
        "E6", on(TV, lambda value: f"{Decimal(repr(value)) / 1000}k"), "1.20025k",
        ("short_numbers", "read"),
    ),
    Long(
        "E13", on(TV, lambda _: -3200.0, 4), "-3,200", ("negative_spend", "zero"), on(TV, lambda _: 0.0, 4)
    ),
    Long(
        "E24", all_spend(lambda value: divided(value, 10_000)), "between 0 and 1",
        ("scales", {"spend": 10_000}),
    ),
    Long("E10", on(TV, lambda _: None, 4), "missing", ("missing_spend", "zero"), on(TV, lambda _: 0.0, 4)),
)  # fmt: skip
RUNS = [(case, kind) for case in CASES for kind in sorted(build.WRITERS)]


def read(folder: Path, sheet: Sheet, kind: str, **settings: object) -> Panel:
    sales, media = build.long_media(sheet)
    (folder / f"sales.{kind}").write_bytes(build.WRITERS[kind](sales))
    (folder / f"media.{kind}").write_bytes(build.WRITERS[kind](media))
    return read_folder(folder, settings=DataSettings.model_validate(settings))


@pytest.mark.parametrize(("case", "kind"), RUNS, ids=[f"{case.number}-{kind}" for case, kind in RUNS])
def test_a_question_names_the_setting_that_answers_it(case: Long, kind: str, tmp_path: Path) -> None:
    name, value = case.answer
    with pytest.raises(DataError, match=re.escape(case.words)) as caught:
        read(tmp_path, case.change(), kind)
    assert grade_of(caught.value) is Grade.ASK
    assert {fault.setting for fault in caught.value.faults} == {f"data.{name}"}
    assert not LIBRARY_WORDS.search(str(caught.value))
    answered = read(tmp_path, case.change(), kind, **{name: value})
    assert digest(answered) == digest(read(tmp_path, case.like(), kind))


@pytest.mark.parametrize("kind", sorted(build.WRITERS))
@pytest.mark.parametrize("answer", ["merge", "keep"])
def test_e16_channels_that_move_together_are_asked_about(kind: str, answer: str, tmp_path: Path) -> None:
    twins = clean().map(SEARCH, lambda _: None)
    for row in range(1, len(twins.rows)):
        twins.rows[row][SEARCH] = 1.5 * twins.rows[row][TV]  # type: ignore[operator]
    with pytest.raises(DataError, match="search, tv move together"):
        read(tmp_path, twins, kind)
    panel = read(tmp_path, twins, kind, alike_channels=answer)
    assert panel.channel_names == (("search and tv",) if answer == "merge" else ("search", "tv"))
    spent = sum(row[TV] + row[SEARCH] for row in twins.rows[1:])  # type: ignore[operator]
    assert panel.spend.sum() == pytest.approx(spent, rel=1e-12)
