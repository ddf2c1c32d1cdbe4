"""Why a plan is as it is: what the next money brings, what its limits are worth, spend cell by cell."""

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.report import style
from mmxlib.report.book import Page
from mmxlib.report.columns import Column, Kind
from mmxlib.report.plan_tables import cells_table, has_cells, limits_table, marginal_table, shown
from mmxlib.report.plan_words import binding_sentence, cell_sentence, equal_sentence


def reasons_part(page: Page, plan: BudgetPlan, present: BudgetPlan | None) -> None:
    """Write the table of marginal ROI, the limits on several cells, and the cells of a plan by period."""
    page.heading("What the next money brings")
    for sentence in (equal_sentence(plan), binding_sentence(plan, page.book.measures)):
        if sentence:
            page.text(sentence)
    table = marginal_table(plan, present)
    page.table(table, shown(table, list(table.columns)))
    limits = limits_table(plan)
    if len(limits):
        page.heading("Limits on groups, segments, periods and the whole budget; those that bind come first")
        page.table(limits, shown(limits, [name for name in limits.columns if name != "reason"]))
        # a column of sentences would widen one of the table above
        for row in limits.to_dict("records"):
            if row["reason"]:
                page.text(f"{row['limit']}: {row['reason']}")
        page.row += 1
    if has_cells(plan):
        _cells(page, plan)


def _cells(page: Page, plan: BudgetPlan) -> None:
    """Write spend by period and channel as a heat table: the darker, the more."""
    page.heading("Spend by period and channel: the darker, the more")
    sentence = cell_sentence(plan)
    if sentence:
        page.text(sentence)
    wide = cells_table(plan)
    places = [f"channel {index}" for index in range(len(wide.columns))]
    table = wide.set_axis(places, axis=1).rename_axis("date").reset_index()
    described = {
        place: Column(str(name), f"Spend on {name} in the period.", Kind.MONEY)
        for place, name in zip(places, wide.columns, strict=True)
    }
    area = page.table(table, ["date", *places], described=described)
    scale = {"type": "2_color_scale", "min_color": style.PAPER, "max_color": style.SKY}
    page.sheet.conditional_format(area.first, 1, area.last, len(places), scale)
