"""One raw table after the other: its sums, by the quickest way that reads it right."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from mmxlib.data.delimited import refuse_quotes
from mmxlib.data.findings import Findings
from mmxlib.data.opening import file_tables, opened, refused_kind
from mmxlib.data.raw.batches import Batch, batch_of_block, batches_of_table
from mmxlib.data.raw.columns import roles_of
from mmxlib.data.raw.engine import PlainText, plain_sums
from mmxlib.data.raw.file_sums import FileSums
from mmxlib.data.raw.mapping import Names
from mmxlib.data.raw.number_cells import SAMPLE, NumberForms
from mmxlib.data.raw.parquet_batches import parquet_batches, parquet_facts
from mmxlib.data.raw.progress import Tell
from mmxlib.data.raw.text_blocks import Block, Layout, blocks, layout_of, numbered_rows, regular_parts
from mmxlib.data.raw.text_facts import text_facts
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.tables import Table

_TEXT = (".csv", ".txt")
_PARQUET = ".parquet"


@dataclass(frozen=True, eq=False)
class RawReading:
    """What every raw table is read with."""

    settings: DataSettings
    names: Names
    findings: Findings


def sums_of_file(path: Path, reading: RawReading, tell: Tell) -> FileSums | None:
    """Return the sums of a file, or None and its faults; a file that changes meanwhile is a fault."""
    if path.suffix.lower() not in (*_TEXT, _PARQUET):
        return _sums_of_workbook(path, reading)
    return opened(path, lambda each: _sums(each, reading, tell), reading.findings)


def _sums(path: Path, reading: RawReading, tell: Tell) -> FileSums | None:
    if refused_kind(path, _start(path), reading.findings):
        return None
    sums = _sums_of_parquet if path.suffix.lower() == _PARQUET else _sums_of_text
    return sums(path, reading, tell)


def sums_of_table(table: Table, reading: RawReading) -> FileSums | None:
    """Return the sums of a table that was read already, such as a sheet of the workbook."""
    sums = _new_sums(table.place(), table.columns, reading, typed=True)
    if sums is not None:
        _add_all(sums, batches_of_table(table, sums.roles), len(table), reading, lambda share, rows: None)
    return sums


def _start(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(512)


def _sums_of_workbook(path: Path, reading: RawReading) -> FileSums | None:
    """Return the sums of a workbook's table of sales; a sheet that is not read is told."""
    tables = file_tables(path, None, reading.findings, settings=reading.settings)
    if not tables:
        return None
    chosen = next((table for table in tables if table.role in (None, FileRole.SALES)), tables[0])
    for table in tables:
        if table is not chosen:
            reading.findings.review(
                f"The sheet {table.sheet} was not read: of a raw workbook only sales are. Give it as a file "
                "of its own.",
                about=path.name,
            )
    return sums_of_table(chosen, reading)


def _sums_of_parquet(path: Path, reading: RawReading, tell: Tell) -> FileSums | None:
    facts = parquet_facts(path, reading.findings)
    sums = None if facts is None else _new_sums(path.name, facts.columns, reading, typed=True)
    if sums is None or facts is None:
        return None
    if plain_sums(sums, path, None, reading.settings, tell):
        return sums
    _add_all(sums, parquet_batches(path, sums.roles, reading.findings), facts.rows, reading, tell)
    return sums


def _add_all(sums: FileSums, batches: Iterator[Batch], rows: int, reading: RawReading, tell: Tell) -> None:
    for batch in batches:
        texts = {name: batch.numbers[name].cells for name in sums.forms.unknown(batch)}
        written = {name: cells.tolist() for name, cells in texts.items() if cells is not None}
        if not sums.forms.settle(written, batch.rows) or not sums.add(batch):
            break
        tell(sums.rows / rows, sums.rows)
    sums.tell(reading.findings)


def _sums_of_text(path: Path, reading: RawReading, tell: Tell) -> FileSums | None:
    findings = reading.findings
    facts = text_facts(path, reading.settings.encoding, findings)
    try:
        layout = None if facts is None else layout_of(path, facts.encoding, findings)
    except csv.Error:
        refuse_quotes(path.name, 1, findings)
        return None
    sums = None if layout is None else _new_sums(path.name, layout.columns, reading, typed=False)
    if facts is None or layout is None or sums is None:
        return None
    if plain_sums(sums, path, PlainText(layout, facts), reading.settings, tell):
        return sums
    size, done = path.stat().st_size, 0
    for block in regular_parts(blocks(path, layout, findings), layout):
        try:
            batch = _batch(block, layout, sums, findings)
        except csv.Error:
            refuse_quotes(path.name, block.first_row, findings)
            break
        if batch is None or not sums.add(batch):
            break
        done += len(block.content)
        tell(min(1.0, done / size), sums.rows)
    sums.tell(findings)
    return sums


def _batch(block: Block, layout: Layout, sums: FileSums, findings: Findings) -> Batch | None:
    """Return the rows of a block, read by the decimal sign that its columns show; None leaves a fault."""
    decimal = sums.forms.decimal
    batch = batch_of_block(block, layout, sums.roles, decimal, findings)
    unknown = {} if batch is None else sums.forms.unknown(batch)
    if batch is None or not unknown:
        return batch
    start = min(unknown.values())
    first = list(islice(numbered_rows(block, layout), start, start + SAMPLE))
    places = {name: layout.columns.index(name) for name in unknown}
    texts = {name: [row[at] for _, row in first] for name, at in places.items()}
    if not sums.forms.settle(texts, np.array([number for number, _ in first])):
        return None
    if sums.forms.decimal == decimal:
        return batch
    return batch_of_block(block, layout, sums.roles, sums.forms.decimal, findings)


def _new_sums(file: str, columns: Sequence[str], reading: RawReading, *, typed: bool) -> FileSums | None:
    """Return the empty sums of a file, or None and the faults where its columns are not there."""
    settings = reading.settings
    roles = roles_of(file, columns, settings.raw, reading.names, reading.findings)
    if roles is None:
        return None
    forms = NumberForms(file, settings.decimal, settings.short_numbers, reading.findings, typed=typed)
    return FileSums(file, roles, reading.names, forms)
