import importlib
import io
import pkgutil
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mmxlib.artifacts.segments import Segments
from mmxlib.report import charts
from mmxlib.report.charts.baseline import baseline_chart
from mmxlib.report.charts.budget import allocation_chart
from mmxlib.report.charts.canvas import Picture, fitted_name, fitted_text, printable, text_width
from mmxlib.report.charts.fit import backtest_chart, fitted_chart
from mmxlib.report.charts.forecast import cells_chart, forecast_chart
from mmxlib.report.charts.panels import SegmentNames
from mmxlib.report.charts.plan_comparison import comparison_chart
from mmxlib.report.charts.returns import contributions_chart, curve_chart, curves_chart, roi_chart
from mmxlib.report.charts.scenarios import scenarios_chart
from mmxlib.report.charts.segments import components_chart, silhouette_chart
from mmxlib.report.charts.trends import decomposition_chart, event_chart, flagged_chart, season_chart
from mmxlib.report.forecast import plan_forecast
from mmxlib.report.model_frames import CurveMarks
from mmxlib.report.numbers import Measures
from mmxlib.report.style import MOST_SERIES, OTHER, color_key
from tests.report.builder import HOSTILE, Story, story
from tests.report.plans import by_cells
from tests.report.test_comparison_chart import compared


def pictures(made: Story) -> dict[str, Picture | None]:
    """Return every chart there is by its name; those of single channels stand twice."""
    names, measures = SegmentNames.of(made.segments), Measures.of(made.panel)
    frames = made.frames
    colors = color_key(list(frames.summary["channel"]), list(frames.summary["contribution"]))
    marks = {name: CurveMarks(100.0, 1e4, 200.0) for name in frames.curves}
    ahead = plan_forecast(made.plan, list(frames.summary["channel"]))
    drawn = {
        "silhouette": silhouette_chart(made.segments),
        "components": components_chart(made.segments),
        "flagged": flagged_chart(made.trends, names, measures, events=made.panel.events),
        "decomposition": decomposition_chart(made.trends, names, measures),
        "season": season_chart(made.trends, names),
        "event": event_chart(made.trends, names),
        "baseline": baseline_chart(made.baseline, names, measures),
        "contributions": contributions_chart(frames, colors, measures),
        "roi": roi_chart(frames, colors, measures),
        "curves": curves_chart(frames, marks, measures),
        "fitted": fitted_chart(frames, made.fitted.diagnostics, measures),
        "backtest": backtest_chart(made.fitted.backtest, measures),
        "allocation": allocation_chart(made.plan, measures),
        "cells": cells_chart(by_cells(made.plan), measures),
        "scenarios": scenarios_chart(made.scenarios, measures, approved="base"),
        "forecast": None if ahead is None else forecast_chart(frames, ahead, measures),
        "comparison": comparison_chart(compared(), measures),
    }
    for name, curve in list(frames.curves.items())[:2]:
        drawn[f"curve {name}"] = curve_chart(name, curve, marks[name], level=0.9, measures=measures)
    return drawn


@pytest.fixture(scope="module")
def usual() -> Story:
    return story()


def test_no_chart_is_left_out(usual: Story) -> None:
    rooms = [
        importlib.import_module(each.name)
        for each in pkgutil.iter_modules(charts.__path__, "mmxlib.report.charts.")
    ]
    there = {name.removesuffix("_chart") for room in rooms for name in vars(room) if name.endswith("_chart")}
    assert {name.split(" ")[0] for name in pictures(usual)} == there


def test_every_chart_is_the_same_png_and_svg_twice(usual: Story) -> None:
    first, second = pictures(usual), pictures(usual)
    assert list(first) == list(second)
    for name, picture in first.items():
        again = second[name]
        assert picture is not None, name
        assert again is not None, name
        assert picture.png() == again.png(), name
        assert picture.svg() == again.svg(), name


@pytest.mark.parametrize(
    ("channels", "segments"),
    [(("tv",), 1), ([f"a channel with a long name {k}" for k in range(30)], 12), (HOSTILE, 2)],
)
def test_charts_cope_with_few_and_many_and_hostile_names(channels: list[str], segments: int) -> None:
    for name, picture in pictures(story(channels, segments, organic=())).items():
        if picture is None:
            assert segments == 1
            assert name in ("silhouette", "components")
            continue
        assert picture.png().startswith(b"\x89PNG")
        assert picture.alt
        assert "\n" not in picture.alt


def test_a_picture_says_neither_when_nor_with_what_it_was_made(usual: Story) -> None:
    picture = pictures(usual)["roi"]
    assert picture is not None
    assert b"Software" not in picture.png()
    assert b"matplotlib" not in picture.png().lower()
    assert not re.search(rb"<dc:date>|Matplotlib v", picture.svg())


def test_hostile_names_stay_text_in_svg() -> None:
    svg = b"".join(
        each.svg() for each in pictures(story(HOSTILE, 2, organic=())).values() if each is not None
    )
    assert b"<script" not in svg
    assert b"&lt;script&gt;" in svg


def test_a_chart_leaves_matplotlib_as_it_was(usual: Story) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    pictures(usual)
    assert dict(mpl.rcParams) == before


def test_without_segments_there_is_no_picture_of_segments() -> None:
    made = story(("tv",), 1, organic=()).segments
    assert isinstance(made, Segments)
    assert silhouette_chart(made) is None
    assert components_chart(made) is None


def test_without_paid_media_there_is_no_picture_of_roi() -> None:
    made = story(("tv", "mail"), 2, organic=("mail",)).frames
    organic = replace(made, summary=made.summary[made.summary["channel"] == "mail"], curves={})
    assert roi_chart(organic, color_key(["mail"], [1.0]), Measures()) is None
    assert curves_chart(organic, {}, Measures()) is None


@pytest.mark.parametrize("count", [1, MOST_SERIES, MOST_SERIES + 1, 30])
def test_colors_are_never_shared_by_two_names_that_have_one(count: int) -> None:
    names = [f"c{k}" for k in range(count)]
    key = color_key(names, list(range(count)))
    assert len(set(key.color_of.values())) == len(key.named)
    assert key.named[0] == names[-1]
    assert count - len(key.named) != 1
    assert key["unheard of"] == OTHER


@pytest.mark.parametrize("room", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("shorten", [fitted_text, fitted_name])
def test_shortened_words_fit(room: float, shorten: object) -> None:
    assert callable(shorten)
    words = shorten("a channel with a rather long name 12", room, 8.5)
    assert text_width(words, 8.5) <= room


def test_what_the_font_cannot_show_is_a_box() -> None:
    assert printable("漢字\nab") == "□□ ab"


def test_a_png_has_the_size_it_was_designed_for(usual: Story) -> None:
    from PIL import Image

    picture = pictures(usual)["contributions"]
    assert picture is not None
    with Image.open(io.BytesIO(picture.png())) as image:
        assert image.width == 1032
        assert np.asarray(image).std() > 5.0


def test_an_event_that_came_often_is_one_line_and_reliable_only_if_it_always_is() -> None:
    made = story()
    one = made.trends.event_impact.iloc[[0]].assign(
        event="sale", percent=0.1, percent_lower=0.05, percent_upper=0.15, reliable=True
    )
    impact = pd.concat(
        [one, one.assign(percent=0.3), one.assign(event="fair", reliable=True),
         one.assign(event="fair", reliable=False), one.assign(event="untold", percent=np.nan, reliable=False)]
    )  # fmt: skip
    picture = event_chart(replace(made.trends, event_impact=impact), SegmentNames.of(made.segments))
    assert picture is not None
    assert picture.alt.startswith("1 of 3 event effects can be relied on.")
    shown = picture.svg().decode()
    assert "sale, 2 times" in shown
    assert "fair, 2 times" in shown
    assert "untold" not in shown


def test_an_absurd_event_is_cut_off_and_said_so() -> None:
    made = story()
    impact = made.trends.event_impact.copy()
    impact.loc[impact.index[0], ["percent", "percent_lower", "percent_upper"]] = [15.0, 13.0, 17.0]
    absurd = event_chart(replace(made.trends, event_impact=impact), SegmentNames.of(made.segments))
    usual = event_chart(made.trends, SegmentNames.of(made.segments))
    assert absurd is not None
    assert usual is not None
    assert b"cut off beyond" in absurd.svg()
    assert b"+1,500 %" in absurd.svg()
    assert b"cut off" not in usual.svg()
