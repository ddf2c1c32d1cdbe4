"""How near the model comes to the truth of simulated markets, with the default priors.

    python tests/benchmarks/simulated_truth.py [seeds]

For each seed: 12 sub-categories in their true segments, 6 channels, 156 weeks. Error of a channel's total,
and whether its 90 % interval holds the truth.
"""

import sys

import pandas as pd

import mmxlib as mmx


def one(seed: int) -> pd.DataFrame:
    market = mmx.simulate_panel(sub_categories=12, channels=6, periods=156, seed=seed)
    segments = market.truth.segments
    segment_of = dict(zip(segments["sub_category"], segments["segment"], strict=True))
    panel = market.panel.grouped(segment_of, tuple(sorted(set(segment_of.values()))))
    found = mmx.fit_model(panel).channel_summary().set_index("channel")
    truth = market.truth.contributions.groupby("channel")["contribution"].sum()
    covered = (found["contribution_lower"] <= truth) & (truth <= found["contribution_upper"])
    return pd.DataFrame({"error": found["contribution"] / truth - 1.0, "covered": covered})


def main(seeds: int) -> None:
    table = pd.concat([one(seed) for seed in range(seeds)])
    print(f"{'channel':10s} {'error':>7s} {'bias':>7s} {'cover':>7s}")
    for name, rows in [*table.groupby(level=0), ("all", table)]:
        error, cover = rows["error"], rows["covered"].mean()
        print(f"{name:10s} {error.abs().mean():7.1%} {error.mean():+7.1%} {cover:7.0%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
