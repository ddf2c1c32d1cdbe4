"""The pinned files fit pyproject.toml, are whole, and name no place from which packages come."""

import re
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement

from tests.installs.environments import VERSIONS
from tests.installs.packages import ROOT
from tests.installs.pinning import CORE, WITH_EXTRAS, extras

SYSTEMS = (("linux", "Linux"), ("darwin", "Darwin"), ("win32", "Windows"))
EVERYWHERE = [
    {**default_environment(), "python_version": version, "python_full_version": f"{version}.0"}
    | {"sys_platform": system, "platform_system": name, "os_name": "nt" if system == "win32" else "posix"}
    for version in VERSIONS
    for system, name in SYSTEMS
]
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
both = pytest.mark.parametrize("path", [CORE, WITH_EXTRAS], ids=lambda path: path.stem)


def project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def pins(path: Path) -> dict[str, list[tuple[Requirement, list[str]]]]:
    """Return the requirements of a file by package, each with its hashes."""
    text = re.sub(r"^#.*\n", "", path.read_text("utf-8"), flags=re.M).replace("\\\n", " ")
    found = defaultdict(list)
    for line in text.splitlines():
        said, *hashes = line.split("--hash=")
        requirement = Requirement(said.strip())
        found[canonical(requirement.name)].append(
            (requirement, [f"--hash={each.strip()}" for each in hashes])
        )
    return found


def versions(path: Path, name: str, surroundings: dict[str, str]) -> list[str]:
    """Return the versions that a file pins for a package on one system and Python."""
    return [
        specifier.version
        for requirement, _ in pins(path).get(canonical(name), [])
        if requirement.marker is None or requirement.marker.evaluate(surroundings)
        for specifier in requirement.specifier
    ]


@both
def test_every_package_is_pinned_to_one_version_with_hashes(path: Path) -> None:
    for name, requirements in pins(path).items():
        for requirement, hashes in requirements:
            assert [specifier.operator for specifier in requirement.specifier] == ["=="], name
            assert hashes, name
            assert [each for each in hashes if not _HASH.fullmatch(each)] == [], name


@both
@pytest.mark.parametrize("surroundings", EVERYWHERE, ids=lambda each: each["sys_platform"])
def test_no_package_has_two_versions_on_one_system_and_python(
    path: Path, surroundings: dict[str, str]
) -> None:
    twice = [name for name in pins(path) if len(versions(path, name, surroundings)) > 1]
    assert twice == []


@pytest.mark.parametrize("surroundings", EVERYWHERE, ids=lambda each: each["sys_platform"])
def test_what_the_project_asks_for_is_pinned_within_its_range(surroundings: dict[str, str]) -> None:
    optional = project()["optional-dependencies"]
    asked = {
        CORE: project()["dependencies"],
        WITH_EXTRAS: [*project()["dependencies"], *(line for name in extras() for line in optional[name])],
    }
    for path, lines in asked.items():
        for requirement in map(Requirement, lines):
            (pinned,) = versions(path, requirement.name, surroundings)
            assert requirement.specifier.contains(pinned), f"{path.name}: {requirement} is pinned to {pinned}"


def test_both_files_pin_the_same_versions() -> None:
    core, more = pins(CORE), pins(WITH_EXTRAS)
    assert {name: requirements for name, requirements in more.items() if name in core} == core


@both
def test_packages_come_from_wherever_the_user_s_own_settings_say(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "://" not in text
    assert re.findall(r"^ *--(?!hash)\S+", text, re.M) == []
