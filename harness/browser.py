"""Starts the app, finds a Chromium, and draws in it with a mouse or with real touch events.

For the browser tests and for `benchmarks/live.py`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Browser, CDPSession, Locator, Page, Playwright, expect, sync_playwright

from digitcore.cli.serving.classroom import SERVER

ROOT = Path(__file__).parents[1]
APP = "app:app"  # module and name of an ASGI app, as uvicorn takes it

# what a container needs: no sandbox for root, no GPU; and no talk with the outside
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# the shell is Chromium without its own windows and menus: the same pages for a third less of the processor
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

START_LIMIT = 60  # s for the server to answer; it takes two on an idle machine
WAIT = 20_000  # ms for what should happen at once, on a machine that has other things to do

Point = tuple[float, float]  # as shares of the canvas, from its top left corner
Pointer = Literal["mouse", "touch"]


def find_chromium(playwright: Playwright) -> str | None:
    """Return the browser that `CHROMIUM` names, one on the path, or Playwright's own; None where there is none."""
    for name in (os.environ.get("CHROMIUM"), *BROWSERS):
        found = shutil.which(name) if name else None
        if found:
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@contextmanager
def running_chromium(port: int | None = None) -> Iterator[Browser]:
    """Give a running Chromium, which can be spoken with at `port` as well; ends the program where there is none."""
    flags = [*FLAGS, f"--remote-debugging-port={port}"] if port else FLAGS
    with sync_playwright() as playwright:
        found = find_chromium(playwright)
        if found is None:
            sys.exit("There is no Chromium: install one, or name it in the variable CHROMIUM.")
        with playwright.chromium.launch(executable_path=found, args=flags) as chromium:
            yield chromium


@contextmanager
def serve(app: str = APP, environment: Mapping[str, str] | None = None, port: int | None = None) -> Iterator[str]:
    """Run `app` as `make app` does, on a free port unless one is given, and give its address once it answers."""

    def command(free: int) -> list[str]:
        return ["uvicorn", app, "--port", str(free), *SERVER.split()]

    with _serve(command, environment, port) as address:
        yield address


@contextmanager
def serve_by_streamlit(script: str = "app.py") -> Iterator[str]:
    """Run `streamlit run` on a free port and give its address once it answers."""
    with _serve(lambda port: ["streamlit", "run", script, "--server.port", str(port)]) as address:
        yield address


@contextmanager
def _serve(
    command: Callable[[int], list[str]], environment: Mapping[str, str] | None = None, port: int | None = None
) -> Iterator[str]:
    port = port or free_port()
    variables = {**os.environ, **(environment or {})}
    quiet = subprocess.DEVNULL
    line = [sys.executable, "-m", *command(port)]
    with subprocess.Popen(line, cwd=ROOT, env=variables, stdout=quiet, stderr=quiet) as process:
        try:
            _wait_until(lambda: _answers(f"http://localhost:{port}/_stcore/health"))
            yield f"http://localhost:{port}"
        finally:
            process.terminate()


def process_at(address: str) -> psutil.Process:
    """Return the process that `serve` has started at an address."""
    port = str(urlsplit(address).port)
    (found,) = (process for process in psutil.Process().children() if port in process.cmdline())
    return found


def free_port() -> int:
    """Return a port at which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        port: int = listener.getsockname()[1]
    return port


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _wait_until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + START_LIMIT
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"The app did not answer within {START_LIMIT} s.")
        time.sleep(0.05)


def wait_until_at_rest(seen: Locator) -> None:
    """Wait until something has stayed where it is, and as large, for half a second: a page may be laid out anew."""
    seen.evaluate(
        """async (element) => {
            const place = () => JSON.stringify(element.getBoundingClientRect());
            let [last, since] = [place(), performance.now()];
            while (performance.now() - since < 500) {
                await new Promise(requestAnimationFrame);
                if (place() !== last) [last, since] = [place(), performance.now()];
            }
        }"""
    )


def line(*corners: Point, steps: int = 12) -> list[Point]:
    """Return points along the lines between `corners`, `steps` to each."""
    points = [corners[0]]
    for (x0, y0), (x1, y1) in pairwise(corners):
        points += [(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps) for i in range(1, steps + 1)]
    return points


# A 1 on its way down, and a 0 once it has come round to where it began.
DOWN = line((0.38, 0.2), (0.36, 0.5), (0.38, 0.8))
ROUND = line((0.38, 0.8), (0.5, 0.87), (0.62, 0.8), (0.66, 0.5), (0.62, 0.2), (0.5, 0.13), (0.38, 0.2))
SEVEN = line((0.3, 0.2), (0.7, 0.2), (0.45, 0.85))


@dataclass(frozen=True)
class Update:
    """One prediction that the panel showed: when (ms), and how long it had taken from the canvas (ms)."""

    at: float
    round_trip: float


class DrawPage:
    """The Draw page as a person has it: a pointer, a canvas, and a panel to look at."""

    def __init__(self, page: Page, address: str | None, pointer: Pointer = "mouse") -> None:
        """Open it; without an address, take the page as it is."""
        self.page = page
        # while one way in gives way to another, the old panel may stand there for a moment longer
        self.panel: Locator = page.get_by_test_id("live-panel").last
        self.canvas: Locator = page.locator(".st-key-digit-canvas")
        self._touch: CDPSession | None = page.context.new_cdp_session(page) if pointer == "touch" else None
        self._corner = self._size = (0.0, 0.0)  # of the canvas on the screen, in px
        if address:
            page.goto(address)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait for the canvas to take strokes and for the panel to be there."""
        expect(self.panel).to_be_visible(timeout=WAIT)
        expect(self.canvas.locator("canvas.upper-canvas")).to_be_visible(timeout=WAIT)
        expect(self.page.get_by_role("radio", name="Broad pen")).to_be_visible(timeout=WAIT)

    def press(self, point: Point) -> None:
        """Put the pen down."""
        self._measure()
        x, y = self._on_screen(point)
        if self._touch:
            self._send_touch("touchStart", [(x, y)])
        else:
            self.page.mouse.move(x, y)
            self.page.mouse.down()

    def move(self, points: Iterable[Point], pause: float = 0.01) -> None:
        """Lead the pen along `points`, resting `pause` seconds at each."""
        for point in points:
            x, y = self._on_screen(point)
            if self._touch:
                self._send_touch("touchMove", [(x, y)])
            else:
                self.page.mouse.move(x, y)
            time.sleep(pause)

    def lift(self) -> None:
        """Take the pen up."""
        if self._touch:
            self._send_touch("touchEnd", [])
        else:
            self.page.mouse.up()

    def draw(self, points: list[Point], pause: float = 0.01) -> None:
        """Draw one stroke from pen down to pen up."""
        self.press(points[0])
        self.move(points[1:], pause)
        self.lift()

    def _measure(self) -> None:
        box = self.canvas.bounding_box()  # asked once a stroke: the browser answers when it has nothing else to do
        assert box is not None
        self._corner, self._size = (box["x"], box["y"]), (box["width"], box["height"])

    def _on_screen(self, point: Point) -> Point:
        (left, top), (width, height) = self._corner, self._size
        return left + point[0] * width, top + point[1] * height

    def _send_touch(self, kind: str, points: list[Point]) -> None:
        assert self._touch is not None
        touches = [{"x": x, "y": y} for x, y in points]
        self._touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def expect_digit(self, digit: int) -> None:
        """Wait for the panel to read `digit`."""
        expect(self.panel).to_have_attribute("data-digit", str(digit), timeout=WAIT)

    def expect_empty(self) -> None:
        """Wait for the panel to have nothing to read; a drawing that it rejects is something."""
        expect(self.panel).to_have_attribute("data-state", "empty", timeout=WAIT)

    def expect_rejected(self) -> None:
        """Wait for the panel to say that what it reads is no digit."""
        expect(self.panel).to_have_attribute("data-state", "rejected", timeout=WAIT)

    def expect_confirmed(self) -> None:
        """Wait for the server to have read the same as the page."""
        expect(self.panel).to_have_attribute("data-confirmed", "true", timeout=WAIT)

    @property
    def frames(self) -> int:
        """How many predictions the panel has shown."""
        return int(self.panel.get_attribute("data-frame") or 0)

    def open_tab(self, name: str) -> None:
        """Go to another way in."""
        self.page.get_by_role("tab", name=name).click()

    def record(self) -> None:
        """Note from now on when the panel shows a prediction."""
        self.panel.evaluate(
            """panel => {
                window.seenUpdates = [];
                new MutationObserver(() => window.seenUpdates.push(
                    {at: performance.now(), round_trip: Number(panel.dataset.roundTripMs)}
                )).observe(panel, {attributes: true, attributeFilter: ["data-round-trip-ms"]});
            }"""
        )

    def recorded(self) -> list[Update]:
        """Return what was noted since `record` or the last call, and begin anew."""
        return [Update(**entry) for entry in self.page.evaluate("window.seenUpdates.splice(0)")]
