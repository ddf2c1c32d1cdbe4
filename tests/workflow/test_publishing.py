"""Files for people are written even where another program holds one of them open."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from mmxlib.errors import StorageError
from mmxlib.files import write_whole
from mmxlib.workflow.publishing import publish

TREE = {"plan.xlsx": b"new", "summary.md": b"new"}


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file that a spreadsheet program holds open: the system lets nobody else write it."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"old")

    def refusing(target: Path, content: bytes) -> None:
        if target == path:
            raise StorageError("It is open.", remedy="Close it.", code="MMX-F001")
        write_whole(target, content)

    monkeypatch.setattr("mmxlib.workflow.publishing.write_whole", refusing)
    return path


def on_system(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("mmxlib.workflow.publishing.os", SimpleNamespace(name=name))


def test_beside_a_file_that_windows_holds_open_stands_its_new_version(
    held: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_system(monkeypatch, "nt")
    published = publish(held.parent, TREE, ())
    beside = held.with_name("plan (2).xlsx")
    assert published.renamed == (beside,)
    assert published.files == (beside, held.with_name("summary.md"))
    assert (held.read_bytes(), beside.read_bytes()) == (b"old", b"new")


def test_elsewhere_a_file_that_cannot_be_written_is_an_error(
    held: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_system(monkeypatch, "posix")
    with pytest.raises(StorageError, match="It is open"):
        publish(held.parent, TREE, ())


def test_a_new_file_that_windows_refuses_is_an_error_too(held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_system(monkeypatch, "nt")
    held.unlink()
    with pytest.raises(StorageError, match="It is open"):
        publish(held.parent, TREE, ())
    assert list(held.parent.iterdir()) == []
