"""The bad inputs of raw tables: more rows than fit a sheet or a model (A23), a SKU in two segments (F5)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmxlib.data.reading import read_folder
from mmxlib.data.roles import DataSettings
from mmxlib.errors import DataError
from mmxlib.terms import Grade, Verdict
from tests.bad_inputs.test_cases import LIBRARY_WORDS

WEEKS, STORES, SKUS, SUB_CATEGORIES = 157, 2, 64, 50
SETTINGS = DataSettings.model_validate({"raw": {"files": "pos*", "sub_category_file": "skus.csv"}})


def market(folder: Path, kind: str, *more_skus: tuple[str, str]) -> Path:
    """Write a raw table, a thousandth of 20,096,000 rows, with its mapping and media."""
    days = (np.datetime64("2022-01-03") + 7 * np.arange(WEEKS)).astype(str)
    skus = {f"{123 + sku}": f"category {sku % SUB_CATEGORIES}" for sku in range(SKUS)}
    keys = pd.MultiIndex.from_product([days, [f"S{store}" for store in range(STORES)], skus])
    rows = keys.to_frame(index=False, name=["date", "store", "sku"])
    rows["units"] = np.arange(len(rows)) % 60 + 1
    rows["sales"] = (rows["units"] * 199 / 100).round(2)
    if kind == "csv":
        (folder / "pos.csv").write_text(rows.to_csv(index=False))
    else:
        rows.to_parquet(folder / "pos.parquet")
    pairs = pd.DataFrame([*skus.items(), *more_skus], columns=["sku", "sub_category"])
    (folder / "skus.csv").write_text(pairs.to_csv(index=False))
    spend = pd.DataFrame({"date": days, "channel": "tv", "spend": 100.0 + 7 * (np.arange(WEEKS) % 11)})
    (folder / "media.csv").write_text(spend.to_csv(index=False))
    return folder


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a23_rows_beyond_counting_are_aggregated_to_model_rows(kind: str, tmp_path: Path) -> None:
    panel = read_folder(market(tmp_path, kind), settings=SETTINGS)
    (said,) = [note for note in panel.notes if "aggregated" in note.text]
    assert said.text.endswith("20,096 rows; aggregated to 7,850 model rows.")
    assert said.verdict is Verdict.PASS
    units = (np.arange(WEEKS * STORES * SKUS) % 60 + 1).sum()
    assert panel.outcome.sum() == pytest.approx(units * 1.99, rel=1e-12)


def test_f5_a_sku_in_two_segments_is_refused(tmp_path: Path) -> None:
    folder = market(tmp_path, "csv", ("123", "category 7"))
    with pytest.raises(DataError) as raised:
        read_folder(folder, settings=SETTINGS)
    (fault,) = raised.value.faults
    assert fault.grade is Grade.REJECT
    assert "SKU 123 is in two segments." in fault.problem
    assert fault.place == "skus.csv, row 66"
    assert not LIBRARY_WORDS.search(str(fault))
