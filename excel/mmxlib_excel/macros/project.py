"""A workbook's macros, from module texts to the bytes of ``vbaProject.bin`` ([MS-OVBA] 2.2-2.4)."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from mmxlib.errors import WorkbookError
from mmxlib_excel.macros.compound_file import compound_file
from mmxlib_excel.macros.compression import compressed
from mmxlib_excel.macros.module import Module, ModuleKind, module_faults

PROJECT_NAME = "VBAProject"
# A fixed identity keeps two builds the same; it only has to be well-formed.
_PROJECT_ID = "{4C1D2B7E-6F0A-4E83-9A51-2D7C8B3E9F04}"
_SOURCE_ONLY = bytes.fromhex("CC61FFFF000100")  # no compiled cache: the program compiles the text itself
_CODE_PAGE = 1252
_NO_COOKIE = 0xFFFF
_VISIBLE = b"\xff"


@dataclass(frozen=True, slots=True)
class _Reference:
    """A type library that the macros may use."""

    name: str
    library: str


# These two stand on every machine with Office; any other could be missing, which stops every macro.
_REFERENCES = (
    _Reference(
        "stdole",
        r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    ),
    _Reference(
        "Office",
        r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#"
        r"C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL"
        r"#Microsoft Office 16.0 Object Library",
    ),
)


def vba_project(modules: Sequence[Module]) -> bytes:
    """Return the macro part of a workbook, the same bytes for the same modules.

    Parameters
    ----------
    modules
        In the order in which the editor shows them.

    Raises
    ------
    WorkbookError
        If module names or texts break the rules of the format; all faults together.

    References
    ----------
    [MS-OVBA] 2.2 (streams), 2.3 (PROJECT, PROJECTwm, dir), 2.4 (compression, encryption).
    """
    faults = module_faults(modules)
    if faults:
        raise WorkbookError.of(faults)
    texts = {
        f"VBA/{module.name}": compressed(module.stored_text.encode("ascii"), place=f"module {module.name}")
        for module in modules
    }
    return compound_file(
        {
            "VBA/dir": compressed(_dir_records(modules), place="names of the modules"),
            "VBA/_VBA_PROJECT": _SOURCE_ONLY,
            **texts,
            "PROJECT": _project_text(modules),
            "PROJECTwm": _names_in_both_encodings(modules),
        }
    )


def _record(identifier: int, content: bytes = b"") -> bytes:
    return struct.pack("<HI", identifier, len(content)) + content


def _two_bytes(value: int) -> bytes:
    return struct.pack("<H", value)


def _four_bytes(value: int) -> bytes:
    return struct.pack("<I", value)


def _dir_records(modules: Sequence[Module]) -> bytes:
    """Return the ``dir`` stream: the project, its references, its modules ([MS-OVBA] 2.3.4.2)."""
    american = _four_bytes(0x0409)
    information = [
        _record(0x01, _four_bytes(3)),  # 64-bit Windows; the text compiles on the others all the same
        _record(0x02, american) + _record(0x14, american),
        _record(0x03, _two_bytes(_CODE_PAGE)),
        _record(0x04, PROJECT_NAME.encode("ascii")),
        _record(0x05) + _record(0x40),  # description
        _record(0x06) + _record(0x3D),  # help file
        _record(0x07, _four_bytes(0)) + _record(0x08, _four_bytes(0)),  # help context, library flags
        # version: the one record whose stated size, 4, leaves out its last two bytes
        struct.pack("<HIIH", 0x09, 4, 0x65BE0257, 17),
        _record(0x0C) + _record(0x3C),  # constants
    ]
    references = [_reference_records(reference) for reference in _REFERENCES]
    counts = _record(0x0F, _two_bytes(len(modules))) + _record(0x13, _two_bytes(_NO_COOKIE))
    return b"".join([*information, *references, counts, *map(_module_records, modules), _record(0x10)])


def _reference_records(reference: _Reference) -> bytes:
    library = reference.library.encode("ascii")
    return (
        _record(0x16, reference.name.encode("ascii"))
        + _record(0x3E, reference.name.encode("utf-16-le"))
        + _record(0x0D, _four_bytes(len(library)) + library + _four_bytes(0) + _two_bytes(0))
    )


def _module_records(module: Module) -> bytes:
    plain, wide = module.name.encode("ascii"), module.name.encode("utf-16-le")
    return b"".join(
        [
            _record(0x19, plain) + _record(0x47, wide),  # name
            _record(0x1A, plain) + _record(0x32, wide),  # stream
            _record(0x1C) + _record(0x48),  # description
            _record(0x31, _four_bytes(0)),  # the text begins at once: no compiled cache before it
            _record(0x1E, _four_bytes(0)) + _record(0x2C, _two_bytes(_NO_COOKIE)),
            _record(0x21 if module.kind is ModuleKind.STANDARD else 0x22) + _record(0x2B),
        ]
    )


def _project_text(modules: Sequence[Module]) -> bytes:
    """Return the ``PROJECT`` stream: not protected, no password, visible ([MS-OVBA] 2.3.1)."""
    lines = [
        f'ID="{_PROJECT_ID}"',
        *(
            f"Module={module.name}"
            if module.kind is ModuleKind.STANDARD
            else f"Document={module.name}/&H00000000"
            for module in modules
        ),
        f'Name="{PROJECT_NAME}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{_encrypted(bytes(4), seed=0xA7)}"',
        f'DPB="{_encrypted(bytes(1), seed=0xA2)}"',
        f'GC="{_encrypted(_VISIBLE, seed=0x9D)}"',
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    ]
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _names_in_both_encodings(modules: Sequence[Module]) -> bytes:
    """Return the ``PROJECTwm`` stream ([MS-OVBA] 2.3.3)."""
    names = [
        module.name.encode("ascii") + b"\0" + module.name.encode("utf-16-le") + b"\0\0" for module in modules
    ]
    return b"".join(names) + b"\0\0"


def _encrypted(content: bytes, *, seed: int) -> str:
    """Return ``content`` in the project's obfuscation, hexadecimal ([MS-OVBA] 2.4.3.2).

    The format asks for a random seed; a fixed one keeps two builds the same and hides as much: nothing.
    """
    key = sum(_PROJECT_ID.encode("ascii")) & 0xFF
    coded = [seed, seed ^ 2, seed ^ key]
    previous = key
    ignored = bytes((seed & 6) // 2)
    for byte in ignored + _four_bytes(len(content)) + content:
        coded.append(byte ^ ((coded[-2] + previous) & 0xFF))
        previous = byte
    return bytes(coded).hex().upper()
