"""The Diagnostics page in a real browser: what answers a click shows the right images, and the report opens offline."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote_plus

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from digitcore.analysis.corruptions import CORRUPTIONS
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import load_mnist
from digitcore.runs.store import RunStore
from harness.app.accessibility import troubles
from harness.browser import WAIT, wait_until_at_rest

pytestmark = pytest.mark.browser
OpenDiagnostics = Callable[..., Page]

RUN, OTHER = "dense", "fast_cnn"


@pytest.fixture
def page(page: Page, app: str) -> Page:
    """The Diagnostics page, with the dense network chosen."""
    show_dense(page, app)
    return page


def show_dense(page: Page, address: str) -> None:
    name = part_of(RUN)[0]
    page.goto(f"{address}/diagnostics?run={quote_plus(name)}")
    expect(page.get_by_role("combobox", name="Run")).to_have_value(re.compile(name), timeout=WAIT)


def part_of(run_id: str) -> tuple[str, Part]:
    """A shipped run's name and its test part."""
    found = Diagnosis.of(RunStore(SHIPPED_FOLDER).get(run_id))
    assert found.test is not None
    return found.run.name, found.test


def choose(page: Page, box: str, option: str) -> None:
    page.get_by_role("combobox", name=box).click(timeout=WAIT)
    page.get_by_role("option").filter(has_text=option).click()
    expect(page.get_by_role("option")).to_have_count(0)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def cell(page: Page, truth: int, said: int) -> Locator:
    return page.get_by_role("gridcell", name=f"A {truth} read as {said}:")


def pictures(page: Page) -> Locator:
    return page.get_by_test_id("gallery").get_by_role("button")


def numbers(page: Page) -> list[int]:
    """The positions in the data set of the images in the gallery."""
    labels = pictures(page).evaluate_all("tiles => tiles.map(tile => tile.ariaLabel)")
    return [int(found.group()) for label in labels if (found := re.search(r"\d+", label))]


def test_a_cell_answers_click_and_keyboard_with_the_very_images_in_it_and_stays_chosen_in_another_part(
    page: Page,
) -> None:
    _, part = part_of(RUN)
    confusion = part.evaluation.confusion
    open_tab(page, "Confusion")
    mistakes = np.argwhere((confusion > 0) & (confusion < 8) & ~np.eye(10, dtype=bool))
    for truth, said in (*mistakes[[3, 20]].tolist(), (7, 7)):
        cell(page, truth, said).click(timeout=WAIT)
        expect(pictures(page)).to_have_count(int(confusion[truth, said]), timeout=WAIT)
        expect(pictures(page).first).to_have_attribute("aria-label", re.compile(f"a {truth} read"), timeout=WAIT)
        expected = np.flatnonzero((part.labels == truth) & (part.predictions == said))
        assert sorted(numbers(page)) == expected.tolist()
    expect_reached_by_keyboard(page, part)


def test_the_cells_lie_over_the_drawn_ones_at_every_width_and_nothing_sticks_out_on_a_phone(page: Page) -> None:
    open_tab(page, "Confusion")
    for width in (1400, 390, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        expect(cell(page, 9, 9)).to_be_visible(timeout=WAIT)
        page.wait_for_function(
            """() => {
                const middle = (of) => {
                    const { x, y, width, height } = document.querySelector(of).getBoundingClientRect();
                    return [x + width / 2, y + height / 2];
                };
                const places = [".scatterlayer .point:nth-child(24)", '[aria-label^="A 2 read as 3:"]'];
                const [drawn, laid] = places.map(middle);
                return Math.abs(drawn[0] - laid[0]) < 1 && Math.abs(drawn[1] - laid[1]) < 1;
            }""",
            timeout=WAIT,
        )
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width, timeout=WAIT)
    chart = page.get_by_role("figure", name=re.compile("Confusion matrix of 10,000 digits"))
    expect(chart.first).to_be_attached()


def expect_reached_by_keyboard(page: Page, part: Part) -> None:
    read_right = page.get_by_role("heading", name=f"{part.evaluation.confusion[7, 7]:,} 7s read right")
    cell(page, 7, 6).click(timeout=WAIT)
    expect(read_right).to_be_hidden()
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(cell(page, 7, 7)).to_be_focused()
    page.keyboard.press("Enter")
    expect(read_right).to_be_visible()
    page.get_by_role("radio", name="Training").click()
    expect(page.get_by_text("For the training digits, only the counts are kept.")).to_be_visible(timeout=WAIT)
    expect(cell(page, 7, 7)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("gridcell", selected=True)).to_have_count(1)


def test_the_gallery_narrows_to_two_digits_and_a_mistake_opens_and_goes_to_the_draw_page(page: Page) -> None:
    _, part = part_of(RUN)
    open_tab(page, "Mistakes")
    expect(pictures(page)).to_have_count(part.evaluation.errors, timeout=WAIT)
    choose(page, "True digit", "4")
    expect(pictures(page)).to_have_count(len(part.mistakes(truth=4)), timeout=WAIT)
    choose(page, "Read as", "9")
    expect(pictures(page)).to_have_count(len(part.mistakes(4, 9)), timeout=WAIT)
    assert numbers(page) == part.mistakes(4, 9).tolist()
    assert (load_mnist().test.labels[numbers(page)] == 4).all()
    surest = int(part.mistakes(4, 9)[0])
    pictures(page).first.click(timeout=WAIT)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Read as {part.predictions[surest]} with", timeout=WAIT)
    expect(dialog).to_contain_text(f"Number {surest:,}")
    assert troubles(page) == []
    dialog.get_by_role("button", name="Open on the Draw page").click()
    expect(page.get_by_test_id("live-panel")).to_have_attribute("data-digit", re.compile(r"\d"), timeout=WAIT)
    expect(page.get_by_text(f"Labelled {part.labels[surest]}")).to_be_visible(timeout=WAIT)


def test_the_slider_shows_how_confusion_melted_away(page: Page) -> None:
    epochs = Diagnosis.of(RunStore(SHIPPED_FOLDER).get(RUN)).epoch_confusions
    assert epochs is not None
    open_tab(page, "Confusion")
    page.get_by_role("radio", name="Validation").click(timeout=WAIT)
    slider = page.get_by_role("slider", name="Epoch")
    expect(slider).to_be_visible(timeout=WAIT)
    slider.focus()
    page.keyboard.press("Home")
    expect(page.get_by_text(f"Epoch 1 of {len(epochs)}.")).to_be_visible(timeout=WAIT)
    right = page.locator(".js-plotly-plot .annotation").filter(has_text=re.compile(f"^{epochs[0][1, 1]}$"))
    expect(right.first).to_be_visible(timeout=WAIT)


def lonely(dots: Locator, number: int) -> list[tuple[float, float]]:
    """Where those dots are that have the most room around them."""
    places = dots.evaluate_all(
        """dots => dots.map(dot => dot.getBoundingClientRect()).map(({x, y, width, height}) =>
            [Math.round(x + width / 2), Math.round(y + height / 2)])"""
    )
    points = np.array(places)
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    return [tuple(places[each]) for each in np.argsort(apart.min(axis=1))[-number:]]


@pytest.mark.parametrize("pointer", ["mouse", "touch"])
def test_the_dot_that_is_pressed_is_chosen_however_quickly(chromium: Browser, app: str, pointer: str) -> None:
    window = chromium.new_context(viewport={"width": 1400, "height": 1000}, has_touch=pointer == "touch")
    page = window.new_page()
    page.goto(f"{app}/diagnostics")
    open_tab(page, "Projection")
    dots = page.locator(".st-key-map-PCA .scatterlayer .point")
    expect(dots.last).to_be_attached(timeout=WAIT)
    told, before = page.locator(".hoverlayer text").filter(has_text="number").first, "nothing yet"
    wait_until_at_rest(dots.last)
    for across, down in lonely(dots, 3):
        if pointer == "touch":
            page.touchscreen.tap(across, down)
        else:
            page.mouse.move(across - 40, down)  # where Plotly looks; not again before 50 ms have gone by
            page.mouse.click(across, down)
        expect(told).not_to_have_text(before)  # which may stand there a moment longer
        before = told.text_content(timeout=WAIT) or ""
        number = before.replace(",", "").rpartition("number ")[2]
        expect(pictures(page)).to_have_count(1, timeout=WAIT)
        expect(pictures(page)).to_have_attribute("aria-label", re.compile(rf"digit {number}\b"), timeout=WAIT)
        expect(page.get_by_role("heading", name="1 image chosen")).to_be_visible(timeout=WAIT)
    window.close()


def test_a_tab_opened_in_the_very_moment_another_asks_how_far_it_is_is_filled(page: Page) -> None:
    page.evaluate(
        """() => {  // once a question is put, the tab is opened before anything has been sent
            const wait = window.setTimeout;
            window.setTimeout = (act, pause, ...rest) => pause !== 400 ? wait(act, pause, ...rest) : wait(() => {
                act();
                window.setTimeout = wait;
                document.querySelectorAll('[role="tab"]')[4].click();
            }, pause);
        }"""
    )
    open_tab(page, "Robustness")
    expect(page.get_by_role("tab", name="By digit", selected=True)).to_be_visible(timeout=WAIT)
    expect(page.locator(".st-key-errors-by-digit .main-svg").first).to_be_visible(timeout=WAIT)


def test_robustness_is_measured_while_one_waits_and_then_shown_worst_first(page: Page, slow_app: str) -> None:
    show_dense(page, slow_app)
    open_tab(page, "Robustness")
    under_way = page.get_by_role("tabpanel", name="Robustness").get_by_role("progressbar")
    figure = page.locator(".st-key-robustness .main-svg").first
    expect(under_way.or_(figure)).to_be_visible(timeout=WAIT)
    open_tab(page, "By digit")  # nobody has to stay with it
    expect(page.locator(".st-key-errors-by-digit .main-svg").first).to_be_visible(timeout=WAIT)
    open_tab(page, "Robustness")
    expect(figure).to_be_visible(timeout=3 * WAIT)
    expect(page.get_by_role("heading", name=re.compile("is read worst"))).to_be_visible()
    tiles = page.get_by_test_id("gallery").get_by_role("img").evaluate_all("tiles => tiles.map(tile => tile.ariaLabel)")
    found = [float(each) for label in tiles for each in re.findall(r"([\d.]+)% of such", label)]
    assert len(found) == 1 + len(CORRUPTIONS)
    assert found[1:] == sorted(found[1:])
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_two_runs_are_laid_side_by_side(page: Page) -> None:
    name, part = part_of(RUN)
    other_name, other = part_of(OTHER)
    choose(page, "Compare with", other_name)
    expect(page.get_by_text("McNemar's test")).to_be_visible(timeout=WAIT)
    only_other = int(((other.predictions == other.labels) & (part.predictions != part.labels)).sum())
    expect(page.locator(".st-key-only-second").get_by_role("button")).to_have_count(only_other, timeout=WAIT)
    expect(page.get_by_role("heading", name=f"Only {name} reads these right")).to_be_visible()


def test_a_figure_can_be_taken_along_as_picture_and_as_numbers(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    open_tab(page, "Confusion")
    expect(cell(page, 9, 9)).to_be_in_viewport(ratio=1, timeout=WAIT)  # with its axis, and nothing scrolled
    expect(page.locator(".js-plotly-plot .xtitle")).to_be_in_viewport(ratio=1)
    for kind, beginning in (("PNG", b"\x89PNG"), ("CSV", b"true digit,read as 0")):
        with page.expect_download(timeout=WAIT) as download:
            page.get_by_role("button", name=kind, exact=True).click()
        download.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).read_bytes().startswith(beginning)


def test_the_report_opens_from_disk_with_no_network(page: Page, chromium: Browser, tmp_path: Path) -> None:
    with page.expect_download(timeout=WAIT) as download:
        page.get_by_role("button", name="Report").click(timeout=WAIT)
    file = tmp_path / "report.html"
    download.value.save_as(file)
    offline = chromium.new_context(offline=True)
    fetched: list[str] = []
    offline.on("request", lambda request: fetched.append(request.url))
    report = offline.new_page()
    report.goto(file.as_uri())
    expect(report.locator("figure .js-plotly-plot .main-svg").first).to_be_visible(timeout=WAIT)
    expect(report.get_by_role("heading", name="Misread digits")).to_be_attached()
    assert report.locator("img").first.evaluate("image => image.naturalWidth") == 28
    assert [url for url in fetched if not url.startswith(("file:", "data:"))] == []
    offline.close()
