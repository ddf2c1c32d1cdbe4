"""Tables for a terminal: nothing is cut, and every row can be told from the others."""

import pandas as pd
import pytest

from mmxlib.cli.tables import records, table_text


@pytest.fixture
def flagged():
    return pd.DataFrame(
        {
            "segment": ["S1", "S1"],
            "date": ["2025-01-06", "2025-02-03"],
            "outcome": [10.5, 1200.0],
            "suggestion": ["Look for a change of range. " * 5 + "Then ask the shop.", "Keep it."],
        }
    )


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")


def test_long_words_go_on_below_instead_of_being_cut(flagged):
    text = table_text(flagged)
    assert "…" not in text
    assert "Then ask the shop." in " ".join(text.split())


def test_a_narrow_terminal_is_never_exceeded(flagged, narrow):
    assert max(map(len, table_text(flagged).splitlines())) <= 60


def test_every_part_of_a_wide_table_tells_its_rows_apart(flagged, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    first, second = table_text(flagged).split("\n\n")
    assert "outcome" in first
    assert "suggestion" in second
    assert "2025-02-03" in first
    assert "2025-02-03" in second


def test_a_long_table_shows_forty_rows_and_counts_the_rest():
    text = table_text(pd.DataFrame({"week": range(43), "sales": range(100, 143)}))
    lines = text.splitlines()
    assert lines[-1].strip() == "… and 3 more rows"
    assert sum(line.split()[:1] == ["39"] for line in lines) == 1
    assert not any(line.split()[:1] == ["40"] for line in lines)


def test_a_table_of_one_column_is_shown_in_one_part():
    assert table_text(pd.DataFrame({"note": ["same", "same"]})).split() == ["note", "----", "same", "same"]


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NaT, pd.NA])
def test_a_missing_cell_is_empty_in_text_and_null_in_json(missing):
    frame = pd.DataFrame({"name": ["a", "b"], "day": pd.Series([missing, "x"], dtype=object)})
    assert records(frame)[0] == {"name": "a", "day": None}
    assert table_text(frame).splitlines()[2].split() == ["a"]
