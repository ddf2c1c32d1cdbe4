"""What a user gets: the wheel, its entry point, and the two commands of the README."""

import ast
import email
import re
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RUN_COMMAND = (
    "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/mmx simulate --out data "
    "&& .venv/bin/mmx run --input data --run-dir runs/first --auto-approve --verbose"
)
TEST_COMMAND = (
    'python3 -m venv .venv && .venv/bin/pip install -e ".[dev]" && .venv/bin/pytest -n 2 --dist loadfile'
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Return the wheel, built from the tree as it is by the backend that ``pip install .`` uses."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def _metadata(wheel: zipfile.ZipFile, name: str) -> str:
    (member,) = [member for member in wheel.namelist() if member.endswith(f".dist-info/{name}")]
    return wheel.read(member).decode("utf-8")


def _message(wheel: zipfile.ZipFile) -> Message:
    return email.message_from_string(_metadata(wheel, "METADATA"))


def _project() -> dict[str, object]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert isinstance(project, dict)
    return project


def test_one_wheel_for_every_system_holds_both_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"mmxlib", "mmxlib_excel"}
    assert str(wheel.filename).endswith("-py3-none-any.whl")


def test_every_source_file_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    packages = {"mmxlib": ROOT / "mmxlib", "mmxlib_excel": ROOT / "excel" / "mmxlib_excel"}
    expected = {
        f"{name}/{path.relative_to(folder).as_posix()}"
        for name, folder in packages.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    expected.add("mmxlib_excel/template/workbook_template.xlsm")
    assert expected == {name for name in wheel.namelist() if ".dist-info/" not in name}


def test_the_workbook_s_template_is_in_the_wheel_as_it_was_committed(wheel: zipfile.ZipFile) -> None:
    shipped = wheel.read("mmxlib_excel/template/workbook_template.xlsm")
    assert shipped == (ROOT / "workbook_template.xlsm").read_bytes()


@pytest.mark.parametrize("package", ["mmxlib", "mmxlib_excel"])
def test_both_packages_say_that_they_are_typed(wheel: zipfile.ZipFile, package: str) -> None:
    assert f"{package}/py.typed" in wheel.namelist()


def test_the_reports_templates_are_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    assert [
        name for name in wheel.namelist() if name.startswith("mmxlib/report/") and not name.endswith(".py")
    ]


def test_the_command_mmx_is_installed_and_leads_to_a_function(wheel: zipfile.ZipFile) -> None:
    entry = re.search(r"^mmx = ([\w.]+):(\w+)$", _metadata(wheel, "entry_points.txt"), re.MULTILINE)
    assert entry is not None
    source = wheel.read(f"{entry[1].replace('.', '/')}.py").decode("utf-8")
    assert f"def {entry[2]}(" in source


def test_the_license_travels_with_the_wheel(wheel: zipfile.ZipFile) -> None:
    assert _metadata(wheel, "licenses/LICENSE") == (ROOT / "LICENSE").read_text("utf-8")
    assert _message(wheel)["License-Expression"] == "MIT"


def test_python_and_extras_are_the_promised_ones(wheel: zipfile.ZipFile) -> None:
    message = _message(wheel)
    assert message["Requires-Python"] == ">=3.11"
    assert set(message.get_all("Provides-Extra", [])) == {
        "bayes",
        "big",
        "holidays",
        "xls",
        "mutations",
        "dev",
    }


def test_what_the_library_imports_is_what_it_asks_to_install() -> None:
    """A package that another one happens to bring along may be gone with its next release."""
    project = _project()
    dependencies, extras = project["dependencies"], project["optional-dependencies"]
    assert isinstance(dependencies, list)
    assert isinstance(extras, dict)
    wanted = [*dependencies, *(name for extra, names in extras.items() if extra != "dev" for name in names)]
    distributions = {re.split(r"[><=\[ ]", name)[0].lower().replace("-", "_") for name in wanted}
    named_otherwise = {"sklearn": "scikit_learn", "yaml": "pyyaml"}
    third_party = _imported_packages() - set(sys.stdlib_module_names) - {"mmxlib", "mmxlib_excel"}
    assert {
        name for name in third_party if named_otherwise.get(name, name).lower() not in distributions
    } == set()


def _imported_packages() -> set[str]:
    names = set()
    for package in (ROOT / "mmxlib", ROOT / "excel" / "mmxlib_excel"):
        for path in package.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize(
    ("marker", "command"), [("run command", RUN_COMMAND), ("test command", TEST_COMMAND)], ids=["run", "test"]
)
def test_the_readme_says_the_command_behind_its_marker(marker: str, command: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    found = re.search(rf"<!-- {marker} -->\n```\w*\n(.*?)\n```", readme, re.DOTALL)
    assert found is not None
    assert found[1] == command


def test_the_continuous_check_takes_its_command_from_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    assert "<!-- test command -->" in script.read_text("utf-8")
    assert "pytest" not in re.sub(r"#.*", "", script.read_text("utf-8"))
    subprocess.run(["bash", "-n", str(script)], check=True)
