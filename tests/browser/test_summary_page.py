"""The HTML report as a real browser shows it, prints it, and sorts its tables."""

import io
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.browser.chromium import DESK, PHONE, Browser, Tab, opened, running_browser, with_chromium
from tests.report.builder import HOSTILE, story
from tests.report.test_summary_pages import deck_of

A4 = (595.0, 842.0)
POINTS = 1.5  # browsers round a millimeter to their own pixels


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running_browser(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Return the page of a good model, of one that failed, of one channel, of thirty, of hostile names."""
    with_chromium()
    folder = tmp_path_factory.mktemp("pages")
    told = {
        "good": story(),
        "failed": story(failed=True),
        "one": story(("tv",), 1, organic=()),
        "thirty": story([f"channel {k}" for k in range(30)], 4, organic=()),
        "hostile": story(HOSTILE, 2, organic=()),
    }
    for name, made in told.items():
        (folder / f"{name}.html").write_bytes(deck_of(made)["decks/executive_summary.html"])
    return {name: folder / f"{name}.html" for name in told}


KINDS = ("good", "failed", "one", "thirty", "hostile")


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_asks_for_nothing_and_says_nothing_on_the_console(
    browser: Browser, pages: Mapping[str, Path], kind: str
) -> None:
    tab = opened(browser, pages[kind].as_uri())
    assert tab.value("document.images.length") > 0
    assert tab.requests() == [pages[kind].as_uri()]
    assert tab.complaints() == []


def test_what_the_page_would_ask_for_is_seen_and_forbidden(browser: Browser, tmp_path: Path) -> None:
    """The test above can fail: a picture from elsewhere is told of, and so is what a script says."""
    page = tmp_path / "page.html"
    page.write_text('<img src="elsewhere.png"><script>console.log("x"); throw new Error("y");</script>')
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    tab = Tab(browser, session)
    for domain in ("Page", "Network", "Log", "Runtime"):
        tab.call(f"{domain}.enable")
    tab.call("Page.navigate", url=page.as_uri())
    browser.wait_for("Page.loadEventFired", session)
    assert (tmp_path / "elsewhere.png").as_uri() in tab.requests()
    assert len(tab.complaints()) >= 2


def test_a_server_of_the_page_is_asked_for_the_page_alone(
    browser: Browser, pages: Mapping[str, Path]
) -> None:
    asked: list[str] = []
    content = pages["good"].read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            tab = opened(browser, f"http://127.0.0.1:{server.server_port}/page.html")
            tab.picture()
        finally:
            server.shutdown()
            thread.join()
    assert asked == ["/page.html"]


def column(tab: Tab, table: int, at: int) -> list[str]:
    rows = f"document.querySelectorAll('table.sortable')[{table}].tBodies[0].rows"
    found: list[str] = tab.value(f"Array.from({rows}, row => row.cells[{at}].dataset.order)")
    return found


def sort_of(tab: Tab, table: int, at: int) -> str | None:
    said: str | None = tab.value(f"{head(table, at)}.getAttribute('aria-sort')")
    return said


def head(table: int, at: int) -> str:
    return f"document.querySelectorAll('table.sortable')[{table}].tHead.rows[0].cells[{at}]"


def test_a_click_on_a_heading_sorts_each_table_by_its_numbers_and_words(
    browser: Browser, pages: Mapping[str, Path]
) -> None:
    tab = opened(browser, pages["thirty"].as_uri())
    tables = tab.value("document.querySelectorAll('table.sortable').length")
    assert tables == tab.value("document.querySelectorAll('table').length")
    numeric = 0
    for table in range(tables):
        for at in range(tab.value(f"{head(table, 0)}.parentNode.cells.length")):
            before = column(tab, table, at)
            by_number = tab.value(f"'numeric' in {head(table, at)}.dataset") and "-" not in before[0][1:]
            key = float if by_number else str
            known, unknown = [each for each in before if each], [each for each in before if not each]
            for order, back in (("ascending", False), ("descending", True)):
                tab.value(f"{head(table, at)}.querySelector('button').click()")
                assert sort_of(tab, table, at) == order
                shown = column(tab, table, at)
                assert shown == [*sorted(known, key=key, reverse=back), *unknown], (table, at, order)
            others = [sort_of(tab, table, each) for each in range(at)]
            assert others == [None] * at
            numeric += by_number
    assert numeric > 10


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_keyboard_sorts_too(browser: Browser, pages: Mapping[str, Path], key: str) -> None:
    tab = opened(browser, pages["good"].as_uri())
    tab.value("document.querySelector('table.sortable button').focus()")
    tab.press("Tab")
    assert tab.value("document.activeElement.textContent") == "Do"
    tab.press(key, "\r" if key == "Enter" else " ")
    assert sort_of(tab, 0, 1) == "ascending"
    assert column(tab, 0, 1) == sorted(column(tab, 0, 1))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [320, PHONE, 768, DESK])
def test_the_page_is_never_wider_than_the_window(
    browser: Browser, pages: Mapping[str, Path], kind: str, width: int
) -> None:
    tab = opened(browser, pages[kind].as_uri(), width=width)
    assert tab.value("document.documentElement.scrollWidth") <= width
    wide = (
        "Array.from(document.querySelectorAll('p, li, h1, h2, dd, figure, .scroll, .tile, .warnings'))"
        ".filter(each => each.getBoundingClientRect().right > innerWidth + 1).map(each => each.outerHTML)"
    )
    assert tab.value(wide) == []


def test_words_in_charts_stay_large_enough_on_a_phone(browser: Browser, pages: Mapping[str, Path]) -> None:
    """Charts keep a width at which their smallest words are read; whoever sees less of them scrolls."""
    tab = opened(browser, pages["good"].as_uri(), width=PHONE)
    widths = tab.value("Array.from(document.images, each => each.getBoundingClientRect().width)")
    assert min(widths) >= 600.0
    assert tab.value("getComputedStyle(document.querySelector('figure')).overflowX") == "auto"


@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_has_words_instead_and_is_drawn(
    browser: Browser, pages: Mapping[str, Path], kind: str
) -> None:
    tab = opened(browser, pages[kind].as_uri())
    assert tab.value("Array.from(document.images).every(each => each.alt.length > 30)")
    assert tab.value("Array.from(document.images).every(each => each.naturalWidth > 300)")
    with Image.open(io.BytesIO(tab.picture())) as shown:
        assert np.asarray(shown.convert("L")).std() > 20.0


def tight(words: str) -> str:
    """Return words without the white space that a printed line adds or takes, and without its hyphens."""
    return "".join(words.split())


def printed(tab: Tab, folder: Path) -> tuple[list[str], list[tuple[float, float]]]:
    """Return the text of each printed page, and the sizes of all."""
    for program in ("pdftotext", "pdfinfo"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    path = folder / "page.pdf"
    path.write_bytes(tab.printed())
    told = subprocess.run(["pdfinfo", "-l", "99", path], capture_output=True, text=True, check=True).stdout
    sizes = [
        (float(line.split()[3]), float(line.split()[5]))
        for line in told.splitlines()
        if line.startswith("Page") and " size:" in line
    ]
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    return [" ".join(each.split()) for each in text.split("\f")[:-1]], sizes


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_prints_on_a4_and_its_first_sheet_is_the_summary(
    browser: Browser, pages: Mapping[str, Path], tmp_path: Path, kind: str
) -> None:
    tab = opened(browser, pages[kind].as_uri())
    texts, sizes = printed(tab, tmp_path)
    assert len(sizes) == len(texts) >= 3
    assert all(np.allclose(each, A4, atol=POINTS) for each in sizes)
    first = texts[0]
    headings = ("What happened", "What drove it", "What to do", "How sure we are", "What we do not know")
    assert all(each in first for each in headings), first
    assert "By channel" not in first
    sentences = tab.value(
        "Array.from(document.querySelectorAll('.warnings li, main > section:not(.charts):not(.tables) li, "
        ".two li'), each => each.textContent)"
    )
    assert len(sentences) > 8
    assert [each for each in sentences if tight(each) not in tight(first)] == []
    words = " ".join(tab.value("document.querySelector('.headline').textContent").split())
    assert tight(first).count(tight(words)) == 1
    assert all(each.strip() for each in texts)


def test_the_first_words_of_a_failed_model_are_that_it_failed(
    browser: Browser, pages: Mapping[str, Path]
) -> None:
    tab = opened(browser, pages["failed"].as_uri())
    first = tab.value("document.querySelector('main').parentNode.querySelector('.headline').textContent")
    assert first.startswith("The model failed")
    assert tab.value("document.querySelectorAll('.action').length") == 0
