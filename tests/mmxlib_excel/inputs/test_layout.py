"""The four sheets of settings are made from the settings types, so that none is forgotten."""

import re
from pathlib import Path

from mmxlib.agents.baseline import ChannelConstraintSettings
from mmxlib.agents.scenario_settings import ScenarioSettings
from mmxlib.config import Config, descriptions
from mmxlib.model.settings import ChannelPriorSettings
from mmxlib_excel.inputs.contents import settings_contents
from mmxlib_excel.layout import constraints, priors, scenarios, settings
from tests.mmxlib_excel.inputs.books import SETTING_SHEETS, drawn_book


def test_every_setting_stands_on_one_of_the_sheets() -> None:
    own = {
        *(f"priors.default.{statement.setting}" for statement in priors.STATEMENTS.values()),
        *(f"constraints.default.{column.name}" for column in constraints.BLOCK.columns),
        *(f"budget.scenarios.base.{column.name}" for column in scenarios.BLOCK.columns),
    }
    maps = {"priors.channels", "constraints.channels", "priors.experiments"}
    others = ("budget.scenarios.aggressive.", "budget.scenarios.conservative.")
    missing = {about.name for about in descriptions(Config()) if not about.name.startswith(others)}
    assert missing - settings.SETTINGS.keys() - own - maps == set()


def test_priors_constraints_and_scenarios_have_a_column_for_each_setting() -> None:
    assert {each.setting for each in priors.STATEMENTS.values()} == ChannelPriorSettings.model_fields.keys()
    for block, kind in ((constraints.BLOCK, ChannelConstraintSettings), (scenarios.BLOCK, ScenarioSettings)):
        assert [column.name for column in block.columns][1:-1] == list(kind.model_fields)


def test_a_closed_choice_has_a_list() -> None:
    choices = {name: each.choices for name, each in settings.SETTINGS.items() if each.choices}
    assert choices["model.method"] == ("ridge", "bayes")
    assert choices["model.exposure_scale"] == ("mean", "peak", "size", "auto")
    assert choices["trend_scanner.adjust_for_drivers"] == ("TRUE", "FALSE")
    assert not {"model.harmonics", "budget.margin", "data.controls", "segmentation.features"} & choices.keys()
    rows = list(settings.SETTINGS)
    assert settings.BLOCK.cell_choices == {
        (rows.index(name), "value"): each for name, each in choices.items()
    }


def test_each_table_ends_with_the_column_check_and_no_heading_stands_twice() -> None:
    for block in (settings.BLOCK, priors.BLOCK, constraints.BLOCK, scenarios.BLOCK):
        labels = [column.label.casefold() for column in block.columns]
        assert block.columns[-1].name == "check"
        assert len(set(labels)) == len(labels)


def test_there_is_room_for_thirty_channels_and_thirty_scenarios_above_their_results() -> None:
    assert (priors.BLOCK.rows, constraints.BLOCK.rows, scenarios.BLOCK.rows) == (31, 31, 30)
    assert scenarios.BLOCK.body().last.row < scenarios.COMPARED.head.row - 1


def test_contents_have_a_value_for_each_column() -> None:
    contents = settings_contents(Config(), ("tv", "radio"))
    blocks = {block.name: block for sheet in SETTING_SHEETS for block in sheet.blocks}
    for name, rows in contents.items():
        assert {len(row) for row in rows} == {len(blocks[name].columns)}
    assert [row[0] for row in contents["mmx_priors"]] == ["default", "tv", "radio"]
    assert [row[0] for row in contents["mmx_scenarios"]] == ["base", "aggressive", "conservative"]


def test_the_drawn_sheets_show_every_setting_with_its_meaning(tmp_path: Path) -> None:
    book = drawn_book(tmp_path, Config(), ("tv",))
    rows = {row[0]: row for _, row in book.numbered_rows("Settings")}
    assert rows["model.draws"][1:6] == (
        200, "draws", "a whole number from 20 to 4000", "200",
        "Draws from which intervals are made: bootstrap refits, or with bayes so many of the chains' draws.",
    )  # fmt: skip
    assert all(re.search("[.?]$", str(rows[name][5])) for name in settings.SETTINGS)
