"""Every doubt about the data is raised where it is planted, and none is where the data are clean."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from mmxlib.artifacts.panel import Panel
from mmxlib.data.doubts import review_panel
from mmxlib.data.findings import Findings
from mmxlib.data.reading import read_panel
from mmxlib.data.simulation import Simulation, simulate_panel
from mmxlib.errors import DataError
from mmxlib.terms import Verdict

Change = Callable[[Panel], Panel]


@cache
def market() -> Simulation:
    return simulate_panel(sub_categories=4, channels=4, periods=156, seed=2)


def doubts_of(panel: Panel) -> list[str]:
    findings = Findings()
    review_panel(panel, findings)
    return [note.text for note in findings.notes() if note.verdict is Verdict.WARN]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("national", [False, True])
def test_a_clean_market_raises_no_doubt(seed: int, national: bool) -> None:
    made = simulate_panel(
        sub_categories=2 + 3 * seed, channels=2 + seed, periods=104 + 26 * seed, seed=seed, national=national
    )
    assert doubts_of(made.panel) == []


def outcome(change: Callable[[np.ndarray], np.ndarray]) -> Change:
    return lambda panel: replace(panel, outcome=change(panel.outcome.copy()))


def media(change: Callable[[np.ndarray], np.ndarray]) -> Change:
    """Return a change of the first channel's spend and exposure."""

    def changed(panel: Panel) -> Panel:
        values = change(panel.spend[:, :, 0].copy())
        spend, exposure = panel.spend.copy(), panel.exposure.copy()
        spend[:, :, 0] = exposure[:, :, 0] = values
        return replace(panel, spend=spend, exposure=exposure)

    return changed


def short(panel: Panel) -> Panel:
    return replace(
        panel, dates=panel.dates[:80], outcome=panel.outcome[:, :80], spend=panel.spend[:, :80],
        exposure=panel.exposure[:, :80], control_values=panel.control_values[:, :80], volume=None,
    )  # fmt: skip


def from_week_70(times: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda values: np.concatenate([values[:, :70], times * values[:, 70:]], axis=1)


def one_cell(times: float) -> Callable[[np.ndarray], np.ndarray]:
    def change(values: np.ndarray) -> np.ndarray:
        values[1, 40] *= times
        return values

    return change


def last_week(values: np.ndarray) -> np.ndarray:
    values[:, -1] *= 0.4
    return values


def often_nothing(values: np.ndarray) -> np.ndarray:
    values[0, ::2] = 0.0
    return values


def by_year(values: np.ndarray) -> np.ndarray:
    return np.concatenate([np.cumsum(part, axis=1) for part in np.split(values, 3, axis=1)], axis=1)


def by_month(values: np.ndarray) -> np.ndarray:
    return np.concatenate([np.cumsum(part, axis=1) for part in np.split(values, 39, axis=1)], axis=1)


def seldom(values: np.ndarray) -> np.ndarray:
    return np.where(np.arange(values.shape[1]) % 40 == 3, 100.0 + values, 0.0)


def hardly(values: np.ndarray) -> np.ndarray:
    return 1000.0 + 10.0 * np.sin(np.arange(values.shape[1])) + np.zeros_like(values)


def unseen(panel: Panel) -> Panel:
    spend, channels = panel.spend.copy(), list(panel.channels)
    channels[0] = replace(channels[0], has_exposure=True)
    exposure = panel.exposure.copy()
    week = int(np.argmax(spend[0, :, 0] > 0.0))
    exposure[0, week, 0] = 0.0
    return replace(panel, channels=tuple(channels), exposure=exposure)


def alike_names(panel: Panel) -> Panel:
    return replace(panel, units=("Coca Cola", "Coca-Cola", *panel.units[2:]))


PLANTED: tuple[tuple[str, Change, str], ...] = (
    ("too short", short, "80 periods"),
    ("constant", media(lambda values: np.full_like(values, 5.0)), "never changes"),
    ("hardly varies", media(hardly), "too little to learn"),
    ("seldom runs", media(seldom), "ran in 4 of 156 periods"),
    ("spend without exposure", unseen, "spend and no exposure"),
    ("one wild value", outcome(one_cell(100.0)), "decimal sign"),
    ("unit of the outcome", outcome(from_week_70(1000.0)), "1,000 times higher|1,[0-9]00 times higher"),
    ("unit of spend", media(from_week_70(0.001)), "times lower"),
    ("cut off", outcome(last_week), "incomplete"),
    ("zeros", outcome(often_nothing), "0 in more than 30 %"),
    ("running total", outcome(lambda values: np.cumsum(values, axis=1)), "running total"),
    ("running total of the year", outcome(by_year), "running total"),
    ("running total of the month", outcome(by_month), "running total"),
    ("near names", alike_names, "differ by signs alone"),
)


@pytest.mark.parametrize(
    ("change", "words"), [each[1:] for each in PLANTED], ids=[each[0] for each in PLANTED]
)
def test_a_planted_doubt_is_raised_once_and_says_what_to_do(change: Change, words: str) -> None:
    said = doubts_of(change(market().panel))
    found = [text for text in said if re.search(words, text)]
    assert len(found) == 1, said
    assert ADVICE.search(found[0]), found[0]


ADVICE = re.compile(r"\b([Aa]dd|[Vv]ary|[Cc]heck|correct|[Ll]eave|[Jj]oin|give|write|test)\b")


def test_a_gap_stops_and_names_the_week() -> None:
    sales = market().sales.drop(index=[30, 31, 32, 33, 34])
    with pytest.raises(DataError, match=r"There is no row for 2023-0[78]"):
        read_panel(sales, media=market().media)


def test_two_channels_that_move_together_are_a_question() -> None:
    spent = market().media
    name = spent["channel"].iloc[0]
    twin = spent[spent["channel"] == name].assign(channel="twin", spend=lambda frame: 2.0 * frame["spend"])
    with pytest.raises(DataError, match="move together") as caught:
        read_panel(market().sales, media=pd.concat([spent, twin]))
    assert [fault.setting for fault in caught.value.faults] == ["data.alike_channels"]


@pytest.mark.parametrize("times", [3.0, 9.0])
def test_a_market_that_grows_is_no_change_of_unit(times: float) -> None:
    def grown(values: np.ndarray) -> np.ndarray:
        return values * np.linspace(1.0, times, values.shape[1])

    assert doubts_of(outcome(grown)(market().panel)) == []


def test_a_channel_that_starts_late_is_no_change_of_unit() -> None:
    late = media(lambda values: np.where(np.arange(values.shape[1]) < 60, 0.0, values))
    assert doubts_of(late(market().panel)) == []
