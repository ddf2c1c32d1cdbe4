"""The whole way in a script: simulated data, six agents, two approvals, the reports.

    python examples/main_job.py runs/from-python

A second call goes on with the same run: what is done is not done again.
"""

import sys

import mmxlib as mmx


def main(run_folder: str) -> None:
    market = mmx.simulate_panel(sub_categories=12, channels=6, periods=156, seed=7)
    with mmx.Session.open(run_folder, config=mmx.Config(), panel=market.panel) as session:
        status = session.advance()
        while status.checkpoint is not None:
            review = session.review()
            print(f"Approving the {status.checkpoint}, whose content is {review.content_id[:12]}.")
            session.approve(
                status.checkpoint, by="Ana", comment="agreed in the meeting", content_id=review.content_id
            )
            status = session.advance()
        plan = session.artifact(mmx.BudgetPlan)
        print(
            f"{plan.scenario}: {plan.total:,.0f} over {plan.periods} weeks should bring {plan.outcome:,.0f}"
        )
        session.write_outputs()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "runs/from-python")
