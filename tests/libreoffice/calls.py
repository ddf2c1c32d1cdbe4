"""Calls of functions that use LibreOffice, each in a process of its own that cannot hang or crash the
tests.

A function to call lives in a module of this package, takes the connection first and the rest by name, and
takes and returns what JSON can say.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from tests.libreoffice.installed import ROOT

PATIENCE = 5.0  # a LibreOffice that does not listen for so long is gone


class OfficeError(Exception):
    """LibreOffice, or a call to it, did not do what was asked."""


def answer(
    function: Callable[..., Any],
    *,
    pipe: str,
    environment: Mapping[str, str],
    deadline: float,
    **arguments: Any,
) -> Any:
    """Return what ``function`` answers in a process of its own.

    Raises
    ------
    OfficeError
        If it raises, crashes, or has not answered within ``deadline`` seconds.
    """
    name = f"{function.__module__}:{function.__name__}"
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.libreoffice.calls", name, pipe, str(deadline)],
            input=json.dumps(arguments),
            env={**environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=deadline,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise OfficeError(f"{name} did not answer within {deadline:g} s: {arguments}") from late
    if done.returncode:
        raise OfficeError(f"{name} ended with {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


def main(name: str, pipe: str, seconds: str) -> None:
    """Run one function with the arguments on standard input and write its answer."""
    from tests.libreoffice.connection import connected

    module, _, function = name.partition(":")
    arguments = json.load(sys.stdin)
    answered = getattr(importlib.import_module(module), function)(
        connected(pipe, seconds=min(float(seconds), PATIENCE)), **arguments
    )
    json.dump(answered, sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # the bridge's own threads may crash a process that takes leave in order


if __name__ == "__main__":
    main(*sys.argv[1:])
