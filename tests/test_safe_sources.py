"""One module writes, and none unpickles or runs text: read from the sources themselves."""

import ast
import re

import pytest

from tests.sources import dotted, imported, place, sources

UNSAFE_STATE = frozenset({"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"})
WRITER = "mmxlib/files.py"
RUNS_TEXT = re.compile(
    r"eval|exec|(builtins|marshal)\.\w+|yaml\.(load|load_all|unsafe_load\w*|full_load\w*)|os\.(system|popen)"
)
# What writes by its name alone, and what writes when it is given a path instead of a stream in memory.
ALWAYS_WRITES = re.compile(
    r"(.*\.)?(write_text|write_bytes|mkdir|touch|unlink|rmdir|symlink_to|hardlink_to|tofile|to_hdf"
    r"|NamedTemporaryFile|TemporaryDirectory|TemporaryFile|mkstemp|mkdtemp|(Rotating)?FileHandler)"
    r"|os\.(rename|renames|replace|remove|removedirs|mkdir|makedirs|mkfifo|mknod|write|pwrite|link|symlink"
    r"|unlink|rmdir|truncate)"
    r"|shutil\.(copy\w*|move|rmtree|make_archive|unpack_archive)|(np|numpy)\.(savetxt|memmap)"
    r"|sqlite3\.connect|dbm\.open|(.*\.)?(write_table|write_to_dataset|write_parquet|ParquetWriter|FileIO)"
    r"|(?!.*\.str\.)(.*\.)?extractall|(.*\.)?urlretrieve|logging\.basicConfig|(.*\.)?(write_html|write_image)"
)
WRITES_TO_PATH = re.compile(
    r"to_(csv|json|excel|parquet|html|markdown|string|feather|xml|latex|orc|stata|sql)|savefig|save|savez(_compressed)?|imsave"
    r"|Workbook|ExcelWriter"
)
OPENS = frozenset({"open", "fdopen", "ZipFile", "GzipFile", "TarFile", "BZ2File", "LZMAFile"})
OPENING_MODULES = frozenset({"io", "os", "zipfile", "gzip", "bz2", "lzma", "tarfile", "codecs", "tokenize"})
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
            names |= {node.arg} if dotted(node.annotation).rpartition(".")[2] in IN_MEMORY else set()
    return names


def _makes_stream(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in IN_MEMORY


def _writes(call: ast.Call, in_memory: set[str]) -> bool:
    called = dotted(call.func)
    name = called.rpartition(".")[2]
    if ALWAYS_WRITES.fullmatch(called):
        return True
    first = call.args[0] if call.args else None
    is_move = isinstance(call.func, ast.Attribute) and name in {"rename", "replace"}
    if is_move and len(call.args) == 1 and not call.keywords:  # of text and of frames they take more
        return not isinstance(first, ast.Dict | ast.Lambda)
    if first is not None and dotted(first) == "os.devnull":
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
    if re.fullmatch(r"([A-Z]\w+)\.open", called):
        return False  # a class of ours that opens something, not a path
    return name in OPENS and not (to_memory and call.args) and _opens_to_write(call)


def _opens_to_write(call: ast.Call) -> bool:
    """Return whether an opening call may do more than read: a mode that is no constant counts as more."""
    by_name = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    is_method = isinstance(call.func, ast.Attribute) and dotted(call.func.value) not in OPENING_MODULES
    position = 0 if is_method and call.func.attr == "open" else 1  # type: ignore[union-attr]  # is_method
    mode = by_name[0] if by_name else (call.args[position] if len(call.args) > position else None)
    if mode is None:
        return False
    return not isinstance(mode, ast.Constant) or bool(set(str(mode.value)) & set("wax+"))


def test_only_one_module_writes_files() -> None:
    found = []
    for path, tree in sources().items():
        in_memory = _in_memory_names(tree)
        found += [
            f"{place(path, node)} {dotted(node.func)}"
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
        ("logging.basicConfig(filename='x')", True),
        ("sqlite3.connect('x')", True),
        ("gzip.open('b', 'wb')", True),
        ("gzip.open('b')", False),
        ("codecs.open('b', 'w')", True),
        ("io.FileIO('b', 'w')", True),
        ("path.rename(other)", True),
        ("path.replace(other)", True),
        ("frame.rename(columns=names)", False),
        ("frame.rename({'a': 'b'})", False),
        ("moment.replace(tzinfo=None)", False),
        ("os.unlink(path)", True),
        ("os.truncate(path, 0)", True),
        ("shutil.copyfile(a, b)", True),
        ("shutil.unpack_archive(a, b)", True),
        ("package.extractall(folder)", True),
        ("names.str.extractall(pattern)", False),
        ("pq.write_table(table, path)", True),
        ("frame.to_excel(path)", True),
        ("frame.to_parquet(path)", True),
        ("frame.to_sql('x', connection)", True),
        ("np.save(path, values)", True),
        ("np.savez_compressed(path, a=1)", True),
        ("values.tofile(path)", True),
        ("shutil.rmtree(path)", True),
        ("tempfile.mkdtemp()", True),
        ("path.touch()", True),
    ],
)
def test_the_search_for_writers_tells_them_apart(line: str, writes: bool) -> None:
    tree = ast.parse(line)
    in_memory = _in_memory_names(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert any(_writes(call, in_memory) for call in calls) is writes


def _unsafe(tree: ast.AST) -> list[int]:
    """Return the lines that unpickle, that run text as code, or that a shell would read."""
    found = []
    for node in ast.walk(tree):
        modules = {name.partition(".")[0] for name in imported(node)}
        called = dotted(node.func) if isinstance(node, ast.Call) else ""
        pickles = isinstance(node, ast.Attribute) and node.attr in {"read_pickle", "to_pickle"}
        allows = (
            isinstance(node, ast.keyword) and node.arg in {"allow_pickle", "shell"} and _is_true(node.value)
        )
        if modules & UNSAFE_STATE or pickles or allows or RUNS_TEXT.fullmatch(called):
            found.append(getattr(node, "lineno", 0))
    return found


def test_stored_state_is_never_pickled_and_no_text_becomes_code() -> None:
    assert [f"{path}:{line}" for path, tree in sources().items() for line in _unsafe(tree)] == []


@pytest.mark.parametrize(
    ("line", "unsafe"),
    [
        ("import pickle", True),
        ("from pickle import loads", True),
        ("import joblib.memory", True),
        ("import shelve as kept", True),
        ("pd.read_pickle(path)", True),
        ("frame.to_pickle(path)", True),
        ("np.load(path, allow_pickle=True)", True),
        ("np.load(path, allow_pickle=wanted)", True),
        ("np.load(path, allow_pickle=False)", False),
        ("yaml.load(text, Loader=yaml.Loader)", True),
        ("yaml.unsafe_load(text)", True),
        ("eval(text)", True),
        ("exec(text)", True),
        ("frame.eval('a + b')", False),
        ("os.system(text)", True),
        ("subprocess.run(text, shell=True)", True),
        ("subprocess.run([program], shell=False)", False),
    ],
)
def test_the_search_for_unsafe_state_tells_them_apart(line: str, unsafe: bool) -> None:
    assert bool(_unsafe(ast.parse(line))) is unsafe


def _is_true(node: ast.expr) -> bool:
    return not (isinstance(node, ast.Constant) and node.value is False)
