"""Lines of Python that use xlwings on a book that is open in LibreOffice, run in a process of their own."""

import datetime as dt
from typing import Any

from tests.libreoffice.connection import Connection


def evaluated(_office: Connection, *, name: str, lines: str) -> str:
    """Run lines in which ``book`` is the open book; return the ``repr`` of what they leave in ``found``."""
    import xlwings

    names: dict[str, Any] = {"xlwings": xlwings, "book": xlwings.books[name], "dt": dt, "found": None}
    exec(lines, names)
    return repr(names["found"])
