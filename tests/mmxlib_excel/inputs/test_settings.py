"""Settings from the sheets: as strict as YAML, all faults at once, each with its cell."""

import datetime

import pytest

from mmxlib.config import Config, revised
from mmxlib.errors import Fault, SettingsError
from mmxlib_excel.inputs.settings import (
    check_sheet_channels,
    data_config,
    located,
    read_run_folder,
    read_settings,
    settings_changes,
)
from mmxlib_excel.layout import constraints, priors, scenarios, settings
from tests.mmxlib_excel.inputs.books import (
    CHANNELS,
    SETTING_SHEETS,
    MemoryBook,
    at,
    settings_book,
    with_layout,
)
from tests.model.panels import known


def refused(book: MemoryBook) -> tuple[Fault, ...]:
    with pytest.raises(SettingsError) as error:
        read_settings(book)
    return error.value.faults


def only(book: MemoryBook) -> Fault:
    (fault,) = refused(book)
    return fault


def value_of(name: str, book: MemoryBook) -> str:
    return at(settings.BLOCK, name, "value", book=book)


def test_sheets_without_values_mean_the_defaults_but_for_scenarios() -> None:
    book = with_layout(MemoryBook(), SETTING_SHEETS)
    book.type("Scenarios!A6", "base")
    assert read_settings(book) == revised(Config(), {"budget.scenarios": {"base": {}}})


def test_an_emptied_value_means_the_default() -> None:
    book = settings_book(revised(Config(), {"model.draws": 90}))
    book.type(value_of("model.draws", book), "  ")
    assert read_settings(book) == Config()


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("model.draws", 90.0, 90),
        ("model.draws", "90", 90),
        ("model.harmonics", "auto", "auto"),
        ("model.harmonics", 2.0, 2),
        ("trend_scanner.adjust_for_drivers", False, False),
        ("trend_scanner.adjust_for_drivers", "False", False),
        ("data.currency", "EUR", "EUR"),
        ("data.columns.date", 2024.0, "2024"),
        ("data.columns.date", '"null"', "null"),
        ("data.event_name_column", "null", None),
        ("data.as_of", datetime.datetime(2024, 1, 31), "2024-01-31"),  # noqa: DTZ001 - as Excel holds a day
        ("data.as_of", datetime.date(2024, 1, 31), "2024-01-31"),
        ("data.as_of", "2024-01-31", "2024-01-31"),
        ("data.encoding", "Windows-1252", "cp1252"),
        ("budget.margin", "{north: 0.3, south: 0.4}", {"north": 0.3, "south": 0.4}),
        ("budget.margin", 0.3, 0.3),
        ("segmentation.features", "[price, growth]", ["price", "growth"]),
        ("data.channels", "{tv: {spend: tv cost}}", {"tv": {"spend": "tv cost"}}),
    ],
)
def test_a_value_is_read_as_it_would_be_from_yaml(name: str, typed: object, value: object) -> None:
    book = settings_book()
    book.type(value_of(name, book), typed)
    assert read_settings(book) == revised(Config(), {name: value})


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (5.5, "draws is 5.5, but must be a whole number from 20 to 4000"),
        (5, "draws is 5, but must be a whole number from 20 to 4000"),
        ("1,000", 'draws is "1,000", but must be a whole number'),
        (True, "draws is true, but must be a whole number"),
        ("[1", "no value, list or names with values"),
        ("{a: 1, a: 2}", '"a" is set twice'),
        ("&x 1", "Aliases (& and *) are not allowed"),
        ("#N/A", "The cell shows #N/A: a formula has no result"),
        ("#DIV/0!", "The cell shows #DIV/0!"),
        (datetime.date(2026, 5, 1), "2026-05-01: Excel took what was typed for a day"),
        (datetime.time(12, 30), "12:30:00: Excel took what was typed for a day or a time"),
    ],
)
def test_a_value_that_is_not_allowed_is_told_with_its_cell(typed: object, said: str) -> None:
    book = settings_book()
    place = value_of("model.draws", book)
    book.type(place, typed)
    fault = only(book)
    assert (said in fault.problem, fault.place) == (True, place)
    assert fault.remedy


def test_all_faults_of_all_sheets_are_told_at_once() -> None:
    book = settings_book()
    places = [
        value_of("seed", book),
        at(priors.BLOCK, "tv", "half_life_mean", book=book),
        at(priors.BLOCK, "radio", "adstock", book=book),
        at(constraints.BLOCK, "tv", "upper", book=book),
        at(scenarios.BLOCK, "base", "goal", book=book),
    ]
    for place in places:
        book.type(place, "tvv")
    assert [fault.place for fault in refused(book)] == places


@pytest.mark.parametrize(
    ("typed", "column", "said"),
    [
        ({"roi_mean": 2.0}, "roi_mean", "roi is"),
        ({"roi_low": 4.0, "roi_high": 1.0}, "roi_low", "high must lie above low"),
        ({"retention_mean": 0.5}, "retention_sd", "sd is null"),
        ({"retention_sd": 0.5}, "retention_mean", "mean is null"),
        ({"half_life_mean": 9.0, "half_life_low": 1.0, "half_life_high": 2.0}, "half_life_mean", "between"),
        ({"half_life_mean": 2.0, "retention_mean": 0.5, "retention_sd": 0.1}, "channel", "not both"),
        ({"adstock": "weibull", "peak_mean": 1.0, "peak_sd": 1.0}, "channel", "peak means nothing"),
        ({"peak_mean": 1.0, "peak_sd": 1.0}, "channel", "peak means nothing"),
        ({"half_life_mean": "#REF!"}, "half_life_mean", "#REF!"),
    ],
)
def test_a_prior_that_makes_no_sense_is_told_in_its_row(
    typed: dict[str, object], column: str, said: str
) -> None:
    book = settings_book()
    for name, value in typed.items():
        book.type(at(priors.BLOCK, "radio", name, book=book), value)
    place = at(priors.BLOCK, "radio", column, book=book)
    assert any(said in fault.problem and fault.place == place for fault in refused(book))
    assert {fault.place for fault in refused(book)} == {place}


def test_a_contradiction_of_the_first_row_is_told_there() -> None:
    book = settings_book()
    book.type(at(priors.BLOCK, "default", "weibull_shape_mean", book=book), 2)
    book.type(at(priors.BLOCK, "default", "weibull_shape_sd", book=book), 1)
    assert only(book).place == at(priors.BLOCK, "default", "channel", book=book)


def test_a_half_life_alone_is_a_number_and_with_bounds_a_range() -> None:
    book = settings_book()
    book.type(at(priors.BLOCK, "tv", "half_life_mean", book=book), 3)
    for column, value in (("mean", 3), ("low", 2), ("high", 4)):
        book.type(at(priors.BLOCK, "radio", f"half_life_{column}", book=book), value)
    patch = {"priors.tv.half_life": 3, "priors.radio.half_life": {"mean": 3, "low": 2, "high": 4}}
    assert read_settings(book) == revised(Config(), patch)


def test_a_factor_left_empty_is_that_of_the_first_row() -> None:
    book = settings_book()
    book.type(at(constraints.BLOCK, "default", "upper", book=book), 1.2)
    book.type(at(constraints.BLOCK, "tv", "lower", book=book), 0.9)
    read = read_settings(book).constraints
    assert (read.channels["tv"].lower, read.channels["tv"].upper, list(read.channels)) == (0.9, 1.2, ["tv"])


def test_goals_that_need_more_are_told_where_it_is_missing() -> None:
    book = settings_book()
    book.type(at(scenarios.BLOCK, "base", "goal", book=book), "profit")
    book.type(at(scenarios.BLOCK, "aggressive", "goal", book=book), "target")
    assert [fault.place for fault in refused(book)] == [at(scenarios.BLOCK, "aggressive", "name", book=book)]
    book.type(at(scenarios.BLOCK, "aggressive", "target", book=book), 1e6)
    assert only(book).place == value_of("budget.margin", book)


def test_scenarios_must_have_names_that_nothing_else_has() -> None:
    book = settings_book()
    book.type("Scenarios!A9", "present")
    assert only(book).place == "Scenarios!A9"
    book.type("Scenarios!A9", "base")
    assert only(book).problem == '"base" stands twice: here and in Scenarios!A6.'
    book.type("Scenarios!A9", None)
    book.type("Scenarios!C9", 1.2)
    assert (only(book).place, "no name" in only(book).problem) == ("Scenarios!A9", True)


def test_no_scenario_at_all_is_refused() -> None:
    book = settings_book()
    for row in (6, 7, 8):
        for column in "ABCDEFGHIJKLMNOPQRST":
            book.type(f"Scenarios!{column}{row}", None)
    assert (only(book).place, "at least one scenario" in only(book).problem) == ("Scenarios", True)


def test_what_the_budget_writes_below_the_scenarios_is_not_read() -> None:
    book = settings_book()
    book.type("Scenarios!A41", "present")
    book.type("Scenarios!B41", 1e6)
    assert read_settings(book) == Config()


def test_a_channel_called_default_has_a_row_of_its_own() -> None:
    config = revised(Config(), {"priors.channels.default.half_life": 2, "priors.default.half_life": 3})
    assert read_settings(settings_book(config)) == config


def test_an_unknown_setting_is_told_with_what_was_meant() -> None:
    book = settings_book()
    place = at(settings.BLOCK, "model.draws", "name", book=book)
    book.type(place, "model.drawz")
    assert (only(book).place, only(book).remedy) == (place, 'Did you mean "model.draws"?')
    book.type(place, "priors.channels.tv.half_life")
    assert only(book).remedy == "Set it on the sheet Priors."


def test_a_heading_that_is_unknown_or_repeated_is_told() -> None:
    book = settings_book()
    book.type("Priors!B6", "ROI lwo")
    assert (only(book).place, 'Did you mean "ROI low"?' in only(book).remedy) == ("Priors!B6", True)
    book.type("Priors!B6", "ROI high")
    assert (only(book).place, "that of B6" in only(book).problem) == ("Priors!C6", True)


def test_a_sheet_or_its_headings_may_not_be_lost() -> None:
    book = settings_book()
    del book.cells["Priors"]
    assert (only(book).place, 'no sheet "Priors"' in only(book).problem) == ("Priors", True)
    book = settings_book()
    for column in "ABCD":
        book.type(f"Constraints!{column}5", None)
    assert (only(book).place, "headings" in only(book).problem) == ("Constraints", True)
    book = settings_book()
    book.type("Constraints!A5", None)
    assert (only(book).place, 'no column "Channel"' in only(book).problem) == ("Constraints!A5", True)


def test_rows_and_columns_may_be_moved_and_notes_kept_beside_the_table() -> None:
    book = settings_book(revised(Config(), {"priors.tv.roi": {"low": 0.5, "high": 4}, "seed": 5}))
    for sheet, row in (("Priors", 3), ("Priors", 9), ("Settings", 1), ("Scenarios", 2)):
        book.insert_row(sheet, row)
    for row in range(7, 12):  # the two columns of the range change places
        low, high = book.value("Priors", f"B{row}"), book.value("Priors", f"C{row}")
        book.type(f"Priors!B{row}", high)
        book.type(f"Priors!C{row}", low)
    book.type("Priors!AC7", "My notes")
    book.type("Priors!AC8", "ask Ana")
    assert read_settings(book) == revised(Config(), {"priors.tv.roi": {"low": 0.5, "high": 4}, "seed": 5})


def test_channels_that_the_data_lack_are_told_at_their_cells() -> None:
    book = settings_book(
        revised(
            Config(),
            {
                "priors.tvv.half_life": 3,
                "constraints.channels.radioo.lower": 0.7,
                "budget.scenarios.base.channels": {"serch": {"upper_change": 0.1}},
            },
        )
    )
    panel = known().panel
    with pytest.raises(SettingsError) as error:
        check_sheet_channels(book, read_settings(book), panel)
    assert [fault.place for fault in error.value.faults] == [
        at(priors.BLOCK, "tvv", "channel", book=book),
        at(constraints.BLOCK, "radioo", "channel", book=book),
        at(scenarios.BLOCK, "base", "channels", book=book),
    ]


@pytest.mark.parametrize(
    ("place", "cell"),
    [
        ("priors.yaml: channels.tv.half_life", "Priors!L8"),
        ("priors.yaml: channels.radio.half_life", "Priors!L7"),
        ("priors.yaml", "Priors"),
        ("budget.scenarios.base (optimization.yaml)", "Scenarios!A6"),
        ("seed (global.yaml)", "Settings!B8"),
        ("insight.level", "insight.level"),
        ("global.yaml", "Settings"),
        ("sheet Sales, cell C7", "sheet Sales, cell C7"),
    ],
)
def test_faults_that_later_steps_find_are_told_at_cells(place: str, cell: str) -> None:
    book = settings_book(revised(Config(), {"priors.tv.half_life": 3, "priors.default.half_life": 2}))
    fault = Fault("MMX-T000", "As data.files in global.yaml says.", "See priors.yaml.", place)
    (found,) = located([fault], book)
    assert (found.problem, found.remedy) == (
        "As data.files on the sheet Settings says.",
        "See the sheet Priors.",
    )
    assert found.place == cell


def test_columns_of_data_are_known_although_another_setting_is_wrong() -> None:
    book = settings_book()
    book.type(value_of("data.columns.sales", book), "Umsatz")
    book.type(value_of("model.draws", book), 1)
    assert data_config(book) == revised(Config(), {"data.columns.sales": "Umsatz"})
    book.type(value_of("data.outcome_kind", book), "pieces")
    assert data_config(book) == Config()


def test_the_run_folder_is_a_folder_of_this_computer() -> None:
    book = settings_book()
    assert read_run_folder(book) == ""
    book.type("Settings!B4", r"C:\runs\spring")
    book.insert_row("Settings", 2)
    assert read_run_folder(book) == r"C:\runs\spring"
    book.type("Settings!B5", "https://example.sharepoint.com/runs")
    assert (only(book).place, "address of a site" in only(book).problem) == ("Settings!B5", True)
    book.type("Settings!B5", "#NAME?")
    assert only(book).place == "Settings!B5"


def test_writing_settings_again_changes_no_cell() -> None:
    book = settings_book(revised(Config(), {"priors.tv.roi": {"low": 0.5, "high": 4}}))
    before = {sheet: dict(cells) for sheet, cells in book.cells.items()}
    book.write(settings_changes(read_settings(book), CHANNELS))
    assert book.cells == before


def test_channels_of_the_data_get_rows_and_what_was_typed_stays() -> None:
    book = settings_book(channels=())
    book.type("Priors!A8", "radio")
    book.type("Priors!B8", 0.5)
    book.type("Priors!C8", 4)
    config = read_settings(book)
    book.write(settings_changes(config, ("tv", "radio")))
    assert [book.value("Priors", f"A{row}") for row in range(7, 11)] == ["default", "tv", "radio", None]
    assert [book.value("Constraints", f"A{row}") for row in range(6, 10)] == ["default", "tv", "radio", None]
    assert read_settings(book) == config


def test_what_no_cell_can_hold_is_refused_before_it_is_written() -> None:
    long = revised(Config(), {"data.event_columns": {f"column {each}": "x" * 300 for each in range(120)}})
    with pytest.raises(SettingsError, match="32,767") as error:
        settings_changes(long, CHANNELS)
    assert error.value.faults[0].place.startswith("Settings!B")
    with pytest.raises(SettingsError, match="sign of an error"):
        settings_changes(Config(), ("#N/A",))
    many = revised(Config(), {"budget.scenarios": {f"plan {each}": {} for each in range(31)}})
    with pytest.raises(SettingsError, match="room for 30"):
        settings_changes(many, CHANNELS)
