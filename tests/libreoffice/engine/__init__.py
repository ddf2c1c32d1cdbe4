"""An engine for xlwings that works on a running LibreOffice instead of Excel.

It is written against the interface that xlwings 0.37 asks of an engine, which is xlwings' own affair and
may change. Where Excel and LibreOffice differ, it does as Excel does: a text that reads as a number, a date
or a formula becomes one unless an apostrophe stands in front, a locked cell of a protected sheet refuses,
and while a file named ``busy`` lies where ``MMX_LIBREOFFICE_BUSY`` says, every call is refused as by an
Excel whose user edits a cell.
"""

from tests.libreoffice.connection import connected
from tests.libreoffice.engine.application import Apps
from tests.libreoffice.engine.values import cleaned, prepared

SECONDS = 10.0


class Engine:
    """What xlwings asks of an engine itself."""

    name = "libreoffice"
    type = "desktop"

    def __init__(self, pipe: str) -> None:
        self.apps = Apps(self, lambda: connected(pipe, seconds=SECONDS))

    prepare_xl_data_element = staticmethod(prepared)
    clean_value_data = staticmethod(cleaned)


def register(pipe: str) -> None:
    """Make xlwings work on the LibreOffice that listens on ``pipe``; it is asked at the first use."""
    import xlwings

    engine = xlwings.Engine(impl=Engine(pipe))
    xlwings.engines.add(engine)
    engine.activate()
