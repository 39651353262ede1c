"""The inside of the network on the Draw page: alive with the pen, and open to whoever points at it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from harness.browser import DOWN, SEVEN, WAIT, DrawPage
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

NUMBER = r"[+−]?\d+\.\d\d"


def numbers(texts: list[str]) -> list[float]:
    return [float(text.replace("−", "-")) for text in texts]


def inside(page: Page) -> Locator:
    return page.get_by_test_id("inside")


def detail(page: Page) -> Locator:
    return page.get_by_test_id("inside-detail")


def unit(page: Page, name: str) -> Locator:
    return inside(page).get_by_role("button", name=name, exact=True)


def painted(page: Page, column: int) -> int:
    """Return how many colours a column's maps have."""
    colours: int = (
        page.locator(".digit-inside__tiles > canvas")
        .nth(column)
        .evaluate(
            """canvas => new Set(new Uint32Array(canvas.getContext("2d")
                .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
        )
    )
    return colours


def expect_to_add_up(page: Page) -> None:
    """Add up what the detail says went into the sum, as a pupil would."""
    parts = numbers(detail(page).locator(".digit-inside__part-value:visible").all_inner_texts())
    everything, bias, total = numbers(detail(page).locator(".digit-inside__link-value").all_inner_texts()[:3])
    assert sum(parts) == pytest.approx(everything, abs=1e-6)
    assert everything + bias == pytest.approx(total, abs=1e-6)
    assert total != 0


def test_the_layers_move_with_the_pen_and_any_number_can_be_pointed_at(open_page: OpenPage, app: str) -> None:
    drawing = open_page(app, width=1366, height=768)
    page = drawing.page
    expect(inside(page)).to_have_attribute("data-state", "empty", timeout=WAIT)
    assert painted(page, 1) <= 2  # what is dead is dark
    drawing.press(DOWN[0])
    drawing.move(DOWN[1:])
    expect(inside(page)).to_have_attribute("data-top", "1", timeout=WAIT)
    assert all(painted(page, column) > 20 for column in range(1, 7))
    drawing.lift()
    drawing.expect_confirmed()
    expect_the_strips_in_view(page)

    unit(page, "Convolution 2, map 3").hover()
    expect(page.locator(".digit-inside__lens")).to_contain_text("Convolution 2, map 3")
    expect(page.locator(".digit-inside__tiles .digit-inside__frame")).to_be_visible()  # what it sees of the picture

    unit(page, "Convolution 2, map 3").click()
    expect(detail(page)).to_contain_text("depends on 6×6 of the picture")
    expect_to_add_up(page)
    expect_products_to_add_up(page)
    inside(page).get_by_role("application").focus()
    before = detail(page).get_by_role("status").inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert detail(page).get_by_role("status").inner_text() != before

    drawing.panel.locator(".digit-panel__bar").nth(1).click()
    expect(detail(page)).to_contain_text("Sum for 1")
    expect_to_add_up(page)
    chosen = float(detail(page).locator(".digit-inside__link-value").last.inner_text().replace("−", "-"))
    number = unit(page, "Sum for 1").locator(".digit-inside__number").get_attribute("data-text") or ""
    shown = float(number.replace("−", "-"))
    assert chosen == pytest.approx(shown, abs=0.011)

    page.keyboard.press("Escape")
    expect(detail(page)).to_be_visible()  # the focus is not in it
    detail(page).get_by_role("button", name="Close").click()
    expect(detail(page)).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(unit(page, "Sum for 2")).to_be_focused()
    spoken = inside(page).locator(".digit-inside__spoken")
    expect(spoken).to_have_text(re.compile(r"Convolution 1, map \d+;.*Sum for 1\. Read as 1, "), timeout=WAIT)
    page.get_by_role("button", name="Clear").click()
    expect(inside(page)).to_have_attribute("data-state", "empty", timeout=WAIT)
    expect(spoken).to_have_text("")


def expect_the_strips_in_view(page: Page) -> None:
    height = page.viewport_size["height"] if page.viewport_size else 0
    for canvas in page.locator(".digit-inside__tiles > canvas").all():
        box = canvas.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height


def expect_products_to_add_up(page: Page) -> None:
    products = detail(page).locator(".digit-inside__grid[data-kind=products]")
    found = re.findall(NUMBER, products.locator(".digit-inside__caption-line").inner_text())
    cells = numbers(products.locator(".digit-inside__cell").all_inner_texts())
    assert len(cells) == 9
    assert sum(cells) == pytest.approx(numbers(found)[0], abs=1e-6)


def test_what_is_broken_is_said_answered_at_once_and_gone_with_another_network(open_page: OpenPage, app: str) -> None:
    drawing = open_page(app)
    page, panel = drawing.page, drawing.panel
    drawing.draw(SEVEN)
    drawing.expect_confirmed()
    confidence = panel.get_attribute("data-confidence") or ""
    unit(page, "Convolution 4, map 1").click()
    detail(page).get_by_role("button", name="Switch the layer off").click()
    expect(inside(page)).to_contain_text("Network damaged: Convolution 4 is off.")
    expect(panel).not_to_have_attribute("data-confidence", confidence, timeout=WAIT)
    expect(panel).to_contain_text("The network is damaged")
    drawing.canvas.scroll_into_view_if_needed()
    page.evaluate("addEventListener('digit-settled', ({ detail }) => { window.settled = detail; }, { capture: true })")
    drawing.draw(DOWN)
    page.wait_for_function(
        "() => window.settled", timeout=WAIT
    )  # the server, which reads with the sound one, doesn't object
    expect(panel).to_have_attribute("data-confirmed", "")
    expect(panel).to_contain_text("The network is damaged")
    page.get_by_role("button", name="Undo").click()
    detail(page).get_by_role("button", name="Make it noise").click()
    expect(inside(page)).to_contain_text("Convolution 4 is off; Convolution 4, map 1 is noise")
    inside(page).get_by_role("button", name="Reset").click()
    drawing.expect_digit(7)
    drawing.expect_confirmed()
    expect(panel).to_have_attribute("data-confidence", confidence)

    detail(page).get_by_role("button", name="Switch off", exact=True).click()
    expect(inside(page)).to_contain_text("Network damaged")
    expect_a_test_digits_inside(drawing)
    page.get_by_test_id("stSelectbox").click()
    page.get_by_role("option", name="Tiny CNN").click()
    expect(unit(page, "Convolution 5, map 24")).to_be_visible(timeout=WAIT)
    expect(inside(page)).not_to_contain_text("Network damaged")
    expect(inside(page)).to_have_attribute("data-top", re.compile(r"\d"), timeout=WAIT)


def expect_a_test_digits_inside(drawing: DrawPage) -> None:
    """Go to the test digits, and wait until the inside shows the one that is there."""
    inside(drawing.page).evaluate("inside => (inside.dataset.top = '')")
    drawing.open_tab("Test digit")
    expect(drawing.page.get_by_role("button", name="Another one")).to_be_visible(timeout=WAIT)
    expect(inside(drawing.page)).to_have_attribute("data-top", re.compile(r"\d"), timeout=WAIT)
    expect(drawing.panel).to_contain_text("The network is damaged", timeout=WAIT)


def test_a_phone_has_the_layers_one_below_the_other_and_the_detail_where_it_was_touched(
    open_page: OpenPage, app: str
) -> None:
    drawing = open_page(app, width=390, height=844, pointer="touch")
    page = drawing.page
    drawing.draw(SEVEN)
    drawing.expect_digit(7)
    unit(page, "Convolution 3, map 9").tap()
    expect(page.locator(".digit-inside__column", has=detail(page))).to_contain_text("Convolution 3")
    expect_to_add_up(page)
    boxes = [column.bounding_box() for column in page.locator(".digit-inside__column").all()]
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") == 0
