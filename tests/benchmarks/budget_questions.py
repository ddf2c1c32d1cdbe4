"""Budget questions with 400 draws, put to curves alone: by size, shape of returns and objective."""

from collections.abc import Iterator
from dataclasses import dataclass

from mmxlib.maths.budgets.allocation import AllocationProblem
from mmxlib.maths.budgets.draw_objectives import DrawObjective
from mmxlib.terms import Objective
from tests.maths.budgets.spending import MEAN, RISK, problem_of, random_curves

DRAWS = 400
WORST_TENTH = DrawObjective(Objective.CVAR, tail=0.1)
SHAPES = {"diminishing": (0.6, 1.4), "S-shaped": (2.0, 4.0)}
OBJECTIVES = {"mean": MEAN, "mean less risk": RISK, "CVaR": WORST_TENTH}


@dataclass(frozen=True, slots=True)
class Question:
    """How many channels, periods and units; which returns (of ``SHAPES``), which of ``OBJECTIVES``."""

    channels: int
    periods: int
    units: int
    returns: str
    objective: str

    @property
    def case(self) -> str:
        size = f"{self.channels} channels, {self.periods} weeks, {self.units} unit{'s' * (self.units > 1)}"
        return f"{size}, {self.returns}, {self.objective}"

    def problem(self) -> AllocationProblem:
        curves = random_curves(
            1,
            channels=self.channels,
            draws=DRAWS,
            units=self.units,
            periods=self.periods,
            shapes=SHAPES[self.returns],
        )
        return problem_of(curves, objective=OBJECTIVES[self.objective])


def questions(*, short: bool, units: tuple[int, ...]) -> Iterator[Question]:
    """Yield every question of these numbers of units; the smallest size alone in short."""
    for count in units[:1] if short else units:
        for channels, periods in ((10, 13),) if short else ((10, 13), (30, 52)):
            for returns in SHAPES:
                for objective in OBJECTIVES:
                    yield Question(channels, periods, count, returns, objective)
