"""The compound file, read back by an independent reader and walked by the rules of its format."""

import io
import struct
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.errors import WorkbookError
from mmxlib_excel.macros.compound_file import compound_file

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the reader's own imports warn; that is not ours to mend
    import olefile

NAMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", min_size=1, max_size=31)
# Lengths around the sector (512), the mini sector (64) and the border between the two (4,096).
LENGTHS = st.one_of(st.integers(0, 700), st.sampled_from([4095, 4096, 4097, 8192, 70_000]))


def _content(length: int) -> bytes:
    return bytes(index * 7 % 251 for index in range(length))


def _read_back(content: bytes, paths: list[str]) -> dict[str, bytes]:
    with olefile.OleFileIO(io.BytesIO(content), raise_defects=olefile.DEFECT_INCORRECT) as reader:
        assert sorted("/".join(path) for path in reader.listdir()) == sorted(paths)
        return {path: reader.openstream(path).read() for path in paths}


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.dictionaries(NAMES, LENGTHS, max_size=30),
    st.dictionaries(NAMES.map("S1/".__add__), LENGTHS, max_size=9),
)
def test_every_stream_comes_back_byte_for_byte(top: dict[str, int], inner: dict[str, int]) -> None:
    top.pop("S1", None)  # a folder and a stream cannot share a name
    streams = {path: _content(length) for path, length in (top | inner).items()}
    content = compound_file(streams)
    assert len(content) % 512 == 0
    assert _read_back(content, list(streams)) == streams


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.sets(NAMES, min_size=1, max_size=60).map(sorted))
def test_the_directory_is_a_valid_red_black_tree(names: list[str]) -> None:
    content = compound_file(dict.fromkeys(names, b"x"))
    entries = _directory(content)
    found: list[tuple[int, str]] = []

    def black_height(number: int, *, parent_is_red: bool) -> int:
        if number == 0xFFFFFFFF:
            return 1
        name, color, left, right, _ = entries[number]
        assert not (parent_is_red and color == 0)
        height = black_height(left, parent_is_red=color == 0)
        found.append((len(name), name.upper()))
        assert black_height(right, parent_is_red=color == 0) == height
        return height + (color == 1)

    black_height(entries[0][4], parent_is_red=False)
    assert found == sorted(found)
    assert [name for _, name in found] == sorted(names, key=lambda name: (len(name), name))


def _directory(content: bytes) -> list[tuple[str, int, int, int, int]]:
    """Return name, color, left, right and child of each line of the directory."""
    sector_count, table_at = len(content) // 512 - 1, struct.unpack_from("<109I", content, 76)
    table = [
        number
        for place in table_at[: struct.unpack_from("<I", content, 44)[0]]
        for number in struct.unpack_from("<128I", content, 512 * (place + 1))
    ]
    assert len(table) >= sector_count
    place, lines = struct.unpack_from("<I", content, 48)[0], b""
    while place != 0xFFFFFFFE:
        lines += content[512 * (place + 1) : 512 * (place + 2)]
        place = table[place]
    entries = []
    for start in range(0, len(lines), 128):
        raw, length, _, color, left, right, child = struct.unpack_from("<64sHBBIII", lines, start)
        entries.append((raw[: max(length - 2, 0)].decode("utf-16-le"), color, left, right, child))
    return entries


def test_a_name_past_31_characters_is_refused() -> None:
    with pytest.raises(WorkbookError, match="31 characters"):
        compound_file({"N" * 32: b""})


def test_more_than_the_format_holds_is_refused_in_words() -> None:
    with pytest.raises(WorkbookError, match="7 MB"):
        compound_file({"LARGE": bytes(7_500_000)})


def test_the_largest_content_still_comes_back() -> None:
    streams = {"LARGE": bytes(7_000_000)}
    assert _read_back(compound_file(streams), ["LARGE"]) == streams
