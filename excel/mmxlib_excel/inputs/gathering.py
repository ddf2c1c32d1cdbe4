"""The four sheets of settings as the plain values that the YAML files give, each with its cell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mmxlib.data.columns import suggestion
from mmxlib.data.written_rows import is_blank
from mmxlib.errors import Fault
from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.inputs.cells import error_value, meaning, name_in
from mmxlib_excel.inputs.sheet_tables import CHECK, SheetRow, SheetTable, sheet_table
from mmxlib_excel.layout import constraints, priors, scenarios, settings
from mmxlib_excel.layout.spec import Block
from mmxlib_excel.workbooks.port import Workbook

Path = tuple[str | int, ...]

PRIORS, CONSTRAINTS, SCENARIOS = ("priors",), ("constraints",), ("budget", "scenarios")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What stands on the sheets: plain values by section, each one's cell, and cells without a meaning."""

    tree: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def put(self, path: Path, value: object, place: str) -> None:
        """Add one value and its cell."""
        inner = self.tree
        for part in path[:-1]:
            inner = inner.setdefault(str(part), {})
        inner[str(path[-1])] = value
        self.places[path] = place


PutRow = Callable[[Gathered, Path, SheetRow], None]


def gathered(workbook: Workbook) -> Gathered:
    """Return all that the sheets Settings, Priors, Constraints and Scenarios say."""
    found = Gathered()
    _settings(workbook, found)
    _named_rows(workbook, priors.BLOCK, found, _prior, (*PRIORS, "channels"))
    _named_rows(workbook, constraints.BLOCK, found, _constraint, (*CONSTRAINTS, "channels"))
    _fill_factors(found)
    _scenarios(workbook, found)
    return found


def run_folder(workbook: Workbook) -> tuple[object, str] | None:
    """Return the cell that says where the run is kept, with its place; None where it says nothing."""
    own = settings.RUN_FOLDER
    if own.sheet in workbook.sheets():
        column = Address.parse(own.cell).column
        for number, values in workbook.numbered_rows(own.sheet):
            if values[column - 2] == own.label and column <= len(values) and not is_blank(values[column - 1]):
                return values[column - 1], f"{own.sheet}!{Address(number, column)}"
    return None


def _settings(workbook: Workbook, found: Gathered) -> None:
    table = sheet_table(workbook, settings.BLOCK)
    found.faults.extend(table.faults)
    for name, row in _by_name(table, "name", found).items():
        known = settings.SETTINGS.get(name)
        if known is None:
            found.faults.append(_unknown(name, row))
        elif "value" in row.columns:
            place = row.place("value")
            found.places[known.path] = place
            if "value" in row.cells:
                read = meaning(
                    row.cells["value"],
                    place,
                    textual=known.textual,
                    truth=known.annotation is bool,
                    dated=known.dated,
                )
                _keep(found, known.path, read.value, read.fault, place)


def _unknown(name: str, row: SheetRow) -> Fault:
    own = {"priors": "Priors", "constraints": "Constraints", "budget.scenarios": "Scenarios"}
    sheet = next((sheet for start, sheet in own.items() if name.startswith(f"{start}.")), "")
    shown = name if len(name) <= 60 else f"{name[:60]}…"
    remedy = f"Set it on the sheet {sheet}." if sheet else suggestion(name, list(settings.SETTINGS)).strip()
    return Fault(
        "MMX-X058",
        f'No setting of this sheet is called "{shown}".',
        remedy or "Correct the name, or delete the row.",
        row.place("name"),
    )


def _named_rows(workbook: Workbook, block: Block, found: Gathered, put: PutRow, channels: Path) -> None:
    """Put the row of every channel; the first one called default holds for all of them."""
    table = sheet_table(workbook, block)
    found.faults.extend(table.faults)
    first = next((row for row in table.rows if name_in(row.cells.get("channel")) == priors.DEFAULT_ROW), None)
    if first is not None:
        put(found, (*channels[:-1], priors.DEFAULT_ROW), first)
    others = SheetTable(table.columns, tuple(row for row in table.rows if row is not first), ())
    for name, row in _by_name(others, "channel", found).items():
        put(found, (*channels, name), row)


def _scenarios(workbook: Workbook, found: Gathered) -> None:
    table = sheet_table(workbook, scenarios.BLOCK, until=scenarios.COMPARED.title)
    found.faults.extend(table.faults)
    found.tree.setdefault("budget", {})["scenarios"] = {}
    for name, row in _by_name(table, "name", found).items():
        found.put((*SCENARIOS, name), {}, row.place("name"))
        _put_cells(found, (*SCENARIOS, name), row)


def _by_name(table: SheetTable, column: str, found: Gathered) -> dict[str, SheetRow]:
    """Return the rows by name; a row without one, or with one that stood before, is a fault."""
    rows: dict[str, SheetRow] = {}
    for row in table.rows:
        if column not in row.columns:
            continue  # the missing heading is a fault already
        place, cell = row.place(column), row.cells.get(column)
        name = name_in(cell)
        fault = error_value(cell, place)
        if fault is None and is_blank(cell):
            said = ", ".join(each for each in row.cells if each != CHECK)
            problem = f"The row has values ({said}) but no name."
            fault = Fault("MMX-X059", problem, "Write the name, or empty the row.", place)
        elif fault is None and name in rows:
            problem = f'"{name[:60]}" stands twice: here and in {rows[name].place(column)}.'
            fault = Fault("MMX-X060", problem, "Keep one of the two rows.", place)
        if fault is None:
            rows[name] = row
        else:
            found.faults.append(fault)
    return rows


def _keep(found: Gathered, path: Path, value: object, fault: Fault | None, place: str) -> None:
    if fault is None:
        found.put(path, value, place)
    else:
        found.faults.append(fault)


def _prior(found: Gathered, path: Path, row: SheetRow) -> None:
    """Put what a row of Priors states; a row that states nothing is left out."""
    found.places[path] = row.place("channel")
    stated: dict[str, dict[str, object]] = {}
    unread = set()
    for column, statement in priors.STATEMENTS.items():
        if column in row.cells:
            read = meaning(row.cells[column], row.place(column))
            if read.fault is not None:
                found.faults.append(read.fault)
                unread.add(statement.setting)
            stated.setdefault(statement.setting, {})[statement.part] = read.value
    for column, statement in priors.STATEMENTS.items():
        if statement.setting in stated and column in row.columns:
            found.places.setdefault((*path, statement.setting, statement.part), row.place(column))
    for setting, parts in stated.items():
        if setting not in unread:
            first = found.places[(*path, setting, next(iter(parts)))]
            alone = parts.keys() == {""} or (setting == "half_life" and parts.keys() == {"mean"})
            found.put((*path, setting), next(iter(parts.values())) if alone else parts, first)


def _constraint(found: Gathered, path: Path, row: SheetRow) -> None:
    found.places[path] = row.place("channel")
    _put_cells(found, path, row)


def _put_cells(found: Gathered, path: Path, row: SheetRow) -> None:
    """Put the cells of a row whose columns are called like its settings."""
    for column, cell in row.cells.items():
        if column not in (CHECK, "name", "channel"):
            place = row.place(column)
            read = meaning(cell, place)
            _keep(found, (*path, column), read.value, read.fault, place)


def _fill_factors(found: Gathered) -> None:
    """Give a channel that states one factor the other of the row default, as its heading says."""
    said: Mapping[str, Any] = found.tree.get("constraints", {})
    default = said.get("default", {})
    for stated in said.get("channels", {}).values():
        for name, value in default.items():
            if isinstance(value, int | float):
                stated.setdefault(name, value)
