"""Tables for a terminal: nothing is cut, and every row can be told from the others."""

import pandas as pd
import pytest

from mmxlib.cli.tables import table_text


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
