"""The workbook's macros: texts that never change, and a macro per stage made from the list of stages."""

from collections.abc import Sequence
from importlib.resources import files

from mmxlib_excel.layout.spec import Role, Sheet
from mmxlib_excel.layout.stage import LABELS, Stage
from mmxlib_excel.layout.start import macro
from mmxlib_excel.macros.module import Module, ModuleKind

WORKBOOK_MODULE = "ThisWorkbook"
"""The name of the workbook's own module."""

CANCEL = "Mmx_Cancel"
_DECLARED = "Option Explicit"


def callback(name: str) -> str:
    """Return the name of the ribbon's own macro that calls the macro ``name``."""
    return name.replace("Mmx_", "Rb_", 1)


def code_of(stage: Stage) -> str:
    """Return what Python is asked to run for a stage.

    A constant without quotation marks, dollar signs or backslashes: it passes through the command lines of
    three systems.
    """
    return f"import mmxlib_excel.buttons as b; b.press('{stage.value}')"


def modules(sheets: Sequence[Sheet]) -> tuple[Module, ...]:
    """Return all modules of the workbook with these sheets, in the order in which the editor shows them."""
    documents = [Module(sheet.code_name, "", ModuleKind.WORKSHEET) for sheet in sheets]
    results = [sheet.name for sheet in sheets if sheet.role is Role.RESULT]
    return (
        Module(WORKBOOK_MODULE, "", ModuleKind.WORKBOOK),
        *documents,
        Module("MmxRun", _text("MmxRun")),
        Module("MmxStages", _stages_text()),
        Module("MmxRibbon", _ribbon_text()),
        Module("MmxProtect", _protect_text(results)),
    )


def ribbon() -> bytes:
    """Return the ribbon's tab as it lies in the workbook."""
    return files(__package__).joinpath("ribbon", "ribbon.xml").read_bytes().replace(b"\r\n", b"\n")


def _text(module: str) -> str:
    return files(__package__).joinpath("vba", f"{module}.bas").read_text("ascii")


def _stages_text() -> str:
    subs = [_sub(macro(stage), [f'RunStage "{LABELS[stage]}", "{code_of(stage)}"']) for stage in Stage]
    return "\n\n".join([_DECLARED, "' A macro per stage, for its button and its place in the ribbon.", *subs])


def _ribbon_text() -> str:
    called = [*map(macro, Stage), CANCEL]
    subs = [_sub(callback(name), [name], takes="control As Object") for name in called]
    return "\n\n".join([_DECLARED, "' What the buttons in the ribbon call.", *subs])


def _protect_text(results: Sequence[str]) -> str:
    opened = [f'ThisWorkbook.Worksheets("{name}").Unprotect' for name in results]
    closed = [f'LockSheet ThisWorkbook.Worksheets("{name}")' for name in results]
    return "\n\n".join([_text("MmxProtect").rstrip("\n"), _sub("MmxUnlock", opened), _sub("MmxLock", closed)])


def _sub(name: str, lines: Sequence[str], *, takes: str = "") -> str:
    return "\n".join([f"Public Sub {name}({takes})", *(f"    {line}" for line in lines), "End Sub"])
