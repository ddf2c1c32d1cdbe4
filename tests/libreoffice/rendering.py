"""Each sheet of a workbook as pictures, as it would be printed: for tests, and for people to look at.

``python -m tests.libreoffice.rendering book.xlsm folder`` draws a workbook into a folder.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from tests.libreoffice.office import Office, running_office
from tests.libreoffice.printing import print_sheets

SECONDS = 180.0
DOTS_PER_INCH = 90
BLANK = 0.0005  # a page with less ink than one part in 2,000 shows nothing but perhaps its footer
_TOO_NARROW = re.compile(r"#{3,}")
_ERRORS = re.compile(r"Err:\d+|#(?:REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|N/A)")


@dataclass(frozen=True, slots=True)
class Page:
    """One printed page of a sheet: its picture and its text."""

    sheet: str
    picture: Path
    text: str

    @property
    def ink(self) -> float:
        """The share of the page that is not white."""
        with Image.open(self.picture) as image:
            return float(np.mean(np.asarray(image.convert("L")) < 250))

    @property
    def faults(self) -> list[str]:
        """What a reader would stumble over: a blank page, numbers that do not fit, errors."""
        found = [f"{self.sheet}: the page is blank"] if self.ink < BLANK else []
        narrow, errors = _TOO_NARROW.findall(self.text), _ERRORS.findall(self.text)
        found += [f"{self.sheet}: {len(narrow)} cells are too narrow for their number"] if narrow else []
        return [*found, *(f"{self.sheet}: shows {error}" for error in errors)]


def pages(office: Office, path: Path, folder: Path) -> list[Page]:
    """Draw each visible sheet of a workbook, page by page; a sheet that prints nothing has no page.

    Parameters
    ----------
    office
        A running LibreOffice.
    path
        The workbook; it is not changed.
    folder
        An existing folder for the pictures.
    """
    sheets = office.answer(print_sheets, deadline=SECONDS, path=str(path), folder=str(folder.absolute()))
    drawn: list[Page] = []
    for number, sheet in enumerate(sheets, start=1):
        printed = folder / f"{number:02}.pdf"
        if not printed.exists():
            continue
        pictures = _pictures(printed, folder / f"{number:02}-{_file_name(sheet)}")
        texts = _texts(printed)
        drawn += [Page(sheet, picture, text) for picture, text in zip(pictures, texts, strict=True)]
        printed.unlink()
    return drawn


def _pictures(printed: Path, prefix: Path) -> list[Path]:
    command = ["pdftoppm", "-r", str(DOTS_PER_INCH), "-png", str(printed), str(prefix)]
    subprocess.run(command, check=True, timeout=SECONDS)
    return sorted(prefix.parent.glob(f"{prefix.name}-*.png"))


def _texts(printed: Path) -> Sequence[str]:
    done = subprocess.run(
        ["pdftotext", "-layout", str(printed), "-"],
        check=True, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    return done.stdout.split("\f")[:-1]


def _file_name(sheet: str) -> str:
    return re.sub(r"\W+", "_", sheet)


def main(path: str, folder: str) -> None:
    """Draw a workbook into a folder and tell what a reader would stumble over."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, running_office(Path(home)) as office:
        for page in pages(office, Path(path), Path(folder)):
            print(page.picture, *page.faults, sep="  ")


if __name__ == "__main__":
    main(*sys.argv[1:])
