"""The journal shows every change to it and loses only what was never committed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.errors import RunError
from mmxlib.workflow.journal import GENESIS, EventKind, Journal, chained, parsed, read_journal


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, "1.0")
    for number in range(4):
        journal.add(EventKind.OUTPUTS, {"files": {"a": str(number), "pi": 3.141592653589793}})
    return path


def test_entries_come_back_in_order(path):
    entries = read_journal(path).entries
    assert [each.number for each in entries] == [1, 2, 3, 4]
    assert [each.said["files"]["a"] for each in entries] == ["0", "1", "2", "3"]


def test_a_reopened_journal_goes_on_with_the_chain(path):
    before = read_journal(path).head
    entry = Journal(path, "1.1").add(EventKind.OUTPUTS, {"files": {}})
    line = path.read_bytes().splitlines()[-1]
    assert entry.digest == chained(before, line.split(b" ", 1)[1])


def test_an_empty_journal_has_the_first_head(tmp_path):
    assert read_journal(tmp_path / "none").head == GENESIS


def test_every_flipped_bit_is_seen(path):
    whole = path.read_bytes()
    unnoticed = []
    for position in range(len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[position] ^= 1 << bit
            try:
                # without its newline the last line is a torn tail: lost openly, not changed
                if len(parsed(bytes(changed), "x").entries) == 4:
                    unnoticed.append((position, bit))
            except RunError:
                continue
    assert unnoticed == []


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.permutations(range(4)))
def test_lines_in_another_order_are_refused(order):
    lines = _lines()
    if list(order) == [0, 1, 2, 3]:
        return
    with pytest.raises(RunError):
        parsed(b"".join(lines[index] for index in order), "x")


@pytest.mark.parametrize("dropped", [0, 1, 2])
def test_a_dropped_line_is_refused_and_the_next_is_named(dropped):
    lines = _lines()
    del lines[dropped]
    with pytest.raises(RunError, match=f"Entry {dropped + 1} of 3"):
        parsed(b"".join(lines), "x")


def _lines() -> list[bytes]:
    previous, lines = GENESIS, []
    for number in range(4):
        text = b'{"at":"t","event":"outputs","files":{"n":%d},"version":"1"}' % number
        previous = chained(previous, text)
        lines.append(previous.encode() + b" " + text + b"\n")
    return lines


def test_a_torn_tail_is_cut_off_with_an_audit_line(path):
    whole = path.read_bytes()
    for length in range(1, 40):
        path.write_bytes(whole + whole[:length])
        journal = Journal(path, "1.0")
        assert journal.entries[-1].kind is EventKind.RECOVERY
        assert journal.entries[-1].said["cut_bytes"] == length
        assert len(read_journal(path).entries) == 5


def test_reading_along_leaves_a_torn_tail_alone(path):
    whole = path.read_bytes() + b"half a li"
    path.write_bytes(whole)
    assert read_journal(path).torn == b"half a li"
    assert path.read_bytes() == whole


def test_an_entry_of_a_later_version_names_that_version(path):
    text = b'{"at":"t","event":"teleport","version":"9.9"}'
    line = chained(read_journal(path).head, text).encode() + b" " + text + b"\n"
    path.write_bytes(path.read_bytes() + line)
    with pytest.raises(RunError, match=r"9\.9"):
        read_journal(path)
