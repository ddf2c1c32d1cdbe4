"""Both packages hold the same product, and what is found in an environment is told as it is."""

from pathlib import Path

import pytest

from tests.installs.__main__ import MOST_BYTES, MOST_HELP, Finding, told
from tests.installs.environments import VERSIONS, Environment, Python, found, room, run
from tests.installs.packages import built, members, wheel_of_sources
from tests.installs.walking import Costs, digests


def finding(version: str, *, room: int = 1, seconds: float = 0.1, page: str = "same") -> Finding:
    return Finding(
        Python(version, "python"), {"numpy": room}, {"big": 2_000_000}, Costs(0.05, seconds), {"out": page}
    )


@pytest.mark.slow
def test_the_source_archive_makes_the_very_wheel_of_the_tree(tmp_path: Path) -> None:
    packages = built(tmp_path / "packages")
    assert members(wheel_of_sources(packages.sources, tmp_path)) == members(packages.wheel)


def test_the_pythons_that_are_looked_for_are_the_promised_ones() -> None:
    text = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text("utf-8")
    assert [version for version in VERSIONS if f'"Programming Language :: Python :: {version}"' in text] == [
        *VERSIONS
    ]


def test_a_python_that_was_named_and_is_missing_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="python9"):
        found(["python9"])


def test_a_command_that_ends_with_another_code_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="code 0"):
        run(["true"], tmp_path, expected=4)


def test_room_is_told_by_package_without_what_python_brings(tmp_path: Path) -> None:
    packages = tmp_path / "lib" / "site-packages"
    for name, size in (("small", 10), ("large", 100_000), ("pip", 500_000)):
        (packages / name / "inside").mkdir(parents=True)
        (packages / name / "inside" / "file").write_bytes(b"x" * size)
    taken = room(Environment(tmp_path))
    assert [*taken] == ["large", "small"]
    assert taken["large"] >= 100_000


def test_digests_are_of_the_reports_and_the_simulated_data_alone(tmp_path: Path) -> None:
    for name in ("data/sales.csv", "runs/first/out/page.html", "runs/first/journal.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, "utf-8")
    assert [*digests(tmp_path)] == ["runs/first/out/page.html", "data/sales.csv"]


def test_files_that_came_out_otherwise_are_named() -> None:
    first = finding("3.11.7")
    lines = told(first, first.digests).splitlines()
    assert lines[0].startswith(
        "3.11.7: 0 MB installed; import mmxlib 0.050 s, mmx --help 0.100 s of the processor"
    )
    assert lines[0].endswith("1 of 1 files as with the first Python")
    assert "    big adds 2 MB" in lines
    lines = told(finding("3.12.1", page="other"), first.digests).splitlines()
    assert lines[0].endswith("0 of 1 files as with the first Python")
    assert lines[-1] == "    other bytes in out"


def test_each_limit_can_be_missed() -> None:
    assert not finding("3.11.7", room=MOST_BYTES).missed
    assert finding("3.11.7", room=MOST_BYTES + 1).missed
    assert finding("3.11.7", seconds=MOST_HELP + 0.01).missed
