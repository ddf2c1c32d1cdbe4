"""When a diagnostic of a fit becomes a warning."""

from mmxlib.settings import Settings, setting


class DiagnosticSettings(Settings):
    """The limits of the diagnostics: they warn of what could change a decision."""

    lowest_r2: float = setting(
        0.5, "Share of a unit's variation in time that the fit should explain.", unit="share", ge=0.0, le=1.0
    )
    significance: float = setting(
        0.01,
        "Probability of a false alarm of each residual test, shared among all units.",
        unit="share",
        gt=0.0,
        le=0.2,
    )
    durbin_watson_distance: float = setting(
        0.7, "How far the Durbin-Watson statistic of the residuals may lie from 2.", gt=0.0, le=2.0
    )
    ljung_box_lags: int = setting(
        8, "Lags whose residual autocorrelations are tested together.", unit="periods", ge=1, le=52
    )
    largest_inflation: float = setting(
        10.0,
        "Variance inflation of a channel's transformed media above which channels are hard to tell apart.",
        ge=1.0,
        le=1000.0,
    )
    share_at_bounds: float = setting(
        0.2,
        "Share of the draws that may lie at the bound of a parameter.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    share_without_effect: float = setting(
        0.5,
        "Share of the draws in which a channel may bring nothing: less than a thousandth of the outcome.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    largest_shift: float = setting(
        3.0, "Prior sds by which the data may move a parameter away from its prior.", unit="prior sds", gt=0.0
    )
    least_learned: float = setting(
        0.1,
        "Share by which the data should narrow the prior range of a channel's effect.",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    highest_r_hat: float = setting(
        1.01, "R-hat of the sampler's chains, 1 where they agree (bayes only).", ge=1.0, le=10.0
    )
    least_effective_draws: float = setting(
        100.0,
        "Independent draws that a parameter's draws should be worth, for each chain (bayes only).",
        unit="draws",
        ge=0.0,
    )
    largest_divergence_share: float = setting(
        0.0,
        "Share of the sampler's steps that may fail to follow the model (bayes only).",
        unit="share",
        ge=0.0,
        le=1.0,
    )
    largest_mode_range: float = setting(
        0.5,
        "Range of a channel's return over fits that are about equally good, as a share of their mean.",
        unit="share",
        gt=0.0,
    )
