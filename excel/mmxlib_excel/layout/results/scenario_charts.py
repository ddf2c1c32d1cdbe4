"""The charts of the scenarios side by side, for the sheet on which scenarios are set."""

from mmxlib.report import style
from mmxlib_excel.layout.results.parts import THOUSANDS, bars, chart, ends
from mmxlib_excel.layout.spec import Block, Chart

HEIGHT = 320
_LEFT = 772
"""The pixels from the sheet's edge at which the second chart begins."""


def scenario_charts(compared: Block) -> tuple[Chart, Chart]:
    """Return the charts of what scenarios spend and gain, side by side below the table that they show."""
    at = f"A{compared.body().last.row + 3}"
    spend = chart(
        at,
        "column",
        "Spend of each scenario",
        [bars(compared, "spend", style.OTHER, by="scenario", gap=80)],
        "Column chart of the spend of each scenario.",
        height=HEIGHT,
        y={**THOUSANDS, "min": 0},
        more={"legend": {"none": True}},
    )
    gain = chart(
        at,
        "column",
        "Gain over the present plan, with its range",
        [bars(compared, "gain", style.BLUE, by="scenario", gap=80)],
        "Column chart of the gain of each scenario over the present plan, with its range.",
        height=HEIGHT,
        x={"label_position": "low"},
        y=THOUSANDS,
        more={"legend": {"none": True}},
        left=_LEFT,
        combined=chart(
            at,
            "line",
            "",
            ends(compared, "gain_lower", "gain_upper", by="scenario"),
            "",
            more={"high_low_lines": {"line": {"color": style.INK, "width": 1.25}}},
        ),
    )
    return spend, gain
