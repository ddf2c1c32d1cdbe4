import pytest

from mmxlib.evaluation.checks import at_least, at_most, between, telling
from mmxlib.terms import Verdict

WORDS = {"meaning": "m", "remedy": "r"}


@pytest.mark.parametrize(("value", "expected"), [(1.0, "pass"), (1.1, "warn"), (2.0, "warn"), (2.1, "fail")])
def test_a_ceiling_warns_and_then_fails(value, expected):
    check = at_most("x", value, warn=1.0, fail=2.0, **WORDS)
    assert (check.verdict, check.threshold) == (expected, "<= 1 (fails above 2)")


@pytest.mark.parametrize(("value", "expected"), [(2.0, "pass"), (1.9, "warn"), (1.0, "warn"), (0.9, "fail")])
def test_a_floor_warns_and_then_fails(value, expected):
    check = at_least("x", value, warn=2.0, fail=1.0, **WORDS)
    assert (check.verdict, check.threshold) == (expected, ">= 2 (fails below 1)")


def test_what_was_not_measured_warns():
    nothing = float("nan")
    checks = [
        at_most("x", nothing, warn=1.0, fail=2.0, **WORDS),
        at_least("x", nothing, warn=1.0, fail=0.0, **WORDS),
        between("x", nothing, low=0.0, high=1.0, **WORDS),
    ]
    assert [check.verdict for check in checks] == [Verdict.WARN] * 3


def test_all_in_trouble_are_told_else_the_nearest_to_it():
    values = [0.2, 0.9, 0.5]
    fine = [at_most("x", value, warn=1.0, **WORDS) for value in values]
    some = [at_most("x", value, warn=0.4, **WORDS) for value in values]
    assert telling(fine, distance=values) == [fine[1]]
    assert telling(some, distance=values) == some[1:]
    assert telling([], distance=[]) == []
