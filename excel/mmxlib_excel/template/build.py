"""``workbook_template.xlsm``: built from the layout, and found where it was installed."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from mmxlib.config.sections import Config
from mmxlib.errors import WorkbookError
from mmxlib_excel.inputs.contents import settings_contents
from mmxlib_excel.layout import inputs
from mmxlib_excel.layout.book import CONTENTS, SHEETS
from mmxlib_excel.macros.project import vba_project
from mmxlib_excel.template.drawing import draw
from mmxlib_excel.template.lists import with_lists
from mmxlib_excel.template.macros import modules, ribbon
from mmxlib_excel.template.parts import Rows
from mmxlib_excel.template.sample import sample_contents

NAME = "workbook_template.xlsm"
"""The file's name, at the root of the repository and inside the installed package."""

_CHANNEL = inputs.MEDIA.blocks[0].position("channel")

TITLE = "Marketing mix workbook"


def workbook_bytes(contents: Mapping[str, Rows]) -> bytes:
    """Return the workbook with ``contents`` in its blocks and fields; the same gives the same bytes."""
    sheets = with_lists(SHEETS)
    macros = vba_project(modules(sheets))
    return draw(sheets, {**CONTENTS, **contents}, macros=macros, ribbon=ribbon(), title=TITLE)


def built_template() -> bytes:
    """Return the template as it is shipped: with the sample data, nothing run yet."""
    sample = sample_contents()
    channels = dict.fromkeys(str(row[_CHANNEL]) for row in sample[inputs.MEDIA.blocks[0].name])
    return workbook_bytes({**settings_contents(Config(), tuple(channels)), **sample})


def empty_template() -> bytes:
    """Return the template without the sample data."""
    return workbook_bytes(settings_contents(Config(), ()))


@cache
def template_bytes() -> bytes:
    """Return the template that was shipped: inside the package, or beside the sources it was installed from.

    Raises
    ------
    WorkbookError
        If it is at neither place.
    """
    package = Path(__file__).resolve().parents[1]
    for place in (package / "template" / NAME, package.parents[1] / NAME):
        if place.is_file():
            return place.read_bytes()
    raise WorkbookError(
        f"The template {NAME} was not installed with mmxlib.",
        remedy="Install mmxlib again, or make the template with `mmx excel build`.",
        code="MMX-X040",
    )
