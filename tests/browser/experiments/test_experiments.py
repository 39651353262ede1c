"""Experiments in a browser: all of them, one after the other; one live, to its end; shared by a link; in a class."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from digitcore.experiments.experiment import Choice, Experiment
from digitcore.experiments.library import library
from digitcore.runs.store import RunStore
from harness.app.accessibility import troubles
from harness.browser import WAIT, serve

pytestmark = pytest.mark.browser

PATIENCE = 150_000  # ms for what takes seconds on an idle machine
PREDICT = "That’s my prediction"
LAPTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}

# done in seconds: two trainings of one epoch with a hundred digits
SMALL = """---
title: In a hurry
minutes: 1
question: Does it matter how long a step is?
prediction:
  options:
    - text: It does
      when: accuracy(small) < accuracy(large)
    - text: It does not
      when: accuracy(small) >= accuracy(large)
base: {network: linear, train_size: 100, validation_share: 0.01, epochs: 1}
runs:
  - name: small
    title: Small steps
    but: {learning_rate: 0.0001}
  - name: large
    title: Large steps
    but: {learning_rate: 0.02}
measures: [accuracy]
drawings: yes
claims:
  - says: Large steps get further.
    holds: accuracy(large) > accuracy(small)
---
Two networks look at a hundred digits, once.

## Why

The step was longer.

## What to try next

A third.
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def class_app(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    own = tmp_path_factory.mktemp("experiments")
    (own / "hurry.md").write_text(SMALL, encoding="utf-8")
    with serve(environment={"DIGITCORE_MODELS": str(models), "DIGITCORE_EXPERIMENTS": str(own)}) as address:
        yield address


def expect_no_wider(page: Page) -> None:
    """Expect all to fit into the window's width, once it is laid out."""
    page.wait_for_function("document.documentElement.scrollWidth <= innerWidth", timeout=WAIT)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def predict(page: Page, experiment: Experiment) -> str:
    """Predict something, and return what the address says of it."""
    asked = experiment.prediction
    if isinstance(asked, Choice):
        page.get_by_role("radio", name=asked.options[1].text).click(timeout=WAIT)
    else:
        page.get_by_role("slider", name="Your prediction in percent").fill("40")
    button(page, PREDICT).click()
    return "b" if isinstance(asked, Choice) else "40"


def shown(page: Page) -> dict[str, str]:
    """Return what a page says of prediction, runs and findings."""
    expect(page.get_by_test_id("findings")).to_contain_text("Test digits", timeout=WAIT)
    parts = (".prediction", ".bench__runs", ".bench__note", ".findings")
    return {part: page.locator(part).inner_text() for part in parts}


def expect_shown(page: Page, said: dict[str, str]) -> None:
    for part, words in said.items():
        expect(page.locator(part)).to_have_text(words, use_inner_text=True, timeout=WAIT)


def expect_told(page: Page, experiment: Experiment, said: str) -> None:
    """Expect the prediction beside what happened, the figures and why, and all of it in the address."""
    expect(page.get_by_test_id("findings")).to_contain_text(experiment.claims[0].says, timeout=WAIT)
    expect(page.get_by_test_id("findings")).to_contain_text("their fingerprint")
    expect(page.get_by_test_id("prediction")).to_have_attribute("data-mine", said)
    expect(page.get_by_test_id("prediction")).to_have_attribute("data-state", "answered")
    expect(page.locator(".prediction__verdict")).not_to_be_empty()
    expect(page.locator(".bench__plot .kept")).to_have_count(len(experiment.runs))
    expect(page.get_by_role("heading", name="Why", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="What to try next")).to_be_visible()
    expect(page).to_have_url(re.compile(f"experiment={experiment.id}&prediction={said}&outcome=recorded$"))
    for size in (PHONE["viewport"], LAPTOP["viewport"]):
        page.set_viewport_size(size)
        expect_no_wider(page)
    assert page.locator(".katex-error").count() == 0


def go_through_all(page: Page, address: str) -> list[str]:
    """Predict each experiment and play its recording, going from one to the next, and return their addresses."""
    addresses = []
    page.goto(f"{address}/experiments")
    button(page, library().experiments[0].title).click(timeout=WAIT)
    for experiment in library().experiments:
        expect(page.get_by_role("heading", level=1)).to_have_text(experiment.title, timeout=WAIT)
        expect(button(page, "I don’t know")).to_be_visible(timeout=WAIT)
        expect(page.get_by_test_id("experiment-curves")).to_have_attribute("data-points", "0")
        said = predict(page, experiment)
        button(page, "Play the recording").click(timeout=WAIT)
        expect_told(page, experiment, said)
        addresses.append(page.url)
        button(page, "Next: ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("In a hurry", timeout=WAIT)
    return addresses


def test_on_a_laptop_all_are_gone_through_and_a_link_shows_the_same(chromium: Browser, class_app: str) -> None:
    with chromium.new_context(**LAPTOP, reduced_motion="reduce") as window:
        page = window.new_page()
        addresses = go_through_all(page, class_app)
        learning_rate = next(each for each in addresses if "learning-rate" in each)
        page.goto(learning_rate)
        first = shown(page)
        assert "Huge steps\nlearning rate: 0.3\nkept: epoch 4\n34.2%" in first[".bench__runs"]
        assert troubles(page) == []
        button(page, "Show the code").click()
        programs = page.get_by_test_id("programs")
        expect(programs.get_by_role("tab", name="Tiny steps")).to_contain_text("Adam(1e-05)", timeout=WAIT)
        programs.get_by_role("tab", name="Tiny steps").focus()
        page.keyboard.press("ArrowUp")
        expect(programs.get_by_role("tab", name="Huge steps")).to_be_focused()
        expect(programs.locator("[data-differs]")).to_have_text("    optimizer=keras.optimizers.Adam(0.3),")
        expect(programs.locator("[data-differs]")).to_be_in_viewport()
        with page.expect_download() as saved:
            programs.get_by_role("button", name="Download").click()
        assert saved.value.suggested_filename == "learning-rate-huge.py"
        assert "Adam(0.3)" in saved.value.path().read_text(encoding="utf-8")
        assert troubles(page) == []
    with chromium.new_context(**LAPTOP, reduced_motion="reduce") as somebody_else:
        page = somebody_else.new_page()
        page.goto(learning_rate)
        expect_shown(page, first)


def test_on_a_phone_one_is_predicted_and_played(chromium: Browser, class_app: str) -> None:
    with chromium.new_context(**PHONE, reduced_motion="reduce") as window:
        page = window.new_page()
        experiment = library().experiments[1]  # a point on an axis
        page.goto(f"{class_app}/experiments?experiment={experiment.id}")
        expect_no_wider(page)
        predict(page, experiment)
        expect(button(page, "Play the recording")).to_be_visible(timeout=WAIT)
        expect_no_wider(page)
        page.emulate_media(reduced_motion="no-preference", color_scheme="dark")
        button(page, "Play the recording").click(timeout=WAIT)
        expect(page.get_by_test_id("bench")).to_have_attribute("data-shown", "some", timeout=WAIT)
        expect(page.get_by_test_id("findings")).to_have_count(0)
        expect(page.locator(".bench__plot .kept")).to_have_count(0)
        page.emulate_media(reduced_motion="reduce", color_scheme="dark")
        expect(page.get_by_test_id("prediction")).to_contain_text("more than you predicted", timeout=WAIT)
        expect(page.get_by_test_id("findings")).to_contain_text("Test digits", timeout=WAIT)
        assert troubles(page) == []
        button(page, "Show the code").click()
        expect(page.get_by_test_id("programs")).to_contain_text("learned[:100]", timeout=WAIT)
        expect_no_wider(page)


def draw_all(page: Page) -> None:
    """Draw a stroke on each of the ten sheets."""
    for digit in range(10):
        sheet = page.get_by_label(f"Canvas to draw a {digit} on")
        sheet.scroll_into_view_if_needed()
        box = sheet.bounding_box()
        assert box is not None
        across, down = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.2
        page.mouse.move(across, down)
        page.mouse.down()
        page.mouse.move(across, down + box["height"] * 0.6, steps=4)
        page.mouse.up()


def test_one_is_run_live_and_reads_ones_own_ten_digits(chromium: Browser, class_app: str, models: Path) -> None:
    with chromium.new_context(**LAPTOP) as laptop, chromium.new_context(**PHONE) as phone:
        page = laptop.new_page()
        page.goto(f"{class_app}/experiments?experiment=hurry")
        expect(button(page, "I don’t know")).to_be_in_viewport(ratio=1, timeout=WAIT)
        page.get_by_role("radio", name="It does not").focus()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("prediction=a"), timeout=WAIT)
        bench = page.get_by_test_id("bench").element_handle()
        button(page, "Run it now").click(timeout=WAIT)
        expect(page.get_by_test_id("bench")).to_have_attribute("data-state", "live", timeout=WAIT)
        assert bench is not None
        assert bench.evaluate("bench => bench.isConnected"), "the bench was made anew"
        pupil = phone.new_page()
        pupil.goto(page.url)
        for each in (page, pupil):
            expect(each.get_by_test_id("findings")).to_be_visible(timeout=PATIENCE)
            expect_no_wider(each)
            assert troubles(each) == []
        found = shown(page)
        expect_shown(pupil, found)
        assert "Just as you predicted." in found[".prediction"]
        assert found[".bench__note"].startswith("Run here on")
        assert found[".bench__note"].endswith("with seed 1.")
        made = [run for run in RunStore(models).list() if not run.shipped]
        assert sorted(run.config.learning_rate for run in made) == [1e-4, 0.02]
        (begun_with,) = {run.first_weights for run in made}
        assert f"bit for bit: their fingerprint is {begun_with}." in found[".findings"]

        for each in (page, pupil):
            draw_all(each)
            tally = each.locator(".hand__tally")
            expect(tally).to_contain_text(re.compile(r"Small steps reads \d of your 10 right; of the test digits"))
            expect(tally).to_contain_text(re.compile(r"Large steps reads \d of your 10 right; of the test digits"))
            expect(each.locator(".hand__mark")).to_have_count(20, timeout=WAIT)
            button(each, "Clear all").click()
            expect(each.locator(".hand__mark")).to_have_count(0, timeout=WAIT)
            expect_no_wider(each)


def test_a_class_predicts_and_sees_its_votes_without_asking(chromium: Browser, class_app: str) -> None:
    def joined(window: BrowserContext, code: str) -> Page:
        page = window.new_page()
        page.goto(f"{class_app}/experiments?experiment=learning-rate&lesson={code}")
        expect(page.get_by_role("button", name="I don’t know")).to_be_visible(timeout=WAIT)
        return page

    with chromium.new_context() as teacher, chromium.new_context() as pupil:
        page = teacher.new_page()
        page.goto(f"{class_app}/experiments")
        page.get_by_role("button", name="In class").click(timeout=WAIT)
        page.get_by_role("button", name="Begin a lesson").click()
        expect(page).to_have_url(re.compile("lesson=[A-Z]{4}"), timeout=WAIT)
        code = page.url.partition("lesson=")[2][:4]
        first, second = joined(teacher, code), joined(pupil, code)
        for each, answer in ((first, "Ordinary steps"), (second, "Huge steps: it learns fastest")):
            each.get_by_role("radio", name=answer).click()
            each.get_by_role("button", name=PREDICT).click()
        huge = first.locator(".prediction__option", has_text="Huge steps")
        expect(huge.locator(".prediction__votes")).to_have_text("1", timeout=WAIT)
