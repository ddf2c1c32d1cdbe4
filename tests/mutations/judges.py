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
    f"{BUDGETS}/linear_programs.py": _of_budgets("linear_programs"),
    f"{BUDGETS}/ceiling_program.py": _of_budgets("ceiling_program", "ceilings"),
    f"{BUDGETS}/ceiling_bound.py": _of_budgets("ceilings"),
    f"{BUDGETS}/conflicts.py": _of_budgets("conflicts"),
    f"{BUDGETS}/shadow_prices.py": _of_budgets("multipliers"),
    f"{BUDGETS}/least_total.py": _of_budgets("least_total_small"),
    f"{BUDGETS}/draw_objectives.py": _of_budgets("draw_objectives"),
    f"{BUDGETS}/draw_curvature.py": _of_budgets("draw_curvature"),
    f"{BUDGETS}/majorant.py": _of_budgets("tents"),
    f"{BUDGETS}/slope_table.py": _of_budgets("slope_table"),
    f"{BUDGETS}/mixed_bound.py": _of_budgets("mixtures"),
    f"{BUDGETS}/cell_objective.py": _of_budgets("cell_objective"),
    f"{BUDGETS}/cell_bound.py": _of_budgets("cell_bound_small"),
    f"{BUDGETS}/cell_terms.py": _of_budgets("cell_terms", "cell_bends"),
    f"{BUDGETS}/cell_response.py": _of_budgets("cell_terms"),
    f"{BUDGETS}/cell_lines.py": _of_budgets("cell_lines", "cell_bends"),
    f"{BUDGETS}/starting_points.py": _of_budgets("starting_points"),
    f"{BUDGETS}/local_search.py": _of_budgets("local_search"),
    f"{BUDGETS}/global_search.py": _of_budgets("tried_points"),
    f"{BUDGETS}/interior_search.py": _of_budgets("interior_search"),
    f"{BUDGETS}/cell_curvature.py": _of_budgets("cell_bends"),
    f"{BUDGETS}/allocation.py": _of_budgets("allocation_small"),
    f"{BUDGETS}/cell_allocation.py": _of_budgets("cell_allocation_small"),
    f"{BUDGETS}/spend_response.py": _of_budgets("spend_response"),
    f"{BUDGETS}/certificate.py": _of_budgets("certificate"),
}
