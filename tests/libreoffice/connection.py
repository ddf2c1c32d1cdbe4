"""The way to a running LibreOffice: only for processes that the tests start, never for the tests' own."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MACROS_ALLOWED = 4  # com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN
MACRO_WORKBOOK = "Calc MS Excel 2007 VBA XML"
PLAIN_WORKBOOK = "Calc MS Excel 2007 XML"
SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
WAIT = 0.05


@dataclass(frozen=True, slots=True)
class Connection:
    """A running LibreOffice: its services and its desktop."""

    context: Any
    desktop: Any

    def service(self, name: str) -> Any:
        """Return a new service by its full name."""
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def documents(self) -> list[Any]:
        """Return every spreadsheet that is open."""
        components = self.desktop.Components.createEnumeration()
        found = []
        while components.hasMoreElements():
            component = components.nextElement()
            if component.supportsService(SPREADSHEET):
                found.append(component)
        return found

    def document(self, name: str) -> Any:
        """Return the open spreadsheet of a name; a ``KeyError`` where none has it."""
        for document in self.documents():
            if file_name(document).lower() == name.lower():
                return document
        raise KeyError(f"{name} is not open; open are {[file_name(each) for each in self.documents()]}")


def connected(pipe: str, *, seconds: float) -> Connection:
    """Return the way to the LibreOffice that listens on ``pipe``, waiting until it does.

    A way that breaks while it is made, as when LibreOffice ends an earlier one at that moment, is made anew:
    nothing was asked through it yet.
    """
    import uno

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    deadline = time.monotonic() + seconds
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            manager = context.ServiceManager
            return Connection(
                context, manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            )
        except (
            uno.getClass("com.sun.star.connection.NoConnectException"),
            uno.getClass("com.sun.star.lang.DisposedException"),
        ):
            if time.monotonic() > deadline:
                raise
            time.sleep(WAIT)


def properties(**named: Any) -> tuple[Any, ...]:
    """Return named values in the form that LibreOffice takes."""
    import uno

    made = []
    for name, value in named.items():
        one = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        one.Name, one.Value = name, value
        made.append(one)
    return tuple(made)


def file_name(document: Any) -> str:
    """Return the name of a document's file, or its title where it was never saved."""
    return file_path(document).name


def file_path(document: Any) -> Path:
    """Return where a document's file lies, or its title where it was never saved."""
    import uno

    return Path(uno.fileUrlToSystemPath(document.URL) if document.URL else document.Title)


def file_address(path: Path) -> str:
    """Return a path in the form that LibreOffice takes."""
    import uno

    return uno.systemPathToFileUrl(str(path.absolute()))


def saving_filter(path: Path) -> str:
    """Return the name of the format in which LibreOffice writes a workbook of this file name."""
    return PLAIN_WORKBOOK if path.suffix == ".xlsx" else MACRO_WORKBOOK
