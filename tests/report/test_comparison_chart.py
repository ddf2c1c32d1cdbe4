"""The way from plan to outcome as a picture."""

from datetime import date

import pandas as pd

from mmxlib.artifacts.plan_comparison import PlanComparison
from mmxlib.report.charts.plan_comparison import comparison_chart
from mmxlib.report.numbers import Measures


def compared(*, effectiveness: float = -0.8e6, certain: bool = True) -> PlanComparison:
    mean = [-0.1e6, 0.3e6, effectiveness, 0.02e6]
    parts = pd.DataFrame(
        {
            "part": ["base", "spend", "effectiveness", "noise"],
            "mean": mean,
            "lower": [each - 0.2e6 for each in mean],
            "upper": [each + 0.2e6 for each in mean],
            "share": [each / 12.4e6 for each in mean],
            "certain": [False, True, certain, False],
        }
    )
    empty = pd.DataFrame()
    return PlanComparison(
        scenario="base",
        first=date(2026, 1, 5),
        last=date(2026, 3, 30),
        periods=13,
        plan_periods=13,
        planned_outcome=12.4e6,
        planned_lower=12.1e6,
        planned_upper=12.7e6,
        actual_outcome=12.4e6 + sum(mean),
        difference=sum(mean),
        level=0.9,
        parts=parts,
        table=empty,
        channels=empty,
        base=empty,
        notes=(),
    )


def test_the_picture_is_the_same_twice() -> None:
    measures = Measures()
    first, again = (comparison_chart(compared(), measures) for _ in range(2))
    assert first.png() == again.png()
    assert first.svg() == again.svg()


def test_the_title_says_how_far_and_names_the_largest_part_only_where_it_is_sure() -> None:
    measures = Measures()
    sure = comparison_chart(compared(), measures)
    assert "580 k below plan; the largest part is effectiveness" in sure.alt
    assert "the largest part" not in comparison_chart(compared(certain=False), measures).alt
    assert "above plan" in comparison_chart(compared(effectiveness=0.8e6), measures).alt
