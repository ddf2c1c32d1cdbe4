"""The rules of the house that tools of the trade do not know, read from the source itself."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.sources import ROOT, dotted, imported, place, sources

CODE = re.compile(r"MMX-[ABCDFMRSWX]\d{3}")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
# "path" or "path:function", and why it may be longer than the house allows.
LONGER_FOR_A_REASON: dict[str, str] = {
    "mmxlib/maths/density.py:log_density": "one compiled pass; a third is arguments of its inner loops",
    "mmxlib/maths/experiment_parts.py:lifts_part": "half of it is arguments, one a line",
}
BANNED_NAMES = frozenset({"alpha", "theta", "ec", "decay", "df", "data", "res", "tmp"})
# Where a banned name is the user's own word for the thing, with the reason.
USERS_WORDS = {
    "mmxlib/config/sections.py data": "the section `data` of global.yaml",
    "mmxlib/data/reading.py data": "the same section, of whatever configuration is handed in",
}
BANNED_FILES = frozenset({"utils.py", "helpers.py", "common.py", "constants.py"})
PURE_ROOMS = ("maths", "artifacts", "model", "forecasting", "budget", "evaluation", "agents", "report")


def _nodes() -> Iterator[tuple[str, ast.AST]]:
    for path, tree in sources().items():
        for node in ast.walk(tree):
            yield path, node


def test_imports_go_down_only() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_contract_has_an_exception() -> None:
    assert "ignore_imports" not in (ROOT / "pyproject.toml").read_text("utf-8")


def code_places() -> dict[str, list[str]]:
    """Return each code that the source raises or notes, with the places where it stands."""
    places: dict[str, list[str]] = {}
    for path, node in _nodes():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("MMX-"):
            places.setdefault(node.value, []).append(place(path, node))
    return places


def test_every_error_code_has_one_place_and_the_agreed_form() -> None:
    places = code_places()
    assert {code: where for code, where in places.items() if not CODE.fullmatch(code)} == {}
    assert {code: where for code, where in places.items() if len(where) > 1} == {}


def test_every_error_is_raised_with_a_code_and_a_remedy() -> None:
    tree = sources()["mmxlib/errors.py"]
    names = {
        node.name for node in tree.body if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
    }
    wrong = [
        place(path, node)
        for path, node in _nodes()
        if isinstance(node, ast.Call)
        and dotted(node.func).rpartition(".")[2] in names
        and not {"remedy", "code"} <= {keyword.arg for keyword in node.keywords}
    ]
    assert wrong == []


def test_no_import_is_hidden_from_the_program() -> None:
    found = [
        place(path, node)
        for path, node in _nodes()
        if (isinstance(node, ast.Name | ast.alias) and "TYPE_CHECKING" in ast.dump(node))
        or (isinstance(node, ast.Attribute) and node.attr == "TYPE_CHECKING")
    ]
    assert found == []


def test_results_know_neither_clock_nor_environment() -> None:
    rooms = tuple(f"mmxlib/{room}/" for room in PURE_ROOMS)
    banned_calls = re.compile(r"(.*\.)?(now|today|utcnow|getenv|getcwd)|(np|numpy)\.random\.(seed|rand\w*)")
    found = [
        f"{place(path, node)}"
        for path, node in _nodes()
        if path.startswith(rooms)
        and (
            {name.partition(".")[0] for name in imported(node)}
            & {"os", "time", "random", "socket", "getpass"}
            or (isinstance(node, ast.Call) and banned_calls.fullmatch(dotted(node.func)))
        )
    ]
    assert found == []


def _bound_names(node: ast.AST) -> list[str]:
    """Return the names that a node gives to things."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return [node.attr]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.alias):
        return [node.asname] if node.asname else []
    return []


def test_no_name_is_one_that_the_house_bans() -> None:
    found = [
        f"{place(path, node)} {name}"
        for path, node in _nodes()
        for name in _bound_names(node)
        if name in BANNED_NAMES and f"{path} {name}" not in USERS_WORDS
    ]
    assert found == []


def test_no_file_is_a_drawer_for_everything() -> None:
    assert [path for path in sources() if Path(path).name in BANNED_FILES] == []


def test_no_file_and_no_function_outgrew_its_room() -> None:
    long = {}
    for path, tree in sources().items():
        lines = (ROOT / path).read_text("utf-8").count("\n")
        if lines > LONGEST_FILE:
            long[path] = lines
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and _length(node) > LONGEST_FUNCTION:
                long[f"{path}:{node.name}"] = _length(node)
    assert {name: lines for name, lines in long.items() if name not in LONGER_FOR_A_REASON} == {}
    assert LONGER_FOR_A_REASON.keys() <= long.keys(), "a reason that is no longer needed"


def _length(function: ast.FunctionDef) -> int:
    """Return the lines of a function without its docstring."""
    docstring = ast.get_docstring(function, clean=False)
    documented = docstring.count("\n") + 1 if docstring else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - documented


def test_every_module_says_what_it_is_for() -> None:
    assert [path for path, tree in sources().items() if not ast.get_docstring(tree)] == []


def test_the_import_of_the_library_loads_nothing_heavy() -> None:
    heavy = ("sklearn", "matplotlib", "pandas", "numba", "xlwings", "openpyxl")
    script = f"import sys, mmxlib; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_no_two_test_folders_hide_each_other() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert [folder.name for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_every_setting_is_described_by_a_plain_sentence() -> None:
    wrong = [
        f"{place(path, node)} {text.value}"
        for path, node in _nodes()
        if isinstance(node, ast.Call) and dotted(node.func) == "setting"
        for text in node.args[1:2]
        if isinstance(text, ast.Constant) and not re.fullmatch(r"[A-Z0-9].*[.?]", str(text.value), re.DOTALL)
    ]
    assert wrong == []
