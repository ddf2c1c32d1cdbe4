"""What the four sheets of settings hold for given settings, row by row."""

from collections.abc import Mapping, Sequence

from mmxlib.agents.baseline import ChannelConstraintSettings
from mmxlib.agents.scenario_settings import ScenarioSettings
from mmxlib.config.sections import Config
from mmxlib.data.written_rows import is_blank
from mmxlib.errors import Fault, SettingsError
from mmxlib.model.settings import ChannelPriorSettings
from mmxlib_excel.editing.cell_values import CellValue, stored_value
from mmxlib_excel.inputs.cells import ERROR_VALUES
from mmxlib_excel.inputs.flow_text import cell_of
from mmxlib_excel.layout import constraints, priors, scenarios, settings
from mmxlib_excel.layout.spec import Block

Row = tuple[CellValue, ...]

BLOCKS: Mapping[str, Block] = {
    each.name: each for each in (settings.BLOCK, priors.BLOCK, constraints.BLOCK, scenarios.BLOCK)
}
"""The tables of the four sheets by their names."""


def settings_contents(config: Config, channels: Sequence[str]) -> Mapping[str, tuple[Row, ...]]:
    """Return the rows of the four tables, by the table's name.

    Parameters
    ----------
    config
        The settings; statements on channels that say nothing are left out, as are experiments.
    channels
        The channels of the data, each of which gets a row.

    Raises
    ------
    SettingsError
        If a name or value cannot be kept in a cell, or there are more scenarios than the sheet has room for.
    """
    if len(config.budget.scenarios) > scenarios.SCENARIO_ROOM:
        raise SettingsError(
            f"There are {len(config.budget.scenarios)} scenarios; the sheet has room for "
            f"{scenarios.SCENARIO_ROOM}.",
            remedy="Leave some out, or plan them with the command mmx optimize.",
            code="MMX-X062",
            place=scenarios.BLOCK.sheet,
        )
    contents = {
        settings.BLOCK.name: _settings(config),
        priors.BLOCK.name: _priors(config, channels),
        constraints.BLOCK.name: _constraints(config, channels),
        scenarios.BLOCK.name: _scenarios(config),
    }
    faults = [fault for name, rows in contents.items() for fault in _unkept(BLOCKS[name], rows)]
    if faults:
        raise SettingsError.of(faults)
    return contents


def _settings(config: Config) -> tuple[Row, ...]:
    rows: list[Row] = []
    for name, setting in settings.SETTINGS.items():
        value: object = config
        for part in setting.path:
            value = getattr(value, part)
        about = setting.about
        cell = cell_of(value, about.default, textual=setting.textual)
        shown = cell_of(about.default, textual=setting.textual)
        told = "none" if shown in (None, "{}", '""') else _shown(shown)
        rows.append((name, cell, about.unit or None, about.allowed, told, about.meaning, None))
    return tuple(rows)


def _shown(default: CellValue) -> str:
    return str(default).upper() if isinstance(default, bool) else str(default)


def _priors(config: Config, channels: Sequence[str]) -> tuple[Row, ...]:
    stated = {name: each for name, each in config.priors.channels.items() if each != ChannelPriorSettings()}
    rows = [_prior(priors.DEFAULT_ROW, config.priors.default)]
    return (*rows, *(_prior(name, stated.get(name)) for name in dict.fromkeys((*channels, *stated))))


def _prior(name: str, said: ChannelPriorSettings | None) -> Row:
    cells: list[CellValue] = []
    for statement in priors.STATEMENTS.values():
        value: object = None if said is None else getattr(said, statement.setting)
        if statement.part and not (isinstance(value, int | float) and statement.part == "mean"):
            value = getattr(value, statement.part, None)
        cells.append(cell_of(value))
    return (name, *cells, None)


def _constraints(config: Config, channels: Sequence[str]) -> tuple[Row, ...]:
    stated = config.constraints.channels
    names = dict.fromkeys((*channels, *stated))
    rows = [_factors(priors.DEFAULT_ROW, config.constraints.default)]
    return (*rows, *(_factors(name, stated.get(name)) for name in names))


def _factors(name: str, said: ChannelConstraintSettings | None) -> Row:
    return (name, None, None, None) if said is None else (name, said.lower, said.upper, None)


def _scenarios(config: Config) -> tuple[Row, ...]:
    return tuple(
        (
            name,
            *(
                cell_of(getattr(scenario, each), field.get_default())
                for each, field in ScenarioSettings.model_fields.items()
            ),
            None,
        )
        for name, scenario in config.budget.scenarios.items()
    )


def _unkept(block: Block, rows: Sequence[Row]) -> list[Fault]:
    """Return a fault for each name or value that its cell would not give back."""
    faults = []
    for index, row in enumerate(rows):
        for column, cell in zip(block.columns, row, strict=True):
            stored = stored_value(cell, from_1904=False)
            said = column.name in (block.columns[0].name, "value")
            if (stored is not None and stored.cut) or (
                isinstance(cell, str) and said and (is_blank(cell) or cell in ERROR_VALUES)
            ):
                faults.append(_unkept_cell(block, column.name, index, str(cell)))
    return faults


def _unkept_cell(block: Block, column: str, row: int, text: str) -> Fault:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    return Fault(
        "MMX-X063",
        f'A cell cannot hold "{shown}": it is longer than 32,767 characters, blank or the sign of an error.',
        "Choose another name or a shorter value, or use YAML files.",
        f"{block.sheet}!{block.address(column, row)}",
    )
