"""Parquet files of any size, read in batches of rows with pyarrow (extra ``big``)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from mmxlib.data.findings import Findings
from mmxlib.data.parquet import refuse_damage, refuse_nested, refuse_without_reader
from mmxlib.data.raw.batches import ROWS, Batch, batch_of_frame
from mmxlib.data.raw.columns import Roles


@dataclass(frozen=True, slots=True)
class ParquetFacts:
    """What a Parquet file says of itself: the names of its columns, and how many rows it has."""

    columns: tuple[str, ...]
    rows: int


def parquet_facts(path: Path, findings: Findings) -> ParquetFacts | None:
    """Return what a Parquet file says of itself, or None and the fault where it cannot be read."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        refuse_without_reader(path.name, findings)
        return None
    try:
        about = pq.read_metadata(path)
        schema = about.schema.to_arrow_schema()
    except pa.ArrowException:
        refuse_damage(path.name, findings)
        return None
    nested = [field.name for field in schema if pa.types.is_nested(field.type)]
    if refuse_nested(path.name, nested, findings):
        return None
    return ParquetFacts(tuple(map(str, schema.names)), int(about.num_rows))


def parquet_batches(path: Path, roles: Roles, findings: Findings) -> Iterator[Batch]:
    """Yield the rows of a Parquet file in batches; damage is a fault."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    wanted = list(dict.fromkeys((*roles.labels, *roles.values)))
    row = 1
    try:
        with pq.ParquetFile(path) as file:
            for part in file.iter_batches(batch_size=ROWS, columns=wanted, use_threads=False):
                columns = {}
                for name in wanted:
                    cells = part.column(name)
                    if pa.types.is_decimal(cells.type):
                        cells = pc.cast(cells, pa.float64())
                    elif pa.types.is_date(cells.type):
                        cells = pc.cast(cells, pa.timestamp("us"))
                    columns[name] = cells.to_pandas()
                yield batch_of_frame(pd.DataFrame(columns), row, roles)
                row += part.num_rows
    except pa.ArrowException:
        refuse_damage(path.name, findings)
