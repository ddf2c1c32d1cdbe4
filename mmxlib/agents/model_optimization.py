"""The fourth agent: fits the model, tries it on unseen periods and judges whether to trust it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mmxlib.agents.agent import Inputs
from mmxlib.artifacts.baseline import Baseline
from mmxlib.artifacts.diagnostics import Backtest, Check
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.note import Note, percent
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Response
from mmxlib.artifacts.segments import Segments
from mmxlib.evaluation.backtesting import BacktestSettings, begin_backtest
from mmxlib.evaluation.diagnostics import diagnose
from mmxlib.evaluation.guardrails import GuardrailSettings, guardrails
from mmxlib.model.experiments import calibrated
from mmxlib.model.fitting import fit_response
from mmxlib.model.model import Model
from mmxlib.model.settings import ModelSettings
from mmxlib.terms import StepName, Verdict


@dataclass(frozen=True, slots=True)
class ModelOptimization:
    """Panel, Segments and the approved Baseline's priors and experiments to a FittedModel."""

    settings: ModelSettings
    backtest: BacktestSettings
    guardrails: GuardrailSettings

    name: ClassVar[StepName] = StepName.MODEL_OPTIMIZATION
    requires: ClassVar[tuple[type, ...]] = (Panel, Segments, Baseline)
    produces: ClassVar[type] = FittedModel
    calculation_version: ClassVar[int] = 1

    def run(self, inputs: Inputs, rng: np.random.Generator) -> FittedModel:
        """Return the fitted model with diagnostics, backtest and guardrail verdicts.

        The fit and the backtest take their chance from separate streams, so that a setting of one does not
        move the other.
        """
        segments = inputs[Segments]
        baseline = inputs[Baseline]
        tested = calibrated(inputs[Panel], baseline.experiments)
        panel = tested.grouped(segments.segment_of, segments.labels)
        priors = baseline.priors
        fit_rng, backtest_rng = rng.spawn(2)
        running = begin_backtest(
            panel,
            priors=priors,
            settings=self.backtest,
            model_settings=self.settings,
            rng=backtest_rng,
            executor=inputs.executor,
            shelf=inputs.shelf,
        )
        try:
            response = fit_response(
                panel, priors=priors, settings=self.settings, rng=fit_rng, executor=inputs.executor
            )
            tried = running.result()
        finally:
            running.cancel()
        diagnostics = diagnose(response, self.guardrails.diagnostics)
        summary = Model(response, diagnostics).channel_summary(level=self.settings.level)
        verdicts = guardrails(response, diagnostics, tried, summary=summary, settings=self.guardrails)
        return FittedModel(
            response=response,
            diagnostics=diagnostics,
            backtest=tried,
            guardrails=verdicts,
            notes=_notes(response, tried, verdicts),
        )


def _notes(response: Response, tried: Backtest, verdicts: tuple[Check, ...]) -> tuple[Note, ...]:
    """Return what was chosen and how it turned out, in words."""
    return (_size(response), *response.notes, *_forecasting(tried), _judgment(verdicts))


def _size(response: Response) -> Note:
    panel = response.panel
    many = "" if len(panel.units) == 1 else "s"
    return Note(
        f"The model explains {len(panel.units)} {panel.unit_word}{many} over {len(panel.dates)} periods by "
        f"{len(panel.channels)} channels; its intervals come from {len(response.draws)} draws."
    )


def _forecasting(tried: Backtest) -> tuple[Note, ...]:
    errors = dict(zip(tried.summary["method"], tried.summary["mape"], strict=True))
    if not errors:
        return tried.notes
    text = (
        f"Forecasts of periods it had not seen miss by {percent(errors['model'], 1)}; repeating last year "
        f"misses by {percent(errors['seasonal_naive'], 1)} and the same model without media by "
        f"{percent(errors['no_media'], 1)}."
    )
    return (Note(text, about="backtest"), *tried.notes)


def _judgment(verdicts: tuple[Check, ...]) -> Note:
    failed = [check.name for check in verdicts if check.verdict is Verdict.FAIL]
    warned = [check.name for check in verdicts if check.verdict is Verdict.WARN]
    if failed:
        return Note(
            f"{_counted(failed)} failed ({_listed(failed)}): no recommendation should be made before a "
            "person has looked into it.",
            about="guardrails",
            verdict=Verdict.WARN,
        )
    if warned:
        return Note(
            f"No guardrail failed; {len(warned)} gave a warning ({_listed(warned)}).",
            about="guardrails",
            verdict=Verdict.WARN,
        )
    return Note("All guardrails passed.", about="guardrails")


def _counted(names: list[str]) -> str:
    return f"{len(names)} guardrail" + ("" if len(names) == 1 else "s")


def _listed(names: list[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in dict.fromkeys(names))
