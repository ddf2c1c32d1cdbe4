"""The log of a real run, in which every agent saw the data, quotes none of them."""

import json
import re
from pathlib import Path

import pandas as pd

NUMBER = re.compile(r"\d+\.?\d*")


def told(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home / "run" / "mmx.log").read_bytes().splitlines()]


def test_a_whole_run_is_told_step_by_step(fitted_home):
    steps = [each["step"] for each in told(fitted_home) if each["event"] == "step_finished"]
    assert steps[:5] == [
        "segmentation", "trend_scanner", "baseline", "model_optimization", "budget_optimization",
    ]  # fmt: skip
    (written,) = (each for each in told(fitted_home) if each["event"] == "written")
    assert written["files"] > 20
    assert written["seconds"] > 0.0


def test_no_name_and_no_number_of_the_data_is_in_the_log(fitted_home):
    tables = [pd.read_csv(fitted_home / "data" / f"{name}.csv") for name in ("sales", "media", "events")]
    values = {str(each) for table in tables for name in table for each in table[name].dropna().unique()}
    names = {each for each in values if not NUMBER.fullmatch(each)}
    numbers = {each for each in values if NUMBER.fullmatch(each) and len(each) >= 6}
    assert len(names) > 100  # sub-categories, channels, events and days
    assert len(numbers) > 500
    # times and the process's number are the machine's own
    own = [{name: each[name] for name in each if name not in ("time", "pid")} for each in told(fitted_home)]
    content = json.dumps(own)
    assert [each for each in names if each in content] == []
    assert set(NUMBER.findall(content)) & numbers == set()
