"""Files of experiments: lifts and steps in spend, in one file or in several, and what is wrong with them."""

import io
from datetime import date
from pathlib import Path

import pandas as pd

from mmxlib.artifacts.experiments import Experiment, StepTest
from mmxlib.data.frames import panel_from_frame
from mmxlib.data.roles import ColumnSettings, DataSettings
from tests.data import clean
from tests.data.short import read_folder, read_panel
from tests.data.test_faults import faults_of, one_fault

STEPS = pd.DataFrame(
    [("tv", "20", "10", "5.5", "2", "2024-02-05"), ("search", "0", "15", "-1", "3", "")],
    columns=["channel", "x", "delta_x", "delta_y", "sigma", "date"],
)
READ_STEPS = (
    StepTest("tv", 20.0, 10.0, 5.5, 2.0, date=date(2024, 2, 5)),
    StepTest("search", 0.0, 15.0, -1.0, 3.0),
)
LIFTS = pd.DataFrame(
    [("tv", "2024-01-15", "2024-02-04", "300", "40")],
    columns=["channel", "start", "end", "lift", "standard_error"],
)
READ_LIFT = Experiment("tv", date(2024, 1, 15), date(2024, 2, 4), 300.0, 40.0)
BOTH = pd.concat([STEPS, LIFTS], ignore_index=True).fillna("")


def read(tests: pd.DataFrame, config: DataSettings | None = None) -> tuple[Experiment | StepTest, ...]:
    return read_panel(clean.sales(), media=clean.media(), experiments=tests, config=config).experiments


def test_step_tests_are_read_with_and_without_a_date() -> None:
    assert read(STEPS) == READ_STEPS


def test_a_date_is_not_complained_of() -> None:
    panel = read_panel(clean.sales(), media=clean.media(), experiments=STEPS)
    assert not [note for note in panel.notes if "not used" in note.text]


def test_a_file_of_step_tests_needs_no_date() -> None:
    assert read(STEPS.drop(columns="date").iloc[1:]) == READ_STEPS[1:]


def test_one_file_may_hold_both_kinds() -> None:
    assert read(BOTH) == (READ_LIFT, *READ_STEPS)


def test_several_files_may_hold_a_kind_each(tmp_path: Path) -> None:
    tables = {"sales": clean.sales(), "media": clean.media()}
    clean.write(tmp_path, **tables, experiments_lift=LIFTS, experiments_step=STEPS)
    assert read_folder(tmp_path).experiments == (READ_LIFT, *READ_STEPS)


def test_a_workbook_may_hold_both_kinds(tmp_path: Path) -> None:
    path = tmp_path / "experiments.xlsx"
    typed = BOTH.assign(
        **{name: pd.to_numeric(BOTH[name]) for name in ("x", "delta_x", "delta_y", "sigma", "lift")}
    )
    typed.to_excel(path, index=False)
    panel = read_panel(clean.sales(), media=clean.media(), experiments=path)
    assert panel.experiments == (READ_LIFT, *READ_STEPS)


def test_columns_of_step_tests_may_have_other_names() -> None:
    names = {"x": "from_spend", "delta_x": "more_spend", "delta_y": "more_sales", "sigma": "se"}
    config = DataSettings(columns=ColumnSettings(**names))
    assert read(STEPS.rename(columns=names), config) == READ_STEPS


def test_a_step_test_may_be_of_one_unit() -> None:
    (test,) = read(STEPS.iloc[:1].assign(sub_category="North"))
    assert test.unit == "North"


def test_a_frame_may_bring_step_tests_though_a_channels_spend_is_called_x() -> None:
    sold = clean.sales().loc[lambda rows: rows["sub_category"] == "East", ["date", "sales"]]
    frame = sold.assign(x=[float(3 + t % 4) for t in range(len(sold))])
    panel = panel_from_frame(
        frame, date="date", outcome="sales", spend={"tv": "x"}, experiments=STEPS.iloc[:1]
    )
    assert panel.experiments == READ_STEPS[:1]


def test_impossible_numbers_are_refused_with_their_row() -> None:
    rows = (("1", "1", "1", "0"), ("-1", "2", "1", "1"), ("1", "0", "1", "1"), ("1", "-2", "1", "1"))
    wrong = pd.DataFrame(rows, columns=["x", "delta_x", "delta_y", "sigma"]).assign(channel="tv")
    faults = faults_of(lambda: read(wrong))
    assert {fault.code for fault in faults} == {"MMX-D092"}
    assert [fault.place[-5:] for fault in faults] == ["row 1", "row 2", "row 3", "row 4"]
    for fault, words in zip(
        faults, ("sigma is 0", "x is -1", "delta_x is 0", "x + delta_x is -1"), strict=True
    ):
        assert words in fault.problem


def test_a_number_that_is_missing_or_none_is_refused_with_its_cell(tmp_path: Path) -> None:
    stream = io.BytesIO()
    STEPS.assign(x=["many", ""]).to_excel(stream, index=False, sheet_name="Tests")
    path = tmp_path / "experiments.xlsx"
    path.write_bytes(stream.getvalue())
    faults = faults_of(lambda: read_panel(clean.sales(), media=clean.media(), experiments=path))
    assert [(fault.code, fault.place[-7:]) for fault in faults] == [
        ("MMX-D024", "cell B2"),
        ("MMX-D025", "cell B3"),
    ]


def test_a_missing_column_is_named() -> None:
    fault = one_fault(lambda: read(STEPS.drop(columns="sigma")))
    assert (fault.code, 'no column "sigma"' in fault.problem) == ("MMX-D020", True)


def test_a_strange_channel_or_date_is_refused() -> None:
    wrong = STEPS.assign(channel=["tvv", "search"], date=["", "soon"])
    faults = faults_of(lambda: read(wrong))
    assert {fault.code for fault in faults} == {"MMX-D049", "MMX-D022"}


def test_a_row_tells_of_one_test() -> None:
    rows = BOTH.copy()
    rows.loc[0, "lift"] = "3"
    rows.loc[1, ["x", "delta_x", "delta_y", "sigma"]] = ""
    faults = faults_of(lambda: read(rows))
    assert [fault.code for fault in faults] == ["MMX-D091", "MMX-D091"]
    assert "both of a lift" in faults[0].problem
    assert "no test" in faults[1].problem
    assert faults[1].place.endswith("row 2")
