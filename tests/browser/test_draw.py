"""Drawing, in a real browser: the panel moves with the pen, and never says anything about a drawing that is gone."""

import base64
import io
import re

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, expect

from digitcore.preprocessing.decode import read_picture
from digitcore.preprocessing.pipeline import to_mnist
from harness.app.accessibility import troubles
from harness.browser import DOWN, ROUND, SEVEN, WAIT, DrawPage, Pointer, line
from tests.browser.conftest import EmptyPage, OpenPage

pytestmark = pytest.mark.browser

SEVEN_FROM_OUTSIDE = line((-0.04, 0.2), (0.7, 0.2), (0.45, 0.85))
ZIGZAG = line(*((0.15 + 0.07 * corner, 0.2 if corner % 2 else 0.8) for corner in range(11)), steps=6)


@pytest.mark.parametrize("pointer", ["mouse", "touch"])
def test_the_reading_changes_while_the_pen_is_down(empty_page: EmptyPage, pointer: Pointer) -> None:
    page = empty_page(pointer)
    page.press(DOWN[0])
    page.move(DOWN[1:])
    page.expect_digit(1)
    shown = page.frames
    page.move(ROUND)
    page.expect_digit(0)
    assert page.frames > shown
    page.lift()
    page.expect_digit(0)


def test_a_panel_with_a_reading_says_how_it_came_about(open_page: OpenPage, app: str) -> None:
    page = open_page(app)
    expect(page.panel).not_to_contain_text("Try a letter")
    page.draw(SEVEN)
    page.expect_digit(7)
    expect(page.panel).to_contain_text("Try a letter", timeout=WAIT)  # next, and never again in this session
    page.page.get_by_role("button", name="Clear").click()
    page.expect_empty()  # the page looks at the canvas now and then, and nobody draws again within a look
    expect(page.panel).to_contain_text("Try a letter")
    page.draw(SEVEN)
    page.expect_digit(7)
    expect(page.panel).not_to_contain_text("Try a letter", timeout=WAIT)
    assert 0 < float(page.panel.get_attribute("data-confidence") or 0) <= 1
    assert float(page.panel.get_attribute("data-round-trip-ms") or 0) > 0


def test_an_empty_canvas_predicts_nothing_and_says_what_to_do(open_page: OpenPage, app: str) -> None:
    page = open_page(app)
    page.expect_empty()
    assert page.frames == 0
    expect(page.panel).to_contain_text("Draw any digit")


def test_a_scribble_is_said_to_look_like_no_digit_above_bars_in_grey(empty_page: EmptyPage) -> None:
    page = empty_page()
    page.draw(ZIGZAG)
    page.expect_rejected()
    expect(page.panel).to_contain_text("Doesn't look like a digit")
    bars = page.panel.locator(".digit-panel__bars")
    expect(bars.locator("[data-top]")).to_have_count(0)
    assert troubles(page.page) == []  # grey, and yet to be read
    page.page.get_by_role("button", name="Clear").click()
    page.expect_empty()


@pytest.mark.parametrize("pointer", ["mouse", "touch"])
def test_the_last_prediction_has_the_strokes_last_point(empty_page: EmptyPage, pointer: Pointer) -> None:
    page = empty_page(pointer)
    page.draw(DOWN + ROUND[1:], pause=0)
    page.expect_digit(0)
    expect_the_whole_drawing(page)


def expect_the_whole_drawing(page: DrawPage) -> None:
    """Compare the panel's 28x28 with what preprocessing makes of all the ink that is on the canvas now."""
    page.page.wait_for_timeout(500)  # two looks of the panel at the canvas
    ink = page.canvas.locator("canvas.dc-canvas.lower-canvas").evaluate("canvas => canvas.toDataURL()")
    wanted = to_mnist(read_picture(base64.b64decode(ink.partition(",")[2])))
    seen = page.panel.locator("canvas").evaluate("canvas => canvas.toDataURL()")
    shown = np.asarray(read_picture(io.BytesIO(base64.b64decode(seen.partition(",")[2]))).convert("L")) / 255
    assert np.abs(shown - wanted).mean() < 0.02  # the panel's frames have half the canvas's resolution


def test_clear_empties_canvas_and_panel(empty_page: EmptyPage) -> None:
    page = empty_page()
    page.draw(SEVEN)
    page.expect_digit(7)
    page.page.get_by_role("button", name="Clear").click()
    page.expect_empty()
    expect(page.panel).to_contain_text("Draw any digit")
    expect(page.page.get_by_role("button", name="Clear")).to_be_disabled()


def draw_a_1_that_becomes_a_0(page: DrawPage) -> None:
    page.draw(DOWN)
    page.expect_digit(1)
    page.draw(ROUND)
    page.expect_digit(0)


def test_undo_takes_back_one_stroke(empty_page: EmptyPage) -> None:
    page = empty_page()
    draw_a_1_that_becomes_a_0(page)
    page.page.get_by_role("button", name="Undo").click()
    page.expect_digit(1)
    page.page.get_by_role("button", name="Undo").click()
    page.expect_empty()


def test_the_keyboard_draws_strokes_like_any_other(empty_page: EmptyPage) -> None:
    page = empty_page()
    keys = page.page.keyboard
    page.page.get_by_role("tab", name="Draw").focus()
    keys.press("Tab")
    expect(page.page.get_by_role("application", name="Canvas to draw a digit on")).to_be_focused()
    expect(page.canvas).to_have_css("outline-style", "solid")
    keys.press("Space")
    for _ in range(12):
        keys.press("ArrowRight")
    keys.down("ArrowDown")
    for _ in range(14):
        keys.down("ArrowLeft")  # while the other is held: slantwise
    page.expect_digit(7)  # with the pen still down
    for key in ("ArrowDown", "ArrowLeft"):
        keys.up(key)
    keys.press("Escape")
    keys.press("ArrowRight")  # with the pen up
    page.expect_digit(7)
    keys.press("Backspace")
    page.expect_empty()
    page.draw(SEVEN)
    page.expect_digit(7)
    expect(page.canvas).not_to_have_attribute("data-keys", "")


@pytest.mark.parametrize("name", ["Undo", "Clear"])
def test_the_tools_work_by_touch(empty_page: EmptyPage, name: str) -> None:
    page = empty_page("touch")
    page.draw(SEVEN)
    page.expect_digit(7)
    page.page.get_by_role("button", name=name).tap()
    page.expect_empty()


def test_a_broader_pen_draws_a_broader_line(open_page: OpenPage, app: str) -> None:
    page = open_page(app)
    page.page.get_by_role("radio", name="Fine pen").click()
    expect(page.page.get_by_role("radio", name="Fine pen")).to_be_checked(timeout=WAIT)
    page.page.wait_for_timeout(500)  # the canvas takes the pen when its next rendering comes
    page.draw(line((0.3, 0.2), (0.3, 0.8)))
    page.page.get_by_role("radio", name="Fine pen").press("ArrowRight")
    expect(page.page.get_by_role("radio", name="Medium pen")).to_be_checked(timeout=WAIT)
    page.page.wait_for_timeout(500)  # the canvas takes the pen when its next rendering comes
    page.draw(line((0.7, 0.2), (0.7, 0.8)))
    page.page.wait_for_timeout(1000)  # the canvas draws finished strokes in its own time
    row = page.canvas.locator("canvas.dc-canvas.lower-canvas").evaluate(
        "canvas => Array.from(canvas.getContext('2d').getImageData(0, 160, 320, 1).data).filter((_, i) => i % 4 === 3)"
    )
    fine, medium = np.count_nonzero(row[:160]), np.count_nonzero(row[160:])
    assert (fine, medium) == pytest.approx((10, 16), abs=2)


def test_a_pen_chosen_in_the_very_moment_a_drawing_settles_is_taken(open_page: OpenPage, app: str) -> None:
    page = open_page(app)
    marker = page.page.get_by_role("radio", name="Marker")
    marker.evaluate("pen => document.addEventListener('digit-settled', () => pen.click(), { once: true })")
    page.draw(SEVEN)
    page.expect_digit(7)
    expect(marker).to_be_checked(timeout=WAIT)
    expect(page.page.get_by_test_id("stages").locator("img")).to_have_count(5, timeout=WAIT)


def test_a_frame_sent_in_the_very_moment_a_pen_is_chosen_is_answered(open_page: OpenPage, app: str) -> None:
    page = open_page(app)
    draw_a_1_that_becomes_a_0(page)
    marker = page.page.get_by_role("radio", name="Marker")
    marker.evaluate(
        """pen => {  // a frame is sent as soon as its picture has been taken
            const take = HTMLCanvasElement.prototype.toDataURL;
            HTMLCanvasElement.prototype.toDataURL = function (...options) {
                HTMLCanvasElement.prototype.toDataURL = take;
                pen.click();
                return take.apply(this, options);
            };
        }"""
    )
    page.page.get_by_role("button", name="Undo").click()
    page.expect_digit(1)
    page.expect_confirmed()
    expect(marker).to_be_checked(timeout=WAIT)


def test_a_drawing_stays_while_one_looks_at_other_pages_and_over_a_reload(open_page: OpenPage, app: str) -> None:
    page = open_page(app)
    page.draw(DOWN)
    page.expect_digit(1)
    page.page.get_by_role("radio", name="Fine pen").click()
    page.page.wait_for_timeout(500)  # the canvas takes the pen when its next rendering comes
    page.draw(ROUND)
    page.expect_digit(0)
    page.expect_confirmed()
    drawn = strokes_on(page)
    page.page.get_by_role("link", name="Diagnostics").click()
    expect(page.page.get_by_role("heading", name="Diagnostics", level=1)).to_be_visible(timeout=WAIT)
    page.page.get_by_test_id("stSidebar").get_by_role("combobox", name="Network").click()
    page.page.get_by_role("option", name="Dense network").click()
    page.page.get_by_role("link", name="Draw", exact=True).click()
    page.wait_until_ready()
    page.expect_digit(0)
    page.expect_confirmed()  # the same network in the page and on the server
    assert (
        "Dense network" in page.page.get_by_test_id("stSidebar").get_by_role("combobox", name="Network").input_value()
    )
    assert np.abs(strokes_on(page) - drawn).mean() < 0.5  # of 255: both pens, where they were
    expect(page.page.get_by_role("radio", name="Fine pen")).to_be_checked()
    page.page.get_by_role("button", name="Undo").click()
    page.expect_digit(1)
    page.page.reload()
    page.wait_until_ready()
    page.expect_digit(1)
    page.page.get_by_role("button", name="Clear").click()
    page.expect_empty()
    page.page.reload()
    page.wait_until_ready()
    page.page.wait_for_timeout(500)  # two looks at the canvas
    page.expect_empty()


def strokes_on(page: DrawPage) -> NDArray[np.int16]:
    """Return the ink of the finished strokes."""
    page.page.wait_for_timeout(200)  # the canvas draws them in its own time
    ink = page.canvas.locator("canvas.dc-canvas.lower-canvas").evaluate("canvas => canvas.toDataURL()")
    return np.asarray(read_picture(base64.b64decode(ink.partition(",")[2])))[..., 3].astype(np.int16)


def test_two_windows_do_not_see_each_others_strokes(open_page: OpenPage, app: str) -> None:
    one, other = open_page(app), open_page(app)
    one.press(DOWN[0])
    other.press(SEVEN[0])
    for mine, theirs in zip(DOWN[1:], SEVEN[1:], strict=True):
        one.move([mine])
        other.move([theirs])
    one.lift()
    other.lift()
    one.expect_digit(1)
    other.expect_digit(7)
    one.page.get_by_role("button", name="Clear").click()
    one.expect_empty()
    other.expect_digit(7)


def test_a_slow_server_gets_no_queue_of_frames(open_page: OpenPage, slow_app: str) -> None:
    page = open_page(slow_app)
    page.press(DOWN[0])
    page.move(DOWN[1:] + ROUND, pause=0.02)
    page.record()
    page.lift()
    page.expect_digit(0)
    page.page.wait_for_timeout(1500)  # five times the delay: time for any queue to show itself
    assert len(page.recorded()) <= 2  # the frame that was under way, and the finished drawing
    expect_the_whole_drawing(page)


def test_nothing_is_said_of_a_drawing_that_was_cleared_meanwhile(open_page: OpenPage, slow_app: str) -> None:
    page = open_page(slow_app)
    page.draw(SEVEN)
    page.expect_digit(7)
    page.page.wait_for_timeout(100)  # its frame is under way
    page.page.get_by_role("button", name="Clear").click()
    page.expect_empty()
    shown = page.frames
    page.page.wait_for_timeout(1000)
    assert page.frames == shown
    page.expect_empty()


def test_at_every_width_the_panel_has_its_place_and_nothing_sticks_out(open_page: OpenPage, app: str) -> None:
    page = open_page(app)
    page.draw(SEVEN)
    page.expect_digit(7)
    for width, below, least in (
        *((1400, False, 340), (1180, False, 340), (1024, False, 300)),
        *((820, True, 340), (390, True, 340), (360, True, 310)),
    ):
        page.page.set_viewport_size({"width": width, "height": 900})
        page.page.wait_for_timeout(300)  # the page lays itself out anew
        expect_panel(page, below=below, least=least)
        expect_no_overflow(page, width)


def expect_panel(page: DrawPage, *, below: bool, least: int) -> None:
    canvas, panel = page.canvas.bounding_box(), page.panel.bounding_box()
    assert canvas is not None
    assert panel is not None
    assert (panel["y"] > canvas["y"] + canvas["height"]) == below
    assert (panel["x"] > canvas["x"] + canvas["width"]) != below
    assert panel["width"] >= least
    bars = page.panel.locator(".digit-panel__bar")
    first, second = bars.nth(0).bounding_box(), bars.nth(1).bounding_box()
    assert first is not None
    assert second is not None
    assert (first["y"] == second["y"]) == below  # they stand up where they would push each other off the screen


def expect_no_overflow(page: DrawPage, width: int) -> None:
    main = page.page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") == 0
    assert page.page.evaluate("document.documentElement.scrollWidth") == width
    if width < 640:  # a phone's is for the canvas
        canvas = page.canvas.bounding_box()
        assert canvas is not None
        assert canvas["width"] >= width - 40


def test_a_stroke_that_begins_outside_goes_on_inside_unless_it_selects_text(empty_page: EmptyPage) -> None:
    page = empty_page()
    page.draw(SEVEN_FROM_OUTSIDE)
    page.expect_digit(7)
    expect(page.panel).to_contain_text("cut off at the edge")
    assert not page.page.evaluate("getSelection().toString()")
    page.page.get_by_role("button", name="Undo").click()
    page.expect_empty()
    title = page.page.get_by_role("heading", name="Draw a digit").bounding_box()
    assert title is not None
    page.page.mouse.move(title["x"] + 5, title["y"] + title["height"] - 15)
    page.page.mouse.down()
    page.page.mouse.move(title["x"] + 100, title["y"] + 200, steps=8)
    page.page.mouse.up()
    assert "Draw a digit" in page.page.evaluate("getSelection().toString()")
    page.page.wait_for_timeout(500)  # two looks at the canvas
    page.expect_empty()


def test_drawing_by_touch_does_not_scroll_the_page(empty_page: EmptyPage) -> None:
    page = empty_page("touch")
    main = page.page.get_by_test_id("stMain")
    main.evaluate("main => main.scrollTo(0, 90)")
    page.draw(line((0.5, 0.85), (0.5, 0.15)))
    page.expect_digit(1)
    assert main.evaluate("main => main.scrollTop") == 90
    page.page.get_by_role("button", name="Clear").tap()
    page.expect_empty()
    main.evaluate("main => main.scrollTo(0, 90)")
    page.draw(SEVEN_FROM_OUTSIDE)
    page.expect_digit(7)
    assert main.evaluate("main => main.scrollTop") == 90


def test_the_steps_show_once_the_pen_is_up(empty_page: EmptyPage) -> None:
    page = empty_page()
    steps = page.page.get_by_test_id("stages").get_by_role("listitem")
    expect(steps).to_have_count(5, timeout=WAIT)
    expect(steps.locator("img")).to_have_count(0)
    page.draw(SEVEN)
    expect(steps.locator("img")).to_have_count(5, timeout=WAIT)
    page.page.get_by_role("button", name="Clear").click()
    expect(steps.locator("img")).to_have_count(0, timeout=WAIT)


def test_why_shows_the_spots_that_matter_and_a_change_that_makes_it_another_digit(empty_page: EmptyPage) -> None:
    page = empty_page()
    why = page.page.get_by_test_id("why")
    expect(why.get_by_role("button")).to_have_count(0)
    page.draw(SEVEN)
    why.get_by_role("button", name="Why?").click()
    expect(why).to_contain_text("without this spot it looks less like a 7", timeout=WAIT)
    expect(why).to_contain_text(
        re.compile(r"(Rubbing out|Drawing) the \d+ yellow pixels makes it an? \d"), timeout=60_000
    )
    assert len(set(colours(why.locator("canvas").first))) > 20
    expect(why.locator("li[data-top]")).not_to_have_text("7", timeout=WAIT)
    page.page.get_by_role("button", name="Clear").click()
    expect(why.get_by_role("button")).to_have_count(0)


def colours(canvas: Locator) -> list[int]:
    """Return what each pixel's red and blue differ by: in grey pictures nothing."""
    found: list[int] = canvas.evaluate(
        """canvas => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
            return Array.from({ length: 784 }, (_, at) => data[4 * at] - data[4 * at + 2]);
        }"""
    )
    return found
