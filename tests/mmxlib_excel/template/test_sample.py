"""The sample data: what a newcomer's first press works on."""

import datetime
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

import mmxlib as mmx
from mmxlib.artifacts.experiments import Experiment
from mmxlib_excel.layout import inputs
from mmxlib_excel.layout.spec import Sheet
from mmxlib_excel.template.parts import Rows
from mmxlib_excel.template.sample import sample_contents


@pytest.fixture(scope="module")
def sample() -> Mapping[str, Rows]:
    return sample_contents()


def _frame(sheet: Sheet, rows: Rows) -> pd.DataFrame:
    """Return a sheet as a user's table, its headings as they stand there."""
    block = sheet.blocks[0]
    frame = pd.DataFrame(list(rows), columns=[column.label for column in block.columns])
    return frame.drop(columns="Check").dropna(axis="columns", how="all")


def test_every_sheet_of_data_has_a_sample_that_fits_the_eye(sample: Mapping[str, Rows]) -> None:
    assert {sheet.blocks[0].name for sheet in inputs.SHEETS} == sample.keys()
    assert all(1 <= len(rows) <= 2_100 for rows in sample.values())


def test_the_sample_is_read_under_the_headings_of_its_sheets(
    sample: Mapping[str, Rows],
) -> None:
    sales, media, events, controls, experiments = (
        _frame(sheet, sample[sheet.blocks[0].name]) for sheet in inputs.SHEETS
    )
    panel = mmx.read_panel(sales, media=media, events=events, controls=controls, experiments=experiments)
    assert panel.outcome.shape == (8, 156)
    assert {control.name for control in panel.controls} >= {"price"}
    assert "promotion" in {control.name.lower() for control in panel.controls}
    assert [channel.national for channel in panel.channels].count(True) == 5
    (test,) = panel.experiments
    assert isinstance(test, Experiment)
    assert (test.channel, test.change) == ("search", -1.0)


def test_money_is_in_cents_so_that_every_machine_writes_the_same(sample: Mapping[str, Rows]) -> None:
    for block, column in (("mmx_sales", 2), ("mmx_sales", 4), ("mmx_media", 2)):
        values = np.array([row[column] for row in sample[block]], dtype=np.float64)
        assert np.array_equal(values, np.round(values, 2))
    for row in sample["mmx_experiments"]:
        assert all(float(str(row[column])) % 1_000 == 0.0 for column in (3, 4))


def test_days_are_days_and_empty_cells_are_empty(sample: Mapping[str, Rows]) -> None:
    assert all(isinstance(row[0], datetime.date) for row in sample["mmx_sales"])
    assert "" not in {cell for rows in sample.values() for row in rows for cell in row}


def test_the_sample_repeats_itself(sample: Mapping[str, Rows]) -> None:
    assert sample_contents() == sample
