"""The command ``mmx``: finds the command, runs it, and turns its end into an exit code."""

import argparse
import difflib
import gc
import os
import sys
import warnings
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from mmxlib.cli import (
    approve,
    backtest,
    check,
    compare,
    excel,
    explain,
    forecast,
    init,
    optimize,
    report,
    resume,
    review,
    revise,
    run,
    schema,
    simulate,
    status,
    stop,
    verify,
)
from mmxlib.cli.console import Console
from mmxlib.errors import ExitCode, Fault, MmxError, UsageError

COMMANDS: dict[str, ModuleType] = {
    "init": init,
    "simulate": simulate,
    "check": check,
    "run": run,
    "status": status,
    "review": review,
    "approve": approve,
    "revise": revise,
    "stop": stop,
    "resume": resume,
    "optimize": optimize,
    "compare": compare,
    "report": report,
    "verify": verify,
    "backtest": backtest,
    "forecast": forecast,
    "explain": explain,
    "schema": schema,
    "excel": excel,
}


_ALLOCATIONS = 200_000
"""How many new objects begin a search for rings among all: a table of text is many, and holds none."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are errors of mmxlib's own kind."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print.

        Raises
        ------
        UsageError
            Always.
        """
        said = message.replace("the following arguments are required", "these arguments are missing")
        said = said.replace("unrecognized arguments", "these arguments are not known here")
        raise UsageError(
            f"{said[:1].upper()}{said[1:]}.",
            remedy=f"See `{self.prog} --help`.",
            code="MMX-C001",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    console = Console.of(words)
    debug = "--debug" in words
    gc.set_threshold(_ALLOCATIONS)
    if not debug:
        warnings.simplefilter("ignore")  # a library's warning is no message to a user; doubts are notes
    try:
        return _run(words, console)
    except MmxError as error:
        if debug:
            raise
        console.fail(error.faults, error.exit_code, notes=_notes_of(error))
        return error.exit_code
    except KeyboardInterrupt:
        return _interrupted(console)
    except BrokenPipeError:
        # whoever read our output has enough of it; nothing more may be written at exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except Exception as error:  # the outermost edge: a user sees words
        if _from_interrupt(error):
            return _interrupted(console)
        if debug:
            raise
        console.fail([_our_fault(error)], ExitCode.INTERNAL, notes=_notes_of(error))
        return ExitCode.INTERNAL


def _run(words: Sequence[str], console: Console) -> int:
    parser = _parser()
    known = parser.parse_args(_corrected(words))
    if known.command is None:
        parser.print_help()
        return ExitCode.DONE
    code: int = COMMANDS[known.command].run(known, console)
    return code


def _parser() -> Parser:
    from mmxlib.cli.options import add_shared

    parser = Parser(
        prog="mmx",
        description="Marketing mix modeling: what each channel brought, and which budget is best.",
        epilog="Begin with: mmx simulate --out data; mmx init config; "
        "mmx run --input data --config config --run-dir runs/first --auto-approve",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)
    for name, module in COMMANDS.items():
        text = (module.__doc__ or "").split(":", 1)[-1].strip().split("\n")[0]
        command = commands.add_parser(
            name, help=text, description=text[:1].upper() + text[1:], allow_abbrev=False
        )
        module.add_arguments(command)
        add_shared(command)
    return parser


class _Version(argparse.Action):
    """Prints the version; reading it takes time that other commands need not spend."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from importlib.metadata import version

        print(f"mmx {version('mmxlib')}")
        parser.exit()


def _corrected(words: Sequence[str]) -> Sequence[str]:
    """Refuse a misspelled command with the one that was meant."""
    first = next((word for word in words if not word.startswith("-")), None)
    if first is None or first in COMMANDS or words[0].startswith("-"):
        return words
    near = difflib.get_close_matches(first, COMMANDS, n=1)
    raise UsageError(
        f'There is no command "{first}".',
        remedy=f"Did you mean `mmx {near[0]}`?" if near else f"The commands are {', '.join(COMMANDS)}.",
        code="MMX-C002",
    )


def _from_interrupt(error: BaseException) -> bool:
    """Return whether an interruption lies behind ``error``: compiled code wraps it in an error of its own."""
    cause = error.__cause__ or error.__context__
    return isinstance(error, KeyboardInterrupt) or (cause is not None and _from_interrupt(cause))


def _interrupted(console: Console) -> ExitCode:
    console.document({"status": "interrupted", "exit_code": int(ExitCode.INTERRUPTED)})
    console.say("Interrupted. What was finished is kept; the same command goes on from there.")
    return ExitCode.INTERRUPTED


def _notes_of(error: BaseException) -> Sequence[str]:
    """Return what was added to an error on its way: where the log is that tells more of it."""
    return tuple(getattr(error, "__notes__", ()))


def _our_fault(error: Exception) -> Fault:
    said = f": {error}" if str(error) else ""
    if _notes_of(error):
        send = "Send us the log, which quotes none of your data; with --debug it tells more, and quotes them."
    else:
        send = "Run again with --debug and send us what it prints."
    return Fault(
        "MMX-C003",
        f"Something went wrong inside mmxlib ({type(error).__name__}{said}).",
        f"This is our fault, not yours. {send}",
    )
