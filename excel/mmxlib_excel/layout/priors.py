"""The sheet Priors: what is believed of each channel before the data, a row each."""

from collections.abc import Mapping
from dataclasses import dataclass

from mmxlib.model.settings import ChannelPriorSettings
from mmxlib.report.columns import Kind
from mmxlib.terms import AdstockFamily, SaturationFamily
from mmxlib_excel.layout.check_column import check_column
from mmxlib_excel.layout.spec import Block, Column, Role, Sheet, Text

CHANNEL_ROOM = 30
DEFAULT_ROW = "default"
"""The first row's name: what holds for every channel that says nothing of its own."""

_SHEET, _TOP = "Priors", 6


@dataclass(frozen=True, slots=True)
class Statement:
    """A column's part of a statement: the setting and, where it has parts, which of them."""

    setting: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class _Said:
    """How one statement spreads over columns: the label's start, the parts, and what else the note says."""

    setting: str
    label: str
    parts: tuple[str, ...]
    note: str = ""


_EITHER = "Give low and high, or mean and sd."
_STATEMENTS = (
    _Said("roi", "ROI", ("low", "high", "mean", "sd"), _EITHER),
    _Said(
        "contribution_share",
        "Share of sales",
        ("low", "high", "mean", "sd"),
        "Give low and high, or mean and sd.",
    ),
    _Said("effect_sd", "Effect sd", ("",)),
    _Said("adstock", "Adstock", ("",)),
    _Said("half_life", "Half-life", ("mean", "low", "high"), "Low and high may both stay empty."),
    _Said("retention", "Retention", ("mean", "sd")),
    _Said("peak", "Peak", ("mean", "sd")),
    _Said("weibull_shape", "Weibull shape", ("mean", "sd")),
    _Said("saturation", "Saturation", ("",)),
    _Said("half_saturation", "Half saturation", ("mean", "sd")),
    _Said("shape", "Hill shape", ("mean", "sd")),
)
_KINDS: Mapping[str, Kind] = {"contribution_share": Kind.SHARE}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "adstock": tuple(AdstockFamily),
    "saturation": tuple(SaturationFamily),
}


def _label(said: _Said, part: str) -> str:
    plain = part == "" or (said.setting == "half_life" and part == "mean")  # a half-life alone is a number
    return said.label if plain else f"{said.label} {part}"


def _columns() -> tuple[tuple[Column, Statement], ...]:
    found = []
    for said in _STATEMENTS:
        field = ChannelPriorSettings.model_fields[said.setting]
        note = " ".join(each for each in (field.description, said.note) if each)
        for part in said.parts:
            choices = _CHOICES.get(said.setting, ())
            column = Column(
                name=f"{said.setting}_{part}" if part else said.setting,
                label=_label(said, part),
                kind=Kind.TEXT if choices else _KINDS.get(said.setting, Kind.RATIO),
                note=note,
                width=15.0 if said.setting == "half_saturation" else 13.0,
                choices=choices,
            )
            found.append((column, Statement(said.setting, part)))
    return tuple(found)


_FOUND = _columns()

STATEMENTS: Mapping[str, Statement] = {column.name: statement for column, statement in _FOUND}
"""What each column of the sheet states, by the column's name, in order."""

BLOCK = Block(
    name="mmx_priors",
    sheet=_SHEET,
    cell=f"A{_TOP}",
    columns=(
        Column("channel", "Channel", Kind.TEXT, "The channel, written as in the media.", 22.0),
        *(column for column, _ in _FOUND),
        check_column(48.0),
    ),
    rows=CHANNEL_ROOM + 1,
    is_input=True,
)

SHEETS = (
    Sheet(
        name=_SHEET,
        code_name="SheetPriors",
        role=Role.INPUT,
        title="Priors",
        about="What you believe of each channel before the data. An empty cell says nothing: then the first "
        "row, default, holds, and where that is empty too, a weak default.",
        blocks=(BLOCK,),
        texts=(
            Text(
                f"A{_TOP - 2}",
                "State the return (ROI) or the share of sales, not both; a half-life or a retention, not "
                "both. Half-life and peak are in periods, half saturation in multiples of mean exposure.",
                "note",
                14,
            ),
        ),
        freeze=f"B{_TOP + 1}",
    ),
)
