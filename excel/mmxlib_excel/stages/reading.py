"""Everything that the sheets say, read at once, with all that is wrong in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.panel import Panel
from mmxlib.config import Config
from mmxlib.errors import Fault, MmxError
from mmxlib_excel.inputs.channel_rows import channel_row_changes
from mmxlib_excel.inputs.faults import check_changes, finding_changes
from mmxlib_excel.inputs.panel import read_sheet_panel
from mmxlib_excel.inputs.settings import check_sheet_channels, data_config, read_settings
from mmxlib_excel.layout import start
from mmxlib_excel.workbooks.cached import CachedWorkbook
from mmxlib_excel.workbooks.port import Changes, Workbook


@dataclass(frozen=True, slots=True)
class Reading:
    """What the sheets say: settings and data where they have no faults, else the faults.

    ``changes`` put every fault beside its cell and into the list on Start, and take away earlier ones; where
    there is none, they give each channel its row on Priors and Constraints.
    """

    config: Config | None
    panel: Panel | None
    faults: tuple[Fault, ...]
    changes: Changes

    @property
    def about(self) -> str:
        """What was read, in words."""
        panel = self.panel
        if panel is None:
            return ""
        return (
            f"{len(panel.units)} {panel.unit_word} series of {len(panel.dates)} periods ({panel.dates[0]} to "
            f"{panel.dates[-1]}) and {len(panel.channels)} channels"
        )


def read_sheets(book: Workbook) -> Reading:
    """Return settings and data of a workbook; what is wrong is gathered, not raised."""
    workbook = CachedWorkbook(book)
    faults: list[Fault] = []
    config, panel = None, None
    try:
        config = read_settings(workbook)
    except MmxError as error:
        faults += error.faults
    try:
        panel = read_sheet_panel(workbook, config or data_config(workbook))
    except MmxError as error:
        faults += error.faults
    if config is not None and panel is not None:
        try:
            check_sheet_channels(workbook, config, panel)
        except MmxError as error:
            faults += error.faults
    if panel is None or faults:
        return Reading(config, panel, tuple(faults), findings_changes(workbook, faults))
    changes = findings_changes(workbook, (), panel.notes)
    return Reading(config, panel, (), changes + channel_row_changes(workbook, panel.channel_names))


def findings_changes(workbook: Workbook, faults: Sequence[Fault], notes: Sequence[Note] = ()) -> Changes:
    """Return the changes that tell these faults and doubts, and no others, beside cells and on Start."""
    return check_changes(workbook, faults) + finding_changes(start.FINDINGS, faults, notes)
