"""A workbook after Run all, drawn as people see it: nothing is cut, in error or left blank."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmxlib.report.style import PAPER
from mmxlib_excel.layout.book import SHEETS
from mmxlib_excel.layout.spec import Role, Sheet
from mmxlib_excel.layout.stage import Stage
from mmxlib_excel.stages.pressing import perform
from tests.libreoffice.office import Office
from tests.libreoffice.rendering import Page, pages
from tests.mmxlib_excel.small_book import small_file

WITH_CHARTS = [sheet.name for sheet in SHEETS if sheet.charts]
NEAR = 6
"""How far a drawn color may lie from the palette's, of 255."""

Drawn = Mapping[str, Sequence[Page]]


@pytest.fixture(scope="module")
def drawn(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """Return the pages of each visible sheet of a small workbook in which everything was run."""
    folder = tmp_path_factory.mktemp("filled")
    workbook = small_file(folder)
    assert perform(workbook, Stage.ALL, home=folder).code == 0
    found: dict[str, list[Page]] = {}
    for page in pages(office, workbook.path, folder):
        found.setdefault(page.sheet, []).append(page)
    return found


def _sheet(name: str) -> Sheet:
    return next(each for each in SHEETS if each.name == name)


def _words(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_every_visible_sheet_is_drawn_without_a_fault(drawn: Drawn) -> None:
    assert list(drawn) == [sheet.name for sheet in SHEETS if sheet.role is not Role.HIDDEN]
    assert [fault for each in drawn.values() for page in each for fault in page.faults] == []


@pytest.mark.parametrize("name", [sheet.name for sheet in SHEETS if sheet.role is Role.RESULT])
def test_every_sheet_of_results_shows_its_tables(drawn: Drawn, name: str) -> None:
    text = _words("".join(page.text for page in drawn[name]))
    assert "Nothinghereyet" not in text
    first = next(block for block in _sheet(name).blocks if block.title and block.printed)
    assert _words(first.title) in text


@pytest.mark.parametrize("name", WITH_CHARTS)
def test_every_chart_has_its_title_and_its_colors(drawn: Drawn, name: str) -> None:
    text = _words("".join(page.text for page in drawn[name]))
    seen = np.concatenate([_colors(page.picture) for page in drawn[name]])
    for chart in _sheet(name).charts:
        assert _words(chart.title) in text
        color = next(each.color for each in chart.series if each.color != PAPER)
        wanted = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
        assert np.any(np.abs(seen - wanted).max(axis=1) <= NEAR), (chart.title, color)


def _colors(picture: Path) -> np.ndarray:
    """Return the colors of a picture, each once."""
    with Image.open(picture) as image:
        red, green, blue = np.moveaxis(np.asarray(image.convert("RGB"), dtype=np.int32), 2, 0)
    each = np.unique(red << 16 | green << 8 | blue)
    return np.stack([each >> 16, each >> 8 & 255, each & 255], axis=1)
