"""A run's status as plain values, for ``--json``."""

from pathlib import Path
from typing import Any


def status_document(status: Any, run_dir: Path) -> dict[str, Any]:
    """Return a status as plain values."""
    return {
        "status": status.state.value,
        "run_dir": str(run_dir),
        "checkpoint": status.checkpoint.value if status.checkpoint else None,
        "content_id": status.content_id or None,
        "blocked_by": [{"check": each.name, "about": each.about} for each in status.blocked_by],
        "remarks": list(status.remarks),
        "missing": list(status.missing),
        "steps": [
            {
                "step": each.step.value,
                "state": each.state.value,
                "seconds": each.seconds,
                "summary": each.summary,
                "at": each.at or None,
                "origin": origin_document(each.origin) if each.origin else None,
            }
            for each in status.steps
        ],
        "decisions": [
            {
                "checkpoint": each.checkpoint.value,
                "decision": each.decision,
                "by": each.by,
                "at": each.at,
                "comment": each.comment,
                "scenario": each.scenario or None,
                "override": each.override or None,
                "content_id": each.content_id,
                "holds": each.holds,
                "changes": dict(each.changes),
            }
            for each in status.decisions
        ],
        "head": status.head,
        "count": status.count,
        "version": status.version,
    }


def origin_document(origin: Any) -> dict[str, Any]:
    """Return what a result was made from as plain values."""
    return {
        "key": origin.key,
        "result": origin.artifact,
        "reads": dict(origin.reads),
        "version": origin.version,
        "agent": origin.agent,
        "calculation_version": origin.calculation_version,
        "seed": origin.seed,
        "settings": origin.settings,
    }
