"""The switch that makes everything larger, for a projector."""

import pytest
from playwright.sync_api import Locator, Page, expect

from harness.browser import SEVEN, WAIT, DrawPage, wait_until_at_rest

pytestmark = pytest.mark.browser

NOT_WIDER = "document.documentElement.scrollWidth <= innerWidth"


def height(of: Locator) -> float:
    box = of.bounding_box()
    assert box is not None
    return box["height"]


def test_everything_grows_reads_the_same_and_is_so_at_the_next_visit(page: Page, app: str) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    draw = DrawPage(page, app)
    draw.draw(SEVEN)
    draw.expect_digit(7)
    read = float(draw.panel.get_attribute("data-confidence") or 0)
    word = page.get_by_role("tab", name="Test digit")
    usual = height(word)
    draw.page.get_by_role("button", name="Clear").click()
    draw.expect_empty()
    page.get_by_text("Big screen", exact=True).click()
    page.wait_for_function("() => document.documentElement.hasAttribute('data-big-screen')", timeout=WAIT)
    expect(page).to_have_url(f"{app}/?big-screen=true", timeout=WAIT)
    wait_until_at_rest(draw.canvas)
    assert height(draw.canvas) == pytest.approx(560, abs=10)
    assert height(word) > 1.25 * usual
    draw.draw(SEVEN)
    draw.expect_digit(7)
    assert float(draw.panel.get_attribute("data-confidence") or 0) == pytest.approx(read, abs=0.01)
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")  # it may have moved while it grew
    for seen in (draw.canvas, page.get_by_test_id("canvas-tools"), page.locator(".digit-panel__bars")):
        expect(seen).to_be_in_viewport(ratio=1)

    page.get_by_role("link", name="Train", exact=True).click()
    expect(page.locator(".st-key-train button")).to_be_in_viewport(ratio=1, timeout=WAIT)
    assert page.evaluate(NOT_WIDER)
    page.get_by_role("link", name="Diagnostics", exact=True).click()
    page.get_by_role("tab", name="Confusion", exact=True).click(timeout=WAIT)
    expect(page.get_by_role("gridcell", name="A 9 read as 9:")).to_be_in_viewport(ratio=1, timeout=WAIT)
    assert page.evaluate(NOT_WIDER)

    again = page.context.new_page()
    again.goto(f"{app}/batch")
    expect(again.get_by_role("switch", name="Big screen")).to_be_checked(timeout=WAIT)
    expect(again).to_have_url(f"{app}/batch?big-screen=true", timeout=WAIT)
    again.close()
