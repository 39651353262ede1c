"""The page reads for itself: without the server, against it, and not at all where the browser can't."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from digitcore.inference.weights import weights_file
from digitcore.runs.store import RunStore
from harness.browser import DOWN, ROUND, SEVEN, WAIT, DrawPage
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

WEIGHTS = "**/studio/weights/**"


@pytest.fixture
def page(window: BrowserContext) -> Page:
    return window.new_page()


def test_drawings_are_read_in_the_page_and_confirmed_when_the_pen_rests(open_page: OpenPage, app: str) -> None:
    page = open_page(app)
    page.draw(SEVEN)
    page.expect_digit(7)
    page.expect_confirmed()
    expect(page.page.get_by_test_id("stages").locator("img")).to_have_count(5, timeout=WAIT)


def test_a_pen_that_rests_on_the_canvas_is_confirmed_too(open_page: OpenPage, app: str) -> None:
    page = open_page(app)
    page.press(DOWN[0])
    page.move(DOWN[1:])
    page.expect_digit(1)
    page.expect_confirmed()
    page.lift()


def test_with_the_connection_cut_drawing_goes_on_and_reads_on(window: BrowserContext, page: Page, app: str) -> None:
    drawing = DrawPage(page, app)
    drawing.draw(DOWN)
    drawing.expect_digit(1)
    drawing.expect_confirmed()
    window.set_offline(True)
    shown = drawing.frames
    drawing.draw(ROUND)
    drawing.expect_digit(0)
    assert drawing.frames > shown


def test_where_the_servers_reading_differs_it_counts_and_that_is_said(page: Page, app: str) -> None:
    logged: list[str] = []
    page.on("console", lambda message: logged.append(message.text))
    page.route(WEIGHTS, send_what_reads_sevens_as_ones)
    drawing = DrawPage(page, app)
    drawing.draw(SEVEN)
    expect(drawing.panel).to_have_attribute("data-confirmed", "false", timeout=WAIT)
    drawing.expect_digit(7)
    expect(drawing.panel).to_contain_text("Your browser had read")
    assert any("Python 7" in text for text in logged)


def send_what_reads_sevens_as_ones(route: Route) -> None:
    """Answer with the default run's weights, but for another temperature's sign: the least likely digit comes first."""
    file = weights_file(RunStore.open().get("digitnet"))
    start, end = 4, 4 + int.from_bytes(file[:4], "little")
    header = file[start:end].replace(b'"temperature":0', b'"temperature":-0').rstrip()
    header += b" " * (-len(header) % 4)
    route.fulfill(body=len(header).to_bytes(4, "little") + header + file[end:])


@pytest.mark.parametrize("trouble", ["no workers", "no weights", "other weights"])
def test_where_the_page_cant_read_the_server_does_while_the_pen_is_down(page: Page, app: str, trouble: str) -> None:
    if trouble == "no workers":
        page.add_init_script("delete window.Worker")
    page.route(WEIGHTS, lambda route: answer_with(route, trouble))
    drawing = DrawPage(page, app)
    drawing.press(DOWN[0])
    drawing.move(DOWN[1:])
    drawing.expect_digit(1)
    shown = drawing.frames
    drawing.move(ROUND)
    drawing.expect_digit(0)
    assert drawing.frames > shown
    drawing.lift()
    expect(drawing.panel).to_have_attribute("data-confirmed", "")  # nothing to compare


def test_what_the_server_read_before_the_page_could_is_confirmed_once_it_can(page: Page, app: str) -> None:
    held: list[Route] = []
    page.route(WEIGHTS, lambda route: held.append(route))
    drawing = DrawPage(page, app)
    drawing.draw(SEVEN)
    drawing.expect_digit(7)
    expect(page.get_by_test_id("stages").locator("img")).to_have_count(5, timeout=WAIT)  # nobody is asked any more
    expect(drawing.panel).to_have_attribute("data-confirmed", "")
    for route in held:
        route.continue_()
    drawing.expect_confirmed()


def answer_with(route: Route, trouble: str) -> None:
    match trouble:
        case "no weights":
            route.abort()
        case "other weights":
            route.fulfill(body=(16).to_bytes(4, "little") + b'{"version": 99 }')
        case _:
            route.continue_()


def test_a_page_asks_once_for_scripts_and_for_weights_and_browsers_keep_them(chromium: Browser, app: str) -> None:
    with chromium.new_context() as window:
        page = window.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        drawing = DrawPage(page, app)
        drawing.draw(SEVEN)
        drawing.expect_confirmed()
        expect(page.locator(".digit-inside__column").first).to_be_visible(timeout=WAIT)  # it computes with them, too
        (canvas,) = [at for at, address in enumerate(asked) if "drawable_canvas" in address and address.endswith(".js")]
        assert canvas < next(at for at, address in enumerate(asked) if "_stcore/health" in address)  # Streamlit's first
        addresses = [each for each in asked if "/studio/" in each]
        scripts, weights = dict.fromkeys(each for each in addresses if "/studio/reading/" not in each)
        assert [urlsplit(each).path.split("/")[2] for each in (scripts, weights)] == ["frontend", "weights"]
        assert addresses.count(weights) == 1
        assert "immutable" in window.request.get(scripts).headers["cache-control"]
        answer = window.request.get(weights)
        assert answer.body() == weights_file(RunStore.open().get("digitnet"))
        assert "immutable" in answer.headers["cache-control"]
        wrong = window.request.get(weights[:-1] + "x")
        assert wrong.status == 404
        assert "immutable" not in wrong.headers.get("cache-control", "")


def test_another_network_reads_in_the_page_once_it_is_picked(open_page: OpenPage, app: str) -> None:
    page = open_page(app)
    page.draw(SEVEN)
    page.expect_digit(7)
    page.expect_confirmed()
    confidence = page.panel.get_attribute("data-confidence")
    page.page.get_by_test_id("stSelectbox").click()
    page.page.get_by_role("option", name="Dense network").click()
    expect(page.panel).not_to_have_attribute("data-confidence", confidence or "", timeout=WAIT)
    page.expect_confirmed()
    page.expect_digit(7)
