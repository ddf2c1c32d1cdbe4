"""What is typed wrongly is refused before anything is read, with what to type."""

import json
from importlib.metadata import version

import pytest

from tests.cli.homes import mmx


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--periods", "many"), "'many' is no whole number"),
        (("--periods", "1.5"), "'1.5' is no whole number"),
    ],
)
def test_what_is_no_number_is_refused_by_its_argument(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mmx("simulate", "--out", "nowhere", *words, "--json") == 2
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert fault["code"] == "MMX-C001"
    assert words[0] in fault["problem"]
    assert said in fault["problem"]


def test_an_amount_that_is_none_is_refused_by_its_argument(capsys: pytest.CaptureFixture[str]) -> None:
    assert mmx("optimize", "--run-dir", "nowhere", "--budget", "lots", "--json") == 2
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert "--budget: 'lots' is no number" in fault["problem"]


@pytest.mark.parametrize(
    ("words", "shape"),
    [
        (("--fix", "tv@2026-13-45=1000"), "such as tv@2026-01-05=10000"),
        (("--fix", "tv=1000"), "such as tv@2026-01-05=10000"),
        (("--fix", "tv@2026-01-05=lots"), "an amount where 'lots' stands"),
        (("--bound", "tv=10000"), "such as tv=10000:20000"),
        (("--group", "video=tv:1"), "such as video=tv+youtube:10000:20000"),
    ],
)
def test_a_limit_that_cannot_be_read_shows_how_it_is_written(
    words: tuple[str, ...], shape: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mmx("optimize", "--run-dir", "nowhere", "--budget", 1, *words, "--json") == 2
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert fault["code"] == "MMX-C021"
    assert repr(words[1]) in fault["problem"]
    assert shape in fault["remedy"]


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        mmx("--version")
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"mmx {version('mmxlib')}\n"
