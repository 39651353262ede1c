"""Takes the README's pictures from the running app.

    python -m benchmarks.screenshots

Writes docs/*.png: a digit drawn with a real mouse, a real training in mid-run, the confusion matrix of the default run.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.driving import FLAGS, ROUND, DrawPage, find_chromium, serve
from tests.browser.training import TrainPage

DOCS = Path(__file__).resolve().parents[1] / "docs"
_SIZE = {"width": 1400, "height": 900}
_SETTLE = 1500  # ms, for transitions to end


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as runs,
        serve(environment={"DIGITCORE_MODELS": runs}) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=FLAGS)
        _draw(browser, address)
        _diagnose(browser, address)
        _train(browser, address)
        browser.close()


def _draw(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=_SIZE)
    drawing = DrawPage(page, address)
    drawing.draw(ROUND)
    _shoot(page, "draw")


def _diagnose(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=_SIZE, color_scheme="dark")
    page.goto(f"{address}/diagnostics")
    page.get_by_text("Confusion", exact=True).first.click()
    page.get_by_text("Read as", exact=True).first.wait_for()
    _shoot(page, "diagnostics")


def _train(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1300})
    training = TrainPage(page, address)
    training.choose(Epochs=3, Training_digits=10_000)
    training.button("Train").click()
    page.wait_for_function("Number(document.querySelector('[data-testid=training-panel]')?.dataset.share) > 0.5")
    _shoot(page, "train")


def _shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(_SETTLE)
    page.screenshot(path=DOCS / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
