"""What the checks are called in front of people: plain words, and the test's own name where it has one."""

from collections.abc import Mapping
from types import MappingProxyType

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "active_periods": "periods on air",
        "baseline_share": "share of the baseline",
        "believable_roi": "believable ROI",
        "breusch_pagan": "errors of equal size",
        "chains_apart": "agreement of the sampler's chains",
        "channel_share": "share of a single channel",
        "divergences": "failed steps of the sampler",
        "durbin_watson": "errors that repeat",
        "effective_draws": "draws that count",
        "error_against_last_year": "error against repeating last year",
        "error_against_no_media": "error against a model without media",
        "failed_steps": "failed steps of the sampler",
        "history": "length of the data",
        "in_sample_r2": "fit to the data",
        "jarque_bera": "single extreme errors",
        "learned": "what the data added to beliefs",
        "ljung_box": "patterns left in the errors",
        "media_variation": "ups and downs of media",
        "negative_baseline": "baseline below zero",
        "no_effect": "channels without an effect",
        "no_return": "channels that return next to nothing",
        "out_of_sample_error": "error on unseen periods",
        "parameter_at_bound": "parameters at the end of what is allowed",
        "prior_shift": "results far from what was believed",
        "r2": "fit of each segment",
        "r_hat": "agreement of the sampler's chains",
        "repeated_errors": "errors that repeat",
        "rival_fits": "other fits as good as this one",
        "variance_inflation": "channels that move together",
        "zero_outcome": "periods without any outcome",
    }
)
"""Each finishes the sentence "What was checked: …"."""

TESTS: Mapping[str, str] = MappingProxyType(
    {
        "breusch_pagan": "Breusch-Pagan",
        "durbin_watson": "Durbin-Watson",
        "effective_draws": "effective size",
        "jarque_bera": "Jarque-Bera",
        "ljung_box": "Ljung-Box",
        "r2": "R2",
        "in_sample_r2": "R2",
        "r_hat": "R-hat",
        "chains_apart": "R-hat",
        "divergences": "divergences",
        "variance_inflation": "variance inflation",
    }
)
"""What a statistician calls the check; it stands in brackets behind the plain words, on sheets of checks."""


def plain_title(name: str) -> str:
    """Return in plain words what a check is about."""
    return TITLES.get(name) or name.replace("_", " ")


def full_title(name: str) -> str:
    """Return the plain words, and in brackets what a statistician calls the check."""
    title, test = plain_title(name), TESTS.get(name)
    title = f"{title[:1].upper()}{title[1:]}"
    return f"{title} ({test})" if test else title
