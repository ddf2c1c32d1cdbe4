"""The first run on a machine: a second process compiles later loops while the first steps run."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CODE = "from mmxlib.maths.warming import compile_later_loops; compile_later_loops()"


@contextmanager
def compiling_ahead() -> Iterator[None]:
    """Compile the loops after the fit beside the work inside, where this machine has not yet.

    The fit compiles its own: on two cores that is sooner than another process that does both. This one
    only fills numba's cache; whatever becomes of it, the run compiles what it still needs itself.
    """
    if _is_compiled():
        yield
        return
    process = subprocess.Popen(  # noqa: S603 - constant text to this very interpreter
        [sys.executable, "-c", CODE],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _is_compiled() -> bool:
    """Return whether the loop that a run needs last is kept where numba keeps loops."""
    import numba

    import mmxlib.maths.budgets.spend_response as last_needed

    module = Path(last_needed.__file__)
    chosen = str(getattr(numba.config, "CACHE_DIR", ""))
    kept = Path(chosen) if chosen else module.parent / "__pycache__"
    return any(kept.rglob(f"{module.stem}.*.nbi"))
