"""Columns are shown and hidden without touching what else a file says of them."""

from lxml import etree

from mmxlib_excel.editing.sheet_xml import MAIN, tag
from mmxlib_excel.editing.spans import USUAL_WIDTH, Span, show_columns

Said = list[dict[str, str]]


def sheet(*columns: dict[str, str]) -> etree._Element:
    """Return a sheet that says this of its columns."""
    stated = "".join(
        f"<col {' '.join(f'{name}={chr(34)}{value}{chr(34)}' for name, value in each.items())}/>"
        for each in columns
    )
    cols = f"<cols>{stated}</cols>" if columns else ""
    return etree.fromstring(f'<worksheet xmlns="{MAIN}">{cols}<sheetData/></worksheet>')


def after(root: etree._Element, *spans: Span) -> Said:
    show_columns(root, spans)
    return [dict(each.attrib) for each in root.iter(tag("col"))]


def hidden(first: int, last: int) -> Span:
    return Span("Planner", first, last, shown=False)


def shown(first: int, last: int) -> Span:
    return Span("Planner", first, last, shown=True)


def test_columns_of_which_nothing_was_said_are_hidden_before_the_cells() -> None:
    root = sheet()
    assert after(root, hidden(2, 4)) == [{"min": "2", "max": "4", "width": USUAL_WIDTH, "hidden": "1"}]
    assert [each.tag for each in root] == [tag("cols"), tag("sheetData")]


def test_showing_columns_of_which_nothing_was_said_says_nothing() -> None:
    root = sheet()
    before = etree.tostring(root)
    assert after(root, shown(2, 4)) == []
    assert etree.tostring(root) == before


def test_a_description_that_reaches_further_holds_for_the_rest_as_it_did() -> None:
    said = after(sheet({"min": "1", "max": "9", "width": "12", "style": "3"}), hidden(2, 3))
    assert said == [
        {"min": "1", "max": "1", "width": "12", "style": "3"},
        {"min": "2", "max": "3", "width": "12", "style": "3", "hidden": "1"},
        {"min": "4", "max": "9", "width": "12", "style": "3"},
    ]


def test_a_column_shown_again_has_its_width_and_one_without_any_the_usual_one() -> None:
    kept = {"min": "2", "max": "2", "width": "12", "hidden": "1"}
    folded = {"min": "3", "max": "3", "width": "0", "hidden": "1"}
    assert after(sheet(kept, folded), shown(2, 3)) == [
        {"min": "2", "max": "2", "width": "12"},
        {"min": "3", "max": "3", "width": USUAL_WIDTH},
    ]


def test_hiding_and_showing_again_leaves_what_was_said() -> None:
    first = {"min": "1", "max": "9", "width": "12"}
    root = sheet(first)
    after(root, hidden(4, 6))
    widths = {
        number: each["width"]
        for each in after(root, shown(4, 6))
        for number in range(int(each["min"]), int(each["max"]) + 1)
    }
    assert widths == dict.fromkeys(range(1, 10), "12")
    assert not any("hidden" in each.attrib for each in root.iter(tag("col")))
