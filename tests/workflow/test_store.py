"""A run folder is held by one process, and its objects are what was written."""

import json
import os
import subprocess
import sys
import time

import pytest

from mmxlib.artifacts.codec import encode
from mmxlib.errors import MmxError, RunError, RunInUseError, StorageError, UsageError
from mmxlib.workflow.journal import EventKind
from mmxlib.workflow.store import (
    HOLDER,
    JOURNAL,
    LOCK,
    FolderStore,
    get,
    get_bytes,
    holder_of,
    object_path,
    read_store,
)
from tests.workflow.specimens import SPECIMENS, panel, segments

HOLD = """
import sys, time
from pathlib import Path
from mmxlib.workflow.store import FolderStore
store = FolderStore(Path(sys.argv[1]), "1.0")
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds a run."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "run")], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("artifact", SPECIMENS, ids=lambda each: type(each).__name__)
def test_an_artifact_is_found_by_its_digest(tmp_path, artifact):
    store = FolderStore(tmp_path / "run", "1.0")
    digest = store.put(encode(artifact))
    store.close()
    assert encode(get(store.folder, type(artifact), digest)).digest == digest


def test_a_second_process_is_refused_within_a_second_with_process_and_host(tmp_path, holder):
    start = time.perf_counter()
    with pytest.raises(RunInUseError) as refused:
        FolderStore(tmp_path / "run", "1.0")
    assert time.perf_counter() - start < 1.0
    assert f"process {holder.pid} on {os.uname().nodename}" in str(refused.value)
    assert refused.value.exit_code == 5


def test_the_lock_of_a_dead_process_is_retaken(tmp_path, holder):
    holder.kill()
    holder.wait()
    FolderStore(tmp_path / "run", "1.0").close()


def test_a_closed_run_opens_again_in_the_same_process(tmp_path):
    FolderStore(tmp_path / "run", "1.0").close()
    FolderStore(tmp_path / "run", "1.0").close()


def test_a_run_is_readable_by_its_owner_alone(tmp_path):
    store = FolderStore(tmp_path / "run", "1.0")
    digest = store.put(encode(segments()))
    store.close()
    assert (tmp_path / "run").stat().st_mode & 0o077 == 0
    assert object_path(store.folder, digest).stat().st_mode & 0o077 == 0
    assert (tmp_path / "run" / LOCK).stat().st_mode & 0o777 == 0o600


def test_an_object_lies_where_older_runs_have_it(tmp_path):
    assert object_path(tmp_path, "ab" + "0" * 62) == tmp_path / "objects" / "ab" / ("0" * 62)


@pytest.mark.parametrize("damage", [b"", b"other", None])
def test_a_damaged_object_is_refused(tmp_path, damage):
    store = FolderStore(tmp_path / "run", "1.0")
    digest = store.put(encode(panel()))
    store.close()
    path = object_path(store.folder, digest)
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    with pytest.raises(RunError) as refused:
        get(store.folder, type(panel()), digest)
    assert refused.value.code == "MMX-W021"
    assert f"The stored result {digest[:12]} is" in str(refused.value)


def test_an_object_that_the_disk_does_not_give_is_said_in_words(tmp_path):
    store = FolderStore(tmp_path / "run", "1.0")
    path = object_path(store.folder, encode(panel()).digest)
    path.mkdir(parents=True)
    with pytest.raises(StorageError):
        store.put(encode(panel()))
    with pytest.raises(StorageError):
        get_bytes(store.folder, encode(panel()).digest)
    store.close()


def test_a_digest_never_leads_out_of_the_folder(tmp_path):
    with pytest.raises(RunError):
        get_bytes(tmp_path, "../../../etc/passwd")


@pytest.mark.parametrize("name", ["a b", "CON", "con", ".hidden", "x" * 65, "ü", "run.1"])
def test_an_unsafe_name_of_a_run_is_refused(tmp_path, name):
    with pytest.raises(UsageError) as refused:
        FolderStore(tmp_path / name, "1.0")
    assert refused.value.code == "MMX-W022"
    assert not (tmp_path / name).exists()


def test_a_name_that_no_disk_takes_is_refused_in_words(tmp_path):
    with pytest.raises(MmxError):
        FolderStore(tmp_path / ("x" * 300), "1.0")


def test_a_folder_with_other_files_is_no_run(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "holiday.png").write_bytes(b"x")
    with pytest.raises(RunError) as refused:
        FolderStore(folder, "1.0")
    assert refused.value.code == "MMX-W023"
    assert [each.name for each in folder.iterdir()] == ["holiday.png"]


def test_a_file_where_the_run_should_be_is_said_in_words(tmp_path):
    (tmp_path / "run").write_bytes(b"")
    with pytest.raises(MmxError, match="a file stands where a folder is needed"):
        FolderStore(tmp_path / "run", "1.0")


def test_the_holder_is_named_in_plain_json(tmp_path):
    store = FolderStore(tmp_path / "run", "1.0")
    store.close()
    assert json.loads((tmp_path / "run" / "run.holder").read_bytes())["pid"] == os.getpid()


def test_an_object_that_a_power_cut_emptied_is_written_again(tmp_path):
    store = FolderStore(tmp_path / "run", "1.0")
    digest = store.put(encode(panel()))
    object_path(store.folder, digest).write_bytes(b"")
    store.put(encode(panel()))
    store.close()
    assert encode(get(store.folder, type(panel()), digest)).digest == digest


def test_a_run_that_could_not_be_opened_is_not_held(tmp_path):
    FolderStore(tmp_path / "run", "1.0").close()
    journal = tmp_path / "run" / JOURNAL
    journal.write_bytes(b"not a line of a journal\n")
    with pytest.raises(RunError) as refused:
        FolderStore(tmp_path / "run", "1.0")
    journal.unlink()
    FolderStore(tmp_path / "run", "1.0").close()
    assert refused.value.exit_code != RunInUseError.exit_code


def test_a_run_is_read_without_its_lock(tmp_path):
    store = FolderStore(tmp_path / "run", "1.0")
    entry = store.journal.add(EventKind.START, {})
    assert read_store(tmp_path / "run").entries == (entry,)
    store.close()


def test_a_folder_without_a_run_cannot_be_read(tmp_path):
    with pytest.raises(RunError) as refused:
        read_store(tmp_path)
    assert refused.value.code == "MMX-W020"


def test_who_works_on_a_run_is_told_at_once_until_it_ends(tmp_path, holder):
    seconds = []
    for _ in range(3):  # a busy machine may hold one of them up
        start = time.perf_counter()
        assert holder_of(tmp_path / "run") == f"process {holder.pid} on {os.uname().nodename}"
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.9
    holder.kill()
    holder.wait()
    assert holder_of(tmp_path / "run") == ""


def test_asking_who_works_on_a_run_leaves_it_as_it_was(tmp_path):
    assert holder_of(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []
    FolderStore(tmp_path / "run", "1.0").close()
    assert holder_of(tmp_path / "run") == ""
    assert (tmp_path / "run" / LOCK).stat().st_mode & 0o777 == 0o600
    FolderStore(tmp_path / "run", "1.0").close()


def test_a_lock_that_cannot_be_opened_tells_of_nobody(tmp_path):
    (tmp_path / LOCK).mkdir()
    assert holder_of(tmp_path) == ""


def test_a_lock_that_cannot_be_opened_is_said_in_words(tmp_path):
    lock = tmp_path / "run" / LOCK
    lock.mkdir(parents=True)
    with pytest.raises(StorageError) as refused:
        FolderStore(tmp_path / "run", "1.0")
    assert str(lock) in str(refused.value)


def test_a_run_whose_holder_could_not_be_written_is_not_held(tmp_path):
    in_the_way = tmp_path / "run" / HOLDER
    in_the_way.mkdir(parents=True)
    with pytest.raises(StorageError) as refused:
        FolderStore(tmp_path / "run", "1.0")
    in_the_way.rmdir()
    FolderStore(tmp_path / "run", "1.0").close()
    assert refused.value.exit_code != RunInUseError.exit_code


@pytest.mark.parametrize("said", [None, b"nonsense", b"{}", b"[]"])
def test_a_holder_that_did_not_say_who_it_is_is_another_process(tmp_path, said):
    store = FolderStore(tmp_path / "run", "1.0")
    holder = tmp_path / "run" / HOLDER
    if said is None:
        holder.unlink()
    else:
        holder.write_bytes(said)
    assert holder_of(tmp_path / "run") == "another process"
    store.close()
