"""The trade's closed choices, one word each."""

from enum import StrEnum


class Method(StrEnum):
    """How the posterior is summarized."""

    RIDGE = "ridge"
    BAYES = "bayes"


class AdstockFamily(StrEnum):
    """How exposure spreads over later periods."""

    GEOMETRIC = "geometric"
    DELAYED = "delayed"
    WEIBULL = "weibull"


class SaturationFamily(StrEnum):
    """How returns diminish."""

    HILL = "hill"
    EXPONENTIAL = "exponential"
    LOGISTIC = "logistic"
    NONE = "none"


class ExposureScale(StrEnum):
    """By what a unit's exposure is measured, so that units' curves bend at the same multiple of it."""

    MEAN = "mean"
    PEAK = "peak"
    SIZE = "size"


class PriorFamily(StrEnum):
    """The distribution of a prior."""

    BETA = "beta"
    LOG_NORMAL = "log_normal"
    HALF_NORMAL = "half_normal"


class EffectScale(StrEnum):
    """On what an effect's prior is stated."""

    ROI = "roi"
    CONTRIBUTION_SHARE = "contribution_share"
    EFFECT = "effect"


class OutcomeKind(StrEnum):
    """What the outcome counts."""

    MONEY = "money"
    UNITS = "units"


class ControlKind(StrEnum):
    """How a control enters the base."""

    PRICE = "price"
    PROMOTION = "promotion"
    OTHER = "other"


class Part(StrEnum):
    """The parts a base is made of."""

    LEVEL = "level"
    TREND = "trend"
    SEASON = "season"
    EVENTS = "events"
    CONTROLS = "controls"


class StepName(StrEnum):
    """The steps of a run, in their order."""

    SEGMENTATION = "segmentation"
    TREND_SCANNER = "trend_scanner"
    BASELINE = "baseline"
    MODEL_OPTIMIZATION = "model_optimization"
    BUDGET_OPTIMIZATION = "budget_optimization"
    ALLOCATION = "allocation"
    INSIGHT = "insight"


class Checkpoint(StrEnum):
    """The points where a run waits for a person."""

    BASELINE = "baseline"
    BUDGET = "budget"


class Decision(StrEnum):
    """What a person may decide at a checkpoint."""

    APPROVE = "approve"
    REVISE = "revise"
    STOP = "stop"


class Grade(StrEnum):
    """What becomes of a finding about the input: the five outcomes of reading.

    ``reject`` stops; ``ask`` stops until a setting answers; ``repair`` goes on with a line in
    ``input_repairs.csv``; ``review`` goes on and is shown at the first approval; ``ok`` only explains.
    """

    REJECT = "reject"
    ASK = "ask"
    REPAIR = "repair"
    REVIEW = "review"
    OK = "ok"


class Verdict(StrEnum):
    """How a check ended."""

    PASS = "pass"  # noqa: S105 - a verdict, not a secret
    WARN = "warn"
    FAIL = "fail"


class Objective(StrEnum):
    """What a budget maximizes over the draws."""

    MEAN = "mean"
    MEAN_MINUS_RISK = "mean_minus_risk"
    CVAR = "cvar"


class Goal(StrEnum):
    """What settles how much a plan spends."""

    TOTAL = "total"
    MARGINAL_ROI = "marginal_roi"
    PROFIT = "profit"
    TARGET = "target"


class Detail(StrEnum):
    """What a plan chooses freely: each channel's total with a given flighting, or every period of each."""

    CHANNEL = "channel"
    CHANNEL_AND_PERIOD = "channel_and_period"


class Solver(StrEnum):
    """How a plan is searched for."""

    SLSQP = "slsqp"
    DIFFERENTIAL_EVOLUTION = "differential_evolution"
    DUAL_ANNEALING = "dual_annealing"


class Measure(StrEnum):
    """Which outcome of a plan counts: what its spend causes, or what falls inside its periods."""

    CONTRIBUTION_OF_SPEND = "contribution_of_spend"
    OUTCOME_IN_PERIODS = "outcome_in_periods"


class Action(StrEnum):
    """The one plain thing to do about a channel."""

    MORE = "more"
    HOLD = "hold"
    LESS = "less"
    TEST = "test"
