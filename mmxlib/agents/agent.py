"""What an agent is: a frozen value with ``requires``, ``produces`` and ``run``.

It does no I/O, reads no clock and has no hidden state.
"""

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np

from mmxlib.errors import UsageError
from mmxlib.workers.tasks import Shelf

ArtifactT = TypeVar("ArtifactT")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The artifacts that an agent may read, by type, and what it may work with.

    ``by_type`` holds the artifacts. ``executor`` does an agent's independent tasks (None: the agent does them
    itself), ``shelf`` keeps their results until the step is done (None: nothing is kept). Neither may move a
    digit of the result.
    """

    by_type: Mapping[type, object]
    executor: Executor | None = None
    shelf: Shelf | None = None

    def __getitem__(self, kind: type[ArtifactT]) -> ArtifactT:
        """Return the artifact of type ``kind``.

        Raises
        ------
        UsageError
            If the agent did not declare that it requires this type.
        """
        value = self.by_type.get(kind)
        if not isinstance(value, kind):
            raise UsageError(
                f"The agent asked for {kind.__name__}, which it does not name in `requires`.",
                remedy=f"Add {kind.__name__} to `requires`.",
                code="MMX-A001",
            )
        return value


@runtime_checkable
class Agent(Protocol):
    """One step's work: settings in, artifacts in, one artifact out.

    ``calculation_version`` is raised whenever the same inputs and settings would give another result, so that
    stored results of older versions are not reused.
    """

    @property
    def name(self) -> str:
        """The step it serves, by its name in `mmxlib.terms.StepName`."""
        ...

    @property
    def requires(self) -> tuple[type, ...]:
        """The types of artifacts it reads."""
        ...

    @property
    def produces(self) -> type:
        """The type of artifact it returns."""
        ...

    @property
    def calculation_version(self) -> int:
        """The version of its calculation."""
        ...

    def run(self, inputs: Inputs, rng: np.random.Generator) -> object:
        """Return the artifact.

        Parameters
        ----------
        inputs
            The artifacts named in ``requires``, and who may do independent tasks.
        rng
            The step's own source of chance, from the run's seed and the step's name.

        Returns
        -------
        A value of the type ``produces``, itself and not a subclass of it.
        """
        ...
