"""A workbook's file, opened with guards."""

import io
import zipfile

import pytest

from mmxlib.errors import WorkbookError
from mmxlib_excel.editing.archive import archive_bytes, read_archive, xml_root
from tests.mmxlib_excel.editing.workbooks import parts, rich_workbook, with_parts

BOOK = rich_workbook()


def _zip(*members: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members:
            package.writestr(name, content)
    return target.getvalue()


def _refused(content: bytes) -> WorkbookError:
    with pytest.raises(WorkbookError) as caught:
        read_archive(content, place="plan.xlsm")
    return caught.value


def test_an_archive_written_without_changes_holds_the_same_parts_in_the_same_order() -> None:
    before, after = parts(BOOK), parts(archive_bytes(read_archive(BOOK, place="plan.xlsm"), {}))
    assert list(before.items()) == list(after.items())


def test_a_part_can_be_replaced_and_taken_out() -> None:
    archive = read_archive(_zip(("a", b"1"), ("b", b"2"), ("c", b"3")), place="plan.xlsm")
    assert parts(archive_bytes(archive, {"a": None, "c": b"4"})) == {"b": b"2", "c": b"4"}


@pytest.mark.parametrize("content", [b"", b"PK", b"channel,spend\ntv,1\n", BOOK[: len(BOOK) // 2]])
def test_what_is_no_whole_workbook_is_refused(content: bytes) -> None:
    assert _refused(content).code == "MMX-X012"


def test_a_protected_workbook_is_named_as_such() -> None:
    fault = _refused(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600))
    assert fault.code == "MMX-X011"
    assert "password" in str(fault)


def test_a_flipped_byte_of_content_is_noticed() -> None:
    content = bytearray(_zip(("xl/workbook.xml", bytes(range(256)))))
    content[60] ^= 0xFF
    assert _refused(bytes(content)).code == "MMX-X012"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    assert _refused(_zip(("xl/worksheets/sheet1.xml", bytes(50_000_000)))).code == "MMX-X013"


def test_too_many_parts_are_refused() -> None:
    assert _refused(_zip(*[(f"part{number}", b"x") for number in range(2_001)])).code == "MMX-X013"


def test_two_parts_of_one_name_are_refused() -> None:
    assert _refused(_zip(("xl/workbook.xml", b"1"), ("xl/Workbook.xml", b"2"))).code == "MMX-X014"


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ("<workbook>", "MMX-X015"),
        ('<!DOCTYPE w [<!ENTITY e "x">]><w>&e;</w>', "MMX-X016"),
        ('<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]><w>&e;</w>', "MMX-X016"),
        ('<!DOCTYPE w SYSTEM "http://example.com/w.dtd"><w/>', "MMX-X016"),
    ],
)
def test_damaged_and_dangerous_xml_is_refused(xml: str, code: str) -> None:
    archive = read_archive(_zip(("part.xml", xml.encode())), place="plan.xlsm")
    with pytest.raises(WorkbookError) as caught:
        xml_root(archive, "part.xml")
    assert caught.value.code == code


def test_a_missing_part_is_a_damaged_workbook() -> None:
    archive = read_archive(_zip(("part.xml", b"<w/>")), place="plan.xlsm")
    with pytest.raises(WorkbookError, match="missing or damaged"):
        xml_root(archive, "other.xml")


def test_the_strict_variant_is_refused_with_the_remedy() -> None:
    from mmxlib_excel.editing.workbook_parts import workbook_parts

    common = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strict = with_parts(
        BOOK, replaced={"xl/workbook.xml": (common, "http://purl.oclc.org/ooxml/spreadsheetml/main")}
    )
    with pytest.raises(WorkbookError, match="Save it in Excel as Excel Workbook"):
        workbook_parts(read_archive(strict, place="plan.xlsx"))
