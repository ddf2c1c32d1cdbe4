"""What tests of sessions share."""

import pytest

from mmxlib.artifacts.codec import encode


@pytest.fixture
def quick_disk(monkeypatch):
    """Do not wait for the disk: flushing is most of the time and changes nothing that is asked here."""
    monkeypatch.setattr("os.fsync", lambda descriptor: None)


@pytest.fixture
def plain_outputs(monkeypatch):
    """Write a file per artifact that says which; reports are tested with real results."""

    def files(by_type, *, journal, insight):
        made = {"insight.txt": str(insight.recent_periods).encode()}
        made |= {
            f"{kind.__name__}/digest.txt": encode(each).digest.encode() for kind, each in by_type.items()
        }
        return made | {"journal.csv": journal.to_csv(index=False).encode()}

    monkeypatch.setattr("mmxlib.workflow.session.outputs", files)
