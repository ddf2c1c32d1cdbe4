"""The sheet Sales may hold a raw table (store x SKU x week), pasted as it is exported."""

import pytest

from mmxlib.config import Config, revised
from mmxlib.errors import DataError
from mmxlib_excel.inputs.panel import read_sheet_panel
from tests.data import clean
from tests.data.raw import market
from tests.mmxlib_excel.inputs.books import MemoryBook
from tests.mmxlib_excel.inputs.test_panel import cells

RAW = revised(
    Config(),
    {"data.raw.files": ["sales"], "data.raw.sub_categories": market.SKUS, "data.fewest_weeks": 1},
)


def book(sales_of_first_row: object = None) -> MemoryBook:
    rows = market.raw_sales().astype({"sales": float, "units": int})
    media = clean.media().astype({"spend": float, "exposure": float})
    sheet = cells(rows)
    if sales_of_first_row is not None:
        sheet[4] = (*sheet[4][:3], sales_of_first_row, *sheet[4][4:])
    return MemoryBook({"Start": [("mmx",)], "Sales": sheet, "Media": cells(media, title="Media")})


def test_a_raw_sheet_makes_the_panel_of_the_sales_it_adds_up_to(tmp_path) -> None:
    assert market.digest(read_sheet_panel(book(), RAW)) == market.clean_digest(tmp_path / "clean")


def test_a_bad_cell_of_a_raw_sheet_is_said_with_its_row() -> None:
    with pytest.raises(DataError) as raised:
        read_sheet_panel(book("many"), RAW)
    assert {each.place for each in raised.value.faults} == {"sheet Sales, row 5, column sales"}
