import csv
import io
import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.errors import UsageError
from mmxlib.report.tables import csv_bytes, json_bytes, plain_text
from mmxlib.terms import Verdict
from tests.report.builder import HOSTILE

finite = st.floats(allow_nan=False, allow_infinity=False)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(finite, min_size=1, max_size=20))
def test_csv_gives_every_float_back_exactly(values: list[float]) -> None:
    frame = pd.DataFrame({"value": values})
    lines = csv_bytes(frame).decode().splitlines()
    assert [float(line) for line in lines[1:]] == values


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.one_of(finite, st.text(max_size=9), st.booleans(), st.none()), max_size=9))
def test_json_gives_everything_back(values: list[object]) -> None:
    assert json.loads(json_bytes({"values": values}))["values"] == values


def test_csv_is_utf8_with_line_feeds_and_plain_days() -> None:
    frame = pd.DataFrame({"day": pd.to_datetime(["2025-12-28"]), "name": ["Büro"], "flag": [True]})
    assert csv_bytes(frame) == "day,name,flag\n2025-12-28,Büro,True\n".encode()


@pytest.mark.parametrize("name", [*HOSTILE, "+1", "-1", "\tx", "\rx", "\uff1dx"])
def test_no_text_of_a_csv_begins_like_a_formula(name: str) -> None:
    frame = pd.DataFrame({name: [name], "n": [-1.5]})
    again = pd.read_csv(io.BytesIO(csv_bytes(frame)))
    assert again.columns[0][0] not in "=+-@\t\r\uff1d"
    assert str(again.iloc[0, 0])[0] not in "=+-@\t\r\uff1d"
    assert again.iloc[0, 1] == -1.5
    assert plain_text("1 = 1") == "1 = 1"


def test_a_line_end_inside_a_text_begins_no_row_of_its_own() -> None:
    written = csv_bytes(pd.DataFrame({"name": ["a\r=cmd", "b\r\n=cmd"]}))
    assert list(csv.reader(io.StringIO(written.decode(), newline=""))) == [["name"], ["a\n=cmd"], ["b\n=cmd"]]
    assert b"\r" not in written


def test_what_is_not_known_is_empty_in_csv_and_null_in_json() -> None:
    frame = pd.DataFrame({"x": [1.0, float("nan")], "t": ["a", None]})
    assert csv_bytes(frame) == b"x,t\n1.0,a\n,\n"
    assert json.loads(
        json_bytes({"rows": frame, "inf": float("inf"), "v": Verdict.WARN, "d": date(2025, 1, 2)})
    ) == {
        "rows": [{"x": 1.0, "t": "a"}, {"x": None, "t": None}],
        "inf": None,
        "v": "warn",
        "d": "2025-01-02",
    }


def test_a_lone_surrogate_does_not_stop_a_report() -> None:
    assert b"\\ud800" in json_bytes({"name": "\ud800"})


def test_an_unknown_kind_of_value_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="MMX-R001"):
        json_bytes({"x": object()})
    assert json.loads(json_bytes({"x": np.arange(3)})) == {"x": [0, 1, 2]}
