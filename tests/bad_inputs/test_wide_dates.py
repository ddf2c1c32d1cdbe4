"""Tables with a column per date, weeks of the retail year, and days that a Mac counted."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mmxlib.data.reading import read_folder
from mmxlib.data.roles import DataSettings
from mmxlib.data.week_texts import retail_week
from mmxlib.errors import DataError
from mmxlib.terms import Grade
from tests.bad_inputs import build
from tests.bad_inputs.build import DATE, SALES, SEARCH, TV, UNIT, Rows, Sheet, clean
from tests.bad_inputs.cases_dates import RETAIL_FIRST, RETAIL_YEARS, WEEK, iso, number
from tests.bad_inputs.test_cases import LIBRARY_WORDS, clean_digest, digest

KINDS = sorted(build.WRITERS)
MAC = timedelta(days=1_462)


def wide(named: Callable[[Any], object]) -> tuple[Sheet, Sheet]:
    """Return sales and media with a column per week, called by ``named``."""
    rows = clean().rows[1:]
    names = [named(row[DATE]) for row in rows[: build.WEEKS]]
    sales: Rows = [["sub_category", *names]]
    media: Rows = [["sub_category", "channel", *names]]
    for unit in build.UNITS:
        own = [row for row in rows if row[UNIT] == unit]
        sales.append([unit, *(row[SALES] for row in own)])
        for channel, column in (("tv", TV), ("search", SEARCH)):
            media.append([unit, channel, *(row[column] for row in own)])
    return replace(clean(), rows=sales), replace(clean(), rows=media, name="Media")


def written(folder: Path, kind: str, sales: Sheet, media: Sheet) -> Path:
    for name, sheet in (("sales", sales), ("media", media)):
        (folder / f"{name}.{kind}").write_bytes(build.WRITERS[kind](sheet))
    return folder


def refused(folder: Path, **settings: object) -> DataError:
    with pytest.raises(DataError) as caught:
        read_folder(folder, settings=DataSettings.model_validate(settings))
    assert not LIBRARY_WORDS.search(str(caught.value))
    return caught.value


FORMS: dict[str, Callable[[Any], object]] = {
    "dates": lambda day: day,
    "iso": str,
    "points": lambda day: day.strftime("%d.%m.%Y"),
    "serial": lambda day: (day - date(1899, 12, 30)).days,
    "iso weeks": iso("{y}-W{w:02}"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_c7_a_column_per_date_becomes_a_row_per_date(kind: str, form: str, tmp_path: Path) -> None:
    panel = read_folder(written(tmp_path, kind, *wide(FORMS[form])))
    assert digest(panel) == clean_digest()
    turned = sorted((each.place, each.cells) for each in panel.repairs if "into rows" in each.rule)
    assert turned == [("columns B to DG", build.WEEKS), ("columns C to DH", build.WEEKS)]


@pytest.mark.parametrize("kind", KINDS)
def test_c7_a_fault_in_such_a_table_names_the_cell_where_it_stands(kind: str, tmp_path: Path) -> None:
    sales, media = wide(str)
    error = refused(written(tmp_path, kind, sales.cell(2, 3, "soon"), media))
    (fault,) = error.faults
    assert re.search("cell D3$|row 3, column D$|row 2, column D$", fault.place), fault.place


def test_c7_a_table_with_fewer_dates_than_nine_in_ten_is_left_as_it_is(tmp_path: Path) -> None:
    sales, media = wide(str)
    for at in range(20):
        sales = sales.column(f"note {at}", lambda _: "x")
    assert any(
        "no column" in fault.problem for fault in refused(written(tmp_path, "csv", sales, media)).faults
    )


@pytest.mark.parametrize("kind", KINDS)
def test_c8_columns_that_are_called_by_weeks_are_a_question_that_a_setting_answers(
    kind: str, tmp_path: Path
) -> None:
    folder = written(tmp_path, kind, *wide(iso("W{w} {s:02}")))
    faults = refused(folder).faults
    assert {(fault.grade, fault.setting) for fault in faults} == {(Grade.ASK, "data.week_numbers")}
    assert all('"W1 23"' in fault.problem and re.search("column [BC]$", fault.place) for fault in faults)
    settings = DataSettings.model_validate({"week_numbers": "iso"})
    assert digest(read_folder(folder, settings=settings)) == clean_digest()


def test_c8_columns_that_are_called_by_weeks_alone_are_counted_from_the_first(tmp_path: Path) -> None:
    folder = written(tmp_path, "csv", *wide(lambda day: f"wk {number(day)}"))
    assert {fault.setting for fault in refused(folder).faults} == {"data.first_week"}
    settings = DataSettings(first_week=build.FIRST)
    assert digest(read_folder(folder, settings=settings)) == clean_digest()


def test_a_retail_year_has_the_weeks_that_the_federation_gives_it() -> None:
    day = RETAIL_FIRST
    for year, weeks in ((2023, 53), *RETAIL_YEARS[1:]):
        assert [retail_week(year, week) for week in (1, weeks)] == [day, day + WEEK * (weeks - 1)]
        with pytest.raises(ValueError, match=f"no week {weeks + 1}"):
            retail_week(year, weeks + 1)
        day += WEEK * weeks
    assert retail_week(2022, 1) == date(2022, 1, 30)
    assert retail_week(2017, 53) == date(2018, 1, 28)
    with pytest.raises(ValueError, match="no week 0"):
        retail_week(2024, 0)


def moved(sheet: Sheet, days: timedelta) -> Sheet:
    return sheet.map(DATE, lambda day: day + days)  # type: ignore[operator]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("of_sales", [True, False])
def test_d5_dates_that_a_mac_counted_are_a_question_that_a_setting_answers(
    kind: str, late: bool, of_sales: bool, tmp_path: Path
) -> None:
    shift = MAC if late else -MAC
    sales, media = build.long_media(clean())
    sheets = (moved(sales, shift), media) if of_sales else (sales, moved(media, shift))
    folder = written(tmp_path, kind, *sheets)
    (fault,) = refused(folder).faults
    assert (fault.grade, fault.setting) == (Grade.ASK, "data.mac_dates")
    assert "1,462 days apart" in fault.problem
    assert fault.place.startswith(f"media.{kind}")
    settings = DataSettings.model_validate({"mac_dates": "back" if late else "forward"})
    panel = read_folder(folder, settings=settings)
    assert digest(panel) == clean_digest()
    assert [each.file for each in panel.repairs] == [f"{'sales' if of_sales else 'media'}.{kind}"]


def test_d5_other_distances_are_not_taken_for_it(tmp_path: Path) -> None:
    sales, media = build.long_media(clean())
    error = refused(written(tmp_path, "csv", sales, moved(media, MAC + timedelta(days=1))))
    assert "data.mac_dates" not in {fault.setting for fault in error.faults}


@pytest.mark.parametrize("kind", KINDS)
def test_d17_media_by_month_are_refused(kind: str, tmp_path: Path) -> None:
    sales, media = build.long_media(clean())
    kept = [row for row in media.rows[1:] if row[DATE].day < 8]  # type: ignore[attr-defined]
    firsts = [[row[DATE].replace(day=1), *row[1:]] for row in kept]  # type: ignore[attr-defined]
    error = refused(written(tmp_path, kind, sales, replace(media, rows=[media.rows[0], *firsts])))
    (fault,) = error.faults
    assert (fault.code, fault.grade) == ("MMX-D042", Grade.REJECT)
    assert "the model needs weeks" in fault.problem


@pytest.mark.parametrize("kind", KINDS)
def test_d13_weeks_of_sales_that_are_missing_lie_on_the_line_between_their_neighbors(
    kind: str, tmp_path: Path
) -> None:
    sales, media = build.long_media(clean())
    before, after = (float(sales.rows[row][SALES]) for row in (19, 22))  # type: ignore[arg-type]
    panel = read_folder(written(tmp_path, kind, sales.without(20, 21), media))
    line = sales.cell(20, SALES, before + (after - before) / 3).cell(
        21, SALES, before + (after - before) / 1.5
    )
    full = tmp_path / "full"
    full.mkdir()
    expected = read_folder(written(full, kind, line, media))
    assert panel.outcome == pytest.approx(expected.outcome, rel=1e-15)
    assert [each.before for each in panel.repairs] == ["East, 2023-05-15", "East, 2023-05-22"]


@pytest.mark.parametrize("kind", KINDS)
def test_d13_a_week_without_media_is_a_question_that_a_setting_answers(kind: str, tmp_path: Path) -> None:
    sales, media = build.long_media(clean())
    folder = written(tmp_path, kind, sales, media.without(20))
    (fault,) = refused(folder).faults
    assert (fault.grade, fault.setting) == (Grade.ASK, "data.missing_spend")
    panel = read_folder(folder, settings=DataSettings.model_validate({"missing_spend": "zero"}))
    assert panel.spend[0, 19, 1] == 0.0
    assert [(each.rule.split(",")[0], each.cells) for each in panel.repairs] == [
        ("weeks without a row of media of tv are weeks in which nothing ran", 1)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_d11_weeks_by_other_weekdays_are_moved_where_the_setting_says_so(kind: str, tmp_path: Path) -> None:
    sales, media = build.long_media(clean())
    folder = written(tmp_path, kind, moved(sales, timedelta(days=5)), media)
    assert {fault.setting for fault in refused(folder).faults} == {"data.align_weeks"}
    panel = read_folder(folder, settings=DataSettings(align_weeks=True))
    assert digest(panel) == clean_digest()
    assert {each.rule.split(",")[0] for each in panel.repairs} == {"weeks begin on monday"}
