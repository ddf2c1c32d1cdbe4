"""``mmx explain``: the page of a code, for people and for machines, and the hint that leads to it."""

import json
import re

import pytest

from mmxlib.cli.main import COMMANDS
from mmxlib.codes.pages import FAMILIES, pages
from tests.cli.homes import mmx


def test_a_code_is_explained_with_its_title_and_without_marks_of_markdown(capsys):
    assert mmx("explain", "MMX-D104") == 0
    said = capsys.readouterr().out
    assert said.startswith(f"MMX-D104  {pages()['MMX-D104'].title}\n\n")
    assert "\nWhat to do: Set `data.date_order` in global.yaml" in said
    assert "**" not in said


@pytest.mark.parametrize("typed", ["mmx-d104", "D104", "d104", "[MMX-D104]"])
def test_a_code_may_be_typed_in_small_letters_without_its_beginning_or_as_it_stands(typed, capsys):
    assert mmx("explain", typed) == 0
    assert capsys.readouterr().out.startswith("MMX-D104  ")


def test_several_codes_are_explained_in_the_order_in_which_they_were_typed_each_once(capsys):
    assert mmx("explain", "W010", "D104", "w010") == 0
    said = capsys.readouterr().out
    assert said.index("MMX-W010  ") < said.index("\nMMX-D104  ")
    assert said.count("MMX-W010  ") == 1


def test_a_machine_reads_code_title_and_text(capsys):
    assert mmx("explain", "MMX-D104", "--json") == 0
    page = pages()["MMX-D104"]
    assert json.loads(capsys.readouterr().out)["pages"] == [
        {"code": "MMX-D104", "title": page.title, "text": page.text}
    ]


def test_a_code_that_does_not_exist_is_a_fault_of_usage_that_names_near_ones(capsys):
    assert mmx("explain", "MMX-D0104") == 2
    said = capsys.readouterr().err
    assert '"MMX-D0104"' in said
    assert "Did you mean MMX-D104" in said


def test_a_word_that_is_no_code_leads_to_the_list(capsys):
    assert mmx("explain", "why") == 2
    said = capsys.readouterr().err
    assert "Did you mean" not in said
    assert "`mmx explain` lists all codes." in said


def test_without_a_code_all_are_listed_with_their_titles_by_family(capsys):
    assert mmx("explain") == 0
    lines = capsys.readouterr().out.splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  MMX-")]
    assert listed == list(pages())
    assert [line for line in lines if line in FAMILIES.values()] == list(FAMILIES.values())
    assert f"  MMX-D104  {pages()['MMX-D104'].title}" in lines


def test_an_error_ends_with_the_command_that_explains_its_code(tmp_path, capsys):
    assert mmx("status", "--run-dir", tmp_path) == 3
    assert capsys.readouterr().err.splitlines()[-1] == "More on a code: mmx explain MMX-W020"


def test_several_errors_end_with_one_such_line(tmp_path, capsys):
    (tmp_path / "sales.csv").write_text("date,sales,sales\nsoon,1,1\nlater,2,2\n", "utf-8")
    assert mmx("check", tmp_path / "sales.csv", tmp_path / "missing.csv") == 3
    assert capsys.readouterr().err.count("mmx explain") == 1


def test_a_machine_is_given_the_code_and_no_hint(tmp_path, capsys):
    assert mmx("status", "--run-dir", tmp_path, "--json") == 3
    said = capsys.readouterr()
    assert json.loads(said.out)["faults"][0]["code"] == "MMX-W020"
    assert "mmx explain" not in said.out + said.err


def test_a_terminal_shows_a_page_laid_out_to_its_width(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert mmx("explain", "D104") == 0
    said = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert "**" not in said
    assert pages()["MMX-D104"].title in said
    assert max(map(len, said.splitlines())) <= 60


def test_the_command_is_one_of_those_that_help_lists():
    assert "explain" in COMMANDS
