"""What the data are, in two small tables: shown when they are checked and at the first approval."""

import pandas as pd

from mmxlib.artifacts.panel import Panel
from mmxlib.report.numbers import plural


def data_table(panel: Panel) -> pd.DataFrame:
    """Return what the data are, in a few lines: what, value."""
    return pd.DataFrame(
        {
            "what": [
                f"number of {plural(panel.unit_word)}",
                "periods",
                "first period",
                "last period",
                "outcome",
                "spend",
            ],
            "value": [
                str(len(panel.units)),
                str(len(panel.dates)),
                str(panel.dates[0]),
                str(panel.dates[-1]),
                f"{panel.outcome.sum():,.0f}",
                f"{panel.total_spend().sum():,.0f}",
            ],
        }
    )


def channel_table(panel: Panel) -> pd.DataFrame:
    """Return the channels of the data: channel, kind, spend, first and last period with exposure."""
    by_period = panel.exposure.sum(axis=0)
    rows = []
    for index, channel in enumerate(panel.channels):
        active = by_period[:, index].nonzero()[0]
        rows.append(
            {
                "channel": channel.name,
                "kind": "paid" if channel.paid else "organic",
                "reach": "national" if channel.national else f"by {panel.unit_word}",
                "spend": float(panel.total_spend()[index]),
                "active periods": len(active),
                "from": str(panel.dates[active[0]]) if len(active) else "",
                "to": str(panel.dates[active[-1]]) if len(active) else "",
            }
        )
    return pd.DataFrame(rows)
