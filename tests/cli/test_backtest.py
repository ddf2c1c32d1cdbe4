"""``mmx backtest``: the run's own trial, or another one of the same model."""

import json

import pandas as pd
import pytest

from mmxlib.artifacts.fitted import FittedModel
from mmxlib.cli import backtest
from mmxlib.workflow.run import view_run
from tests.cli.homes import mmx


def tried(capsys, home, *words):
    capsys.readouterr()
    assert mmx("backtest", "--run-dir", home / "run", *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_without_options_it_is_the_backtest_of_the_run(fitted_home, capsys):
    said = tried(capsys, fitted_home)
    stored = view_run(fitted_home / "run").artifact(FittedModel).backtest
    assert said["stored"]
    assert [row["mape"] for row in said["tables"]["summary"]] == list(stored.summary["mape"])
    assert (said["folds"], said["horizon"]) == (1, 13)


def test_tried_anew_with_the_same_settings_it_gives_the_same_numbers(fitted_home):
    run = view_run(fitted_home / "run")
    stored = run.artifact(FittedModel).backtest
    again = backtest._tried(run, run.config)
    pd.testing.assert_frame_equal(again.forecasts, stored.forecasts, check_exact=True)


def test_folds_and_horizon_are_those_asked_for_and_the_run_stays_as_it_is(fitted_home, capsys):
    before = (fitted_home / "run" / "journal.jsonl").read_bytes()
    said = tried(capsys, fitted_home, "--folds", 2, "--horizon", 4)
    assert not said["stored"]
    assert {row["fold"] for row in said["tables"]["folds"]} == {1, 2}
    assert {row["horizon"] for row in said["tables"]["folds"]} == {4}
    assert (fitted_home / "run" / "journal.jsonl").read_bytes() == before


@pytest.mark.parametrize("words", [("--folds", 0), ("--horizon", 500)])
def test_what_cannot_be_is_refused_with_what_may_be(fitted_home, capsys, words):
    assert mmx("backtest", "--run-dir", fitted_home / "run", *words) == 3
    assert "must be a whole number from 1 to" in capsys.readouterr().err


def test_a_history_that_is_too_short_is_told(fitted_home, capsys):
    assert mmx("backtest", "--run-dir", fitted_home / "run", "--horizon", 90) == 0
    assert "No backtest: it needs 168 periods" in capsys.readouterr().out


def test_errors_are_told_in_words_on_a_narrow_terminal(fitted_home, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert mmx("backtest", "--run-dir", fitted_home / "run") == 0
    said = capsys.readouterr().out
    assert "mean error" in said
    assert "last year again" in said
    assert "mape" not in said
    assert max(map(len, said.splitlines())) <= 80
