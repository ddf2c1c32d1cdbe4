"""What reading changed in the input, so that nothing is changed in silence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from mmxlib.artifacts.note import Note
from mmxlib.terms import Verdict


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that was read other than it is written.

    ``place`` is the cell, row or column where it stands first, empty for the whole file; ``cells`` counts how
    often it stands there. ``rule`` says in a few words why there was only one reading.
    """

    file: str
    sheet: str
    place: str
    before: str
    after: str
    rule: str
    cells: int = 1


def repairs_table(repairs: Sequence[Repair]) -> pd.DataFrame:
    """Return a row per repair, as ``input_repairs.csv`` holds them."""
    names = ("file", "sheet", "place", "before", "after", "rule", "cells")
    return pd.DataFrame([[getattr(each, name) for name in names] for each in repairs], columns=names)


def repair_notes(repairs: Iterable[Repair]) -> tuple[Note, ...]:
    """Return one doubt for each rule that was applied in a file: how often, and the first case."""
    groups: dict[tuple[str, str, str], list[Repair]] = {}
    for each in repairs:
        groups.setdefault((each.file, each.sheet, each.rule), []).append(each)
    return tuple(_note(found) for found in groups.values())


_PLAIN = ("left out", "used", "bridged")  # what was done, where nothing else was read instead


def _note(found: Sequence[Repair]) -> Note:
    first, times = found[0], sum(each.cells for each in found)
    file = f"{first.file}, sheet {first.sheet}" if first.sheet else first.file
    read = first.after if first.after in _PLAIN else f'read as "{first.after}"'
    example = f'"{first.before}" was {read}' if first.after else f'"{first.before}"'
    where = f"{first.place}: " if first.place else ""
    counted = f" ({times:,} times, first {where}{example})" if times > 1 else f" ({where}{example})"
    return Note(f"{file}: {first.rule}{counted}.", about=first.file, verdict=Verdict.WARN)
