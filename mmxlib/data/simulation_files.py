"""A simulation as files: what a team would have, and the truth in a folder of its own."""

import json
from collections.abc import Mapping

import pandas as pd

from mmxlib.data.simulation import Simulation


def simulation_files(simulation: Simulation) -> Mapping[str, bytes]:
    """Return the files by name: sales, media and events as CSV, and ``truth/`` as CSV with a summary in JSON.

    Numbers are written with all their digits, so that reading the files gives the panel exactly.
    """
    files = {
        "sales.csv": _csv(simulation.sales),
        "media.csv": _csv(simulation.media),
        "events.csv": _csv(simulation.events),
    }
    files |= {f"truth/{name}.csv": _csv(table) for name, table in simulation.truth.tables().items()}
    files["truth/truth.json"] = _json(simulation)
    return files


def _csv(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV: each number in the shortest text that reads back to it."""
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _json(simulation: Simulation) -> bytes:
    """Return what was asked for and the few truths that fit a page."""
    truth = simulation.truth
    traits = truth.parameters.drop_duplicates("channel").drop(
        columns=["sub_category", "effect", "exposure_scale"]
    )
    by_channel = traits.merge(truth.returns, on="channel").to_dict(orient="records")
    summary = {
        "simulation": dict(simulation.choices),
        "channels": {each.pop("channel"): each for each in by_channel},
        "segments": dict(zip(truth.segments["sub_category"], truth.segments["segment"], strict=True)),
        "flagged_periods": truth.flagged_periods.to_dict(orient="records"),
    }
    return (json.dumps(summary, indent=1, ensure_ascii=False) + "\n").encode("utf-8")
