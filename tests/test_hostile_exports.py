"""No file that a run writes does anything with a name but show it.

All the names pass with ``MMX_HOSTILE=all pytest tests/test_hostile_exports.py``; else some of every kind.
"""

import io
import json
import os
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from mmxlib.report.tables import csv_bytes
from mmxlib.workflow.outputs import outputs
from tests.cli.homes import SETTINGS, mmx
from tests.hostile import CATEGORIES, NAMES
from tests.report.builder import journal, story
from tests.scanning import faults_of
from tests.workflow.test_outputs import whole

SOME = tuple(name for names in CATEGORIES.values() for name in names[:6])
BATCHES = (
    tuple(NAMES[first : first + 45] for first in range(0, len(NAMES), 45))
    if os.environ.get("MMX_HOSTILE") == "all"
    else (SOME,)
)


@pytest.mark.parametrize("names", BATCHES, ids=lambda names: f"from {names[0]!a}")
def test_no_exporter_lets_a_channel_do_anything(names: tuple[str, ...]) -> None:
    made = story(names, 2, organic=())
    found = outputs(whole(made), journal=journal())
    assert [fault for path, content in found.items() for fault in faults_of(path, content)] == []
    assert {path.rpartition(".")[2] for path in found} == {"csv", "json", "png", "xlsx", "html", "md"}
    curves = json.loads(found["model/response_curves.json"])["curves"]
    assert {each["channel"] for each in curves} == set(names)


def hostile_home(home: Path) -> None:
    """Fill a folder with data in which segments, channels and events have hostile names."""
    size = ("--sub-categories", len(SEGMENTS), "--channels", len(CHANNELS), "--periods", 110)
    assert mmx("simulate", *size, "--out", home / "real") == 0
    sales, media, events = (pd.read_csv(home / "real" / f"{n}.csv") for n in ("sales", "media", "events"))
    units = dict(zip(sales["sub_category"].unique(), SEGMENTS, strict=True))
    channels = dict(zip(media["channel"].unique(), CHANNELS, strict=True))
    sales["sub_category"] = sales["sub_category"].map(units)
    media["sub_category"] = media["sub_category"].map(units)
    media["channel"] = media["channel"].map(channels)
    events["name"] = [EVENTS[index % len(EVENTS)] for index in range(len(events))]
    (home / "data").mkdir()
    for name, frame in (("sales", sales), ("media", media), ("events", events)):
        frame.to_csv(home / "data" / f"{name}.csv", index=False)
    assert mmx("init", home / "config") == 0
    (home / "config" / "optimization.yaml").write_text(SETTINGS, encoding="utf-8")


SEGMENTS = (
    "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "../../x", "CON", "@SUM(A1:A9)", "a|b](javascript:x)",
    "{{7*7}}",
)  # fmt: skip
CHANNELS = ("=1+1", "<img src=x onerror=alert(1)>", "..")
EVENTS = ('=HYPERLINK("http://x.y","z")', "</title><script>x()</script>", "\u202e+TV", "%s%n")


def test_no_file_of_a_whole_run_lets_a_name_do_anything(tmp_path: Path) -> None:
    hostile_home(tmp_path)
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(tmp_path / "run")}
    asked = ("--input", tmp_path / "data", "--config", tmp_path / "config", "--run-dir", tmp_path / "run")
    assert mmx("run", *asked, "--auto-approve") in (0, 4)
    assert {path for path in tmp_path.rglob("*") if not path.is_relative_to(tmp_path / "run")} == before
    out = tmp_path / "run" / "out"
    files = [path for path in out.rglob("*") if path.is_file()]
    assert len(files) > 30
    assert [
        fault
        for path in files
        for fault in faults_of(path.relative_to(out).as_posix(), path.read_bytes())
    ] == []  # fmt: skip


def book(cell: str, *, formula: bool) -> bytes:
    made, stream = openpyxl.Workbook(), io.BytesIO()
    made.worksheets[0]["A1"] = cell
    if not formula:
        made.worksheets[0]["A1"].data_type = "s"
    made.save(stream)
    return stream.getvalue()


def linked_book() -> bytes:
    made, stream = openpyxl.Workbook(), io.BytesIO()
    made.worksheets[0]["A1"].hyperlink = "http://x.y"
    made.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.csv", b"name\n=1+1\n"),
        ("a.csv", b"name\n\"\r=1+1\"\n"),
        ("a.csv", b"name\na,b\n"),
        ("../a.csv", b"name\nx\n"),
        ("a:b.csv", b"name\nx\n"),
        ("a.xlsx", book("=1+1", formula=True)),
        ("a.xlsx", linked_book()),
        ("a.html", b"<p onclick='x()'>"),
        ("a.html", b"<script></script><script>x()</script>"),
        ("a.html", b"<img src='http://x.y/z'>"),
        ("a.html", b"<iframe></iframe>"),
        ("a.md", b"<img src=x>"),
        ("a.md", b"[a](javascript:x)"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
    ],
)  # fmt: skip
def test_the_scan_finds_what_it_looks_for(path: str, content: bytes) -> None:
    assert faults_of(path, content)


def test_the_scan_passes_what_is_only_shown() -> None:
    assert not faults_of("a.csv", csv_bytes(pd.DataFrame({"name": list(NAMES)})))
    assert not faults_of("a.xlsx", book("=1+1", formula=False))
    assert not faults_of("a.html", b"<p>&lt;script&gt;</p>")
    assert not faults_of("a.md", b"\\<script> [a](model/b.png) &lt;b>")


def test_the_scan_knows_no_file_that_it_cannot_read() -> None:
    with pytest.raises(KeyError):
        faults_of("a.docx", b"")
    with pytest.raises(zipfile.BadZipFile):
        faults_of("a.xlsx", b"")
