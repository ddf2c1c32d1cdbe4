"""The first run on a machine: a second process compiles later steps' loops while the first steps run."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

CODE = "from mmxlib.maths.warming import compile_later_loops; compile_later_loops()"


@contextmanager
def compiling_ahead() -> Iterator[None]:
    """Compile later loops beside the work inside, where this machine has not yet.

    The process only fills numba's cache; whatever becomes of it, the run compiles what it still needs itself.
    """
    from mmxlib.maths.warming import is_compiled

    if is_compiled():
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
