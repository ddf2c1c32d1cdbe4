"""Each channel of the data gets a row, and nothing that a person stated moves."""

from mmxlib.config import Config, revised
from mmxlib_excel.inputs.channel_rows import channel_row_changes
from mmxlib_excel.inputs.settings import read_settings
from mmxlib_excel.workbooks.port import Changes
from tests.mmxlib_excel.inputs.books import MemoryBook, settings_book

STATED = revised(Config(), {"priors.radio.half_life": 2, "constraints.channels.radio.lower": 0.6})


def names(book: MemoryBook, sheet: str, first: int) -> list[object]:
    return [book.value(sheet, f"A{row}") for row in range(first, first + 6)]


def test_new_channels_take_free_rows_and_those_of_channels_that_are_gone() -> None:
    book = settings_book(STATED, ("tv", "radio", "search"))
    book.write(channel_row_changes(book, ("print", "search", "email", "radio")))
    assert names(book, "Priors", 7) == ["default", "print", "radio", "search", "email", None]
    assert names(book, "Constraints", 6) == ["default", "print", "radio", "search", "email", None]
    assert read_settings(book) == STATED


def test_rows_of_channels_that_are_gone_are_emptied_unless_they_state_something() -> None:
    book = settings_book(STATED, ("tv", "radio", "search"))
    book.write(channel_row_changes(book, ("search",)))
    assert names(book, "Priors", 7) == ["default", None, "radio", "search", None, None]
    assert read_settings(book) == STATED


def test_nothing_is_written_where_every_channel_has_its_row() -> None:
    book = settings_book(STATED, ("tv", "radio"))
    book.type("Priors!A60", "My notes: ask Ana")
    assert channel_row_changes(book, ("radio", "tv")) == Changes()


def test_a_sheet_without_its_headings_gets_no_rows() -> None:
    book = settings_book()
    book.type("Priors!A6", None)
    assert [tile.sheet for tile in channel_row_changes(book, ("print",)).cells] == ["Constraints"] * 3
