"""One module of a workbook's macros, and what the format asks of its name and text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mmxlib.errors import Fault
from mmxlib_excel.macros.compound_file import LONGEST_NAME

LONGEST_LINE = 1023
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_FOREIGN = re.compile(r"[^\t -~]")
# A module may not be called like its project, a library, or a stream that the format keeps beside it.
_TAKEN = frozenset({"vbaproject", "stdole", "office", "dir", "_vba_project"})


class ModuleKind(StrEnum):
    """What a module belongs to."""

    STANDARD = "standard"
    WORKBOOK = "workbook"
    WORKSHEET = "worksheet"


@dataclass(frozen=True, slots=True)
class Module:
    """One module: its name, its text without ``Attribute`` lines, and what it belongs to.

    A workbook has exactly one module of kind workbook and one of kind worksheet per sheet, whose name is the
    sheet's code name.
    """

    name: str
    text: str
    kind: ModuleKind = ModuleKind.STANDARD

    @property
    def stored_text(self) -> str:
        """The text as it is stored: attributes first, every line ended by CR and LF."""
        lines = [f'Attribute VB_Name = "{self.name}"']
        if self.kind in _DOCUMENT_CLASS:
            lines += [f'Attribute VB_Base = "0{_DOCUMENT_CLASS[self.kind]}"', *_DOCUMENT_ATTRIBUTES]
        return "\r\n".join([*lines, *self.lines]) + "\r\n"

    @property
    def lines(self) -> list[str]:
        """The lines of the text, without empty ones at its ends."""
        body = self.text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        return body.split("\n") if body else []


_DOCUMENT_CLASS = {
    ModuleKind.WORKBOOK: "{00020819-0000-0000-C000-000000000046}",
    ModuleKind.WORKSHEET: "{00020820-0000-0000-C000-000000000046}",
}
_DOCUMENT_ATTRIBUTES = (
    "Attribute VB_GlobalNameSpace = False",
    "Attribute VB_Creatable = False",
    "Attribute VB_PredeclaredId = True",
    "Attribute VB_Exposed = True",
    "Attribute VB_TemplateDerived = False",
    "Attribute VB_Customizable = True",
)


def module_faults(modules: Sequence[Module]) -> list[Fault]:
    """Return everything that keeps ``modules`` from being stored and read back, in their order."""
    return [*_name_faults(modules), *(fault for module in modules for fault in _text_faults(module))]


def _name_faults(modules: Sequence[Module]) -> list[Fault]:
    faults = []
    met: set[str] = set()
    for module in modules:
        name = module.name
        if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            remedy = f"Use a letter, then letters, digits and _, at most {LONGEST_NAME} in all."
            faults.append(Fault("MMX-X004", f"{name!r} cannot be the name of a module.", remedy))
        elif name.lower() in met:
            remedy = "Give each module a name of its own; capital letters make no difference."
            faults.append(Fault("MMX-X005", f"two modules are named {name}.", remedy))
        elif name.lower() in _TAKEN:
            remedy = "Choose another name."
            faults.append(Fault("MMX-X006", f"the name {name} is taken by the macro project itself.", remedy))
        met.add(name.lower())
    return faults


def _text_faults(module: Module) -> list[Fault]:
    faults = []
    for number, line in enumerate(module.lines, start=1):
        place = f"module {module.name}, line {number}"
        foreign = _FOREIGN.search(line)
        if foreign:
            problem = (
                f"the character {foreign[0]!r} (U+{ord(foreign[0]):04X}) reads differently on other machines."
            )
            remedy = "Write macros in plain letters, digits and punctuation; take other text from a cell."
            faults.append(Fault("MMX-X007", problem, remedy, place))
        if len(line) > LONGEST_LINE:
            problem = f"the line has {len(line):,} characters; the editor takes {LONGEST_LINE:,}."
            remedy = "Break it with a space and an underscore."
            faults.append(Fault("MMX-X008", problem, remedy, place))
        if line.startswith("Attribute VB_Name"):
            problem = "the text brings a name of its own."
            remedy = "Leave out the Attribute lines of an exported module."
            faults.append(Fault("MMX-X009", problem, remedy, place))
    return faults
