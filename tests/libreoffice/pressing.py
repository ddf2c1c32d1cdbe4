"""A workbook opened in LibreOffice with the stand-in add-in beside it: press, type, read, wait."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.libreoffice import documents
from tests.libreoffice.calls import OfficeError
from tests.libreoffice.documents import close_document, open_document
from tests.libreoffice.office import Office
from tests.libreoffice.stand_in_addin import PythonCall, python_calls, write_stand_in

SECONDS = 30.0
ANSWER_SECONDS = 30.0  # beyond what a call waits for


@dataclass(frozen=True, slots=True)
class Pressed:
    """What the watched cell showed after a press: each text with the seconds since; the last one matched."""

    shown: tuple[tuple[float, str], ...]

    @property
    def first_seconds(self) -> float:
        """How long the cell stood still."""
        return self.shown[0][0]

    @property
    def seconds(self) -> float:
        """How long it took until the cell matched."""
        return self.shown[-1][0]


@dataclass(frozen=True, slots=True)
class OpenBook:
    """A workbook that is open in LibreOffice. A place is ``Sheet!A1`` or a defined name."""

    office: Office
    name: str
    calls_folder: Path

    def press(self, label: str, *, watch: str, until: str, seconds: float = SECONDS) -> Pressed:
        """Press the form button of a label and wait until the cell ``watch`` shows what ``until`` matches.

        Where several sheets have a button of that label, ``label`` is ``Sheet!label``.

        Raises
        ------
        OfficeError
            If it does not within ``seconds``; the message tells what the started Python wrote.
        """
        return self._watched(documents.press_button, watch, until, seconds, label=label)

    def ribbon(self, callback: str, *, watch: str, until: str, seconds: float = SECONDS) -> Pressed:
        """Call a ribbon's callback (``Name`` or ``Module.Name``) and wait likewise."""
        return self._watched(documents.call_ribbon, watch, until, seconds, callback=callback)

    def wait(self, *, watch: str, until: str, seconds: float = SECONDS) -> Pressed:
        """Wait until a cell shows what ``until`` matches."""
        return self._watched(documents.wait_for, watch, until, seconds)

    def macro(self, name: str, *arguments: Any) -> Any:
        """Return what a macro returns; ``None`` for a Sub, and where the project does not compile."""
        return self._answer(documents.run_macro, macro=name, arguments=arguments)

    def type_value(self, place: str, value: float | str) -> None:
        """Enter a value as a user types it; a locked cell of a protected sheet refuses."""
        self._answer(documents.type_value, place=place, value=value)

    def cells(self, places: Sequence[str]) -> list[float | str | None]:
        """Return what stands in cells, exact; an error as its text."""
        read: list[float | str | None] = self._answer(documents.read_cells, places=list(places))
        return read

    def shown(self, places: Sequence[str]) -> list[str]:
        """Return cells as they are shown, formatted."""
        texts: list[str] = self._answer(documents.shown_cells, places=list(places))
        return texts

    def rows(self, sheets: Sequence[str]) -> dict[str, list[list[float | str]]]:
        """Return all that stands on sheets, from A1 on; nothing is an empty text."""
        found: dict[str, list[list[float | str]]] = self._answer(documents.read_rows, sheets=list(sheets))
        return found

    def formulas(self) -> dict[str, str]:
        """Return the areas of cells that hold formulas, by sheet."""
        areas: dict[str, str] = self._answer(documents.formulas)
        return areas

    def buttons(self) -> list[tuple[str, str]]:
        """Return the sheet and the label of each form button."""
        return [(sheet, label) for sheet, label in self._answer(documents.labels)]

    def recalculate(self) -> None:
        """Calculate every formula anew."""
        self._answer(documents.recalculate)

    def save_copy(self, path: Path) -> None:
        """Write the workbook, as it stands, to another file."""
        self._answer(documents.save_copy, path=str(path))

    def python_calls(self) -> list[PythonCall]:
        """Return what the stand-in add-in was asked to run so far, with what each Python wrote."""
        return python_calls(self.calls_folder)

    def ended_calls(self, *, seconds: float = SECONDS) -> list[PythonCall]:
        """Return the same once every started Python has ended."""
        deadline = time.monotonic() + seconds
        while any(call.exit_code is None for call in self.python_calls()):
            if time.monotonic() > deadline:
                raise OfficeError(f"Python still runs after {seconds:g} s: {self.python_calls()}")
            time.sleep(0.02)
        return self.python_calls()

    def _answer(self, function: Any, *, deadline: float = ANSWER_SECONDS, **arguments: Any) -> Any:
        return self.office.answer(function, deadline=deadline, name=self.name, **arguments)

    def _watched(self, function: Any, watch: str, until: str, seconds: float, **arguments: Any) -> Pressed:
        waited = {"watched": watch, "matches": until, "seconds": seconds}
        try:
            shown = self._answer(function, deadline=seconds + ANSWER_SECONDS, **arguments, **waited)
        except OfficeError as error:
            raise OfficeError(f"{error}\nPython was called: {self.python_calls()}") from error
        return Pressed(tuple((at, text) for at, text in shown))


@contextmanager
def opened_book(office: Office, path: Path, *, add_in: bool = True) -> Iterator[OpenBook]:
    """Open a workbook for a while, with the stand-in add-in loaded unless it shall be missing."""
    calls_folder = office.folder / f"calls{time.monotonic_ns()}"
    stand_in = write_stand_in(calls_folder, office.environment)
    loaded = office.answer(open_document, path=str(stand_in)) if add_in else None
    try:
        name = office.answer(open_document, path=str(path))
        try:
            yield OpenBook(office, name, calls_folder)
        finally:
            office.answer(close_document, name=name)
    finally:
        if loaded:
            office.answer(close_document, name=loaded)
