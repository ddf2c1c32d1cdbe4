"""The sheet Settings: a row for every setting that has no sheet of its own, made from the settings types."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from mmxlib.config.described import Description, descriptions
from mmxlib.config.sections import Config
from mmxlib.report.columns import Kind
from mmxlib.settings import Settings
from mmxlib_excel.layout.check_column import check_column
from mmxlib_excel.layout.spec import Block, Column, Field, Role, Sheet

TRUTHS = ("TRUE", "FALSE")
"""What a list offers where a setting is true or false, as Excel shows it."""

_OWN_SHEET = ("priors.", "constraints.", "budget.scenarios")
_SHEET, _TOP = "Settings", 7


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting in a row: where it stands in the settings, what it is and what it can be chosen from."""

    path: tuple[str, ...]
    about: Description
    annotation: object
    choices: tuple[str, ...]

    @property
    def textual(self) -> bool:
        """Whether it holds text or a day, so that its cell is taken as it stands."""
        return self.dated or self._holds(str)

    @property
    def dated(self) -> bool:
        """Whether it holds a day, which its cell may hold as a date."""
        return self._holds(datetime.date)

    def _holds(self, kind: type) -> bool:
        return kind in (self.annotation, *get_args(self.annotation)) and get_origin(self.annotation) not in (
            dict,
            tuple,
        )


def field_at(settings: type[Settings], path: tuple[str, ...]) -> FieldInfo:
    """Return the field that a path through settings leads to."""
    first, *rest = path
    field = settings.model_fields[first]
    if not rest:
        return field
    inner: Any = field.annotation
    return field_at(inner, tuple(rest))


def closed_choices(annotation: object) -> tuple[str, ...]:
    """Return what a setting can be chosen from, nothing where it is open (a number, a text)."""
    if annotation is bool:
        return TRUTHS
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return tuple(each.value for each in annotation)
    if get_origin(annotation) is Literal:
        return tuple(map(str, get_args(annotation)))
    if get_origin(annotation) in (dict, tuple):
        return ()
    parts = [closed_choices(arm) for arm in get_args(annotation) if arm is not type(None)]
    return tuple(choice for part in parts for choice in part) if parts and all(parts) else ()


def _settings() -> Mapping[str, Setting]:
    found = {}
    for about in descriptions(Config()):
        if not about.name.startswith(_OWN_SHEET):
            path = tuple(about.name.split("."))
            annotation = field_at(Config, path).annotation
            found[about.name] = Setting(path, about, annotation, closed_choices(annotation))
    return found


SETTINGS = _settings()
"""Every setting that has no sheet of its own, by its dotted name, in order."""

RUN_FOLDER = Field(
    name="mmx_run_folder",
    sheet=_SHEET,
    cell="B4",
    label="Run folder",
    kind=Kind.TEXT,
    is_input=True,
    note="Where the run of this workbook is kept: a folder on this computer, never a cloud address. Empty: "
    "the data folder of your user.",
)
"""The workbook's own setting."""

BLOCK = Block(
    name="mmx_settings",
    sheet=_SHEET,
    cell=f"A{_TOP}",
    columns=(
        Column("name", "Setting", Kind.TEXT, "The setting's name, as in the YAML files.", 40.0, fixed=True),
        Column("value", "Value", Kind.TEXT, "What is set; empty: the default.", 28.0),
        Column("unit", "Unit", Kind.TEXT, "In what it is counted.", 20.0, fixed=True),
        Column("allowed", "Allowed", Kind.SENTENCE, "What it may be set to.", 36.0, fixed=True),
        Column("default", "Default", Kind.SENTENCE, "What holds where the value is empty.", 22.0, fixed=True),
        Column("meaning", "Meaning", Kind.SENTENCE, "What it does.", 64.0, fixed=True),
        check_column(48.0),
    ),
    rows=len(SETTINGS),
    is_input=True,
    cell_choices={
        (index, "value"): setting.choices
        for index, setting in enumerate(SETTINGS.values())
        if setting.choices
    },
)

SHEETS = (
    Sheet(
        name=_SHEET,
        code_name="SheetSettings",
        role=Role.INPUT,
        title="Settings",
        about="How the run is done. Change the column Value; an empty value means the default. Lists are "
        "written as [a, b], names with values as {tv: {spend: tv_cost}, radio: {spend: radio_cost}}.",
        blocks=(BLOCK,),
        fields=(RUN_FOLDER,),
        freeze=f"C{_TOP + 1}",
    ),
)
