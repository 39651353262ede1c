"""Takes the README's pictures from the running app.

    python -m benchmarks.screenshots

Writes docs/*.png: a digit drawn with a real mouse, in the app, in a file taken along and on a projector, a training
in mid-run, the confusion matrix of the default run, an experiment from its prediction to its end.
"""

import tempfile
from math import cos, sin
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from digitcore.runs.store import RunStore
from digitcore.takeaway.page import take_along
from harness.app.train_page import TrainPage
from harness.browser import DrawPage, Point, running_chromium, serve

DOCS = Path(__file__).resolve().parents[1] / "docs"
_SIZE: ViewportSize = {"width": 1400, "height": 900}
_PROJECTOR: ViewportSize = {"width": 1920, "height": 1080}
_LONG: ViewportSize = {"width": 1400, "height": 1500}
_MID_PLAY = 3500  # ms after the press: a recording takes 5 s
_SETTLE = 1500  # ms, for transitions to end
_PATIENCE = 180_000  # ms, for half a training: the machine may be busy


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as runs,
        serve(environment={"DIGITCORE_MODELS": runs}) as address,
        running_chromium() as chromium,
    ):
        _draw(chromium, address)
        _take_along(chromium, Path(runs) / "digits.html")
        _big_screen(chromium, address)
        _diagnose(chromium, address)
        _experiment(chromium, address)
        _train(chromium, address)


def _draw(chromium: Browser, address: str) -> None:
    page = chromium.new_page(viewport=_SIZE)
    drawing = DrawPage(page, address)
    drawing.draw(_three())
    _shoot(page, "draw")


def _take_along(chromium: Browser, file: Path) -> None:
    file.write_text(take_along(RunStore.open().get("digitnet")), encoding="utf-8")
    page = chromium.new_page(viewport=_SIZE, color_scheme="dark")
    page.goto(file.as_uri())
    box = page.locator("#digit-canvas").bounding_box()
    assert box is not None
    for number, (x, y) in enumerate(_three()):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if number == 0:
            page.mouse.down()
    page.mouse.up()
    page.mouse.move(0, 0)
    _shoot(page, "take-along")


def _big_screen(chromium: Browser, address: str) -> None:
    page = chromium.new_page(viewport=_PROJECTOR)
    drawing = DrawPage(page, f"{address}/?big-screen=true")
    drawing.draw(_three())
    _shoot(page, "big-screen")


def _three() -> list[Point]:
    """Return the pen's way of a 3, in shares of the canvas: two bows, the lower one larger."""
    bows = ((0.46, 0.33, 0.17, 0.15), (0.46, 0.64, 0.21, 0.18))  # middle x, y, half width, half height
    turns = ((-2.5, 1.35), (-1.25, 2.5))  # rad, from and to
    return [
        (x + width * cos(angle), y + height * sin(angle))
        for (x, y, width, height), (start, end) in zip(bows, turns, strict=True)
        for angle in (start + (end - start) * step / 24 for step in range(25))
    ]


def _diagnose(chromium: Browser, address: str) -> None:
    page = chromium.new_page(viewport=_SIZE, color_scheme="dark")
    page.goto(f"{address}/diagnostics")
    page.get_by_text("Confusion", exact=True).first.click()
    page.get_by_text("Read as", exact=True).first.wait_for()
    _shoot(page, "diagnostics")


def _experiment(chromium: Browser, address: str) -> None:
    page = chromium.new_page(viewport=_SIZE)
    page.goto(f"{address}/experiments")
    page.get_by_role("button", name="The learning rate").wait_for()
    _picture(page, "experiments")
    page.get_by_role("button", name="The learning rate").click()
    page.get_by_role("radio", name="Huge steps: it learns fastest").click()
    page.get_by_role("button", name="That’s my prediction").click()
    page.get_by_role("button", name="Play the recording").click()
    page.wait_for_timeout(_MID_PLAY)
    page.screenshot(path=DOCS / "experiment-running.png")
    page.get_by_test_id("findings").wait_for()
    _shoot(page, "experiment-outcome", full=True)


def _train(chromium: Browser, address: str) -> None:
    page = chromium.new_page(viewport=_SIZE)
    training = TrainPage(page, address)
    training.choose(Epochs=3, Training_digits=10_000)
    training.start.click()
    half_done = "() => Number(document.querySelector('[data-testid=training-panel]')?.dataset.share) > 0.5"
    page.wait_for_function(half_done, timeout=_PATIENCE)
    _shoot(page, "train")


def _shoot(page: Page, name: str, *, full: bool = False) -> None:
    if full:
        page.set_viewport_size(_LONG)
    _picture(page, name)
    page.close()


def _picture(page: Page, name: str) -> None:
    page.wait_for_timeout(_SETTLE)
    page.screenshot(path=DOCS / f"{name}.png")


if __name__ == "__main__":
    main()
