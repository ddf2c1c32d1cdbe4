"""Parquet files, read with pyarrow (extra ``big``)."""

import io

from mmxlib.data.findings import Findings
from mmxlib.data.roles import FileRole
from mmxlib.data.tables import Table, table_of_frame


def parquet_tables(file: str, content: bytes, role: FileRole | None, findings: Findings) -> tuple[Table, ...]:
    """Return the one table of a Parquet file, its values as they are typed there."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        findings.reject(
            "MMX-D060",
            "Parquet files need an addition that is not installed.",
            remedy='Install it with: pip install "mmxlib[big]" - or save the file as CSV.',
            place=file,
        )
        return ()
    try:
        contents = pq.read_table(io.BytesIO(content))
    except pa.ArrowException:
        findings.reject("MMX-D061", "The Parquet file is damaged.", remedy="Export it again.", place=file)
        return ()
    nested = [field.name for field in contents.schema if pa.types.is_nested(field.type)]
    for name in nested:
        findings.reject(
            "MMX-D062",
            "The column holds lists or records, not single values.",
            remedy="Export it with one value per cell.",
            place=f"{file}, column {name}",
        )
    if nested:
        return ()
    return (table_of_frame(contents.to_pandas(date_as_object=True), file, role),)
