"""The running program and its open workbooks, as xlwings asks for them."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from xlwings import base_classes

from tests.libreoffice.connection import (
    MACROS_ALLOWED,
    Connection,
    file_address,
    file_name,
    file_path,
    properties,
    saving_filter,
)
from tests.libreoffice.documents import invoked
from tests.libreoffice.engine.names import Names
from tests.libreoffice.engine.refusals import refuse_while_busy
from tests.libreoffice.engine.sheets import Sheets

_QUALIFIED = re.compile(r"'?(?P<book>[^'!]+)'?!(?P<macro>.+)")


class Apps(base_classes.Apps):
    """The one program there is."""

    def __init__(self, engine: object, connect: Callable[[], Connection]) -> None:
        self._engine, self._connect = engine, connect
        self._app: App | None = None

    def __iter__(self) -> Iterator["App"]:
        if self._app is None:
            self._app = App(self._engine, self._connect())
        yield self._app

    def __len__(self) -> int:
        return 1

    def __getitem__(self, _pid: int) -> "App":
        return next(iter(self))

    def keys(self) -> list[int]:
        """Return the programs' process numbers."""
        return [App.pid]

    def add(self, spec=None, add_book=None, xl=None, visible=None) -> "App":
        """Return the program, with a new workbook where one is asked for."""
        app = next(iter(self))
        if add_book:
            app.books.add()
        return app

    @staticmethod
    def cleanup() -> None:
        """Leave everything as it is: the tests end what they started."""


class App(base_classes.App):
    """The running program. Switches of Excel that LibreOffice does not have are kept, and change nothing."""

    pid = 1
    version = "16.0"
    hwnd = 0
    path = ""
    visible = True
    screen_updating = True
    display_alerts = True
    enable_events = True
    interactive = True
    calculation = "automatic"
    status_bar = None
    selection = None

    def __init__(self, engine: object, office: Connection) -> None:
        self.engine, self.office = engine, office

    @property
    def api(self) -> Any:
        return self.office.desktop

    @property
    def books(self) -> "Books":
        refuse_while_busy()
        return Books(self)

    def activate(self, steal_focus: bool = False) -> None:
        """Leave the windows as they are."""

    def calculate(self) -> None:
        refuse_while_busy()
        for document in self.office.documents():
            document.calculateAll()

    def run(self, macro: str, args: Sequence[Any]) -> Any:
        refuse_while_busy()
        named = _QUALIFIED.fullmatch(macro)
        if named is None:
            raise ValueError(f"{macro} does not name its workbook")
        return invoked(self.office.document(named["book"]), named["macro"], args)

    def quit(self) -> None:
        raise NotImplementedError("the tests end the program that they started")

    def kill(self) -> None:
        self.quit()


class Books(base_classes.Books):
    """The workbooks that are open."""

    def __init__(self, app: App) -> None:
        self.app = app

    @property
    def api(self) -> Any:
        return self.app.office.desktop

    @property
    def active(self) -> "Book":
        return Book(self.app, self.app.office.desktop.CurrentComponent)

    def __iter__(self) -> Iterator["Book"]:
        return iter([Book(self.app, document) for document in self.app.office.documents()])

    def __len__(self) -> int:
        return len(self.app.office.documents())

    def __call__(self, name_or_index: int | str) -> "Book":
        if isinstance(name_or_index, int):
            return list(self)[name_or_index - 1]
        return Book(self.app, self.app.office.document(name_or_index))

    def add(self) -> "Book":
        made = self.app.office.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
        return Book(self.app, made)

    def open(self, fullname: str, *_options: object, **_named: object) -> "Book":
        allowed = properties(MacroExecutionMode=MACROS_ALLOWED)
        opened = self.app.office.desktop.loadComponentFromURL(
            file_address(Path(fullname)), "_blank", 0, allowed
        )
        if opened is None:
            raise FileNotFoundError(fullname)
        return Book(self.app, opened)


class Book(base_classes.Book):
    """One open workbook."""

    app: Any = None

    def __init__(self, app: App, document: Any) -> None:
        self.app, self._document = app, document

    @property
    def api(self) -> Any:
        return self._document

    @property
    def name(self) -> str:
        refuse_while_busy()
        return file_name(self._document)

    @property
    def fullname(self) -> str:
        refuse_while_busy()
        return str(file_path(self._document))

    @property
    def sheets(self) -> Sheets:
        refuse_while_busy()
        return Sheets(self)

    @property
    def names(self) -> Names:
        refuse_while_busy()
        return Names(self, self._document.NamedRanges)

    def activate(self) -> None:
        """Leave the windows as they are."""

    def close(self) -> None:
        self._document.close(True)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        refuse_while_busy()
        target = Path(path or self.fullname)
        self._document.storeToURL(file_address(target), properties(FilterName=saving_filter(target)))
