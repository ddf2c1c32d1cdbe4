"""Parquet files, read with pyarrow (extra ``big``)."""

import io
from collections.abc import Sequence

from mmxlib.data.findings import Findings
from mmxlib.data.roles import DataSettings, FileRole
from mmxlib.data.tables import Table, table_of_frame


def parquet_tables(
    file: str, content: bytes, role: FileRole | None, settings: DataSettings, findings: Findings
) -> tuple[Table, ...]:
    """Return the one table of a Parquet file, its values as they are typed there."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        refuse_without_reader(file, findings)
        return ()
    try:
        contents = pq.read_table(io.BytesIO(content))
    except pa.ArrowException:
        refuse_damage(file, findings)
        return ()
    nested = [field.name for field in contents.schema if pa.types.is_nested(field.type)]
    if refuse_nested(file, nested, findings):
        return ()
    findings.count_read(file, "", len(contents))
    return (table_of_frame(contents.to_pandas(date_as_object=True), file, role),)


def refuse_without_reader(file: str, findings: Findings) -> None:
    """Add the fault that what reads Parquet files is not installed."""
    findings.reject(
        "MMX-D060",
        "Parquet files need an addition that is not installed.",
        remedy='Install it with: pip install "mmxlib[big]" - or save the file as CSV.',
        place=file,
    )


def refuse_damage(file: str, findings: Findings) -> None:
    """Add the fault that a file cannot be read as Parquet."""
    findings.reject("MMX-D061", "The Parquet file is damaged.", remedy="Export it again.", place=file)


def refuse_nested(file: str, columns: Sequence[str], findings: Findings) -> bool:
    """Return whether there are columns that hold lists or records, and add a fault for each."""
    for name in columns:
        findings.reject(
            "MMX-D062",
            "The column holds lists or records, not single values.",
            remedy="Export it with one value per cell.",
            place=f"{file}, column {name}",
        )
    return bool(columns)
