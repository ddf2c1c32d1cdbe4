"""What the model agent hands on: the fit and how far it can be trusted."""

from dataclasses import dataclass

from mmxlib.artifacts.diagnostics import Backtest, Check, Diagnostics
from mmxlib.artifacts.note import Note
from mmxlib.artifacts.response import Response
from mmxlib.artifacts.short_repr import short_repr
from mmxlib.terms import Verdict


@dataclass(frozen=True, eq=False)
class FittedModel:
    """The fitted model with its diagnostics, its backtest and the guardrails' verdicts.

    ``response`` holds the draws of its parameters, from which `mmxlib.Model` derives its tables.
    """

    __repr__ = short_repr

    response: Response
    diagnostics: Diagnostics
    backtest: Backtest
    guardrails: tuple[Check, ...]
    notes: tuple[Note, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the guardrails."""
        verdicts = {check.verdict for check in self.guardrails}
        return next((each for each in (Verdict.FAIL, Verdict.WARN) if each in verdicts), Verdict.PASS)
