"""The macro part of a workbook, read back by an independent reader."""

import re
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmxlib.errors import WorkbookError
from mmxlib_excel.macros.module import Module, ModuleKind
from mmxlib_excel.macros.project import vba_project

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the reader's own imports warn; that is not ours to mend
    import olefile
    from oletools.olevba import VBA_Parser

MACRO = 'Option Explicit\n\nPublic Sub Ping()\n    MsgBox "here"\nEnd Sub\n'
DOCUMENTS = (
    Module("ThisWorkbook", "", ModuleKind.WORKBOOK),
    Module("Sheet1", "", ModuleKind.WORKSHEET),
)
LINES = st.text([chr(code) for code in (9, *range(32, 127))], max_size=120)
TEXTS = st.lists(LINES, max_size=40).map("\n".join)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,30}", fullmatch=True)


def _read_back(content: bytes) -> dict[str, str]:
    parser = VBA_Parser("vbaProject.bin", data=content)
    try:
        return {
            name.rpartition(".")[0]: text if isinstance(text, str) else text.decode("ascii")
            for _, _, name, text in parser.extract_macros()
        }
    finally:
        parser.close()


def test_every_module_comes_back_byte_for_byte() -> None:
    modules = (*DOCUMENTS, Module("Main", MACRO), Module("Other", MACRO.replace("Ping", "Pong") * 200))
    assert _read_back(vba_project(modules)) == {module.name: module.stored_text for module in modules}


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_any_plain_text_comes_back_byte_for_byte(texts: list[str]) -> None:
    modules = [*DOCUMENTS, *(Module(f"Module{number}", text) for number, text in enumerate(texts))]
    assert _read_back(vba_project(modules)) == {module.name: module.stored_text for module in modules}


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.lists(NAMES, min_size=1, max_size=40, unique_by=str.lower))
def test_any_valid_names_come_back_in_their_order(names: list[str]) -> None:
    taken = {"vbaproject", "stdole", "office", "dir", "thisworkbook", "sheet1"}
    modules = [*DOCUMENTS, *(Module(name, MACRO) for name in names if name.lower() not in taken)]
    assert list(_read_back(vba_project(modules))) == [module.name for module in modules]


def test_the_same_modules_give_the_same_bytes() -> None:
    modules = (*DOCUMENTS, Module("Main", MACRO))
    assert vba_project(modules) == vba_project(list(modules))


def test_line_ends_of_any_system_are_stored_as_the_editor_stores_them() -> None:
    stored = {Module("Main", MACRO.replace("\n", end)).stored_text for end in ("\n", "\r\n", "\r")}
    assert len(stored) == 1
    assert "\n" not in stored.pop().replace("\r\n", "")


def test_a_sheet_is_a_document_and_a_macro_module_is_not() -> None:
    content = vba_project((*DOCUMENTS, Module("Main", MACRO)))
    with olefile.OleFileIO(content) as reader:
        project = reader.openstream("PROJECT").read().decode("ascii").split("\r\n")
    assert project[1:4] == ["Document=ThisWorkbook/&H00000000", "Document=Sheet1/&H00000000", "Module=Main"]


@pytest.mark.parametrize(("key", "expected"), [("CMG", bytes(4)), ("DPB", bytes(1)), ("GC", b"\xff")])
def test_the_project_is_open_without_password_and_visible(key: str, expected: bytes) -> None:
    with olefile.OleFileIO(vba_project(DOCUMENTS)) as reader:
        project = reader.openstream("PROJECT").read().decode("ascii")
    found = re.search(f'{key}="([0-9A-F]+)"', project)
    identity = re.search(r'ID="(.+?)"', project)
    assert found is not None
    assert identity is not None
    key_sum, content = _decrypted(bytes.fromhex(found[1]))
    assert content == expected
    assert key_sum == sum(identity[1].encode("ascii")) & 0xFF


def _decrypted(coded: bytes) -> tuple[int, bytes]:
    """Return project key and content by the reading half of [MS-OVBA] 2.4.3.3."""
    seed, version, key = coded[0], coded[0] ^ coded[1], coded[0] ^ coded[2]
    assert version == 2
    plain, before, last, previous = bytearray(), coded[1], coded[2], key
    for byte in coded[3:]:
        previous = byte ^ ((before + previous) & 0xFF)
        plain.append(previous)
        before, last = last, byte
    start = (seed & 6) // 2
    length = int.from_bytes(plain[start : start + 4], "little")
    assert len(plain) == start + 4 + length
    return key, bytes(plain[start + 4 :])


@pytest.mark.parametrize(
    ("module", "code", "words"),
    [
        (Module("1st", ""), "MMX-X004", "'1st' cannot be the name"),
        (Module("N" * 32, ""), "MMX-X004", "cannot be the name"),
        (Module("sheet1", ""), "MMX-X005", "two modules are named sheet1"),
        (Module("Dir", ""), "MMX-X006", "taken by the macro project"),
        (Module("Main", "' caf\u00e9"), "MMX-X007", "module Main, line 1"),
        (Module("Main", "a\n\x0bb"), "MMX-X007", "module Main, line 2"),
        (Module("Main", "'" * 1024), "MMX-X008", "1,024 characters"),
        (Module("Main", 'Attribute VB_Name = "Main"'), "MMX-X009", "a name of its own"),
    ],
)
def test_a_module_that_excel_would_not_take_is_refused_in_words(
    module: Module, code: str, words: str
) -> None:
    with pytest.raises(WorkbookError, match=re.escape(words)) as caught:
        vba_project((*DOCUMENTS, module))
    assert caught.value.code == code


def test_all_faults_are_reported_together() -> None:
    with pytest.raises(WorkbookError) as caught:
        vba_project((Module("1st", "\u20ac"), Module("Dir", "'" * 2000)))
    assert [fault.code for fault in caught.value.faults] == ["MMX-X004", "MMX-X006", "MMX-X007", "MMX-X008"]
