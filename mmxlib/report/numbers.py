"""Numbers, days and names in words: the one way reports write them."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from mmxlib.artifacts.panel import Panel
from mmxlib.terms import OutcomeKind

NOT_KNOWN = "not known"
_UNITS = ((1e12, " T"), (1e9, " bn"), (1e6, " M"), (1e3, " k"))
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "¥", "INR": "₹", "KRW": "₩"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def compact(value: float) -> str:
    """Return a number as people say it: ``1.2 M``, ``340 k``, ``12``."""
    if not math.isfinite(value):
        return NOT_KNOWN
    size, sign = abs(value), "-" if value < 0.0 else ""
    for scale, name in _UNITS:
        # 999,960 is 1.0 M, not 1000 k: the step up happens where rounding would show four digits
        if size >= scale * 0.9995:
            return f"{sign}{_two_digits(size / scale)}{name}"
    text = _two_digits(size)
    return text if float(text) == 0.0 else f"{sign}{text}"


def finer(value: float) -> str:
    """Return a number as people say it, with four digits that count: ``20.57 M``, ``1.580 M``, ``340.2 k``.

    For numbers that differ by little, such as forecasts of neighboring periods.
    """
    if not math.isfinite(value):
        return NOT_KNOWN
    size, sign = abs(value), "-" if value < 0.0 else ""
    for scale, name in _UNITS:
        if size >= scale * 0.99995:
            share = size / scale
            return f"{sign}{share:.{3 if share < 9.9995 else 2 if share < 99.995 else 1}f}{name}"
    return f"{value:.4g}"


def tick(value: float) -> str:
    """Return a round number as an axis shows it: ``1 M``, ``2.5 k``, ``0.25``."""
    size = abs(value)
    for scale, name in _UNITS:
        if size >= scale * 0.9995:
            return f"{value / scale:.4g}{name}"
    return f"{value:.4g}" if size > 1e-12 else "0"


def _two_digits(size: float) -> str:
    """Return a number from 0 to 1,000 with at least two digits that count."""
    if size == 0.0:
        return "0"
    if size < 0.0995:
        return f"{size:.2g}" if size >= 1e-4 else "0"
    return f"{size:.2f}" if size < 0.995 else f"{size:.1f}" if size < 99.95 else f"{size:.0f}"


def percent(share: float) -> str:
    """Return a share as a percentage: ``4.2 %``, ``23 %``."""
    if not math.isfinite(share):
        return NOT_KNOWN
    if share == 0.0:
        return "0 %"
    value = 100.0 * share
    text = f"{value:.1f}" if abs(value) < 9.95 else f"{value:,.0f}"
    return f"{'0.0' if text == '-0.0' else text} %"


def chance(probability: float) -> str:
    """Return a probability in words: never quite none, never quite all."""
    if not math.isfinite(probability):
        return NOT_KNOWN
    if probability < 0.01:
        return "under 1 %"
    return "over 99 %" if probability > 0.99 else f"{100.0 * probability:.0f} %"


def signed_percent(share: float) -> str:
    """Return a change as a percentage with its sign: ``+4.2 %``."""
    text = percent(share)
    return f"+{text}" if math.isfinite(share) and not text.startswith(("-", "0 ", "0.0")) else text


def ratio(value: float) -> str:
    """Return a ratio such as a ROI: ``0.45``, ``2.3``, ``23``."""
    if not math.isfinite(value):
        return NOT_KNOWN
    size = abs(value)
    return f"{value:.2f}" if size < 0.995 else f"{value:.1f}" if size < 9.95 else f"{value:,.0f}"


def between(lower: float, upper: float, form: Callable[[float], str]) -> str:
    """Return a range in words: ``1.8 to 3.1``, ``5 to 9 %``; a range of one value is that value."""
    low, high = form(lower), form(upper)
    if low == high:
        return low
    # of 216 k to 865 k each keeps its unit: 216 alone would be read as 216
    return f"{low.removesuffix(' %') if high.endswith(' %') else low} to {high}"


def _day_of(value: date | np.datetime64) -> date:
    if isinstance(value, date):
        return value
    found: date = value.astype("datetime64[D]").item()
    return found


def day(value: date | np.datetime64) -> str:
    """Return a day in words that no country misreads: ``28 Dec 2025``."""
    moment = _day_of(value)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def month(value: date | np.datetime64) -> str:
    """Return the month of a day: ``Dec 2025``."""
    moment = _day_of(value)
    return f"{_MONTHS[moment.month - 1]} {moment.year}"


def counted(number: int, noun: str) -> str:
    """Return a count with its noun: ``1 week``, ``3 weeks``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {plural(noun)}"


def plural(noun: str) -> str:
    """Return the plural of one of the nouns that reports use."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names as one phrase: ``a, b and c``; beyond ``most`` the rest are counted."""
    if len(names) > most + 1:  # "and 1 more" takes as much room as its name
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "none"


def one_line(text: str) -> str:
    """Return the text on one line: any run of white space or control characters becomes one space."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()


def short(name: str, most: int = 28) -> str:
    """Return a name on one line of at most ``most`` characters; its middle gives way to an ellipsis."""
    words = one_line(name)
    if len(words) <= most:
        return words
    tail = (most - 1) // 2
    return f"{words[: most - 1 - tail].rstrip()}…{words[-tail:].lstrip()}"


@dataclass(frozen=True, slots=True)
class Measures:
    """How this panel's money, outcome and periods are written.

    ``currency`` is a code or symbol, empty when nobody said; ``period_days`` the length of a period.
    """

    currency: str = ""
    outcome_kind: OutcomeKind = OutcomeKind.MONEY
    period_days: int = 7

    @classmethod
    def of(cls, panel: Panel) -> "Measures":
        """Return the measures of ``panel``."""
        return cls(one_line(panel.currency)[:8], panel.outcome_kind, panel.period_days)

    @property
    def symbol(self) -> str:
        """What is written before an amount: ``€``, ``CHF `` or nothing."""
        symbol = _SYMBOLS.get(self.currency.upper(), self.currency)
        return f"{symbol} " if len(symbol) > 1 else symbol

    @property
    def money_unit(self) -> str:
        """What money is counted in, for headings: ``EUR``, or ``money``."""
        return self.currency or "money"

    @property
    def outcome_unit(self) -> str:
        """What the outcome is counted in, for headings."""
        return self.money_unit if self.outcome_kind is OutcomeKind.MONEY else "units"

    @property
    def period(self) -> str:
        """What one period is called."""
        return {1: "day", 7: "week"}.get(self.period_days, "period")

    def money(self, value: float) -> str:
        """Return an amount of money: ``€1.2 M``."""
        text = compact(value)
        if text == NOT_KNOWN:
            return text
        return f"-{self.symbol}{text[1:]}" if text.startswith("-") else f"{self.symbol}{text}"

    def outcome(self, value: float) -> str:
        """Return an amount of outcome: money, or a count of units."""
        if self.outcome_kind is OutcomeKind.MONEY:
            return self.money(value)
        text = compact(value)
        return text if text == NOT_KNOWN else f"{text} units"

    def finer_outcome(self, value: float) -> str:
        """Return an amount of outcome with four digits that count: ``€20.57 M``."""
        text = finer(value)
        if text == NOT_KNOWN:
            return text
        if self.outcome_kind is not OutcomeKind.MONEY:
            return f"{text} units"
        return f"-{self.symbol}{text[1:]}" if text.startswith("-") else f"{self.symbol}{text}"

    def exact_outcome(self, value: float) -> str:
        """Return an amount of outcome in full, as targets are set: ``€12,000,000``."""
        text = f"{abs(value):,.0f}" if abs(value) >= 100.0 else f"{abs(value):.4g}"
        sign = "-" if value < 0.0 else ""
        if self.outcome_kind is OutcomeKind.MONEY:
            return f"{sign}{self.symbol}{text}"
        return f"{sign}{text} units"

    def outcome_range(self, lower: float, upper: float) -> str:
        """Return a range of outcome in words."""
        if self.outcome_kind is OutcomeKind.MONEY:
            return between(lower, upper, self.money)
        text = between(lower, upper, compact)
        return text if NOT_KNOWN in text else f"{text} units"

    def periods(self, number: int) -> str:
        """Return a count of periods: ``13 weeks``."""
        return counted(number, self.period)

    def excel_money(self) -> str:
        """Return the number format of money for a workbook's cells."""
        symbol = self.symbol.replace('"', "")
        return f'"{symbol}"#,##0;[Red]-"{symbol}"#,##0' if symbol else "#,##0;[Red]-#,##0"

    def excel_outcome(self) -> str:
        """Return the number format of the outcome for a workbook's cells."""
        return self.excel_money() if self.outcome_kind is OutcomeKind.MONEY else "#,##0;[Red]-#,##0"
