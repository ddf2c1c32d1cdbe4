"""Plain raw tables, added up by DuckDB (extra ``big``) where it is installed.

DuckDB adds up what has one plain reading: dates as year-month-day, numbers with a point, names without blanks
around them. It counts everything else, and where it finds any, the file is read in batches instead, which
repair, or tell the row. So both ways come to the same sums and words, and only messy files take longer.
"""

import codecs
import csv
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from itertools import islice
from math import prod
from pathlib import Path
from typing import Any

from mmxlib.data.choices import DecimalMark
from mmxlib.data.delimited import SEPARATORS
from mmxlib.data.findings import Findings
from mmxlib.data.number_texts import decimal_marks, parted
from mmxlib.data.raw.columns import BLANKS, Roles
from mmxlib.data.raw.exact_sums import Total, exact
from mmxlib.data.raw.file_sums import FileSums, Key, Totals, lacks_name
from mmxlib.data.raw.mapping import NamesByCode
from mmxlib.data.raw.number_cells import SAMPLE
from mmxlib.data.raw.progress import Tell
from mmxlib.data.raw.queries import SKU_NAMES, STORE_NAMES, Query, Source, sums_query
from mmxlib.data.raw.text_blocks import Layout, blocks, numbered_rows
from mmxlib.data.raw.text_facts import TextFacts
from mmxlib.data.roles import DataSettings
from mmxlib.data.values import FIRST_YEAR, LAST_YEAR, PLAIN_DAY

_SETTINGS: dict[str, Any] = {
    "threads": 2,
    "memory_limit": "250MB",
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_PATTERN = frozenset("*?[]{}")  # signs by which a path would mean several files
_LABEL_TYPES = frozenset(
    {"VARCHAR", "DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
    | {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
)
_NUMBER_TYPES = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL"})
_MANY_CODES = 2_000
_POLL = 0.25  # seconds between two looks at how far a query is


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text file's layout and what its bytes say."""

    layout: Layout
    facts: TextFacts


def plain_sums(
    sums: FileSums, path: Path, text: PlainText | None, settings: DataSettings, tell: Tell
) -> bool:
    """Add the rows of a file to empty sums, and return whether all of them were plain.

    ``text`` is None for a Parquet file. Where anything is not plain, or DuckDB is not installed, the sums
    stay empty.
    """
    try:
        import duckdb
    except ImportError:
        return False
    if _PATTERN & set(str(path)) or settings.align_weeks or settings.decimal is DecimalMark.COMMA:
        return False
    whole = () if text is None else _whole_columns(sums, path, text)
    if whole is None:
        return False
    try:
        with duckdb.connect(config={**_SETTINGS, "temp_directory": tempfile.gettempdir()}) as engine:
            source = (
                _parquet_source(sums, path, engine) if text is None else _text_source(sums, path, text, whole)
            )
            if source is None:
                return False
            _put_names(engine, SKU_NAMES, sums.names.sub_categories)
            _put_names(engine, STORE_NAMES, sums.names.regions)
            query = sums_query(sums.roles, source, names_first=_has_many_codes(sums))
            rows = _answer(engine, query, tell)
    except duckdb.Error:  # a row that is not plain, or too many groups for the memory: batches read it
        return False
    totals = _totals(rows, sums.roles)
    if totals is None:
        return False
    sums.totals.update(totals)
    sums.rows = sum(total.rows for total in totals.values())
    sums.dates.update({key.date: 0 for key in totals if not key.reason})
    return True


def _has_many_codes(sums: FileSums) -> bool:
    """Return whether so many codes are mapped that sums by code and date would take too much memory."""
    known = [each for each in (sums.names.sub_categories, sums.names.regions) if each is not None]
    return prod(map(len, known)) > _MANY_CODES


def _whole_columns(sums: FileSums, path: Path, text: PlainText) -> tuple[str, ...] | None:
    """Return the columns of values that seem to be whole numbers, or None where a text file is not plain."""
    layout, facts = text.layout, text.facts
    if not facts.encoding.startswith("utf-8") or facts.underscores or facts.empty_lines:
        return None
    first = next(blocks(path, layout, Findings()), None)
    if layout.separator not in SEPARATORS or first is None:
        return None
    try:
        rows = [row for _, row in islice(numbered_rows(first, layout), SAMPLE)]
    except csv.Error:
        return None
    whole = []
    for name in sums.roles.values:
        at = layout.columns.index(name)
        texts = dict.fromkeys(row[at] for row in rows if len(row) > at)
        if decimal_marks({cell: parted(cell) for cell in texts}) != {"."}:
            return None
        if not any("." in cell for cell in texts):
            whole.append(name)
    return tuple(whole)


def _text_source(sums: FileSums, path: Path, text: PlainText, whole: Sequence[str]) -> Source:
    layout, values = text.layout, sums.roles.values
    with path.open("rb") as stream:
        marked = len(codecs.BOM_UTF8) if text.facts.encoding == "utf-8-sig" else 0
        lines = stream.read(marked + layout.start).count(b"\n")
    types = ", ".join(
        f"'c{index}': '{'DOUBLE' if name in values else 'VARCHAR'}'"
        for index, name in enumerate(layout.columns)
    )
    source = (
        f"read_csv(?, header = false, skip = {lines}, auto_detect = false, delim = '{layout.separator}', "
        f"quote = '\"', escape = '\"', columns = {{{types}}}, strict_mode = true, null_padding = false)"
    )
    return Source(source, (str(path),), layout.columns, tuple(whole))


def _parquet_source(sums: FileSums, path: Path, engine: Any) -> Source | None:
    """Return the rows of a Parquet file, or None where a column is of another type than it should be."""
    described = engine.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    types = {name: kind.split("(")[0] for name, kind, *_ in described}
    if any(types.get(name) not in _LABEL_TYPES for name in sums.roles.labels) or any(
        types.get(name) not in _NUMBER_TYPES for name in sums.roles.values
    ):
        return None
    columns = ", ".join(
        f"{_quoted(name)}::{'DOUBLE' if name in sums.roles.values else 'VARCHAR'} AS c{index}"
        for index, name in enumerate(types)
        if name in (*sums.roles.labels, *sums.roles.values)
    )
    source = f"(SELECT {columns} FROM read_parquet(?))"  # noqa: S608 - names are quoted, values are bound
    return Source(source, (str(path),), tuple(types))


def _quoted(name: str) -> str:
    """Return a column's name as DuckDB takes it for a name, whatever signs it holds."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _put_names(engine: Any, table: str, names: NamesByCode | None) -> None:
    if names is not None:
        engine.execute(
            f"CREATE TEMP TABLE {table} AS SELECT unnest(?::VARCHAR[]) AS code, unnest(?::VARCHAR[]) AS name",
            [list(names), list(names.values())],
        )


def _answer(engine: Any, query: Query, tell: Tell) -> list[tuple[Any, ...]]:
    """Return the rows of the answer; meanwhile tell how far DuckDB is."""
    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(lambda: engine.execute(query.text, query.bound).fetchall())
        try:
            while not wait([asked], timeout=_POLL).done:
                tell(max(0.0, min(1.0, engine.query_progress() / 100.0)), 0)
        except BaseException:
            engine.interrupt()
            raise
        answer: list[tuple[Any, ...]] = asked.result()
        return answer


def _totals(rows: Sequence[tuple[Any, ...]], roles: Roles) -> Totals | None:
    """Return the totals of an answer, or None where rows are not plain."""
    totals: Totals = {}
    for row in rows:
        key, (count, odd), sums = Key(*row[:6]), row[6:8], row[8:]
        if odd or lacks_name(key, roles) or any(text != text.strip(BLANKS) for text in key):
            return None
        if not key.reason and not _is_day(key.date):
            return None
        parts = [sums[index : index + 3] for index in range(0, len(sums), 3)]
        totals[key] = Total(count, [exact(*each) for each in parts])
    return totals


def _is_day(written: str) -> bool:
    """Return whether a text is a day that needs no repair."""
    found = PLAIN_DAY.fullmatch(written)
    try:
        return found is not None and FIRST_YEAR <= date.fromisoformat(found.group(1)).year <= LAST_YEAR
    except ValueError:
        return False
