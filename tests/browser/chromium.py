"""A headless Chromium, driven over its DevTools pipe: no driver, no socket, nothing to install beside it.

References
----------
https://chromedevtools.github.io/devtools-protocol/
"""

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

REQUIRED = "MMX_REQUIRE_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 60.0
PHONE = 375
DESK = 1280

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--force-color-profile=srgb", "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
"""Without a sandbox, since a container's root has none; without whatever a browser does by itself."""


def with_chromium() -> str:
    """Return the browser's path; skip the test where there is none, fail instead where it was promised."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{REQUIRED} is set, but Chromium is not installed")
    if found is None:
        pytest.skip("Chromium is not installed")
    return found


@dataclass(eq=False)
class Browser:
    """A running browser; it has state because it holds the pipe and what came through it."""

    to_browser: int
    from_browser: int
    numbers: int = 0
    unread: bytes = b""
    events: list[Mapping[str, Any]] = field(default_factory=list)

    def call(self, method: str, *, session: str = "", **parameters: object) -> Mapping[str, Any]:
        """Return the browser's answer to a method of the protocol.

        Raises
        ------
        RuntimeError
            If the browser refuses, or does not answer in time.
        """
        self.numbers += 1
        message: dict[str, object] = {"id": self.numbers, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        answer = self._until(lambda each: each.get("id") == self.numbers, method)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        result: Mapping[str, Any] = answer["result"]
        return result

    def wait_for(self, method: str, session: str) -> None:
        """Read on until the browser tells of that event, unless it has."""
        wanted = [each for each in self.events if _is(each, method, session)]
        if not wanted:
            self._until(lambda each: _is(each, method, session), method)

    def _until(self, wanted: Any, what: str) -> Mapping[str, Any]:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            while b"\0" in self.unread:
                line, _, self.unread = self.unread.partition(b"\0")
                told: Mapping[str, Any] = json.loads(line)
                if "method" in told:
                    self.events.append(told)
                if wanted(told):
                    return told
            if select.select([self.from_browser], [], [], 1.0)[0]:
                piece = os.read(self.from_browser, 1 << 20)
                if not piece:
                    raise RuntimeError(f"the browser ended before it answered {what}")
                self.unread += piece
        raise RuntimeError(f"the browser did not answer {what} in {SECONDS:g} s")


def _is(told: Mapping[str, Any], method: str, session: str) -> bool:
    return told.get("method") == method and told.get("sessionId") == session


@dataclass(frozen=True, eq=False)
class Tab:
    """A page in the browser, opened, with everything that it said and asked for."""

    browser: Browser
    session: str

    def call(self, method: str, **parameters: object) -> Mapping[str, Any]:
        """Return the answer to a method of the protocol."""
        return self.browser.call(method, session=self.session, **parameters)

    def value(self, script: str) -> Any:
        """Return what an expression of JavaScript says, promises kept."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str, text: str = "") -> None:
        """Press a key of the keyboard and let it go."""
        for kind in ("keyDown", "keyUp"):
            said = {"text": text} if text and kind == "keyDown" else {}
            code = {"Enter": 13, "Tab": 9, " ": 32}[key]
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **said
            )

    def resize(self, width: int, height: int = 800) -> None:
        """Make the window that wide, in CSS pixels, as on a phone or on a desk."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width <= PHONE,
        )

    def picture(self) -> bytes:
        """Return the whole page as it looks, as PNG."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def printed(self) -> bytes:
        """Return the page as the browser prints it, as PDF: the paper is the page's own choice."""
        answer = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(answer["data"])

    def requests(self) -> list[str]:
        """Return every address that the page asked for, those that hold their own content left out."""
        sent = [each["params"]["request"]["url"] for each in self._events("Network.requestWillBeSent")]
        return [each for each in sent if not each.startswith("data:")]

    def complaints(self) -> list[str]:
        """Return everything that the page put on the console, and every error that nobody caught."""
        kinds = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded", "Audits.issueAdded")
        return [json.dumps(each["params"]) for kind in kinds for each in self._events(kind)]

    def _events(self, method: str) -> list[Mapping[str, Any]]:
        return [each for each in self.browser.events if _is(each, method, self.session)]


@contextlib.contextmanager
def running_browser(folder: Path) -> Iterator[Browser]:
    """Start a browser with a new profile in ``folder``, and end it with all its processes."""
    program = with_chromium()
    theirs_in, ours_out = (_above_the_pipe(each) for each in os.pipe())
    ours_in, theirs_out = (_above_the_pipe(each) for each in os.pipe())
    log = os.open(folder / "browser.log", os.O_WRONLY | os.O_CREAT, 0o600)
    process = os.posix_spawn(
        program,
        [program, *FLAGS, f"--user-data-dir={folder / 'profile'}", "about:blank"],
        {**os.environ, "HOME": str(folder)},
        file_actions=[
            (os.POSIX_SPAWN_DUP2, theirs_in, 3),
            (os.POSIX_SPAWN_DUP2, theirs_out, 4),
            (os.POSIX_SPAWN_DUP2, log, 1),
            (os.POSIX_SPAWN_DUP2, log, 2),
        ],
        setsid=True,
    )
    for each in (theirs_in, theirs_out, log):
        os.close(each)
    browser = Browser(ours_out, ours_in)
    try:
        yield browser
        browser.call("Browser.close")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(ours_out)
        os.close(ours_in)


def _above_the_pipe(descriptor: int) -> int:
    """Return the same end of a pipe under a number that the browser's own two do not need."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved


def opened(browser: Browser, address: str, *, width: int = DESK) -> Tab:
    """Return a tab of its own in which the page at ``address`` is loaded."""
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    tab = Tab(browser, session)
    for domain in ("Page", "Network", "Log", "Runtime", "Audits"):
        tab.call(f"{domain}.enable")
    tab.resize(width)
    tab.call("Page.navigate", url=address)
    browser.wait_for("Page.loadEventFired", session)
    tab.value("Promise.all(Array.from(document.images, each => each.decode()))")
    return tab
