"""Artifacts survive storage unchanged, and the same artifact is always the same bytes."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import TypeAliasType

from mmxlib.artifacts.codec import Encoded, arrays_digest, decode, encode, sha256
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.config import Config
from mmxlib.errors import RunError
from mmxlib.workflow.default_agents import default_agents
from tests.workflow.equality import assert_same
from tests.workflow.specimens import SPECIMENS, segments


def test_every_artifact_of_a_run_has_a_specimen():
    made = {agent.produces for agent in default_agents(Config()).values()}
    assert {type(each) for each in SPECIMENS} == made | {Panel, BudgetPlan}


@pytest.mark.parametrize("artifact", SPECIMENS, ids=lambda each: type(each).__name__)
def test_every_artifact_comes_back_as_it_was(artifact):
    assert_same(artifact, decode(type(artifact), encode(artifact)))


@pytest.mark.parametrize("artifact", SPECIMENS, ids=lambda each: type(each).__name__)
def test_what_comes_back_has_the_same_bytes(artifact):
    first = encode(artifact)
    assert encode(decode(type(artifact), first)) == first


def test_the_document_names_the_digest_of_its_arrays():
    encoded = encode(segments())
    assert arrays_digest(encoded.document) == sha256(encoded.arrays)


def test_the_last_digit_of_a_number_changes_the_digest():
    other = segments()
    other.profile.loc[0, "sales"] = np.nextafter(other.profile.loc[0, "sales"], 1.0)
    assert encode(other).digest != encode(segments()).digest


@dataclass(frozen=True)
class Odd:
    """Fields of every storable kind."""

    number: float
    count: int
    day: date | None
    either: int | str
    pair: tuple[str, float]
    table: Mapping[str, tuple[float, ...]]
    note: str = "default"
    later: tuple[int, ...] = field(default=())


Scalar = TypeVar("Scalar", bound=np.generic)
Named = TypeAliasType("Named", np.ndarray[Any, np.dtype[Scalar]], type_params=(Scalar,))
"""What ``type Named[Scalar: np.generic] = ...`` makes, as NumPy 2.5 defines ``NDArray`` under Python 3.12."""


@dataclass(frozen=True, eq=False)
class HasNamed:
    """Arrays whose type is a name."""

    series: Named[np.float64]
    maybe: Named[np.float64] | None = None


def test_arrays_whose_type_is_a_name_come_back():
    for artifact in (HasNamed(np.arange(3.0)), HasNamed(np.zeros(0), np.ones((2, 2)))):
        assert_same(artifact, decode(HasNamed, encode(artifact)))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    st.builds(
        Odd,
        number=st.floats(),
        count=st.integers(),
        day=st.none() | st.dates(),
        either=st.integers() | st.text(),
        pair=st.tuples(st.text(), st.floats()),
        table=st.dictionaries(st.text(), st.lists(st.floats(), max_size=3).map(tuple), max_size=3),
    )
)
def test_any_value_of_the_declared_kinds_comes_back(odd):
    assert_same(odd, decode(Odd, encode(odd)))


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.lists(st.none() | st.text() | st.just(float("nan")), max_size=6))
def test_a_text_column_keeps_its_kind_and_its_empty_cells(values):
    for kind in ("object", "str"):
        frame = pd.DataFrame({"text": pd.Series(values, dtype=kind)})
        artifact = HasTable(frame)
        assert_same(artifact, decode(type(artifact), encode(artifact)))


@dataclass(frozen=True)
class HasTable:
    """A table alone."""

    table: pd.DataFrame


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (pd.DataFrame({"a": [1, 2]}, index=[3, 4]), "MMX-W005"),
        (pd.DataFrame({"a": pd.Categorical(["x", "y"])}), "MMX-W006"),
        (pd.DataFrame({"a": ["x", 3]}, dtype=object), "MMX-W006"),
        (pd.DataFrame({7: [1.0]}), "MMX-W006"),
    ],
)
def test_a_table_that_would_not_come_back_is_refused(frame, code):
    with pytest.raises(RunError) as refused:
        encode(HasTable(frame))
    assert refused.value.code == code


@pytest.mark.parametrize("number", ["text", None, True, np.array([1.0])])
def test_a_value_of_another_kind_than_declared_is_refused(number):
    with pytest.raises(RunError) as refused:
        encode(Odd(number, 1, None, 1, ("a", 1.0), {}))
    assert refused.value.code == "MMX-W003"
    assert "Odd.number" in str(refused.value)


def test_a_field_added_later_takes_its_default_when_an_older_result_is_read():
    encoded = encode(Odd(1.0, 1, None, 1, ("a", 1.0), {}))
    older = Encoded(encoded.document.replace(b'"later":[],', b""), b"")
    assert decode(Odd, older).later == ()


def test_a_result_of_another_shape_is_refused_in_words():
    encoded = encode(Odd(1.0, 1, None, 1, ("a", 1.0), {}))
    other = Encoded(encoded.document.replace(b'"count"', b'"counts"'), b"")
    with pytest.raises(RunError, match="another version"):
        decode(Odd, other)


class Trap:
    """What makes a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


def test_an_array_that_holds_code_is_refused_and_never_run(tmp_path):
    forged, stream = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        np.lib.format.write_array(forged, np.array([Trap(tmp_path / "ran")], dtype=object), allow_pickle=True)
        archive.writestr("value.npy", forged.getvalue())
    document = encode(SPECIMENS[0]).document
    with pytest.raises(ValueError, match="another amount than it declares"):
        decode(type(SPECIMENS[0]), Encoded(document, stream.getvalue()))
    assert not (tmp_path / "ran").exists()
    np.load(io.BytesIO(forged.getvalue()), allow_pickle=True)
    assert (tmp_path / "ran").exists()


@dataclass(frozen=True)
class HasArray:
    """An array alone."""

    values: np.ndarray[Any, Any]


@dataclass(frozen=True)
class HasObject:
    """What no artifact may declare: a field of any kind."""

    thing: Trap


@pytest.mark.parametrize(
    ("artifact", "where"),
    [
        (HasArray(np.array([None, 1.0], dtype=object)), "HasArray.values"),
        (HasObject(Trap(Path("nowhere"))), "HasObject.thing"),
        ("no artifact", "str"),
    ],
)
def test_only_plain_fields_of_a_dataclass_are_stored(artifact, where):
    with pytest.raises(RunError) as refused:
        encode(artifact)
    assert refused.value.code == "MMX-W003"
    assert where in str(refused.value)


def test_a_result_of_another_kind_is_refused_by_both_names():
    with pytest.raises(RunError, match="of type Segments, not HasTable") as refused:
        decode(HasTable, encode(segments()))
    assert refused.value.code == "MMX-W001"


def test_arrays_packed_beyond_all_that_is_ever_written_are_not_unpacked():
    encoded, stream = encode(HasArray(np.ones(2))), io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("values.npy", bytes(1_000_000))
    with pytest.raises(RunError, match="larger than any") as refused:
        decode(HasArray, Encoded(encoded.document, stream.getvalue()))
    assert refused.value.code == "MMX-W004"


def test_an_array_of_a_later_format_is_refused():
    encoded, member, stream = encode(HasArray(np.ones(2))), io.BytesIO(), io.BytesIO()
    np.lib.format.write_array(member, np.ones(2), version=(2, 0))
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("values.npy", member.getvalue())
    with pytest.raises(ValueError, match=r"version 1\.0"):
        decode(HasArray, Encoded(encoded.document, stream.getvalue()))
