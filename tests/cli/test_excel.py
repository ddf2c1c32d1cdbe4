"""``mmx excel doctor`` says what is missing, for people and for machines."""

import json

import pytest

from mmxlib.cli.main import main


def test_the_doctor_says_what_is_missing_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["excel", "doctor"]) == 0
    said = capsys.readouterr()
    assert "xlwings" in said.out + said.err


def test_the_doctor_s_findings_are_json_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["excel", "doctor", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {"about", "verdict", "text", "remedy"} == set(document["findings"][0])
