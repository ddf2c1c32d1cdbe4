"""Which tests judge which file: those that state what it must do, and take seconds."""

MATHS, BUDGETS = "mmxlib/maths", "mmxlib/maths/budgets"
_ADSTOCKS = ("tests/maths/test_adstocks.py", "tests/maths/test_media.py")
_SATURATIONS = ("tests/maths/test_saturations.py",)


def _of(*names: str) -> tuple[str, ...]:
    return tuple(f"tests/maths/test_{name}.py" for name in names)


def _of_budgets(*names: str) -> tuple[str, ...]:
    return tuple(f"tests/maths/budgets/test_{name}.py" for name in names)


JUDGES: dict[str, tuple[str, ...]] = {
    "mmxlib/workflow/store.py": ("tests/workflow/test_store.py",),
    f"{MATHS}/adstock.py": _ADSTOCKS,
    f"{MATHS}/adstocks/delayed.py": _ADSTOCKS,
    f"{MATHS}/adstocks/geometric.py": _ADSTOCKS,
    f"{MATHS}/adstocks/lags.py": _ADSTOCKS,
    f"{MATHS}/adstocks/weibull.py": _ADSTOCKS,
    f"{MATHS}/saturation.py": _SATURATIONS,
    f"{MATHS}/saturations/exponential.py": _SATURATIONS,
    f"{MATHS}/saturations/hill.py": _SATURATIONS,
    f"{MATHS}/saturations/logistic.py": _SATURATIONS,
    f"{MATHS}/saturations/none.py": _SATURATIONS,
    f"{MATHS}/media.py": _of("media"),
    f"{MATHS}/regression.py": _of("regression"),
    f"{MATHS}/metrics.py": _of("metrics"),
    f"{MATHS}/convergence.py": _of("convergence"),
    f"{MATHS}/splits.py": _of("splits_by_hand", "splits"),
    f"{MATHS}/robust.py": _of("robust"),
    f"{MATHS}/mixture.py": _of("mixture"),
    f"{MATHS}/residuals.py": _of("residuals"),
    f"{MATHS}/stretches.py": _of("stretches"),
    f"{MATHS}/seasonality.py": _of("seasonality"),
    f"{MATHS}/shifts.py": _of("shifts", "shift_likelihood"),
    f"{MATHS}/clustering.py": _of("clustering"),
    f"{MATHS}/arrow.py": _of("arrow"),
    f"{MATHS}/elementary.py": _of("elementary"),
    f"{MATHS}/loess.py": _of("loess"),
    f"{MATHS}/curvature.py": _of("small_curvatures"),
    f"{MATHS}/density.py": _of("density_terms"),
    f"{MATHS}/density_parts.py": _of("density_terms"),
    f"{MATHS}/experiment_parts.py": _of("density_terms"),
    f"{MATHS}/inference.py": _of("inference", "start_points"),
    f"{MATHS}/unbounded.py": _of("unbounded"),
    f"{BUDGETS}/limits.py": _of_budgets("limits"),
    f"{BUDGETS}/conflicts.py": _of_budgets("conflicts"),
    f"{BUDGETS}/shadow_prices.py": _of_budgets("shadow_prices"),
    f"{BUDGETS}/least_total.py": _of_budgets("least_total"),
    f"{BUDGETS}/draw_objectives.py": _of_budgets("draw_objectives"),
    f"{BUDGETS}/draw_curvature.py": _of_budgets("draw_curvature"),
    f"{BUDGETS}/majorant.py": _of_budgets("majorant"),
    f"{BUDGETS}/certificate.py": _of_budgets("mixed_bound"),
}
