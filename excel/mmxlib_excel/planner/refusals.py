"""What the planner has no room for, said in words."""

from mmxlib.artifacts.panel import Panel
from mmxlib.errors import Fault, WorkbookError
from mmxlib_excel.layout.planner.room import CHANNELS, UNITS, WEEKS


def check_room(panel: Panel, weeks: int) -> None:
    """Refuse a model or plan that is larger than the planner.

    Raises
    ------
    WorkbookError
        With a fault for units, channels and periods each, where there are too many.
    """
    whole = "Use mmx forecast, or the sheets Budget and Forecast, which have no such limit."
    faults = [
        Fault(code, f"The planner has room for {room} {words}; there are {found}.", remedy, "Planner")
        for code, words, room, found, remedy in (
            ("MMX-X075", "units", UNITS, len(panel.units), f"Let the segmentation form fewer. {whole}"),
            ("MMX-X076", "channels", CHANNELS, len(panel.channels), f"Join small channels. {whole}"),
            ("MMX-X077", "periods", WEEKS, weeks, f"Plan fewer periods. {whole}"),
        )
        if found > room
    ]
    if faults:
        raise WorkbookError.of(faults)
