"""A row on Priors and Constraints for each channel of the data, so that a person need not type names."""

from collections.abc import Iterator, Sequence
from itertools import count

from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.editing.patching import Tile
from mmxlib_excel.inputs.cells import name_in
from mmxlib_excel.inputs.sheet_tables import sheet_table
from mmxlib_excel.layout import constraints, priors
from mmxlib_excel.layout.spec import Block
from mmxlib_excel.workbooks.port import Changes, Workbook


def channel_row_changes(workbook: Workbook, channels: Sequence[str]) -> Changes:
    """Return the changes that give every channel a row; whatever a person stated stays where it stands.

    A row that states nothing, of a channel that the data do not have, is given to another or emptied.
    """
    tables = (priors.BLOCK, constraints.BLOCK)
    return Changes(tuple(tile for block in tables for tile in _tiles(workbook, block, channels)))


def _tiles(workbook: Workbook, block: Block, channels: Sequence[str]) -> Iterator[Tile]:
    table = sheet_table(workbook, block)
    column = table.columns.get("channel")
    if column is None:
        return  # a fault that reading tells
    names = {row.number: name_in(row.cells.get("channel")) for row in table.rows}
    room = range(table.heading + 1, table.heading + 1 + block.rows)
    idle = [
        row.number
        for row in table.rows
        if row.silent and row.number in room and names[row.number] not in (*channels, priors.DEFAULT_ROW)
    ]
    free = (number for number in count(room.start) if number in idle or number not in names)
    present = {names[number] for number in names if number not in idle}
    missing = [channel for channel in channels if channel not in present]
    written: dict[int, str | None] = dict.fromkeys(idle)
    written |= dict(zip(free, missing, strict=False))
    for number, name in sorted(written.items()):
        yield Tile(block.sheet, str(Address(number, column)), ((name,),))
