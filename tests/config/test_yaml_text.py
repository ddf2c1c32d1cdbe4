"""YAML is read without surprises."""

import gc
import sys

import pytest

from mmxlib.config.yaml_text import parse_yaml
from mmxlib.errors import SettingsError


def value(text: str) -> object:
    return parse_yaml(text.encode(), "x.yaml").value


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("true", True),
        ("false", False),
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("True", "True"),
        ("00123", "00123"),
        ("12:30", "12:30"),
        ("1e3", 1000.0),
        ("-2", -2),
        ("0.25", 0.25),
        (".5", 0.5),
        ("2024-01-01", "2024-01-01"),
        ("null", None),
        ("~", None),
        ("", None),
        ('"7"', "7"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
    ],
)
def test_a_word_means_what_it_looks_like(text, meaning):
    found = value(f"key: {text}\n")
    assert found == {"key": meaning}
    assert type(found["key"]) is type(meaning)


def test_lists_and_groups_nest():
    assert value("a: [1, {b: c}]\nd:\n  - e\n") == {"a": [1, {"b": "c"}], "d": ["e"]}


def test_every_key_knows_its_line():
    lines = parse_yaml(b"# first\na:\n  b: 1\n  c: 2\n", "x.yaml").lines
    assert (lines[("a",)], lines[("a", "c")]) == (2, 4)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("dup: 1\nother: 2\ndup: 3\n", "MMX-S005", '"dup" is set twice (lines 1 and 3)'),
        ("a: &x 1\nb: *x\n", "MMX-S003", "Aliases"),
        ("a: !!python/object/apply:os.system [ls]\n", "MMX-S003", "Tags"),
        ("a: 1\n\tb: 2\n", "MMX-S004", "tab"),
        ("a: [1\nb: 2\n", "MMX-S004", "line 2"),
        ("a: 1\n---\nb: 2\n", "MMX-S003", "second document"),
        ("[a]: 1\n", "MMX-S003", "name is expected"),
        ("a: \x00\n", "MMX-S004", "x.yaml"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(text, code, words):
    with pytest.raises(SettingsError) as refused:
        value(text)
    assert refused.value.code == code
    assert words in str(refused.value)


def test_text_that_is_not_utf8_is_refused_with_its_line():
    with pytest.raises(SettingsError, match="line 2"):
        parse_yaml("a: 1\nb: Café\n".encode("cp1252"), "x.yaml")


@pytest.mark.parametrize(
    "bomb",
    [
        b"[" * 20_000,
        b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
        b"a: 1\n" * 300_000,
    ],
)
def test_a_bomb_is_refused_at_once(bomb):
    """Work is counted in the parser's calls, not in seconds: a larger bomb takes not one more."""
    parse_yaml(b"seed: 1", "x.yaml")  # what is done once, at the first import, does not count
    assert calls_until_refused(3 * bomb) <= calls_until_refused(bomb) < 100_000


def calls_until_refused(content):
    calls = 0

    def count(frame, event, _):
        nonlocal calls
        calls += event == "call" and "yaml" in frame.f_globals["__name__"]

    gc.collect()
    gc.disable()  # parsers of earlier tests are not to be closed, and counted, meanwhile
    sys.setprofile(count)
    try:
        with pytest.raises(SettingsError):
            parse_yaml(content, "x.yaml")
    finally:
        sys.setprofile(None)
        gc.enable()
    return calls
