"""What money of several currencies is worth in the currency of the model."""

from collections.abc import Mapping, Set
from decimal import Decimal
from fractions import Fraction

from mmxlib.data.columns import listed
from mmxlib.data.findings import Findings
from mmxlib.data.roles import DataSettings


def exchange_rates(
    currencies: Set[str], settings: DataSettings, findings: Findings
) -> Mapping[str, Fraction]:
    """Return what one unit of each currency is worth, exactly as the settings write it.

    The currency of the model is worth 1, and so is a single currency for which no rates are set. Any other
    one without a rate is a question.
    """
    rates = {code: Fraction(Decimal(repr(rate))) for code, rate in settings.raw.rates.items()}
    known = {"": Fraction(1), **({settings.currency: Fraction(1)} if settings.currency else {}), **rates}
    named = sorted(currencies - {""})
    if len(named) == 1 and not rates and settings.currency in ("", named[0]):
        return {**known, named[0]: Fraction(1)}
    unknown = [code for code in named if code not in known]
    if unknown:
        findings.ask(
            "MMX-D208",
            f"Sales are in {listed(named)}, but there is no rate for {listed(unknown)}.",
            setting="data.raw.rates",
            remedy="Set data.raw.rates in global.yaml: what one unit of each is worth in the currency of the "
            f"model ({settings.currency or 'set data.currency'}).",
            place="global.yaml",
        )
    return known
