"""Two panels are compared in words: what each has of its own, and what differs among what both have."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from mmxlib.artifacts.experiments import Experiment
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Channel, Control, Event, Panel
from mmxlib.terms import ControlKind, OutcomeKind
from mmxlib.workflow.data_changes import data_differences
from mmxlib.workflow.run import Run, view_run
from mmxlib.workflow.run_changes import changes_between
from mmxlib.workflow.session import Session
from tests.workflow import specimens
from tests.workflow.toys import toys

PANEL = specimens.panel()
CRISPS, SWEETS = PANEL.units
FAIR = Event("fair", date(2025, 2, 3), date(2025, 2, 4))


def told(after: Panel, before: Panel = PANEL) -> dict[str, tuple[str, str]]:
    """Return what differs: both sides, by what it is about."""
    return {each.about: (each.before, each.after) for each in data_differences(before, after)}


def reordered(panel: Panel) -> Panel:
    return replace(
        panel,
        units=panel.units[::-1],
        outcome=panel.outcome[::-1],
        spend=panel.spend[::-1],
        exposure=panel.exposure[::-1],
        control_values=panel.control_values[::-1],
    )


def without_tv(panel: Panel) -> Panel:
    spend, exposure = panel.spend[:, :, 1:], panel.exposure[:, :, 1:]
    return replace(panel, channels=panel.channels[1:], spend=spend, exposure=exposure)


def with_control(panel: Panel, name: str) -> Panel:
    return replace(panel, controls=(Control(name, ControlKind.PRICE),))


@pytest.mark.parametrize(
    ("change", "about", "sides"),
    [
        (
            lambda panel: panel.window(1, 5),
            "periods",
            ("6 from 6 Jan 2025 to 10 Feb 2025", "4 from 13 Jan 2025 to 3 Feb 2025"),
        ),
        (
            lambda panel: replace(panel, units=(CRISPS, "Nuts")),
            "sub-category names",
            (f"2, also {SWEETS}", "2, also Nuts"),
        ),
        (reordered, "sub-category names", ("2, in another order", "2, in another order")),
        (without_tv, "channel names", ("2, also tv", "1, no other")),
        (lambda panel: with_control(panel, "rain"), "control names", ("1, also price", "1, also rain")),
        (
            lambda panel: replace(panel, channels=(Channel("tv"), *panel.channels[1:])),
            "kind of tv",
            ("paid, national", "paid"),
        ),
        (
            lambda panel: replace(panel, channels=(panel.channels[0], Channel("news", national=True))),
            "kind of news",
            ("without spend, with exposure of its own", "paid, national"),
        ),
        (lambda panel: replace(panel, volume=np.ones((2, 6))), "units sold", ("none", "given")),
        (lambda panel: replace(panel, currency="EUR"), "currency", ("not said", "EUR")),
        (
            lambda panel: replace(panel, outcome_kind=OutcomeKind.UNITS),
            "outcome counted in",
            ("money", "units"),
        ),
        (lambda panel: replace(panel, revenue_per_unit=2.5), "worth of a unit", ("not said", "2.5")),
        (
            lambda panel: replace(panel, events=(*panel.events, FAIR)),
            "events",
            ("1", "2, of its own fair of 3 Feb 2025"),
        ),
        (
            lambda panel: replace(panel, events=()),
            "events",
            ("1, of its own sale of 8 Jan 2025", "0"),
        ),
        (
            lambda panel: replace(
                panel,
                experiments=(
                    Experiment("news", date(2025, 1, 6), date(2025, 1, 12), 1.0, 0.5),
                    *panel.experiments[1:],
                ),
            ),
            "experiments",
            ("2, of its own one on tv", "2, of its own one on news"),
        ),
    ],
)  # fmt: skip
def test_one_change_is_told_with_both_sides_and_nothing_else_is(
    change: Callable[[Panel], Panel], about: str, sides: tuple[str, str]
) -> None:
    assert told(change(PANEL)) == {about: sides}


def test_the_same_data_differ_in_nothing() -> None:
    assert told(specimens.panel()) == {}


def test_units_sold_that_are_gone_are_told_as_those_that_came() -> None:
    counted = replace(PANEL, volume=np.ones((2, 6)))
    assert told(PANEL, counted) == {"units sold": ("given", "none")}


@pytest.mark.parametrize(
    ("field", "at", "about", "word"),
    [
        ("outcome", (1, 2), "outcome, 1 of 12 values", "sum"),
        ("volume", (1, 2), "units sold, 1 of 12 values", "sum"),
        ("spend", (0, 2, 0), "spend of tv, 1 of 6 values", "sum"),  # national: one series, in every unit
        ("spend", (1, 2, 1), "spend of news, 1 of 12 values", "sum"),
        ("exposure", (1, 2, 1), "exposure of news, 1 of 12 values", "sum"),
        ("control_values", (1, 2, 0), "control price, 1 of 12 values", "mean"),
    ],
)
def test_values_that_both_have_are_counted_where_they_differ(
    field: str, at: tuple[int, ...], about: str, word: str
) -> None:
    before = replace(PANEL, volume=np.full((2, 6), 3.0))
    values = getattr(before, field).copy()
    values[at] += 1000.0
    ((found, sides),) = told(replace(before, **{field: values}), before).items()
    assert found == about
    assert all(side.startswith(f"{word} ") for side in sides)
    assert sides[0] != sides[1]


def test_values_are_compared_by_name_and_date_wherever_they_stand() -> None:
    later = reordered(PANEL.window(2, 6))
    assert told(later).keys() == {"periods", "sub-category names"}
    changed = later.outcome.copy()
    changed[0, 0] += 1.0
    assert "outcome, 1 of 8 values" in told(replace(later, outcome=changed))


def test_the_exposure_of_a_channel_without_one_of_its_own_is_not_told_besides_its_spend() -> None:
    doubled = replace(PANEL, spend=2.0 * PANEL.spend, exposure=2.0 * PANEL.exposure)
    assert {about.partition(",")[0] for about in told(doubled)} == {
        "spend of tv",
        "spend of news",
        "exposure of news",
    }


def started(folder: Path, panel: Panel) -> Run:
    Session.open(folder, panel=panel, agents=toys()).close()
    return view_run(folder, agents=toys())


def test_data_that_were_only_read_with_other_notes_are_told_as_such(tmp_path: Path) -> None:
    noted = replace(PANEL, notes=(*PANEL.notes, Note("A column was not used.")))
    one, same, other = (
        started(tmp_path / name, panel) for name, panel in (("a", PANEL), ("b", PANEL), ("c", noted))
    )
    assert changes_between(one, same) == ()
    (change,) = changes_between(one, other)
    assert change.about == "what was noted while reading"
    assert (change.before, change.after) == (
        f"{len(PANEL.notes)} notes, 0 repairs",
        f"{len(noted.notes)} notes, 0 repairs",
    )
