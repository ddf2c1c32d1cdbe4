"""How figures read: their words, their digits and their unit."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """The heading of a figure, how its number is written, and the unit behind it."""

    words: str
    number: Callable[[float], str]
    unit: str = ""

    def shown(self, value: float) -> str:
        """Return a value with its unit."""
        return self.number(value) + self.unit


def _fixed(digits: int) -> Callable[[float], str]:
    return lambda value: f"{value:.{digits}f}"


def _percent(value: float) -> str:
    return f"{100.0 * value:.0f}"


def _fine_percent(value: float) -> str:
    return f"{100.0 * value:.1f}"


def _signed(value: float) -> str:
    return f"{100.0 * value:+.0f}"


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _seconds(value: float) -> str:
    if value >= 10.0:
        return f"{value:,.0f}" if value == round(value) else f"{value:.1f}"
    return f"{value:.2g}" if value < 0.1 else f"{value:.1f}" if value >= 1.0 else f"{value:.2f}"


def _gap(value: float) -> str:
    if value == 0.0:
        return "0"
    return f"{100.0 * value:.2g} %" if value >= 0.5e-5 else f"{value:.0e}".replace("e-0", "e-")


FORMS = {
    "srmse": Form("SRMSE", _fixed(2)),
    "srmse_fine": Form("SRMSE", _fixed(3)),
    "srmse_per_draw": Form("SRMSE per draw", _fixed(2)),
    "total_error": Form("error of totals", _percent, " %"),
    "signed_error": Form("error", _signed, " %"),
    "off": Form("error", _percent, " %"),
    "covers": Form("covers", _fixed(2)),
    "srmse_over_peer": Form("SRMSE over the peer's", _fixed(2)),
    "total_error_over_peer": Form("error of totals over the peer's", _fixed(2)),
    "p": Form("p", _fixed(2)),
    **{
        f"covers_{name}": Form(words, _fixed(3))
        for name, words in (
            ("periods", "unit and week"),
            ("all_units", "all units, by week"),
            ("sums", "unit, sum of 13 weeks"),
            ("total", "all units, sum of 13 weeks"),
        )
    },
    "nrmse": Form("error over mean outcome", _fixed(3)),
    "nrmse_over_rival": Form("error over that of repeating last year", _fixed(2)),
    "better": Form("folds in which it is nearer", _percent, " %"),
    "folds": Form("folds", _count),
    "gap": Form("certified gap", _gap),
    "largest_gap": Form("largest gap", _gap),
    "median_gap": Form("median gap", _gap),
    "lowest_gap": Form("smallest gap", _gap),
    "highest_gap": Form("largest gap", _gap),
    "gain": Form("gain on the present plan", _fine_percent, " %"),
    "seconds": Form("wall s", _seconds),
    "first_seconds": Form("first s", _seconds),
    "cpu_seconds": Form("CPU s", _seconds),
    "table_seconds": Form("tables s", _seconds),
    "peak_mb": Form("peak MB", _count),
    "peak_gb": Form("peak GB", _fixed(2)),
    "least_ess": Form("least effective sample size", _count),
    "largest_r_hat": Form("largest R-hat", _fixed(3)),
    "divergences": Form("divergences", _count),
    "milliseconds": Form("median ms", _fixed(2)),
    "milliseconds_95": Form("95 % within ms", _fixed(2)),
    "share": Form("share of the main job", _fine_percent, " %"),
    "found": Form("found", _fixed(2)),
    "left_together": Form("left together", _fixed(2)),
    "recall": Form("recall", _fixed(2)),
    "precision": Form("precision", _fixed(2)),
    "equal": Form("recall and precision where equal", _fixed(2)),
    "nothing": Form("placebo shows nothing", _fixed(2)),
    "within_5": Form("within 5 %", _percent, " %"),
    "at_most_off": Form("at most off", _percent, " %"),
}
"""Figures that a table, a plot or a goal shows."""

for _word, _said in (("lowest", "lowest: "), ("highest", "highest: "), ("mean", "mean: ")):
    for _name in (
        "found",
        "left_together",
        "recall",
        "precision",
        "covers",
        "nothing",
        "within_5",
        "at_most_off",
    ):
        FORMS[f"{_word}_{_name}"] = Form(_said + FORMS[_name].words, FORMS[_name].number, FORMS[_name].unit)
