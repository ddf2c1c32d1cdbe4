"""A record names the part that changed, and nothing that did not."""

from pathlib import Path

import pytest

from tests.golden.record import HERE, Record, difference, written
from tests.golden.shapes import columns_of, keys_of


@pytest.mark.parametrize(
    ("said", "found", "words"),
    [
        (["a", "b"], ["a", "b"], ""),
        (["a", "b"], ["b", "a"], "- sales.csv: in another order, ['b', 'a']"),
        (["a", "b"], ["a", "c"], "- sales.csv: gone ['b'], new ['c']"),
        (None, ["a"], "- sales.csv is new"),
        (["a"], None, "- sales.csv is gone"),
    ],
)
def test_a_part_that_differs_is_told_in_words(
    said: list[str] | None, found: list[str] | None, words: str
) -> None:
    assert difference("sales.csv", said, found) == words


def test_only_parts_that_differ_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.golden.record.HERE", tmp_path)
    Record(renewing=True).holds("tree", {"one.csv": ["a"], "other.csv": ["b"]})
    Record(renewing=False).holds("tree", {"one.csv": ["a"], "other.csv": ["b"]})
    with pytest.raises(AssertionError) as failed:
        Record(renewing=False).holds("tree", {"one.csv": ["a"], "other.csv": ["c"]})
    assert "other.csv: gone ['b'], new ['c']" in str(failed.value)
    assert "one.csv" not in str(failed.value)


def test_the_records_are_small_and_a_line_for_each_part() -> None:
    records = sorted(HERE.glob("*.json"))
    assert records
    for record in records:
        text = record.read_text(encoding="utf-8")
        assert len(text) < 50_000, record.name
        assert text.startswith('{\n"'), record.name


def test_columns_and_keys_are_told_with_their_kinds_and_without_numbers() -> None:
    assert columns_of(b"date,unit,sales,note\n2024-01-01,A,1.5,\n2024-01-08,B,,\n") == [
        "date: day",
        "unit: text",
        "sales: number",
        "note: empty",
    ]
    assert keys_of({"a": [{"b": 1}, {"b": None}], "c": [], "d": True}) == [
        "a[].b: null or number",
        "c[]: nothing",
        "d: true or false",
    ]
    assert written({"x": ["y"]}) == '{\n"x": ["y"]\n}\n'
