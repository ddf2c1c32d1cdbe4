"""Where parts of a step's result are kept until it is done: a run that is resumed does not do them again."""

from dataclasses import dataclass
from typing import TypeVar

from mmxlib.artifacts.codec import encode
from mmxlib.workflow.journal import EventKind
from mmxlib.workflow.store import FolderStore, get

ArtifactT = TypeVar("ArtifactT")


@dataclass(frozen=True, slots=True)
class StepShelf:
    """Parts of the step with that ``key``: like its result they hold for its inputs and settings alone."""

    store: FolderStore
    key: str

    def get(self, kind: type[ArtifactT], name: str) -> ArtifactT | None:
        """Return the part of that name; None if it was never finished."""
        for entry in reversed(self.store.journal.entries):
            said = entry.said
            if entry.kind is EventKind.PART and (said["key"], said["part"]) == (self.key, name):
                return get(self.store.folder, kind, said["artifact"])
        return None

    def put(self, name: str, result: object) -> None:
        """Make a part durable: its bytes, then its journal line."""
        digest = self.store.put(encode(result))
        self.store.journal.add(EventKind.PART, {"key": self.key, "part": name, "artifact": digest})
