"""The pictures of the documents, made anew from the product at work on simulated data.

``python -m tests.documents.pictures`` writes them all into ``examples/pictures``: the executive summary of
the README's own command, and each sheet of the workbook after Run all. It needs Chromium and LibreOffice, and
takes some minutes.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from mmxlib_excel.layout.book import TABS
from tests.libreoffice.office import running_office
from tests.libreoffice.printing import print_sheets

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "examples" / "pictures"
SUMMARY, CHART = "executive_summary.png", "channel_contributions.png"
LARGEST = 120_000
"""Bytes that one picture may have, so that the project stays small."""

WIDTH = 1200
COLORS = (64, 40, 24)
DOTS_PER_INCH = 300
MARGIN, DARK, APART = 48, 150, 24
SECONDS = 180.0
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SUMMARY_WINDOW = (900, 1775)


@dataclass(frozen=True, slots=True)
class View:
    """The part of a printed page that is shown, from its upper left, as shares of what is on it."""

    width: float = 1.0
    height: float = 1.0


VIEWS: Mapping[str, View] = {
    # Long tables: their first rows say it all. Wide ones are printed small: their left part is what a screen
    # shows.
    "Start": View(height=0.95),
    "Sales": View(0.7, 0.3),
    "Media": View(0.7, 0.3),
    "Events": View(0.8, 0.45),
    "Controls": View(0.8, 0.3),
    "Experiments": View(height=0.5),
    "Settings": View(0.9, 0.4),
    "Priors": View(0.5, 0.5),
    "Constraints": View(height=0.5),
    "Scenarios": View(0.45),
    "Planner": View(0.62, 0.62),
    "Trends": View(0.82, 0.8),
    "Model": View(0.66),
    "Contributions": View(height=0.8),
    "Budget": View(0.75, 0.8),
    "Journal": View(0.85, 0.75),
}


def picture_of(sheet: str) -> str:
    """Return the name of the picture of a sheet."""
    return f"sheet_{sheet.lower()}.png"


def main() -> None:
    """Make every picture and tell its size."""
    PICTURES.mkdir(exist_ok=True)
    with _home() as home:
        _draw_summary(home)
        _draw_sheets(home)
    for path in sorted(PICTURES.glob("*.png")):
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")


@contextmanager
def _home() -> Iterator[Path]:
    """Yield an empty folder of a fixed name, since the workbook shows where its run is."""
    home = Path(tempfile.gettempdir()) / "mmxlib"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    yield home
    shutil.rmtree(home)


def _mmx(home: Path, *words: str) -> None:
    subprocess.run([sys.executable, "-m", "mmxlib", *words], cwd=home, check=True)


def _draw_summary(home: Path) -> None:
    _mmx(home, "simulate", "--out", "data")
    _mmx(home, "run", "--input", "data", "--run-dir", "runs/first", "--auto-approve")
    browser = next(found for name in BROWSERS if (found := shutil.which(name)))
    drawn = home / "summary.png"
    width, height = SUMMARY_WINDOW
    subprocess.run(
        [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(f"--window-size={width},{height}", f"--screenshot={drawn}"),
            (home / "runs/first/out/decks/executive_summary.html").as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    with Image.open(drawn) as image:
        _write(image.convert("RGB"), PICTURES / SUMMARY)
    with Image.open(home / "runs/first/out/decks/channel_contributions.png") as image:
        _write(image.convert("RGB"), PICTURES / CHART)


def _draw_sheets(home: Path) -> None:
    book = home / "plan.xlsm"
    _mmx(home, "excel", "new", book.name)
    _mmx(home, "excel", "run", book.name, "--stage", "all", "--run-dir", "run")
    printed = home / "printed"
    printed.mkdir()
    with running_office(home) as office:
        sheets = office.answer(print_sheets, deadline=SECONDS, path=str(book), folder=str(printed))
    assert list(sheets) == list(TABS)
    for number, sheet in enumerate(sheets, start=1):
        page = _first_page(printed / f"{number:02}.pdf")
        _write(_shown(page, VIEWS.get(sheet, View())), PICTURES / picture_of(sheet))


def _first_page(printed: Path) -> Image.Image:
    prefix = printed.with_suffix("")
    command = ["pdftoppm", "-r", str(DOTS_PER_INCH), "-f", "1", "-l", "1", "-singlefile", "-png"]
    subprocess.run([*command, str(printed), str(prefix)], check=True, timeout=SECONDS)
    with Image.open(prefix.with_suffix(".png")) as image:
        return image.convert("RGB")


def _shown(page: Image.Image, view: View) -> Image.Image:
    """Return the part of a page in view, without its margins and footer; no line of text is cut."""
    above_footer = page.crop((0, 0, page.width, int(0.945 * page.height)))
    left, top, right, bottom = _box(above_footer)
    if view.height < 1.0:
        wanted = top + round(view.height * (bottom - top))
        dark = np.asarray(above_footer.convert("L"))[:wanted, left:right].min(axis=1) < DARK
        bottom = int(np.flatnonzero(~dark)[-1])
    right = left + round(view.width * (right - left))
    framed = Image.new("RGB", (right - left + 2 * MARGIN, bottom - top + 2 * MARGIN), "white")
    framed.paste(above_footer.crop((left, top, right, bottom)), (MARGIN, MARGIN))
    return framed


def _box(page: Image.Image) -> tuple[int, int, int, int]:
    """Return the smallest box with everything that is not white."""
    inked = np.asarray(page.convert("L")) < 250
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _write(image: Image.Image, target: Path) -> None:
    """Write a picture of the documents' size, in as many colors as leave it small enough."""
    scale = min(1.0, WIDTH / image.width)
    small = image.resize((round(scale * image.width), round(scale * image.height)), Image.Resampling.LANCZOS)
    for colors in COLORS:
        few = small.quantize(palette=_palette(small, colors), dither=Image.Dither.NONE)
        few.save(target, optimize=True)
        if target.stat().st_size <= LARGEST:
            return
    raise SystemExit(f"{target} has {target.stat().st_size:,} bytes, more than {LARGEST:,}: show less.")


def _palette(image: Image.Image, colors: int) -> Image.Image:
    """Return a palette of the colors seen most, each apart from those before it.

    Pillow's own ways merge the hues of a chart's thin lines, or tint its grays.
    """
    seen, counts = np.unique(np.asarray(image).reshape(-1, 3), axis=0, return_counts=True)
    chosen: list[np.ndarray] = []
    chroma = seen.max(axis=1).astype(np.int64) - seen.min(axis=1)  # hues before yet another gray
    for color in seen[np.argsort(-counts * (1 + chroma), kind="stable")[:5000]].astype(np.int64):
        if len(chosen) < colors and all(np.abs(color - other).sum() >= APART for other in chosen):
            chosen.append(color)
    palette = Image.new("P", (1, 1))
    palette.putpalette([int(part) for color in chosen for part in color])
    return palette


if __name__ == "__main__":
    main()
