"""The rules of the house that tools of the trade do not know, read from the source itself."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = (ROOT / "mmxlib", ROOT / "excel" / "mmxlib_excel")
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
UNSAFE_STATE = frozenset({"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"})
PURE_ROOMS = ("maths", "artifacts", "model", "forecasting", "budget", "evaluation", "agents", "report")
WRITER = "mmxlib/files.py"


@cache
def _sources() -> dict[str, ast.Module]:
    """Return the tree of each source file by its path from the repository."""
    files = sorted(path for package in PACKAGES for path in package.rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in files}


def _nodes() -> Iterator[tuple[str, ast.AST]]:
    for path, tree in _sources().items():
        for node in ast.walk(tree):
            yield path, node


def _place(path: str, node: ast.AST) -> str:
    return f"{path}:{getattr(node, 'lineno', 0)}"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


def _dotted(node: ast.expr) -> str:
    """Return ``a.b.c`` for a chain of names, and only the last name behind anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return ""


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
            places.setdefault(node.value, []).append(_place(path, node))
    return places


def test_every_error_code_has_one_place_and_the_agreed_form() -> None:
    places = code_places()
    assert {code: where for code, where in places.items() if not CODE.fullmatch(code)} == {}
    assert {code: where for code, where in places.items() if len(where) > 1} == {}


def test_every_error_is_raised_with_a_code_and_a_remedy() -> None:
    tree = _sources()["mmxlib/errors.py"]
    names = {
        node.name for node in tree.body if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
    }
    wrong = [
        _place(path, node)
        for path, node in _nodes()
        if isinstance(node, ast.Call)
        and _dotted(node.func).rpartition(".")[2] in names
        and not {"remedy", "code"} <= {keyword.arg for keyword in node.keywords}
    ]
    assert wrong == []


# What writes by its name alone, and what writes when it is given a path instead of a stream in memory.
ALWAYS_WRITES = re.compile(
    r"(.*\.)?(write_text|write_bytes|mkdir|touch|unlink|rmdir|symlink_to|hardlink_to|tofile|to_hdf"
    r"|NamedTemporaryFile|TemporaryDirectory|TemporaryFile|mkstemp|mkdtemp|(Rotating)?FileHandler)"
    r"|os\.(rename|replace|remove|mkdir|makedirs|write|link|symlink)"
    r"|shutil\.(copy\w*|move|rmtree|make_archive)|(np|numpy)\.(savetxt|memmap)"
)
WRITES_TO_PATH = re.compile(
    r"to_(csv|json|excel|parquet|html|markdown|string|feather|xml)|savefig|save|savez(_compressed)?|imsave"
    r"|Workbook|ExcelWriter"
)
OPENS = frozenset({"open", "fdopen", "ZipFile", "GzipFile", "TarFile"})
IN_MEMORY = frozenset({"BytesIO", "StringIO"})


def _in_memory_names(tree: ast.AST) -> set[str]:
    """Return the names in a file that are bound to a stream in memory, by assignment or annotation."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _makes_stream(node.value):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.withitem) and _makes_stream(node.context_expr):
            names |= {node.optional_vars.id} if isinstance(node.optional_vars, ast.Name) else set()
        elif isinstance(node, ast.arg) and node.annotation is not None:
            names |= {node.arg} if _dotted(node.annotation).rpartition(".")[2] in IN_MEMORY else set()
    return names


def _makes_stream(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _dotted(node.func).rpartition(".")[2] in IN_MEMORY


def _writes(call: ast.Call, in_memory: set[str]) -> bool:
    dotted = _dotted(call.func)
    name = dotted.rpartition(".")[2]
    if ALWAYS_WRITES.fullmatch(dotted):
        return True
    first = call.args[0] if call.args else None
    if first is not None and _dotted(first) == "os.devnull":
        return False
    to_memory = (
        first is None or _makes_stream(first) or (isinstance(first, ast.Name) and first.id in in_memory)
    )
    if WRITES_TO_PATH.fullmatch(name):
        path_by_name = {keyword.arg for keyword in call.keywords} & {
            "path_or_buf",
            "path",
            "fname",
            "filename",
        }
        return not to_memory or bool(path_by_name)
    if re.fullmatch(r"([A-Z]\w+)\.open", dotted):
        return False  # a class of ours that opens something, not a path
    return name in OPENS and not (to_memory and call.args) and _opens_to_write(call)


def _opens_to_write(call: ast.Call) -> bool:
    """Return whether an opening call may do more than read: a mode that is no constant counts as more."""
    by_name = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    is_method = isinstance(call.func, ast.Attribute) and _dotted(call.func.value) not in {
        "io",
        "os",
        "zipfile",
    }
    position = 0 if is_method and call.func.attr == "open" else 1  # type: ignore[union-attr]  # is_method
    mode = by_name[0] if by_name else (call.args[position] if len(call.args) > position else None)
    if mode is None:
        return False
    return not isinstance(mode, ast.Constant) or bool(set(str(mode.value)) & set("wax+"))


def test_only_one_module_writes_files() -> None:
    found = []
    for path, tree in _sources().items():
        in_memory = _in_memory_names(tree)
        found += [
            f"{_place(path, node)} {_dotted(node.func)}"
            for node in ast.walk(tree)
            if path != WRITER and isinstance(node, ast.Call) and _writes(node, in_memory)
        ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "writes"),
    [
        ("open('x', 'w')", True),
        ("open('x', mode=mode)", True),
        ("open('x', 'rb')", False),
        ("path.open('a')", True),
        ("Path(folder).open(mode)", True),
        ("os.open(os.devnull, os.O_WRONLY)", False),
        ("Session.open(folder, panel=panel)", False),
        ("path.open()", False),
        ("path.open('rb')", False),
        ("Path('x').write_text('y')", True),
        ("os.replace(a, b)", True),
        ("text.replace(a, b)", False),
        ("frame.to_csv(path)", True),
        ("frame.to_csv(index=False)", False),
        ("frame.to_csv(path_or_buf=path)", True),
        ("figure.savefig(target)", True),
        ("stream = io.BytesIO(); figure.savefig(stream)", False),
        ("np.savez(io.BytesIO(), a=1)", False),
        ("xlsxwriter.Workbook(path)", True),
        ("zipfile.ZipFile(path, 'w')", True),
        ("zipfile.ZipFile(path)", False),
        ("stream = io.BytesIO(); zipfile.ZipFile(stream, 'w')", False),
        ("logging.FileHandler('x')", True),
    ],
)
def test_the_search_for_writers_tells_them_apart(line: str, writes: bool) -> None:
    tree = ast.parse(line)
    in_memory = _in_memory_names(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert any(_writes(call, in_memory) for call in calls) is writes


def test_stored_state_is_never_pickled() -> None:
    imports = [
        f"{_place(path, node)} {name}"
        for path, node in _nodes()
        for name in _imported(node)
        if name.partition(".")[0] in UNSAFE_STATE
    ]
    calls = [
        _place(path, node)
        for path, node in _nodes()
        if (isinstance(node, ast.Attribute) and node.attr in {"read_pickle", "to_pickle"})
        or (isinstance(node, ast.keyword) and node.arg == "allow_pickle" and _is_true(node.value))
    ]
    assert imports + calls == []


def _is_true(node: ast.expr) -> bool:
    return not (isinstance(node, ast.Constant) and node.value is False)


def test_no_import_is_hidden_from_the_program() -> None:
    found = [
        _place(path, node)
        for path, node in _nodes()
        if (isinstance(node, ast.Name | ast.alias) and "TYPE_CHECKING" in ast.dump(node))
        or (isinstance(node, ast.Attribute) and node.attr == "TYPE_CHECKING")
    ]
    assert found == []


def test_results_know_neither_clock_nor_environment() -> None:
    rooms = tuple(f"mmxlib/{room}/" for room in PURE_ROOMS)
    banned_calls = re.compile(r"(.*\.)?(now|today|utcnow|getenv|getcwd)|(np|numpy)\.random\.(seed|rand\w*)")
    found = [
        f"{_place(path, node)}"
        for path, node in _nodes()
        if path.startswith(rooms)
        and (
            {name.partition(".")[0] for name in _imported(node)}
            & {"os", "time", "random", "socket", "getpass"}
            or (isinstance(node, ast.Call) and banned_calls.fullmatch(_dotted(node.func)))
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
        f"{_place(path, node)} {name}"
        for path, node in _nodes()
        for name in _bound_names(node)
        if name in BANNED_NAMES and f"{path} {name}" not in USERS_WORDS
    ]
    assert found == []


def test_no_file_is_a_drawer_for_everything() -> None:
    assert [path for path in _sources() if Path(path).name in BANNED_FILES] == []


def test_no_file_and_no_function_outgrew_its_room() -> None:
    long = {}
    for path, tree in _sources().items():
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
    assert [path for path, tree in _sources().items() if not ast.get_docstring(tree)] == []


def test_the_import_of_the_library_loads_nothing_heavy() -> None:
    heavy = ("sklearn", "statsmodels", "matplotlib", "pandas", "numba", "xlwings", "openpyxl")
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
        f"{_place(path, node)} {text.value}"
        for path, node in _nodes()
        if isinstance(node, ast.Call) and _dotted(node.func) == "setting"
        for text in node.args[1:2]
        if isinstance(text, ast.Constant) and not re.fullmatch(r"[A-Z0-9].*[.?]", str(text.value), re.DOTALL)
    ]
    assert wrong == []
