"""What ``mmx check`` says of input: every finding with its grade, for people and for machines."""

import csv
import io
import json
from pathlib import Path

import pytest

from mmxlib.artifacts.codec import encode
from mmxlib.artifacts.panel import Panel
from mmxlib.data.reading import read_folder
from mmxlib.workflow.outputs import outputs
from tests.bad_inputs import build
from tests.bad_inputs.build import SALES, TV, clean
from tests.cli.homes import mmx
from tests.workflow.test_outputs import journal


def repaired_file(folder: Path) -> Path:
    sheet = clean().map(SALES, lambda value: f"{value:,.2f}", only=[1, 2])
    return build.write(folder, sheet, "csv")


def test_a_machine_reads_every_repair(tmp_path, capsys):
    assert mmx("check", repaired_file(tmp_path), "--json") == 0
    document = json.loads(capsys.readouterr().out)
    first = document["repairs"][0]
    assert (first["place"], first["before"], first["after"]) == (
        "row 2, column sales",
        "12,000.50",
        "12000.50",
    )
    assert any(note["verdict"] == "warn" for note in document["notes"])


def test_a_machine_reads_the_setting_that_answers(tmp_path, capsys):
    path = build.write(tmp_path, clean().cell(4, TV, None).cell(5, SALES, "soon"), "csv")
    assert mmx("check", path, "--json") == 3
    faults = json.loads(capsys.readouterr().out)["faults"]
    graded = {(fault["grade"], fault["setting"], fault["place"]) for fault in faults}
    assert ("ask", "data.missing_spend", "sales.csv, row 5, column tv_spend") in graded
    assert ("reject", "", "sales.csv, row 6, column sales") in graded


def test_rows_and_sums_are_accounted_for(tmp_path, capsys):
    path = build.write(tmp_path, clean().append(clean().rows[9]), "csv")
    assert mmx("check", path) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "identical rows count once: 1" in shown
    assert mmx("check", path, "--json") == 0
    tables = json.loads(capsys.readouterr().out)["tables"]
    (rows,) = tables["Rows"]
    assert (rows["rows"], rows["used"], rows["left_out"]) == (331, 330, 1)
    sales = tables["Sums"][0]
    assert sales["column"] == "sales"
    assert sales["left_out"] == clean().rows[9][SALES]


def test_a_repair_is_a_line_of_the_file_beside_the_results(tmp_path):
    panel = read_folder(repaired_file(tmp_path))
    lines = outputs({Panel: panel}, journal=journal())["input_repairs.csv"].decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(lines)))
    assert [(row["file"], row["place"], row["cells"]) for row in rows] == [
        ("sales.csv", "row 2, column sales", "1"),
        ("sales.csv", "row 3, column sales", "1"),
    ]


def test_a_panel_without_repairs_keeps_the_bytes_that_it_had_before_there_were_any(tmp_path):
    panel = read_folder(build.write(tmp_path, clean(), "csv"))
    assert b'"repairs"' not in encode(panel).document
    assert b'"repairs"' in encode(read_folder(repaired_file(tmp_path))).document


@pytest.mark.parametrize("address", ["https://example.com/sales.csv", "s3://bucket/sales.csv"])
def test_an_address_on_a_network_is_told_to_be_one(address, tmp_path, capsys):
    assert mmx("check", address) == 3
    said = capsys.readouterr().err
    assert f"error: {address}: Only local files are read. [MMX-D001]" in said


def test_no_name_speaks_to_the_terminal(tmp_path, capsys):
    names = ("\x1b]0;title\x07", "\x9b31mred", "a\u202eb")
    sheet = clean()
    for old, new in zip(build.UNITS, names, strict=True):
        sheet = sheet.map(build.UNIT, lambda unit, old=old, new=new: new if unit == old else unit)
    sheet = sheet.cell(4, SALES, "\x1b[2J")
    assert mmx("check", build.write(tmp_path, sheet, "csv")) == 3
    assert mmx("check", build.write(tmp_path, sheet.cell(4, SALES, 12000.0), "csv")) == 0
    shown = "".join(capsys.readouterr())
    assert not set(shown) & {"\x1b", "\x07", "\x9b", "\u202e"}
    assert "␛" in shown
