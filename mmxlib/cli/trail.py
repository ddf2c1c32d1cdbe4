"""The views of ``mmx status`` for an auditor: the trail of events, and where a file comes from."""

import difflib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from mmxlib.cli.console import Console, typed, wrapped
from mmxlib.cli.documents import origin_document
from mmxlib.errors import ExitCode, UsageError


def show_trail(run_dir: Path, console: Console) -> ExitCode:
    """Tell everything that happened to a run; the journal alone is read, whichever version wrote it."""
    from mmxlib.workflow.store import read_store
    from mmxlib.workflow.trail import trail

    folder = run_dir.absolute()
    journal = read_store(folder)
    told = trail(folder, journal.entries)
    for line in told:
        console.show(wrapped(f"{_time(line.at)} {line.text}", f"{line.number:>3}  ", " " * 5))
        for detail in line.details:
            console.show(wrapped(detail, " " * 7, " " * 9))
    console.show(f"Journal: {len(journal.entries)} entries, unchanged since they were written")
    console.show(f"Head: {journal.head}")
    console.document(
        {
            "status": "done",
            "exit_code": 0,
            "trail": [
                {
                    "number": line.number,
                    "at": line.at,
                    "event": entry.kind.value,
                    "version": entry.version,
                    "text": line.text,
                    "details": list(line.details),
                    "said": dict(entry.said),
                    "digest": entry.digest,
                }
                for line, entry in zip(told, journal.entries, strict=True)
            ],
            "head": journal.head,
            "count": len(journal.entries),
        }
    )
    return ExitCode.DONE


def show_source(run_dir: Path, name: str, console: Console) -> ExitCode:
    """Say which steps, settings and data a file in ``out`` comes from, and whether it is as written."""
    from mmxlib.artifacts.codec import sha256
    from mmxlib.workflow.store import OUT, read_store
    from mmxlib.workflow.trail import DIGITS, file_sources, read_words, settings_lines

    folder = run_dir.absolute()
    journal = read_store(folder)
    source = _named(name, {each.name: each for each in file_sources(journal.entries)}, folder / OUT)
    path = folder / OUT / source.name
    as_written = path.is_file() and sha256(path.read_bytes()) == source.digest
    state = "is as it was written" if as_written else "is no longer what was written"
    console.show(wrapped(f"{source.name} {state} on {_time(source.at)}."))
    if not as_written:
        console.show(f"Write it again: mmx report --run-dir {typed(run_dir)}")
    if not source.steps:
        console.show("The version that wrote it did not record which results it shows.")
    for step, origin in source.steps.items():
        console.show(f"It shows the result of {step.value.replace('_', ' ')}:")
        said = (
            f"key {origin.key[:DIGITS]}, result {origin.artifact[:DIGITS]}, version {origin.version}, seed "
            f"{origin.seed}, read {read_words(origin.reads)}"
        )
        console.show(wrapped(said, "  ", "    "))
        for line in settings_lines(step, origin):
            console.show(wrapped(line, "    ", "      "))
    console.show(f"Journal: {len(journal.entries)} entries")
    console.show(f"Head: {journal.head}")
    console.document(
        {
            "status": "done",
            "exit_code": 0,
            "file": source.name,
            "digest": source.digest,
            "written_at": source.at,
            "as_written": as_written,
            "steps": {step.value: origin_document(origin) for step, origin in source.steps.items()},
            "head": journal.head,
            "count": len(journal.entries),
        }
    )
    return ExitCode.DONE


def _named(name: str, known: Mapping[str, Any], out: Path) -> Any:
    """Return the file of that name in ``out``, or of that path as seen from here.

    Raises
    ------
    UsageError
        If the run wrote no such file.
    """
    path = Path(name).absolute()
    inside = path.relative_to(out).as_posix() if path.is_relative_to(out) else ""
    asked = inside or PurePosixPath(name.replace("\\", "/")).as_posix().removeprefix("out/")
    if asked in known:
        return known[asked]
    near = difflib.get_close_matches(asked, known, n=1)
    raise UsageError(
        f'The run wrote no file "{asked}".',
        remedy=f'Did you mean "{near[0]}"?' if near else "Write the files first: `mmx report`.",
        code="MMX-C050",
    )


def _time(at: str) -> str:
    """Return a time of the journal as people read it."""
    return f"{at[:19].replace('T', ' ')} UTC"
