"""Plan against actual: half a year was planned and is over, and one channel brought half of what it did.

    python examples/plan_versus_actual.py runs/half_year

Writes what the difference is made of to ``out/parts.csv`` in that folder.
"""

import sys
from dataclasses import replace
from pathlib import Path

import mmxlib as mmx

PERIODS, PLANNED = 130, 26


def main(folder: str) -> None:
    market = mmx.simulate_panel(sub_categories=4, channels=3, periods=PERIODS + PLANNED, seed=3)
    settings = {"draws": 60, "starts": 4}
    model = mmx.fit_model(market.panel.window(0, PERIODS), settings=settings)
    plan = mmx.optimize_budget(model, periods=PLANNED)

    # What came: in the new weeks the first channel brings half of what the market would have given it.
    channel = market.panel.channel_names[0]
    truth = market.truth.contributions
    brought = truth[truth["channel"] == channel].pivot(
        index="sub_category", columns="date", values="contribution"
    )
    outcome = market.panel.outcome.copy()
    outcome[:, PERIODS:] -= 0.5 * brought.loc[list(market.panel.units)].to_numpy()[:, PERIODS:]
    newer = replace(market.panel, outcome=outcome)

    result = mmx.compare_plan(plan, model, newer, settings=settings)
    print(f"Planned {result.planned_outcome:,.0f}, came {result.actual_outcome:,.0f}:")
    for row in result.parts.to_dict("records"):
        print(f"  {row['part']:13} {row['mean']:+12,.0f}  ({row['lower']:+,.0f} to {row['upper']:+,.0f})")
    for note in result.notes:
        print(f"- {note.text}")
    target = Path(folder) / "out"
    target.mkdir(parents=True, exist_ok=True)
    result.table.to_csv(target / "parts.csv", index=False)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "runs/half_year")
