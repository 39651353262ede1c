"""Teaching it one's own hand, in a real browser: labelled with one tap, read so at once, kept by this browser alone."""

import pytest
from playwright.sync_api import Page, expect

from harness.app.accessibility import troubles
from harness.browser import SEVEN, WAIT
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser


def expect_said(page: Page, words: str) -> None:
    expect(page.locator(".digit-teach__said")).to_have_text(words, timeout=WAIT)


def test_what_was_corrected_is_read_so_at_once_after_a_reload_and_by_no_other_browser(
    open_page: OpenPage, app: str
) -> None:
    drawing = open_page(app, width=1366, height=768)
    page = drawing.page
    expect(page.get_by_role("button", name="That was a 1")).to_be_hidden()  # quiet until there is a drawing
    drawing.draw(SEVEN)
    drawing.expect_digit(7)
    drawing.expect_confirmed()
    page.get_by_role("button", name="That was a 2").click()
    expect_said(page, "Kept as a 2.")
    drawing.expect_digit(2)
    drawing.canvas.locator("canvas.upper-canvas").focus()
    page.keyboard.press("1")
    expect_said(page, "Now kept as a 1.")
    drawing.expect_digit(1)
    drawing.expect_confirmed()
    expect(drawing.panel).to_contain_text("Read by your own examples. By itself, the network reads a 7.")
    assert troubles(page) == []

    page.get_by_role("button", name="Clear").click()
    expect_said(page, "That was a …")
    drawing.draw(SEVEN)
    drawing.expect_digit(1)
    drawing.expect_confirmed()
    page.get_by_role("checkbox", name="Use my example").click()
    drawing.expect_digit(7)
    expect(drawing.panel).not_to_contain_text("own examples")
    page.get_by_role("checkbox", name="Use my example").click()
    drawing.expect_digit(1)

    page.reload()
    drawing.wait_until_ready()
    drawing.expect_digit(1)
    drawing.expect_confirmed()
    expect_my_digits(page, 1)
    other = open_page(app)
    other.draw(SEVEN)
    other.expect_digit(7)
    other.expect_confirmed()
    other.page.get_by_role("link", name="My digits").click()
    expect(other.page.get_by_text("Nothing here yet")).to_be_visible(timeout=WAIT)


def expect_my_digits(page: Page, count: int) -> None:
    page.get_by_role("link", name="My digits").click()
    expect(page.locator(".digit-drawings__tile")).to_have_count(count, timeout=WAIT)


def test_two_browsers_of_a_class_see_the_same_set_grow(open_page: OpenPage, app: str) -> None:
    teacher, pupil = open_page(app), open_page(app, pointer="touch")
    teacher.page.get_by_role("link", name="My digits").click()
    teacher.page.get_by_role("tab", name="Share").click()
    teacher.page.get_by_role("button", name="Open a class").click()
    code = teacher.page.locator(".st-key-class-code-shown code").inner_text(timeout=WAIT)
    pupil.page.get_by_role("link", name="My digits").click()
    pupil.page.get_by_role("tab", name="Share").click()
    pupil.page.get_by_label("The class's code").fill(code.upper())
    pupil.page.get_by_role("button", name="Join").click()
    expect(pupil.page.locator(".st-key-class-code-shown")).to_contain_text(code, timeout=WAIT)
    # a link pressed while the page is still being made can be forgotten by Streamlit
    expect(pupil.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=WAIT)
    pupil.page.get_by_role("link", name="Draw", exact=True).click()
    pupil.wait_until_ready()
    pupil.draw(SEVEN)
    pupil.expect_digit(7)
    pupil.page.get_by_role("button", name="That was a 7").tap()
    expect_said(pupil.page, "Kept as a 7.")
    pupil.page.get_by_role("button", name="Undo").last.tap()  # the canvas has one, too
    expect_said(pupil.page, "Taken back.")
    pupil.page.get_by_role("button", name="That was a 7").tap()
    expect_said(pupil.page, "Kept as a 7.")

    drawings = teacher.page.locator(".digit-drawings__tile")
    teacher.page.get_by_role("radio", name="My class's").click()
    teacher.page.get_by_role("tab", name="Drawings").click()
    expect(drawings).to_have_count(1, timeout=WAIT)
    drawings.first.click()
    teacher.page.get_by_role("button", name="Delete").click()
    expect(teacher.page.get_by_text("1 drawing deleted.")).to_be_visible(timeout=WAIT)
    teacher.page.get_by_role("button", name="Undo").click()
    expect(drawings).to_have_count(1, timeout=WAIT)
    assert troubles(teacher.page) == []
