"""From a question to its solved plan: the allocation problem, its answer, and the plan with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mmxlib.artifacts.plan import BudgetPlan
from mmxlib.budget.amounts import gap_words
from mmxlib.budget.layout import Layout, layout_of
from mmxlib.budget.limits import NamedLimits, check_possible, named_limits
from mmxlib.budget.measured_plan import Measured, measured, valued
from mmxlib.budget.plan_basis import PlanBasis
from mmxlib.budget.plan_sensitivity import AT_LIMIT, PlanSensitivity, known_gap, plan_sensitivity
from mmxlib.budget.plan_tables import Account, budget_plan
from mmxlib.budget.question import BudgetQuestion
from mmxlib.budget.reasons import channel_reasons, plan_notes, worth_of
from mmxlib.errors import InfeasibleError, UsageError
from mmxlib.maths.arrays import Vector
from mmxlib.maths.budgets.allocation import Allocation, AllocationProblem, best_allocation, local_allocation
from mmxlib.maths.budgets.cell_allocation import best_cell_allocation, cell_objective, local_cell_allocation
from mmxlib.maths.budgets.certificate import tables_of
from mmxlib.maths.budgets.draw_objectives import even_weights
from mmxlib.maths.budgets.limits import tightened
from mmxlib.maths.budgets.points import Point
from mmxlib.maths.budgets.slope_table import SlopeTable
from mmxlib.maths.budgets.spend_response import spend_response
from mmxlib.model.model import check_level
from mmxlib.terms import Detail, Goal, Measure

STARTS = 8
"""Starting points of the local search where the caller says nothing."""


@dataclass(frozen=True, slots=True)
class Search:
    """How plans are searched for and reported.

    ``starts`` >= 1 of the local search; ``level`` in [0.5, 1), the probability inside the intervals; ``seed``
    draws the starts beyond the named ones.
    """

    starts: int
    level: float
    seed: int

    def __post_init__(self) -> None:
        check_level(self.level)
        if self.starts < 1:
            raise UsageError(
                f"A search cannot begin from {self.starts} starts.",
                remedy="Give at least one.",
                code="MMX-B020",
            )

    @property
    def rng(self) -> np.random.Generator:
        """A source of chance of its own for each question, so that their order does not matter."""
        return np.random.default_rng(self.seed)


@dataclass(frozen=True, eq=False)
class Setup:
    """A question made ready to be solved.

    ``tables`` are those of channels' totals, whatever their sum; empty where cells are chosen.
    """

    basis: PlanBasis
    question: BudgetQuestion
    layout: Layout
    named: NamedLimits
    problem: AllocationProblem
    tables: tuple[SlopeTable, ...]

    def point(self, variables: Vector) -> Point:
        """Return what variables are worth, and how that changes."""
        if self.question.detail is Detail.CHANNEL:
            return self.problem.point(variables, 0.0)
        return cell_objective(self.problem).point(variables, 0.0)

    def with_total(self, total: float) -> "Setup":
        """Return the same question with a fixed total of the variables."""
        limits = replace(self.problem.limits, total_lower=total, total_upper=total)
        return replace(self, problem=replace(self.problem, limits=limits))


def setup_of(basis: PlanBasis, question: BudgetQuestion, *, measure: Measure) -> Setup:
    """Return the question's layout, limits and allocation problem.

    Raises
    ------
    InfeasibleError
        If no plan keeps the limits; it names those in conflict.
    """
    layout = layout_of(basis, question.detail, question.fixed)
    named = named_limits(basis, layout, question)
    check_possible(basis, named, question)
    counted = layout.pattern * basis.counted
    free = layout.gathered(basis.pattern * basis.present[None, :, None] * (counted > 0.0))
    problem = AllocationProblem(
        curves=valued(layout.curves, _worth(basis, question)),
        limits=tightened(named.limits),
        present=free,
        objective=question.objective,
        price={Goal.MARGINAL_ROI: question.floor, Goal.PROFIT: 1.0}.get(question.goal, 0.0),
        measure=measure,
    )
    tables = _tables(problem) if question.detail is Detail.CHANNEL else ()
    return Setup(basis, question, layout, named, problem, tables)


def _tables(problem: AllocationProblem) -> tuple[SlopeTable, ...]:
    return tables_of(
        problem.curves,
        lower=problem.limits.lower,
        upper=problem.limits.upper,
        further=[],
        weights=even_weights(problem.curves.draws),
        measure=problem.measure,
    )


def _worth(basis: PlanBasis, question: BudgetQuestion) -> Vector | float:
    """Return what one unit of outcome counts in the objective, one for all units or (unit,)."""
    if question.goal is Goal.MARGINAL_ROI:
        return basis.money_per_outcome
    return 1.0 if question.margin is None or question.goal is Goal.TARGET else question.margin


def allocated(setup: Setup, search: Search) -> Allocation:
    """Return the best allocation of a question."""
    question = setup.question
    if question.detail is Detail.CHANNEL:
        return _best(setup, search)
    return best_cell_allocation(
        setup.problem,
        solver=question.solver,
        starts=search.starts,
        rng=search.rng,
        further_starts=_spread_totals(setup, search),
    )


def _spread_totals(setup: Setup, search: Search) -> list[Vector]:
    """Return the best plan by channels' totals as cells; none where the flighting leaves no such plan."""
    coarse = replace(setup.question, detail=Detail.CHANNEL, sums=())
    try:
        by_channel = setup_of(setup.basis, coarse, measure=setup.problem.measure)
    except InfeasibleError:
        return []
    layout = by_channel.layout
    free = layout.money(_best(by_channel, search).spend) - layout.fixed
    return [setup.layout.gathered(free * setup.basis.counted)]


def climbed(setup: Setup, starts: Sequence[Vector]) -> Vector:
    """Return the best variables of local searches from feasible ``starts`` (at least one), or a start."""
    if setup.question.detail is Detail.CHANNEL:
        return local_allocation(setup.problem, starts).spend
    return local_cell_allocation(setup.problem, starts).spend


def _best(setup: Setup, search: Search) -> Allocation:
    return best_allocation(
        setup.problem,
        tables=setup.tables,
        starts=search.starts,
        rng=search.rng,
        solver=setup.question.solver,
    )


@dataclass(frozen=True, eq=False)
class SolvedPlan:
    """A plan as an artifact, and as measured."""

    plan: BudgetPlan
    own: Measured


def solved_plan(
    basis: PlanBasis, question: BudgetQuestion, *, present: Measured, search: Search
) -> SolvedPlan:
    """Return the best plan of a question whose total is given or free.

    Raises
    ------
    InfeasibleError
        If no plan keeps the limits; it names those in conflict.
    """
    setup = setup_of(basis, question, measure=Measure.CONTRIBUTION_OF_SPEND)
    allocation = allocated(setup, search)
    account = account_of(setup, allocation, status=_status(allocation))
    own = measured(basis, setup.layout, allocation.spend, margin=question.margin)
    return SolvedPlan(budget_plan(basis, own, account, present=present, level=search.level), own)


def account_of(setup: Setup, allocation: Allocation, *, status: str) -> Account:
    """Return what is said of an allocation."""
    basis, question = setup.basis, setup.question
    plan = plan_sensitivity(
        basis,
        setup.layout,
        question=question,
        named=setup.named,
        problem=setup.problem,
        allocation=allocation,
    )
    worth = worth_of(basis, question)
    money = worth.money if np.isfinite(worth.money) else 1.0
    return Account(
        scenario=question.scenario,
        objective=question.objective.kind,
        gap=plan.gap,
        status=status,
        lower=question.lower,
        upper=question.upper,
        reason=channel_reasons(basis, question, plan),
        binding=[each.binding for each in plan.channels],
        shadow_price=np.array([each.price * money for each in plan.channels]),
        notes=plan_notes(basis, question, plan),
        goal=question.goal,
        detail=question.detail,
        solver=question.solver,
        marginal=_marginal(setup, allocation),
        limits=_limits_table(plan, money),
        cells=_cells_table(setup, allocation) if question.detail is Detail.CHANNEL_AND_PERIOD else None,
    )


def _status(allocation: Allocation) -> str:
    searches = "one start" if allocation.searches == 1 else f"{allocation.searches} starts"
    gap = known_gap(allocation)
    if gap is None:
        return f"Solved from {searches}; how far a better plan could be is not known."
    return f"Solved from {searches}; no plan can be better by more than {gap_words(gap)}."


def _marginal(setup: Setup, allocation: Allocation) -> Vector | None:
    """Return the mean outcome of one more unit of money by channel, spent as the plan's variables would."""
    if setup.question.fixed is None or setup.question.detail is not Detail.CHANNEL:
        return None
    plain: Vector = spend_response(setup.layout.curves, allocation.spend).slope.mean(axis=0)
    return plain


def _limits_table(plan: PlanSensitivity, money: float) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "kind": each.kind,
                "name": each.name,
                "lower": each.lower,
                "upper": each.upper,
                "spend": each.spend,
                "binding": each.binding,
                "shadow_price": each.price * money,
                "reason": each.origin,
            }
            for each in plan.sums
        ],
        columns=["kind", "name", "lower", "upper", "spend", "binding", "shadow_price", "reason"],
    )


def _cells_table(setup: Setup, allocation: Allocation) -> pd.DataFrame:
    """Return every cell of channel and period with its limits and what its last unit of money brings."""
    basis, limits = setup.basis, setup.named.limits
    shape = (len(basis.channels), basis.periods)
    money = (setup.layout.money(allocation.spend) * basis.counted).sum(axis=0)
    fixed = money - allocation.spend.reshape(shape)
    near = AT_LIMIT * float(money.sum())
    x = allocation.spend
    binding = np.where(x - limits.lower <= near, "lower", np.where(limits.upper - x <= near, "upper", ""))
    worth = worth_of(basis, setup.question).money
    return pd.DataFrame(
        {
            "date": np.tile(basis.dates, len(basis.channels)).astype("datetime64[s]"),
            "channel": np.repeat(np.array(basis.channels, dtype=object), basis.periods),
            "spend": money.ravel(),
            "lower": limits.lower + fixed.ravel(),
            "upper": limits.upper + fixed.ravel(),
            "marginal_roi": allocation.slope * worth,
            "binding": binding.astype(object),
        }
    )
