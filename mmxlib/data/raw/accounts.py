"""The account of every row of raw tables: used, or left out for a reason, with its sales."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from mmxlib.data.columns import listed
from mmxlib.data.findings import SHOWN, Findings
from mmxlib.data.raw.exact_sums import ONE, Total
from mmxlib.data.raw.file_sums import SKU, STORE, Key, Totals
from mmxlib.data.raw.settings import RawSettings, Unmapped

_PARTIAL_WEEK = "their days belong to a week that is not whole"
_NOT_MAPPED = {SKU: "their SKU has no sub-category", STORE: "their store has no region"}
_FILES = {SKU: "sub_category_file", STORE: "region_file"}


@dataclass(slots=True)
class RowSales:
    """Rows and their sales in the currency of the model."""

    rows: int = 0
    sales: Fraction = Fraction(0)

    def add(self, rows: int, sales: Fraction) -> None:
        """Add rows with their sales; with negative numbers take them away."""
        self.rows += rows
        self.sales += sales

    def __str__(self) -> str:
        return f"{self.rows:,} rows with sales of {float(self.sales):,.2f}"


@dataclass(slots=True)
class RawAccounts:
    """The rows of all raw tables: those used, those left out by reason, and codes that are not mapped.

    It has state because rows of partial weeks are known only when all days are.
    """

    rates: Mapping[str, Fraction]
    used: RowSales = field(default_factory=RowSales)
    left_out: dict[str, RowSales] = field(default_factory=dict)
    codes: dict[str, dict[str, RowSales]] = field(default_factory=dict)

    @classmethod
    def of(cls, totals: Totals, rates: Mapping[str, Fraction]) -> "RawAccounts":
        """Return the accounts of all rows."""
        found = cls(rates)
        for key, total in totals.items():
            sales = found._sales(key, total)
            account = found.left_out.setdefault(key.reason, RowSales()) if key.reason else found.used
            account.add(total.rows, sales)
            if key.code:
                codes = found.codes.setdefault(key.reason, {})
                codes.setdefault(key.code, RowSales()).add(total.rows, sales)
        return found

    def leave_out_partial_week(self, key: Key, total: Total) -> None:
        """Count rows as left out that were counted as used."""
        sales = self._sales(key, total)
        self.used.add(-total.rows, -sales)
        self.left_out.setdefault(_PARTIAL_WEEK, RowSales()).add(total.rows, sales)

    def _sales(self, key: Key, total: Total) -> Fraction:
        return total.values[0] * self.rates.get(key.currency, Fraction(0)) / ONE


def tell_accounts(
    accounts: RawAccounts, label: str, model_rows: int, settings: RawSettings, findings: Findings
) -> None:
    """Say how many rows there are, how many are used and why the others are not; ask about unmapped codes."""
    rows = accounts.used.rows + sum(each.rows for each in accounts.left_out.values())
    findings.tell(f"{label}: {rows:,} rows; aggregated to {model_rows:,} model rows.", about=label)
    if accounts.left_out:
        findings.tell(f"{accounts.used} were used.", about=label)
    for reason, account in sorted(accounts.left_out.items(), key=lambda pair: pair[0]):
        if reason in _NOT_MAPPED:
            _tell_unmapped(reason, accounts.codes[reason], account, label, settings, findings)
        else:
            why = reason if reason == _PARTIAL_WEEK else f"{reason} says so"
            findings.tell(f"{account} were left out: {why}.", about=label)


def _tell_unmapped(
    reason: str,
    codes: Mapping[str, RowSales],
    account: RowSales,
    label: str,
    settings: RawSettings,
    findings: Findings,
) -> None:
    """Ask about codes that are not mapped, those with most sales first, or say that they were left out."""
    order = sorted(codes, key=lambda code: (-abs(codes[code].sales), code))
    word = reason if reason == SKU else "store"
    named = f"{len(codes):,} {word}{'s' if len(codes) > 1 else ''} ({listed(order, most=SHOWN)})"
    if settings.unmapped is Unmapped.LEAVE_OUT:
        findings.review(f"{account} were left out: {_NOT_MAPPED[reason]}, {named}.", about=label)
        return
    findings.ask(
        "MMX-D209",
        f"There is no {'sub-category' if reason == SKU else 'region'} for {named}: {account}.",
        setting="data.raw.unmapped",
        remedy=f"Add them to data.raw.{_FILES[reason]}, or set data.raw.unmapped: leave_out in global.yaml.",
        place=label,
    )
