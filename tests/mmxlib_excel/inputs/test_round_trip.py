"""Any settings, written to the sheets and read from them, are the same settings."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from mmxlib.config import Config, revised
from mmxlib_excel.inputs.differences import settings_patch
from mmxlib_excel.inputs.settings import read_settings, settings_changes
from mmxlib_excel.workbooks.file import FileWorkbook
from tests.mmxlib_excel.inputs.books import drawn_book, settings_book
from tests.mmxlib_excel.inputs.configs import HOSTILE, configs

FIXED = {"channel": "tv", "date": "2024-01-01", "spend": 5}
THOROUGH = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@THOROUGH
@given(config=configs())
def test_any_settings_come_back_from_the_sheets(config: Config) -> None:
    assert read_settings(settings_book(config)) == config


@THOROUGH
@given(before=configs(), after=configs())
def test_a_patch_turns_any_settings_into_any_others(before: Config, after: Config) -> None:
    assert revised(before, settings_patch(before, after)) == after


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    patch = {
        "priors": {"channels": {text: {"half_life": 2}}},
        "constraints": {"channels": {text: {"lower": 0.5, "upper": 2.0}}},
        "data": {"currency": text, "event_columns": {text: text}, "channels": {text: {"spend": text}}},
    }
    config = revised(Config(), patch)
    assert read_settings(settings_book(config)) == config


TEXTS = [text for text in HOSTILE if text != "_x0041_"]
"""Texts that come back from a file: of this one, the library that reads files makes an A."""

MUCH = {
    "seed": 7,
    "data": {"currency": "=EUR", "event_columns": dict.fromkeys(TEXTS, "12")},
    "trend_scanner.adjust_for_drivers": False,
    "model.harmonics": 3,
    "priors": {"channels": {text: {"roi": {"low": 0.5, "high": 4.0}} for text in TEXTS}},
    "constraints": {"channels": {text: {"lower": 0.5, "upper": 2.0} for text in TEXTS}},
    "budget.scenarios": {text[:40]: {"budget_factor": 1.1} for text in TEXTS[:30]},
}


def test_settings_come_back_from_a_drawn_workbook(tmp_path: Path) -> None:
    config = revised(Config(), MUCH)
    assert read_settings(drawn_book(tmp_path, config, ("tv", "radio"))) == config


def test_settings_written_into_a_file_come_back_from_it(tmp_path: Path) -> None:
    book = drawn_book(tmp_path, Config(), ("tv", "radio"))
    config = revised(Config(), {**MUCH, "budget.scenarios.=1+1.fixed": [FIXED]})
    assert book.write(settings_changes(config, ("tv", "radio"))) == ()
    assert read_settings(FileWorkbook(book.path)) == config
