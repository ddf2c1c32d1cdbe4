"""Proof that a run's journal and stored results are what was written."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mmxlib.artifacts.codec import arrays_digest
from mmxlib.errors import RunError
from mmxlib.workflow.journal import Entry, EventKind
from mmxlib.workflow.store import JOURNAL, get_bytes, read_store

_FEWEST_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Verified:
    """What was proved: the journal's head and length, the results behind it.

    ``since`` counts the entries after the expected head (None where none was expected); ``torn`` the bytes
    at the journal's end that were never committed, which the next run cuts off.
    """

    head: str
    entries: int
    objects: int
    since: int | None
    torn: int


def verified(folder: str | Path, *, expect: str | None = None) -> Verified:
    """Return what holds of the run in ``folder``.

    Parameters
    ----------
    folder
        The run folder.
    expect
        A head that was noted earlier (its first digits are enough). A chain cannot show that its end was cut
        off; a head kept elsewhere can.

    Raises
    ------
    RunError
        If anything is not what was written, or the journal does not contain the expected head.
    """
    folder = Path(folder).absolute()
    journal = read_store(folder)
    digests = dict.fromkeys(digest for each in journal.entries for digest in _named(each))
    objects = 0
    for digest, is_artifact in ((digest, kind) for digest, kind in digests):
        content = get_bytes(folder, digest)
        objects += 1
        arrays = arrays_digest(content) if is_artifact else None
        if arrays is not None:
            get_bytes(folder, arrays)
            objects += 1
    since = None if expect is None else _since(journal.entries, expect, folder)
    return Verified(journal.head, len(journal.entries), objects, since, len(journal.torn))


def _named(entry: Entry) -> list[tuple[str, bool]]:
    """Return the digests that an entry names, and whether each is an artifact's."""
    said = entry.said
    found = [(said["artifact"], True)] if entry.kind in (EventKind.STEP, EventKind.PART) else []
    found += (
        [(said["panel"], True)]
        if entry.kind in (EventKind.START, EventKind.INPUT) and "panel" in said
        else []
    )
    return found + ([(said["config"], False)] if "config" in said else [])


def _since(entries: Sequence[Entry], expect: str, folder: Path) -> int:
    text = expect.strip().lower()
    if len(text) >= _FEWEST_DIGITS:
        for after, entry in enumerate(reversed(entries)):
            if entry.digest.startswith(text):
                return after
    raise RunError(
        f"The journal does not contain the head {text[:16] or '(empty)'}: its end was cut off, it is another "
        f"run's, or the head was copied wrongly (at least {_FEWEST_DIGITS} digits).",
        remedy="Restore the run folder from a copy that contains it.",
        code="MMX-W060",
        place=str(folder / JOURNAL),
    )
