"""The settings of the model and of its priors."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mmxlib.model.experiment_settings import ExperimentSettings
from mmxlib.settings import Settings, setting
from mmxlib.terms import AdstockFamily, ExposureScale, Method, SaturationFamily


class ModelSettings(Settings):
    """How the model is fitted."""

    method: Method = setting(
        Method.RIDGE,
        "How the answer is found: the best fits with bootstrap intervals (ridge), or all that data and "
        "priors leave open, by sampling (bayes; needs the extra mmxlib[bayes]).",
    )
    draws: int = setting(
        200,
        "Draws from which intervals are made: bootstrap refits, or with bayes so many of the chains' draws.",
        unit="draws",
        ge=20,
        le=4000,
    )
    chains: int = setting(
        4, "Independent chains of the sampler, which must agree (bayes only).", unit="chains", ge=2, le=16
    )
    tune: int = setting(
        400,
        "First steps of each chain, in which it learns how far to go (bayes only).",
        unit="steps",
        ge=100,
        le=20000,
    )
    samples: int = setting(
        1000, "Draws of each chain after those steps (bayes only).", unit="draws", ge=100, le=20000
    )
    data_weight: float = setting(
        0.6,
        "Weight of each period of data beside the priors (bayes only). Below 1, intervals allow for what the "
        "model's form gets wrong; 1 trusts it fully.",
        unit="share",
        gt=0.0,
        le=1.0,
    )
    starts: int = setting(16, "Starting points of the mode search.", unit="starts", ge=1, le=256)
    harmonics: Annotated[int, Field(ge=0, le=10)] | Literal["auto"] = setting(
        "auto",
        "Yearly Fourier pairs of the season: 0 to 10, or auto (1 to 4, chosen by the data).",
        unit="pairs",
    )
    trend_spacing: int = setting(
        26, "Distance between the trend's change points.", unit="periods", ge=4, le=520
    )
    trend_flexibility: Annotated[float, Field(gt=0.0, le=10.0)] | Literal["auto"] = setting(
        "auto",
        "Prior sd of a change of the trend's yearly slope, as a share of mean outcome; auto: by the data.",
        unit="share of outcome a year",
    )
    autocorrelation: Annotated[float, Field(ge=0.0, lt=0.95)] | Literal["auto"] = setting(
        "auto", "Lag-one correlation of the noise; auto estimates it from the residuals."
    )
    pooling: Annotated[float, Field(ge=0.0, le=2.0)] | Literal["auto"] = setting(
        "auto",
        "Prior sd of a unit's log deviation from the channel's common effect; auto: by the data.",
        unit="log",
    )
    exposure_scale: ExposureScale | Literal["auto"] = setting(
        "auto",
        "What a unit's exposure is measured by, so that one curve serves all units: the mean of its active "
        "periods (mean), its highest (peak) or the unit's sales (size); auto: by the data.",
    )
    level: float = setting(0.9, "Probability inside the reported intervals.", unit="share", ge=0.5, le=0.99)


class MeanSd(Settings):
    """A belief as mean and standard deviation."""

    mean: float = Field(description="Mean.", gt=0.0)
    sd: float = Field(description="Standard deviation.", gt=0.0)


class Range90(Settings):
    """A belief as the range that holds the truth with 90 % probability."""

    low: float = Field(description="Lower end of the 90 % range.", gt=0.0)
    high: float = Field(description="Upper end of the 90 % range.", gt=0.0)

    @model_validator(mode="after")
    def _ordered(self) -> "Range90":
        if self.high <= self.low:
            raise ValueError("high must lie above low")
        return self


class HalfLife(Settings):
    """A half-life with the bounds that it lies within for sure."""

    mean: float = Field(description="Most plausible half-life in periods.", gt=0.0, le=52.0)
    low: float = Field(description="Shortest half-life, in periods.", gt=0.0, le=52.0)
    high: float = Field(description="Longest half-life, in periods.", gt=0.0, le=52.0)

    @model_validator(mode="after")
    def _ordered(self) -> "HalfLife":
        if not self.low < self.mean < self.high:
            raise ValueError("mean must lie between low and high")
        return self


MEANT_FOR: Mapping[str, tuple[str, tuple[StrEnum, ...]]] = {
    "peak": ("adstock", (AdstockFamily.DELAYED,)),
    "weibull_shape": ("adstock", (AdstockFamily.WEIBULL,)),
    "shape": ("saturation", (SaturationFamily.HILL,)),
    "half_saturation": (
        "saturation",
        (SaturationFamily.HILL, SaturationFamily.EXPONENTIAL, SaturationFamily.LOGISTIC),
    ),
}
"""Statements that mean something for some families alone: of adstock or saturation, and for which."""


class ChannelPriorSettings(Settings):
    """What is believed of one channel; whatever is not said has a weak default."""

    adstock: AdstockFamily | None = setting(None, "Family of carryover; default: geometric.")
    saturation: SaturationFamily | None = setting(None, "Family of diminishing returns; default: hill.")
    half_life: Annotated[float, Field(gt=0.0, le=52.0)] | HalfLife | None = setting(
        None,
        "Periods after which the effect is half as strong (delayed: counted from its peak): a number, or a "
        "mean with the bounds low and high.",
        unit="periods",
    )
    retention: MeanSd | None = setting(
        None, "Share of the effect kept per period, instead of half_life.", unit="share"
    )
    peak: MeanSd | None = setting(
        None, "Periods from exposure to the strongest effect (adstock: delayed).", unit="periods"
    )
    weibull_shape: MeanSd | None = setting(
        None,
        "How the effect fades (adstock: weibull): 1 evenly, below 1 fast at first with a long tail, above 1 "
        "slowly at first.",
    )
    half_saturation: MeanSd | None = setting(
        None, "Exposure at half the full response, as a multiple of mean active exposure.", unit="multiple"
    )
    shape: MeanSd | None = setting(None, "Steepness of the Hill curve (1: concave, above 1: S-shaped).")
    roi: MeanSd | Range90 | None = setting(
        None, "Return on the spend of the whole data, as mean and sd or a 90 % range.", unit="money per money"
    )
    contribution_share: MeanSd | Range90 | None = setting(
        None, "Share of the outcome that the channel brings, as mean and sd or a 90 % range.", unit="share"
    )

    effect_sd: float | None = setting(
        None,
        "Scale of a half-normal belief on the full effect, where neither ROI nor share is stated.",
        unit="share of mean outcome",
        gt=0.0,
        le=5.0,
    )

    @model_validator(mode="after")
    def _one_of_each(self) -> "ChannelPriorSettings":
        if self.half_life is not None and self.retention is not None:
            raise ValueError("give half_life or retention, not both")
        if sum(each is not None for each in (self.roi, self.contribution_share, self.effect_sd)) > 1:
            raise ValueError("give only one of roi, contribution_share and effect_sd")
        if self.retention is not None and not self.retention.mean < 1.0:
            raise ValueError("the mean retention must lie below 1")
        problem = meaningless(self, adstock=self.adstock, saturation=self.saturation)
        if problem:
            raise ValueError(problem)
        return self


def meaningless(
    settings: ChannelPriorSettings, *, adstock: AdstockFamily | None, saturation: SaturationFamily | None
) -> str:
    """Return in words the first statement that means nothing for the families, empty if there is none.

    A family of None is not known, and any statement may mean something for it.
    """
    chosen = {"adstock": adstock, "saturation": saturation}
    for name, (kind, families) in MEANT_FOR.items():
        family = chosen[kind]
        if getattr(settings, name) is not None and family is not None and family not in families:
            return f"{name} means nothing for {kind}: {family} (only for {', '.join(families)})"
    return ""


class PriorSettings(Settings):
    """The priors of all channels (priors.yaml)."""

    default: ChannelPriorSettings = setting(
        ChannelPriorSettings(), "What holds for every channel that says nothing of its own."
    )
    channels: dict[str, ChannelPriorSettings] = setting({}, "Beliefs by channel name.")
    experiments: tuple[ExperimentSettings, ...] = setting(
        (),
        "Tests that calibrate the model, beside those of files: lifts in a window (start, end, lift, "
        "standard_error) and steps in spend (x, delta_x, delta_y, sigma), each with its channel.",
    )

    @model_validator(mode="after")
    def _statements_mean_something(self) -> "PriorSettings":
        adstock = self.default.adstock or AdstockFamily.GEOMETRIC
        saturation = self.default.saturation or SaturationFamily.HILL
        for name, each in {"default": self.default, **self.channels}.items():
            problem = meaningless(
                each, adstock=each.adstock or adstock, saturation=each.saturation or saturation
            )
            if problem:
                raise ValueError(f"{name}: {problem}")
        return self
