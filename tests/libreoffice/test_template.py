"""The shipped template in a real spreadsheet program: its macros compile and run."""

from collections.abc import Iterator

import pytest

from mmxlib_excel.template.build import template_bytes
from tests.libreoffice.office import Office
from tests.libreoffice.pressing import OpenBook, opened_book


@pytest.fixture(scope="module")
def plan(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBook]:
    path = tmp_path_factory.mktemp("template") / "plan.xlsm"
    path.write_bytes(template_bytes())
    with opened_book(office, path) as book:
        yield book


def test_the_macros_compile(plan: OpenBook) -> None:
    assert plan.macro("Ping") == "mmxlib workbook 1"


def test_cancel_writes_where_the_worker_looks(plan: OpenBook) -> None:
    plan.macro("Mmx_Cancel")
    assert plan.cells(["mmx_cancel_wish"]) == ["cancel"]


def test_sheets_of_results_are_opened_and_closed_by_macros(plan: OpenBook) -> None:
    plan.macro("MmxUnlock")
    plan.type_value("Journal!H2", 1.0)
    assert plan.cells(["Journal!H2"]) == [1.0]
    plan.macro("MmxLock")
    plan.macro("MmxUnlock")
