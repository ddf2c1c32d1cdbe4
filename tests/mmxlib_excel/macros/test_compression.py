"""The compression of macro texts, read back by an independent reader."""

import string
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.errors import WorkbookError
from mmxlib_excel.macros.compression import CHUNK, compressed

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the reader's own imports warn; that is not ours to mend
    from oletools.olevba import decompress_stream

PRINTABLE = (string.ascii_letters + string.digits + string.punctuation).encode("ascii")


def _random_text(length: int) -> bytes:
    return bytes(np.random.default_rng(3).choice(np.frombuffer(PRINTABLE, dtype=np.uint8), size=length))


def _read_back(content: bytes) -> bytes:
    return bytes(decompress_stream(bytearray(compressed(content, place="a text"))))


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.binary(max_size=600))
def test_any_short_content_comes_back_byte_for_byte(content: bytes) -> None:
    assert _read_back(content) == content


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.binary(min_size=1, max_size=40), st.integers(1, 4), st.integers(-3, 3))
def test_content_around_whole_chunks_comes_back(unit: bytes, chunks: int, excess: int) -> None:
    length = chunks * CHUNK + excess
    content = (unit * (length // len(unit) + 1))[:length]
    assert _read_back(content) == content


def test_a_full_chunk_without_repeats_is_stored_raw_and_comes_back() -> None:
    content = _random_text(CHUNK)
    assert len(compressed(content, place="a text")) == 1 + 2 + CHUNK
    assert _read_back(content) == content


def test_a_short_chunk_without_repeats_is_refused_rather_than_padded() -> None:
    with pytest.raises(WorkbookError, match="module Main"):
        compressed(_random_text(CHUNK - 1), place="module Main")


@pytest.mark.parametrize(
    ("content", "published"),
    [
        (b"abcdefghijklmnopqrstuv.", "0119b000616263646566676800696a6b6c6d6e6f70007172737475762e"),
        (b"a" * 73, "0103b002614500"),
    ],
    ids=["no repeat", "nothing but repeats"],
)
def test_the_examples_of_the_specification_come_out_as_published(content: bytes, published: str) -> None:
    assert compressed(content, place="a text").hex() == published  # [MS-OVBA] 3.2.1 and 3.2.3
