"""Several tables on one sheet, side by side or one below the other: which of them is read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmxlib.artifacts.repair import Repair
from mmxlib.data.choices import SeveralTables
from mmxlib.data.columns import listed
from mmxlib.data.findings import Findings
from mmxlib.data.roles import matching_key
from mmxlib.data.tables import letters
from mmxlib.data.written_rows import (
    WrittenRows,
    blank_names,
    filled,
    is_empty_column,
    is_header,
    is_value,
    width_of,
)


@dataclass(frozen=True, slots=True)
class Block:
    """One table among others: its columns from 0 and its rows as Excel numbers them, all included."""

    first_column: int
    last_column: int
    first_row: int
    last_row: int

    def __str__(self) -> str:
        return f"{letters(self.first_column)}{self.first_row}:{letters(self.last_column)}{self.last_row}"


def one_table(
    rows: WrittenRows[object], choice: SeveralTables, file: str, sheet: str, findings: Findings
) -> list[tuple[int, Sequence[object]]]:
    """Return the rows of one table, where there are several the one that the settings choose.

    Without a choice several tables are a question; the first one is read to find what else is wrong.
    """
    blocks = [] if choice is SeveralTables.ONE else _blocks(rows)
    if len(blocks) < 2:
        return list(rows)
    chosen = blocks[-1] if choice is SeveralTables.LAST else blocks[0]
    if choice is SeveralTables.ASK:
        findings.ask(
            "MMX-D145",
            f"There are {len(blocks)} tables: {listed([str(block) for block in blocks], 5)}.",
            setting="data.several_tables",
            remedy="Put each on a sheet or into a file of its own, or set data.several_tables in "
            "global.yaml: first or last to read that one, one where they belong together.",
            place=f"{file}, sheet {sheet}" if sheet else file,
        )
    else:
        for block in blocks:
            if block != chosen:
                rule = f"of several tables the {choice} was read, as data.several_tables says"
                findings.repair(Repair(file, sheet, str(block), "a table", "left out", rule))
    return _within(rows, chosen)


def _blocks(rows: WrittenRows[object]) -> list[Block]:
    """Return the tables, from the top and the left."""
    later = list(_later_headers(rows))
    starts = [0, *(header for _, header in later)]
    ends = [*(title for title, _ in later), len(rows)]
    return [
        block for start, end in zip(starts, ends, strict=True) for block in _side_by_side(rows[start:end])
    ]


def _later_headers(rows: WrittenRows[object]) -> Iterator[tuple[int, int]]:
    """Yield where, below an empty row, titles and other names of columns begin, with values under them."""
    if rows[-1][0] - rows[0][0] == len(rows) - 1:
        return  # no row is empty
    first = _keys(rows[0][1])
    for index in range(1, len(rows) - 1):
        if rows[index][0] == rows[index - 1][0] + 1:
            continue
        title = index
        while title < len(rows) - 2 and sum(map(filled, rows[title][1])) == 1:
            title += 1
        header = rows[title][1]
        if is_header(header) and _keys(header) != first and any(map(is_value, rows[title + 1][1])):
            yield index, title


def _side_by_side(rows: WrittenRows[object]) -> list[Block]:
    """Return the tables between which whole columns are empty, or one."""
    empty = {at for at in blank_names(rows) if is_empty_column(rows, at)}
    width = width_of(rows)
    if not empty:
        return [Block(0, width - 1, rows[0][0], rows[-1][0])]
    runs: list[list[int]] = [[]]
    for at in range(width):
        if at not in empty:
            runs[-1].append(at)
        elif runs[-1]:
            runs.append([])
    found = [_block(rows, run) for run in runs if run]
    tables = [found[0]]
    for block in found[1:]:
        if _is_own(rows, block, tables[0]):
            tables.append(block)
        elif len(tables) == 1:  # a column apart belongs to the table before it
            tables[0] = _block(rows, [tables[0].first_column, block.last_column])
    return tables


def _block(rows: WrittenRows[object], columns: Sequence[int]) -> Block:
    left, right = columns[0], columns[-1]
    numbers = [number for number, row in rows if any(map(filled, row[left : right + 1]))]
    return Block(left, right, numbers[0], numbers[-1])


def _is_own(rows: WrittenRows[object], block: Block, first: Block) -> bool:
    """Return whether a block has names of its own, and either other rows or a name that the first has."""
    if block.first_column == block.last_column:
        return False
    header = next(row for number, row in rows if number == block.first_row)
    names = header[block.first_column : block.last_column + 1]
    others = rows[0][1][first.first_column : first.last_column + 1]
    if not is_header(names):
        return False
    other_rows = (block.first_row, block.last_row) != (first.first_row, first.last_row)
    return other_rows or not _keys(names).isdisjoint(_keys(others))


def _keys(row: Sequence[object]) -> set[str]:
    return {matching_key(str(cell)) for cell in row if filled(cell)}


def _within(rows: WrittenRows[object], block: Block) -> list[tuple[int, Sequence[object]]]:
    """Return the block's rows, each as wide as before, with nothing outside the block's columns."""
    columns = range(block.first_column, block.last_column + 1)
    found: list[tuple[int, Sequence[object]]] = []
    for number, row in rows:
        if block.first_row <= number <= block.last_row:
            kept = [cell if at in columns else "" for at, cell in enumerate(row)]
            if any(map(filled, kept)):
                found.append((number, kept))
    return found
