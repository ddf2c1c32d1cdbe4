"""Ahead of a quarter: its forecast, the best budget, what a target takes, and what a limit costs.

    python examples/budget_and_forecast.py plans

Writes the plans as CSV into the folder.
"""

import sys
from pathlib import Path

import mmxlib as mmx


def main(folder: str) -> None:
    out = Path(folder) / "out"
    out.mkdir(parents=True, exist_ok=True)
    market = mmx.simulate_panel(sub_categories=3, channels=5, periods=130, seed=11)
    model = mmx.fit_model(market.panel, settings={"draws": 60})

    # What will the quarter bring if nothing changes? Rows by week, then one for the quarter as a whole.
    weeks = mmx.forecast(model, "present", by_unit=False)
    quarter = mmx.forecast(model, "present", by_unit=False, by_period=False)
    whole = quarter[quarter["component"] == "outcome"].iloc[0]
    print(f"As at present: {whole['mean']:,.0f} ({whole['lower']:,.0f} to {whole['upper']:,.0f})")
    weeks.to_csv(out / "forecast.csv", index=False)

    # The same money, better spent; no channel moves by more than 30 %.
    best = mmx.optimize_budget(model, periods=13)
    print(f"Best plan: {best.outcome - best.present_outcome:+,.0f} against the present one. {best.status}")
    best.table.to_csv(out / "best_plan.csv", index=False)

    # Two channels share a contract, and one week is booked already.
    names = list(best.channels["channel"])
    shared = best.channels.set_index("channel")["present_spend"][names[:2]].sum()
    booked = str(best.table["date"].min().date())
    limited = mmx.optimize_budget(
        model,
        periods=13,
        groups={"contract": (names[:2], 0.0, 0.95 * shared)},
        fixed={(names[2], booked): 5_000.0},
    )
    for row in limited.limits.itertuples():
        print(f"{row.name}: {row.spend:,.0f} of {row.upper:,.0f}; more room is worth {row.shadow_price:.2f}")

    # How much is worth spending at all, where one unit of sales earns 0.9?
    profitable = mmx.optimize_budget(model, periods=13, margin=0.9)
    print(f"Most profit: {profitable.profit:,.0f} with a spend of {profitable.total:,.0f}")

    # What does it take to sell 1 % more than expected, with a chance of 80 %?
    sought = mmx.budget_for_target(model, 1.01 * whole["mean"], periods=13, probability=0.8)
    print(sought.notes[0].text)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "plans")
