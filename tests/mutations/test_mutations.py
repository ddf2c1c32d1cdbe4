"""The driver itself: what a test notices is killed, what none looks at lives, and no reason is left over."""

import os
import re

import pytest

pytest.importorskip("cosmic_ray", reason="the extra [mutations] is not installed")

from tests.mutations.examining import chosen, examined
from tests.mutations.explained import explained
from tests.mutations.judges import JUDGES
from tests.mutations.mutants import mutants, places
from tests.mutations.trying import Verdict, copied, tried
from tests.sources import ROOT

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot part processes")

SOURCE = '''"""Two sums."""

from mmxlib.maths.compiled import kernel


@kernel()
def known(a: float, b: float) -> float | None:
    return a + b


def unknown(a: float, *, b: float) -> float:
    return a + b
'''
TESTS = """
from mmxlib.sums import known

def test_it_adds():
    assert known(2.0, 3.0) == 5.0
"""


def made(source):
    return [each.name for each in mutants(source, places(source))]


def test_each_operator_of_a_line_is_a_mutant():
    assert made("def f(a, b):\n    return a - b * 2\n") == [
        "f: return a - b * 2  ->  return a + b * 2",
        "f: return a - b * 2  ->  return a - b / 2",
        "f: return a - b * 2  ->  return a - b * 3",
        "f: return a - b * 2  ->  return a - b * 1",
    ]


def test_what_changes_no_value_is_no_mutant():
    source = "@kernel(sums=True)\ndef f(a: int | None, *, b: float = 0.5) -> int | None:\n    return a\n"
    assert [re.sub(r" +", " ", name) for name in made(source)] == [
        "f: def f(a: int | None, *, b: float = 0.5) -> int | None:"
        f" -> def f(a: int | None, *, b: float = {other}) -> int | None:"
        for other in (1.5, -0.5)
    ]


def test_a_fault_that_a_test_notices_is_killed_and_one_without_a_test_lives(tmp_path):
    copied(tmp_path)
    (tmp_path / "mmxlib" / "sums.py").write_text(SOURCE, "utf-8")
    (tmp_path / "tests" / "test_sums.py").write_text(TESTS, "utf-8")
    found = examined(tmp_path, "mmxlib/sums.py", ["tests/test_sums.py"], sample=None, seed=0)
    assert found.survivors == ("unknown: return a + b  ->  return a - b",)
    assert found.killed == {"known: return a + b  ->  return a - b"}
    assert found.tried == 2
    assert (tmp_path / "mmxlib" / "sums.py").read_text("utf-8") == SOURCE


def test_a_fault_that_never_ends_is_killed(tmp_path):
    copied(tmp_path)
    (tmp_path / "tests" / "test_endless.py").write_text(
        "def test_it_ends():\n    while True:\n        pass\n"
    )
    assert tried(tmp_path, ["tests/test_endless.py"], at_most=1).verdict is Verdict.KILLED


def test_tests_that_fail_without_a_fault_judge_nothing(tmp_path):
    copied(tmp_path)
    (tmp_path / "mmxlib" / "sums.py").write_text(SOURCE, "utf-8")
    (tmp_path / "tests" / "test_wrong.py").write_text("def test_wrong():\n    assert False\n")
    with pytest.raises(RuntimeError, match="test_wrong"):
        examined(tmp_path, "mmxlib/sums.py", ["tests/test_wrong.py"], sample=None, seed=0)


def test_the_same_seed_chooses_the_same_mutants_of_all():
    everything, first, again, other = (chosen(SOURCE, *each) for each in ((None, 0), (1, 1), (1, 1), (1, 2)))
    assert first == again
    assert {each.name for each in (*first, *other)} <= {each.name for each in everything}
    assert {len(first), len(other)} == {1}
    names = [chosen(SOURCE, 1, seed)[0].name for seed in range(20)]
    assert set(names) == {each.name for each in everything}


def test_every_reason_is_about_a_line_that_is_there():
    for file, reasons in explained().items():
        lines = {line.strip() for line in (ROOT / file).read_text("utf-8").splitlines()}
        for name in reasons:
            function, _, change = name.partition(": ")
            line, _, becomes = change.partition("  ->  ")
            assert line in lines, name
            assert function == "module" or re.search(rf"(def|class) {function}\b", "\n".join(lines)), name
            assert becomes != line


def test_every_file_that_is_judged_is_there_and_so_are_its_tests():
    for file, tests in JUDGES.items():
        assert [each for each in (file, *tests) if not (ROOT / each).is_file()] == []
