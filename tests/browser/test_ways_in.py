"""Test digits, uploaded pictures and other networks, in a real browser."""

import io

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, expect

from harness.browser import DOWN, SEVEN, WAIT, DrawPage
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser


def upload(page: DrawPage, name: str, content: bytes) -> None:
    page.open_tab("Picture")
    chooser = page.page.locator('input[type="file"]').first
    chooser.set_input_files({"name": name, "mimeType": "image/png", "buffer": content})


def photo_of_a_seven() -> bytes:
    """Dark on light paper, far larger than the canvas."""
    paper = Image.new("RGB", (1200, 900), (230, 226, 214))
    ImageDraw.Draw(paper).line([(420, 200), (760, 200), (560, 720)], fill=(40, 44, 80), width=36, joint="curve")
    file = io.BytesIO()
    paper.save(file, "PNG")
    return file.getvalue()


def test_a_bad_file_gets_a_sentence_and_then_a_picture_is_read(open_page: OpenPage, app: str) -> None:
    page = open_page(app)
    upload(page, "notes.png", b"These are notes, not a picture.")
    expect(page.page.get_by_role("alert")).to_be_visible(timeout=WAIT)
    expect(page.page.get_by_test_id("stException")).to_have_count(0)
    upload(page, "seven.png", photo_of_a_seven())
    page.expect_digit(7)


def page_label(page: DrawPage) -> str:
    return page.page.get_by_text("Labelled").locator("strong").inner_text()


def test_a_drawing_outlives_a_look_at_test_digits_with_their_labels_and_at_pictures(
    open_page: OpenPage, app: str
) -> None:
    page = open_page(app)
    page.draw(SEVEN)
    page.expect_digit(7)
    page.open_tab("Test digit")
    expect(page.page.get_by_text("Labelled")).to_be_visible(timeout=WAIT)
    expect(page.panel).to_have_attribute("data-digit", page_label(page), timeout=WAIT)
    page.open_tab("Picture")
    page.expect_empty()
    page.page.reload()
    expect(page.page.get_by_test_id("canvas-tools")).to_be_attached(timeout=WAIT)
    page.page.wait_for_timeout(500)  # two looks at the canvas, which is out of sight
    page.open_tab("Draw")
    page.expect_digit(7)


def test_another_network_reads_the_same_drawing_in_one_window_only(open_page: OpenPage, app: str) -> None:
    page, other = open_page(app), open_page(app)
    page.draw(DOWN)
    page.expect_digit(1)
    box, others_box = (window.page.get_by_role("combobox", name="Network") for window in (page, other))
    before = others_box.input_value()
    box.click()
    page.page.get_by_role("option").last.click()
    expect(box).not_to_have_value(before, timeout=WAIT)
    page.expect_digit(1)
    assert others_box.input_value() == before


def test_no_page_fetches_anything_from_elsewhere_each_has_its_title_and_none_a_developers_toolbar(
    window: BrowserContext, app: str
) -> None:
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    page = DrawPage(window.new_page(), app).page
    expect(page.get_by_test_id("stAppDeployButton")).to_have_count(0)
    expect(page.get_by_test_id("stMainMenu")).to_have_count(0)
    expect(page).to_have_title("Draw · Digit studio", timeout=WAIT)
    for name in ("Train", "Diagnostics", "Batch", "Data"):
        page.get_by_role("link", name=name).click()
        expect(page).to_have_title(f"{name} · Digit studio", timeout=WAIT)
    assert any(address.startswith(app) for address in asked)
    assert {address for address in asked if not address.startswith((app, "data:", "blob:"))} == set()
