"""Experiments in a real browser: played on a phone, run live on a laptop, shared by a link, predicted by a class."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from digitcore.experiments.library import library
from digitcore.runs.store import RunStore
from harness.app.accessibility import troubles
from harness.browser import WAIT, serve

pytestmark = pytest.mark.browser

PATIENCE = 150_000  # ms for what takes seconds on an idle machine
PREDICT = "That’s my prediction"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def class_app(models: Path) -> Iterator[str]:
    with serve(environment={"DIGITCORE_MODELS": str(models)}) as address:
        yield address


def in_sight(page: Page, name: str) -> None:
    expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1, timeout=WAIT)


def not_wider(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_on_a_laptop_one_predicts_without_scrolling_and_runs_it_to_its_end(
    chromium: Browser, class_app: str, models: Path
) -> None:
    with chromium.new_context(viewport={"width": 1366, "height": 768}) as window:
        page = window.new_page()
        page.goto(f"{class_app}/experiments")
        page.get_by_role("button", name="The learning rate").click(timeout=WAIT)
        in_sight(page, "I don’t know")
        expect(page.get_by_test_id("experiment-curves")).to_have_attribute("data-points", "0")
        assert troubles(page) == []
        page.get_by_role("radio", name="Tiny steps: slow and careful wins").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("prediction=b"), timeout=WAIT)
        bench = page.get_by_test_id("bench").element_handle()
        page.get_by_role("button", name="Run it now").click(timeout=WAIT)
        expect(page.get_by_test_id("bench")).to_have_attribute("data-state", "live", timeout=WAIT)
        assert bench is not None
        assert bench.evaluate("bench => bench.isConnected"), "the bench was made anew"
        expect(page.get_by_test_id("findings")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_test_id("prediction")).to_contain_text("Just as you predicted.")
        expect(page.get_by_test_id("bench")).to_contain_text("with seed 1.")
        assert "Recorded" not in page.get_by_test_id("bench").inner_text()
        made = [run for run in RunStore(models).list() if not run.shipped]
        assert sorted(run.config.learning_rate for run in made) == [1e-5, 1e-3, 0.3]
        assert troubles(page) == []

        other = window.new_page()
        other.goto(page.url)
        found = page.get_by_test_id("findings").inner_text()
        expect(other.get_by_test_id("findings")).to_have_text(found, use_inner_text=True, timeout=WAIT)
        expect(other.get_by_test_id("prediction")).to_have_attribute("data-mine", "b")
        other.close()
        page.get_by_role("link", name="Train", exact=True).click()
        page.get_by_role("tab", name="Runs").click(timeout=WAIT)
        expect(page.get_by_text("Select a run to see its curves")).to_be_visible(timeout=WAIT)
        expect(page.get_by_text("The learning rate: Tiny steps")).to_have_count(0)


def test_on_a_phone_it_is_played_and_everything_fits(chromium: Browser, class_app: str) -> None:
    phone = {"width": 390, "height": 844}
    with chromium.new_context(viewport=phone, has_touch=True, color_scheme="dark") as window:  # type: ignore[arg-type]
        page = window.new_page()
        page.goto(f"{class_app}/experiments")
        page.get_by_role("button", name="A hundred digits").click(timeout=WAIT)
        page.get_by_role("slider", name="Your prediction in percent").fill("40")
        page.get_by_role("button", name=PREDICT).click()
        page.get_by_role("button", name="Play the recording").click(timeout=WAIT)
        expect(page.get_by_test_id("bench")).to_have_attribute("data-shown", "some", timeout=WAIT)
        expect(page.get_by_test_id("findings")).to_have_count(0)
        expect(page.get_by_test_id("findings")).to_be_visible(timeout=WAIT)
        expect(page.get_by_test_id("prediction")).to_contain_text("more than you predicted")
        expect(page.get_by_test_id("bench")).to_contain_text("Recorded on")
        expect(page).to_have_url(re.compile("prediction=40&outcome=recorded"))
        assert not_wider(page)
        assert troubles(page) == []
        for experiment in library().experiments:  # and each of the others by its link
            said = "unsure"
            page.goto(f"{class_app}/experiments?experiment={experiment.id}&prediction={said}&outcome=recorded")
            expect(page.get_by_role("heading", level=1)).to_have_text(experiment.title, timeout=WAIT)
            expect(page.get_by_test_id("findings")).to_contain_text(experiment.claims[0].says, timeout=WAIT)
            assert not_wider(page), experiment.id
            assert page.locator(".katex-error").count() == 0


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
