"""How near the model comes to the truth of the package's own simulated markets, with the default priors.

For each seed: 12 sub-categories in their true segments, 6 channels, 156 weeks. Error of a channel's total,
and whether its 90 % interval holds the truth.
"""

import pandas as pd

import mmxlib as mmx
from tests.benchmarks.benchmark import Setup
from tests.benchmarks.recovery import TOOLS
from tests.benchmarks.results import figures


def one(seed: int) -> pd.DataFrame:
    market = mmx.simulate_panel(sub_categories=12, channels=6, periods=156, seed=seed)
    segments = market.truth.segments
    segment_of = dict(zip(segments["sub_category"], segments["segment"], strict=True))
    panel = market.panel.grouped(segment_of, tuple(sorted(set(segment_of.values()))))
    found = mmx.fit_model(panel).channel_summary().set_index("channel")
    truth = market.truth.contributions.groupby("channel")["contribution"].sum()
    covered = (found["contribution_lower"] <= truth) & (truth <= found["contribution_upper"])
    return pd.DataFrame({"error": found["contribution"] / truth - 1.0, "covered": covered})


def measure(setup: Setup) -> pd.DataFrame:
    """Return the errors of each channel and of all."""
    seeds = range(2 if setup.short else 20)
    table = pd.concat([one(seed) for seed in seeds])
    return pd.concat(
        figures(
            str(name),
            TOOLS["ridge"],
            seeds,
            total_error=rows["error"].abs().mean(),
            signed_error=rows["error"].mean(),
            covers=rows["covered"].mean(),
        )
        for name, rows in [*table.groupby(level=0), ("all channels", table)]
    )
