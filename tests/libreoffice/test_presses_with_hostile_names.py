"""Names that a spreadsheet would calculate, in every place where ours write names: they stay text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from mmxlib.data.simulation import simulate_panel
from mmxlib_excel.layout.stage import Stage
from tests.libreoffice.desk import Desk, desk_at, office_of_a_person
from tests.libreoffice.installed import with_libreoffice
from tests.mmxlib_excel.small_book import book_of

pytestmark = pytest.mark.slow  # twenty-eight channels

PAYLOADS = [
    f"{start}{rest}"
    for start in ("=", "+", "-", "@", "'=", "=-", "==", "+=")
    for rest in ("1+1", "cmd|'/C calc'!A0", 'HYPERLINK("http://x.y","z")', "SUM(A1:A9)", "A1")
]
UNITS, CHANNELS = PAYLOADS[::4], [each for place, each in enumerate(PAYLOADS) if place % 4]
NAMES_OF_UNITS = ("Sales", "Segments")  # a model of so many is one of segments
NAMES_OF_CHANNELS = ("Baseline", "Contributions", "Curves", "Budget", "Planner", "Priors", "Constraints")


@dataclass(frozen=True)
class Seen:
    """What stands on the sheets after Run all, and where formulas stood before and after."""

    rows: Mapping[str, list[list[float | str]]]
    before: Mapping[str, str]
    after: Mapping[str, str]

    def texts(self, sheet: str) -> set[str]:
        """Return every text on a sheet."""
        return {value for row in self.rows[sheet] for value in row if isinstance(value, str)}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with_libreoffice()
    folder = tmp_path_factory.mktemp("person")
    with (
        office_of_a_person(folder) as office,
        desk_at(office, folder / "plan.xlsm", hostile_book()) as desk,
    ):
        yield _pressed(desk)


def hostile_book() -> bytes:
    """Return a workbook of which each sub-category and each channel has a name like a formula."""
    market = simulate_panel(
        sub_categories=len(UNITS), channels=len(CHANNELS), periods=110, seed=7, national=1.0
    )
    units = dict(zip(dict.fromkeys(market.sales["sub_category"]), UNITS, strict=True))
    channels = dict(zip(dict.fromkeys(market.media["channel"]), CHANNELS, strict=True))
    sales = market.sales.replace({"sub_category": units})
    media = market.media.replace({"channel": channels})
    return book_of(sales, media, market.events)


def _pressed(desk: Desk) -> Seen:
    before = desk.book.formulas()
    desk.press(Stage.ALL, "^(Done|Waiting|Stopped)", seconds=900.0)
    sheets = list(before)
    return Seen(desk.book.rows(sheets), before, desk.book.formulas())


def test_no_cell_became_a_formula(seen: Seen) -> None:
    assert seen.after == seen.before


@pytest.mark.parametrize("sheet", NAMES_OF_UNITS)
def test_names_of_sub_categories_stay_text(seen: Seen, sheet: str) -> None:
    assert set(UNITS) <= seen.texts(sheet)


@pytest.mark.parametrize("sheet", NAMES_OF_CHANNELS)
def test_names_of_channels_stay_text(seen: Seen, sheet: str) -> None:
    assert set(CHANNELS) <= seen.texts(sheet)
