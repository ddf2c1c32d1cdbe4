"""An agent of one's own: the company's brands are its segments, whatever the numbers say.

    python examples/own_agent.py runs/brands

An agent is a frozen value with a name, what it reads, what it makes, and ``run``; it replaces the one of its
step.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

import mmxlib as mmx


@dataclass(frozen=True)
class SegmentsByBrand:
    """Segmentation by a table that somebody keeps: the brand of each sub-category."""

    brand_of: Mapping[str, str]
    name = "segmentation"
    requires = (mmx.Panel,)
    produces = mmx.Segments
    calculation_version = 1

    def run(self, inputs: mmx.Inputs, rng: np.random.Generator) -> mmx.Segments:
        panel = inputs[mmx.Panel]
        brands = sorted(set(self.brand_of.values()))
        segments = tuple(
            mmx.Segment(
                label=f"S{number}",
                name=brand,
                members=tuple(unit for unit in panel.units if self.brand_of[unit] == brand),
            )
            for number, brand in enumerate(brands, start=1)
        )
        sales = dict(zip(panel.units, panel.outcome.sum(axis=1), strict=True))
        label_of = {member: segment.label for segment in segments for member in segment.members}
        return mmx.Segments(
            segments=segments,
            profile=pd.DataFrame(
                {
                    "segment": [segment.label for segment in segments],
                    "name": [segment.name for segment in segments],
                    "members": [len(segment.members) for segment in segments],
                    "sales": [sum(sales[member] for member in segment.members) for segment in segments],
                }
            ),
            features=pd.DataFrame(
                {
                    "sub_category": list(panel.units),
                    "segment": [label_of[unit] for unit in panel.units],
                    "sales": [sales[unit] for unit in panel.units],
                }
            ),
            components=pd.DataFrame(
                {"sub_category": [], "segment": [], "component_1": [], "component_2": []}
            ).astype({"sub_category": "str", "segment": "str"}),
            candidates=pd.DataFrame(
                {"segments": [], "silhouette": [], "stability": [], "inertia": [], "chosen": []}
            ),
            explained=(),
            silhouette=None,
            stability=None,
            notes=(mmx.Note("Segments are the company's brands."),),
        )


def main(run_folder: str) -> None:
    market = mmx.simulate_panel(sub_categories=6, channels=4, periods=110, seed=3)
    brand_of = {unit: "Premium" if number % 2 else "Basic" for number, unit in enumerate(market.panel.units)}
    agents = {"segmentation": SegmentsByBrand(brand_of)}
    with mmx.Session.open(run_folder, config=mmx.Config(), panel=market.panel, agents=agents) as session:
        session.advance()
        for segment in session.artifact(mmx.Segments).segments:
            print(f"{segment.label} {segment.name}: {', '.join(segment.members)}")
        session.write_outputs()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "runs/brands")
