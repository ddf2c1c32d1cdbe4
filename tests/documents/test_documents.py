"""What documents show is true: code and commands run, links and pictures are there, figures were measured."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from mmxlib.cli.main import _parser
from mmxlib.errors import ExitCode
from mmxlib_excel.layout.book import TABS
from tests.documents.blocks import PROGRAMS, ROOT, Reason, blocks, documents, links, pictures
from tests.documents.pictures import CHART, LARGEST, PICTURES, SUMMARY, picture_of
from tests.documents.running import Reader

EXAMPLES = ROOT / "examples"
MEASURED = ROOT / "tests" / "benchmarks" / "README.md"
every_document = pytest.mark.parametrize(
    "document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix()
)


@every_document
def test_what_a_document_shows_runs(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    for folder in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):  # where a workbook keeps its run
        monkeypatch.setenv(folder, str(tmp_path / "home"))
    reader = Reader(document.relative_to(ROOT).as_posix())
    for block in blocks(document):
        if block.reason is None:
            reader.follow(block)


@every_document
def test_a_block_is_left_out_only_for_what_its_reason_excuses(document: Path) -> None:
    left_out = [block for block in blocks(document) if block.reason is not None]
    wrong = [
        f"line {block.line}: {command}"
        for block in left_out
        for command in block.commands
        if block.language != "sh" or not command.startswith(PROGRAMS[Reason(block.reason)])
    ]
    assert wrong == []


@every_document
def test_commands_inside_sentences_are_ones(document: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.M | re.S)
    (choices,) = (each.choices for each in _parser()._actions if isinstance(each.choices, Mapping))
    for command in re.findall(r"`mmx (\S[^`]*)`", text):
        words = shlex.split(command.replace("HEAD", "b01f4c"))
        if "…" in words or len(words) == 1:  # something is left out, or the name stands for the command
            options = {word for word in words if word.startswith("--")}
            assert options <= set(choices[words[0]]._option_string_actions) | {"--help"}
        else:
            _parser().parse_args(words)


@every_document
def test_every_link_and_picture_leads_to_a_file(document: Path) -> None:
    named = [*links(document), *pictures(document)]
    assert [each for each in named if not (document.parent / each).exists()] == []


@every_document
def test_a_document_has_no_code_that_is_not_fenced(document: Path) -> None:
    """Code by indentation would be shown, and run by nobody."""
    text = re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.M | re.S)
    indented = [line for line in text.splitlines() if re.match(r" {4,}\S", line)]
    assert [line for line in indented if re.match(r" +(mmx|python|pip|import|from)\b", line)] == []


@every_document
def test_figures_said_to_be_measured_stand_in_the_benchmarks(document: Path) -> None:
    """Rows between the two comments are taken from the results word by word."""
    quoted = re.findall(r"<!-- measured -->\n(.*?)<!-- end -->", document.read_text("utf-8"), flags=re.DOTALL)
    rows = [row for part in quoted for row in part.splitlines() if row.startswith("|")]
    known = set(MEASURED.read_text("utf-8").splitlines())
    assert [row for row in rows if row not in known] == []


def test_every_document_is_in_the_index() -> None:
    index = set(links(EXAMPLES / "README.md"))
    others = {path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*.md")} - {"README.md"}
    scripts = {path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*.py")}
    assert others | scripts | {"whole_way.ipynb"} <= index


def test_the_button_user_sees_every_sheet() -> None:
    shown = pictures(EXAMPLES / "button_user.md")
    assert [
        f"pictures/{picture_of(sheet)}" for sheet in TABS if f"pictures/{picture_of(sheet)}" not in shown
    ] == []


def test_every_picture_is_shown_small_and_in_a_palette() -> None:
    made = {picture_of(sheet) for sheet in TABS} | {SUMMARY, CHART}
    assert {path.name for path in PICTURES.iterdir()} == made
    assert {Path(each).name for document in documents() for each in pictures(document)} >= made
    for path in PICTURES.iterdir():
        assert path.stat().st_size <= LARGEST
        with Image.open(path) as image:
            assert image.mode == "P"


def test_the_scheduler_s_table_has_every_exit_code() -> None:
    text = (EXAMPLES / "scheduler.md").read_text("utf-8")
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", text, re.M)] == [int(code) for code in ExitCode]
