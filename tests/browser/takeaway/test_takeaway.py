"""A run taken along: its file is opened with the network off, drawn on, and reads as the app does."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.decode import read_picture
from digitcore.runs.store import RunStore
from digitcore.takeaway.page import take_along
from harness.browser import DOWN, ROUND, SEVEN, WAIT, Point, line
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

ZIGZAG = line(*((0.15 + 0.07 * corner, 0.2 if corner % 2 else 0.8) for corner in range(11)), steps=6)
TWO = line((0.3, 0.3), (0.5, 0.15), (0.7, 0.3), (0.65, 0.5), (0.3, 0.85), (0.72, 0.85))
FOUR = (line((0.45, 0.15), (0.28, 0.55), (0.75, 0.55)), line((0.6, 0.35), (0.6, 0.88)))
DRAWINGS: tuple[tuple[list[Point], ...], ...] = ((SEVEN,), (DOWN,), (DOWN, ROUND), (TWO,), FOUR, (ZIGZAG,))


class Taken:
    """The page in the file, as a person has it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.get_by_test_id("live-panel")
        self.canvas = page.locator("#digit-canvas canvas")
        self.frames = 0

    def draw(self, stroke: list[Point]) -> None:
        box = self.canvas.bounding_box()
        assert box is not None
        for number, (x, y) in enumerate([*stroke[:-1:4], stroke[-1]]):
            self.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            if number == 0:
                self.page.mouse.down()
        self.page.mouse.up()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def expect_digit(self, digit: int | None) -> None:
        """Wait for a digit, or for a drawing to be rejected; by then there has been another reading."""
        expect(self.panel).to_have_attribute("data-state", "rejected" if digit is None else "read", timeout=WAIT)
        expect(self.panel).to_have_attribute("data-digit", "" if digit is None else str(digit), timeout=WAIT)
        before, self.frames = self.frames, int(self.panel.get_attribute("data-frame") or 0)
        assert self.frames > before

    def expect_empty(self) -> None:
        expect(self.panel).to_have_attribute("data-state", "empty", timeout=WAIT)

    def drawn(self, classifier: DigitClassifier) -> int | None:
        """Return what the app's classifier reads in the ink that is on the canvas."""
        url = self.canvas.evaluate("canvas => canvas.toDataURL()")
        return classifier.read(read_picture(base64.b64decode(url.partition(",")[2]))).digit


@pytest.fixture
def offline(chromium: Browser) -> Iterator[BrowserContext]:
    """A window with no network; at the end nothing may have been asked of one, and no error have come up."""
    troubles: list[str] = []
    with chromium.new_context(viewport={"width": 390, "height": 844}) as window:
        window.set_offline(True)
        window.on("weberror", lambda error: troubles.append(str(error.error)))
        window.on("console", lambda message: troubles.append(message.text))
        window.on("request", lambda request: troubles.append(request.url) if is_outside(request.url) else None)
        yield window
    assert troubles == []


def is_outside(url: str) -> bool:
    return not url.startswith(("file:", "blob:", "data:"))


@pytest.fixture
def file(open_page: OpenPage, app: str, tmp_path: Path) -> Path:
    """The file that the Draw page gives."""
    drawing = open_page(app)
    with drawing.page.expect_download(timeout=WAIT) as download:
        drawing.page.get_by_role("button", name="Take this network along").click()
    assert download.value.suggested_filename == "digitnet.html"
    download.value.save_as(tmp_path / "digitnet.html")
    return tmp_path / "digitnet.html"


def test_a_network_taken_along_reads_as_the_app_does_with_no_network(file: Path, offline: BrowserContext) -> None:
    page = Taken(offline.new_page())
    page.page.goto(file.as_uri())
    page.expect_empty()
    classifier = DigitClassifier.load("digitnet")
    read = []
    for strokes in DRAWINGS:
        for stroke in strokes:
            page.draw(stroke)
        read.append(page.drawn(classifier))
        page.expect_digit(read[-1])
        page.press("Clear")
        page.expect_empty()
    assert read == [7, 1, 0, 2, 4, None]
    assert float(page.panel.get_attribute("data-round-trip-ms") or 0) > 0


def test_without_workers_too_strokes_are_undone_and_drawn_by_the_keys(tmp_path: Path, offline: BrowserContext) -> None:
    (tmp_path / "tiny.html").write_text(take_along(RunStore.open().get("tiny_cnn")))
    page = Taken(offline.new_page())
    page.page.add_init_script("delete window.Worker")
    page.page.goto((tmp_path / "tiny.html").as_uri())
    page.draw(DOWN)
    page.expect_digit(1)
    page.draw(ROUND)
    page.expect_digit(0)
    page.press("Undo")
    page.expect_digit(1)
    expect(page.panel.locator(".digit-panel__spoken")).to_contain_text("1. ", timeout=WAIT)
    page.press("Undo")
    page.expect_empty()

    page.canvas.focus()
    for key in (*["ArrowUp"] * 9, "Space", *["ArrowDown"] * 18, "Space"):
        page.page.keyboard.press(key)
    page.expect_digit(1)
    page.page.keyboard.press("Delete")
    page.expect_empty()
    assert page.page.evaluate("document.documentElement.scrollWidth") == 390
