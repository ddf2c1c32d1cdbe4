"""Call a function of the benchmarks in a process of its own, so that no figure knows of what ran before."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from tests.sources import ROOT


def alone(
    act: Callable[..., Mapping[str, Any]], *arguments: Any, without: Sequence[str] = (), **environment: str
) -> dict[str, Any]:
    """Return what a function of a module returns there; arguments and result are plain values.

    Packages that it shall do ``without`` are not there for it: nothing else is imported before them.
    """
    words = [sys.executable, "-m", "tests.benchmarks.alone", act.__module__, act.__qualname__]
    done = subprocess.run(
        [*words, json.dumps(arguments), *without],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    module, name, given, *absent = sys.argv[1:]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: no such module
    print(json.dumps(getattr(import_module(module), name)(*json.loads(given))))
