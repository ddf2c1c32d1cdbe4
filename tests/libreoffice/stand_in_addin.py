"""A stand-in for ``xlwings.xlam``: its RunPython starts Python as the real one does, and keeps what it
prints.

The real one waits on Windows until Python returns; LibreOffice could then answer no call of that Python.
This one returns at once, as on macOS.
"""

import io
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from mmxlib_excel.macros.module import Module, ModuleKind
from mmxlib_excel.macros.project import vba_project

ADD_IN = "xlwings.xlam"
_MACROS = """
Option Explicit
Private Calls As Long

Public Function RunPython(PythonCommand As String)
    Dim number As Integer
    Calls = Calls + 1
    number = FreeFile
    Open "{folder}/" & Calls & ".book" For Output As #number
    Print #number, ActiveWorkbook.Name
    Close #number
    number = FreeFile
    Open "{folder}/" & Calls & ".path" For Output As #number
    Print #number, ActiveWorkbook.FullName
    Close #number
    number = FreeFile
    Open "{folder}/" & Calls & ".code" For Output As #number
    Print #number, PythonCommand
    Close #number
    Shell "{folder}/start", 0, Calls
    RunPython = 0
End Function
"""
# What the real add-in puts in front of the code, and the arguments that it gives behind it.
_START = r"""#!/bin/sh
cd {folder} || exit
path="$(cat "$1.path")"
paths="import xlwings.utils;xlwings.utils.prepare_sys_path(\"false;$path;$path;;;;\")"
{python} -B -c "$paths; $(cat "$1.code")" \
    --wb="$(cat "$1.book")" --from_xl=1 --app=LibreOffice --hwnd=0 \
    >"$1.output" 2>"$1.errors" </dev/null
echo $? >"$1.new" && mv "$1.new" "$1.ended"
"""


@dataclass(frozen=True, slots=True)
class PythonCall:
    """One call of RunPython: the book, the code, and what Python made of it (no exit code: it still runs)."""

    book: str
    code: str
    exit_code: int | None
    output: str
    errors: str


def write_stand_in(folder: Path, environment: Mapping[str, str]) -> Path:
    """Write the add-in and what it starts into a new folder; return the add-in's path.

    Parameters
    ----------
    folder
        Where calls leave their traces, see ``python_calls``.
    environment
        Of the Python that is started: this one and no other.
    """
    folder.mkdir()
    exact = [f"{name}={value}" for name, value in environment.items()]
    python = shlex.join(["env", "-i", *exact, sys.executable])
    start = folder / "start"
    start.write_text(_START.format(folder=shlex.quote(str(folder)), python=python), encoding="utf-8")
    start.chmod(0o755)
    target = folder / ADD_IN
    target.write_bytes(_add_in(_MACROS.format(folder=folder)))
    return target


def python_calls(folder: Path) -> list[PythonCall]:
    """Return the calls that the add-in of a folder has made, in their order."""
    numbers = sorted(int(path.stem) for path in folder.glob("*.code"))
    return [_call(folder, number) for number in numbers]


def _call(folder: Path, number: int) -> PythonCall:
    def text(ending: str) -> str:
        path = folder / f"{number}.{ending}"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    ended = text("ended")
    return PythonCall(
        book=text("book").rstrip("\n"),
        code=text("code").rstrip("\n"),
        exit_code=int(ended) if ended else None,
        output=text("output"),
        errors=text("errors"),
    )


def _add_in(macros: str) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.add_worksheet("Sheet1").set_vba_name("Sheet1")
    book.set_vba_name("ThisWorkbook")
    modules = [
        Module("ThisWorkbook", "", ModuleKind.WORKBOOK),
        Module("Sheet1", "", ModuleKind.WORKSHEET),
        Module("Main", macros),
    ]
    book.add_vba_project(io.BytesIO(vba_project(modules)), is_stream=True)
    book.close()
    return target.getvalue()
