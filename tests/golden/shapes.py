"""The shape of what users read: columns of tables, keys of JSON, headings of sheets and pages."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
import pandas as pd

HEADING = "FFE8EDF2"
"""The fill of a table's headings in the workbooks of a report."""

DAY = re.compile(r"\d{4}-\d\d-\d\d")


def parts_of(path: str, content: bytes) -> dict[str, list[str]]:
    """Return the parts of a file and what each holds; of pictures that they are there."""
    kind = path.rpartition(".")[2]
    if kind == "xlsx":
        return {f"{path}, sheet {name}": held for name, held in headings_of_sheets(content).items()}
    if kind == "csv":
        return {path: columns_of(content)}
    if kind == "json":
        return {path: keys_of(json.loads(content))}
    text = content.decode(errors="ignore")
    pattern = {"html": r"<h[123][^>]*>(.*?)</h[123]>", "md": r"(?m)^#+ (.*)$"}.get(kind)
    return {
        path: [] if pattern is None else [re.sub(r"<.*?>", "", each) for each in re.findall(pattern, text)]
    }


def columns_of(content: bytes) -> list[str]:
    """Return the columns of a CSV file, each with what it holds."""
    table = pd.read_csv(io.BytesIO(content), keep_default_na=False, dtype=str)
    return [f"{name}: {_kinds(table[name].tolist())}" for name in table.columns]


def _kinds(cells: list[str]) -> str:
    return " or ".join(sorted({_kind(cell) for cell in cells} - {""})) or "empty"


def _kind(cell: str) -> str:
    if not cell:
        return ""
    if DAY.match(cell):
        return "day"
    try:
        float(cell)
    except ValueError:
        return "text"
    return "number"


def keys_of(value: Any) -> list[str]:
    """Return every key within a JSON document by its path, with the kinds of value that it holds."""
    found: dict[str, set[str]] = {}
    for path, kind in _leaves("", value):
        found.setdefault(path, set()).add(kind)
    return [f"{path}: {' or '.join(sorted(kinds))}" for path, kinds in found.items()]


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(f"{path}.{key}".lstrip("."), each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(f"{path}[]", each)
        if not value:
            yield f"{path}[]", "nothing"
    else:
        names = {bool: "true or false", int: "number", float: "number", str: "text", type(None): "null"}
        yield path, names[type(value)]


def headings_of_sheets(content: bytes) -> dict[str, list[str]]:
    """Return the headings of all tables on each sheet of a report, from the top left."""
    return {
        sheet.title: [
            str(cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None and cell.fill.fgColor.rgb == HEADING
        ]
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
    }
