"""Whole numbers in a real browser: drawn on the wide canvas, and found on a photographed page."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from digitcore.data.mnist import load_mnist
from harness.app.accessibility import troubles
from harness.browser import WAIT
from harness.pictures.lines import line_of
from harness.shapes import DIGITS

pytestmark = pytest.mark.browser

NUMBER = "47158"
SIZE = 0.055  # of the canvas's height for each unit of the shapes, which are 10 high
APART = 9  # units from one digit to the next


def draw(page: Page, number: str, first: int = 0) -> None:
    """Draw digits on the wide canvas, the first of them in place `first`, with the mouse."""
    box = page.locator(".digit-number__canvas").bounding_box()
    assert box is not None
    unit = SIZE * box["height"]
    for place, digit in enumerate(number, first):
        for stroke in DIGITS[int(digit)]:
            for at, (x, y) in enumerate(stroke):
                page.mouse.move(box["x"] + unit * (2 + APART * place + x), box["y"] + unit * (3 + y))
                if at == 0:
                    page.mouse.down()
            page.mouse.up()


def test_a_number_is_read_as_it_is_drawn_and_outlives_a_reload(window: BrowserContext, app: str) -> None:
    page = window.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(app)
    panel = page.get_by_test_id("live-panel")
    expect(panel).to_be_visible(timeout=WAIT)
    assert not any("/several/" in url for url in fetched)  # one digit costs what it did
    page.get_by_text("Several digits").click()
    expect(page.locator(".digit-number__canvas")).to_be_visible(timeout=WAIT)
    draw(page, NUMBER)
    expect(panel).to_have_attribute("data-number", NUMBER, timeout=WAIT)
    expect(panel).to_have_attribute("data-confirmed", NUMBER, timeout=WAIT)  # by the server
    assert int(panel.get_attribute("data-frame") or 0) > len(NUMBER)
    assert page.locator(".digit-number__box").count() == len(NUMBER)
    middles = [each.bounding_box() for each in page.locator(".digit-number__digit").all()]
    assert len([each for each in middles if each]) == len(NUMBER)
    digit = page.get_by_role("button", name="The second digit: 7")
    digit.click()
    page.keyboard.press("2")
    expect(page.locator(".digit-teach__said")).to_have_text("Kept as a 2.", timeout=WAIT)
    expect(panel).to_have_attribute("data-number", "42158")
    assert troubles(page) == []
    page.get_by_role("button", name="The third digit: 1").click()
    expect(page.locator(".digit-teach__said")).to_have_text("That was a …")
    page.get_by_role("button", name="The second digit: 2 not a 7").click()
    page.get_by_test_id("teach").get_by_role("button", name="Undo").click()
    expect(panel).to_have_attribute("data-number", NUMBER, timeout=WAIT)
    page.reload()
    expect(panel).to_have_attribute("data-number", NUMBER, timeout=WAIT)
    assert "several-digits" in page.url
    page.locator("[data-action=undo]").click()
    expect(panel).to_have_attribute("data-number", NUMBER[:-1], timeout=WAIT)
    page.get_by_role("button", name="Clear").click()
    expect(panel).to_have_attribute("data-number", "", timeout=WAIT)
    expect(panel).to_contain_text("Draw digits beside one another")


def test_a_digit_of_a_page_is_corrected_in_the_picture_or_in_the_text(window: BrowserContext, app: str) -> None:
    test = load_mnist().test
    ink = line_of(list(test.images[:4]), "7210", np.random.default_rng(1), touching=False).ink
    content = io.BytesIO()
    Image.fromarray(255 - ink).save(content, "PNG")
    page = window.new_page()
    page.goto(f"{app}/batch?what-is-in-it=A+page+of+numbers")
    file = FilePayload(name="page.png", mimeType="image/png", buffer=content.getvalue())
    page.locator('input[type="file"]').first.set_input_files([file])
    lines = page.get_by_test_id("page-lines")
    expect(lines).to_have_attribute("data-text", "7210", timeout=WAIT)
    page.locator(".page-lines__box").nth(1).click()
    page.keyboard.press("3")
    page.keyboard.press("Backspace")  # the next one, which is no digit then
    expect(lines).to_have_attribute("data-text", "730")
    page.get_by_role("group", name="What is it?").get_by_role("button", name="6", exact=True).click()
    expect(lines).to_have_attribute("data-text", "736")
    page.locator(".page-lines__box").nth(1).click()
    page.get_by_role("button", name="Insert before").click()
    page.keyboard.press("4")
    page.keyboard.press("+")  # after the one that is chosen now
    page.keyboard.press("9")
    expect(lines).to_have_attribute("data-text", "74396")
    with page.expect_download() as download:
        page.get_by_role("button", name="Table (CSV)").click()
    rows = download.value.path().read_text().splitlines()
    assert rows[0].startswith("line,position,digit,prediction,confidence,")
    assert {row.count(",") for row in rows} == {rows[0].count(",")}
    assert [row.split(",")[:4] for row in rows[1:]] == [
        ["1", "1", "7", "7"],
        ["1", "2", "4", ""],
        ["1", "3", "3", "2"],
        ["1", "4", "9", ""],
        ["1", "5", "", "1"],
        ["1", "6", "6", "0"],
    ]
    assert troubles(page) == []
