"""Every row that was read is used, or left out for a reason that is told, and sums follow the rows."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mmxlib.data.accounting import Account, Reading, rows_table, sums_table
from mmxlib.data.reading import check_folder
from mmxlib.data.roles import DataSettings
from tests.bad_inputs import build
from tests.bad_inputs.build import DATE, SALES, Sheet, clean
from tests.bad_inputs.cases import total
from tests.bad_inputs.test_wide_dates import wide, written

KINDS = sorted(build.WRITERS)
ROWS = len(clean().rows) - 1
SUM = sum(row[SALES] for row in clean().rows[1:])  # type: ignore[misc]


def read(folder: Path, **settings: object) -> Reading:
    return check_folder(folder, settings=DataSettings.model_validate(settings))


def only(folder: Path, sheet: Sheet, kind: str, **settings: object) -> Account:
    folder.mkdir(exist_ok=True)
    (account,) = read(build.write(folder, sheet, kind), **settings).accounts()
    return account


def spoiled() -> Sheet:
    """Return the clean table under a title, with a unit row, a copy, a total and a note."""
    sheet = clean().append(clean().rows[5], total(clean()), ["* restated"])
    return sheet.insert(1, ["(week)", None, "(EUR)", "(EUR)", "(EUR)"]).insert(0, ["Our sales"])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_row_of_a_spoiled_table_has_its_reason(kind: str, tmp_path: Path) -> None:
    account = only(tmp_path, spoiled(), kind, total_rows="leave_out")
    assert account.rows == ROWS + 6
    assert (account.used, account.balanced) == (ROWS, True)
    assert account.left_out == {
        "titles": 1,
        "names of columns": 1,
        "the row holds units, not values": 1,
        "a note below the data": 1,
        "rows called a total are left out": 1,
        "identical rows count once": 1,
    }
    sales = account.sums[0]
    copy = clean().rows[5][SALES]
    assert sales.used == pytest.approx(SUM, rel=1e-12)
    assert sales.left_out == pytest.approx(SUM + copy, rel=1e-12)  # type: ignore[operator]
    assert sales.read == pytest.approx(2 * SUM + copy, rel=1e-12)  # type: ignore[operator]


@pytest.mark.parametrize("kind", KINDS)
def test_a_clean_file_is_used_but_for_the_names_of_its_columns(kind: str, tmp_path: Path) -> None:
    account = only(tmp_path, clean(), kind)
    assert account.left_out == ({} if kind == "parquet" else {"names of columns": 1})
    assert [each.column for each in account.sums] == ["sales", "tv_spend", "search_spend"]
    assert all(each.left_out == 0.0 for each in account.sums)


@pytest.mark.parametrize("kind", KINDS)
def test_media_outside_the_weeks_and_channels_that_never_ran_are_told_apart(
    kind: str, tmp_path: Path
) -> None:
    sales, media = build.long_media(clean())
    late = clean().rows[1][DATE] + timedelta(days=7 * build.WEEKS)  # type: ignore[operator]
    idle = [[row[DATE], row[1], "radio", 0.0] for row in clean().rows[1:]]
    media = media.append([late, "East", "tv", 5.5], *idle)
    accounts = read(written(tmp_path, kind, sales, media)).accounts()
    (account,) = [each for each in accounts if each.file.startswith("media")]
    told = {reason: count for reason, count in account.left_out.items() if "names" not in reason}
    assert told == {"outside the weeks of sales": 1, "channels that never ran": ROWS}
    assert account.balanced
    assert account.used == 2 * ROWS
    assert account.sums[0].left_out == 5.5


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_per_date_counts_as_a_row_per_date(kind: str, tmp_path: Path) -> None:
    accounts = read(written(tmp_path, kind, *wide(str))).accounts()
    assert all(each.balanced for each in accounts)
    assert {each.file: each.used for each in accounts} == {f"sales.{kind}": ROWS, f"media.{kind}": 2 * ROWS}


def test_weeks_to_come_are_left_out_with_what_they_plan(tmp_path: Path) -> None:
    end = clean().rows[build.WEEKS][DATE]
    account = only(tmp_path, clean(), "csv", as_of=str(end - timedelta(days=1)))  # type: ignore[operator]
    assert account.left_out["after data.as_of"] == len(build.UNITS)
    last = sum(clean().rows[build.WEEKS * unit][SALES] for unit in (1, 2, 3))  # type: ignore[misc]
    assert account.sums[0].left_out == pytest.approx(last, rel=1e-12)


def test_the_rows_of_a_second_table_are_counted(tmp_path: Path) -> None:
    sheet = clean().append([], ["region", "staff"], ["East", 12], ["West", 9])
    account = only(tmp_path, sheet, "csv", several_tables="first")
    assert account.left_out == {"other tables": 3, "names of columns": 1}
    assert account.balanced


def test_a_lost_row_is_noticed(tmp_path: Path) -> None:
    account = only(tmp_path, clean(), "csv")
    assert not replace(account, used=account.used - 1).balanced


def test_the_tables_of_the_account_say_where_and_why(tmp_path: Path) -> None:
    account = only(tmp_path, clean(), "xlsx")
    row = rows_table([account]).iloc[0]
    assert row.to_dict() == {
        "source": "sales.xlsx, sheet Sales",
        "rows": ROWS,
        "used": ROWS,
        "left_out": 0,
        "why": "",
    }
    assert sums_table([account])["column"].tolist() == ["sales", "tv_spend", "search_spend"]
