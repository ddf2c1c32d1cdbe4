"""What a number counts: the unit that a column's name gives, its scale, and numbers that are no amounts."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from mmxlib.artifacts.repair import Repair
from mmxlib.data.findings import Findings
from mmxlib.data.roles import DataSettings, matching_key
from mmxlib.data.tables import Cells, Table
from mmxlib.maths.arrays import Vector

_SIGN = r"[€$£¥₹]|EUR|USD|GBP|CHF|JPY|INR"
_THOUSANDS = r"k|t|tsd\.?|thousands?|'?000s?"
_MILLIONS = r"m|mn|mio\.?|mill?ions?"
_TIMES = rf"(?:(?P<thousands>{_THOUSANDS})|(?P<millions>{_MILLIONS}))"
_UNIT = re.compile(
    rf"(?P<name>.*\S)[\s_-]*[(\[](?:in )?\s*(?:{_TIMES}\s*(?:{_SIGN})?|{_SIGN})\s*[)\]]"
    rf"|(?P<bare>.*\S)[\s_]+(?:in )?(?:{_TIMES.replace('?P<', '?P<bare_')}\s*(?:{_SIGN})|{_SIGN})",
    re.IGNORECASE,
)
"""A name and its unit: ``sales (k€)``, ``sales [EUR]``, ``spend in Mio EUR``, ``spend $``."""


def without_unit(column: str) -> str:
    """Return a column's name without the unit at its end."""
    found = _UNIT.fullmatch(column.strip())
    return (found["name"] or found["bare"]) if found else column


def named_scale(column: str) -> int:
    """Return how much one of the unit is that a column's name gives: 1, 1,000 or 1,000,000."""
    found = _UNIT.fullmatch(column.strip())
    if found and (found["thousands"] or found["bare_thousands"]):
        return 1_000
    return 1_000_000 if found and (found["millions"] or found["bare_millions"]) else 1


def scaled(
    table: Table, columns: Sequence[str], settings: DataSettings, findings: Findings
) -> Mapping[str, Cells]:
    """Return the columns whose numbers count thousands or other multiples, in whole amounts.

    A column whose name says thousands or millions is a question that ``data.scales`` answers.
    """
    scales = {matching_key(name): scale for name, scale in settings.scales.items()}
    found: dict[str, Cells] = {}
    for name in columns:
        said, scale = named_scale(name), scales.get(matching_key(name))
        if scale is None and said > 1:
            findings.ask(
                "MMX-D160",
                f"The name of the column says that its numbers are in units of {said:,}.",
                setting="data.scales",
                remedy=f'Set data.scales in global.yaml: {{"{name}": {said}}}, or 1 where they are whole '
                "amounts.",
                place=table.place(column=name),
            )
        elif scale is not None and scale != 1.0:
            found[name] = _multiplied(table, name, scale, findings)
    return found


def ask_about_share(
    table: Table, column: str, values: Vector, settings: DataSettings, findings: Findings
) -> None:
    """Ask about a column of amounts in which every number lies between 0 and 1."""
    known = values[np.isfinite(values)]
    scales = {matching_key(name) for name in settings.scales}
    if matching_key(column) in scales or not len(known) or known.min() < 0.0 or known.max() > 1.0:
        return
    if np.any((known > 0.0) & (known < 1.0)):
        findings.ask(
            "MMX-D161",
            f'All numbers of "{column}" lie between 0 and 1: they look like shares, not like amounts.',
            setting="data.scales",
            remedy="Give amounts, or say in global.yaml what one is worth: data.scales: "
            f'{{"{column}": 1000000}} for millions, 1 where they are amounts.',
            place=table.place(column=column),
        )


def _multiplied(table: Table, name: str, scale: float, findings: Findings) -> Cells:
    """Return the column times ``scale``, exact in decimals; what is no number stays as it is."""
    cells, factor = table.column(name), Decimal(repr(scale))
    products = {cell: _product(cell, factor) for cell in dict.fromkeys(cells)}
    changed = [row for row, cell in enumerate(cells) if products[cell] is not cell]
    if changed:
        first = cells[changed[0]]
        findings.repair(
            Repair(
                table.file, table.sheet, table.within(changed[0], name), str(first), str(products[first]),
                f"numbers were multiplied by {scale:,.10g}, as data.scales says", len(changed),
            )
        )  # fmt: skip
    return [products[cell] for cell in cells]


def _product(cell: Any, factor: Decimal) -> Any:
    if cell is None or isinstance(cell, bool | np.bool_) or cell != cell:
        return cell
    try:
        product = Decimal(str(cell).strip()) * factor
    except ArithmeticError:
        return cell
    return str(product) if isinstance(cell, str) else float(product)
