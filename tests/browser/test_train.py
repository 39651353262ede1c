"""Training, in a real browser and with a real worker: started, watched, found again, stopped, and used to read."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from playwright.sync_api import Browser, Error, FilePayload, Locator, Page, expect

from digitcore.data.mnist import load_mnist
from digitcore.data.store import DataStore
from digitcore.inference.measuring import complete
from digitcore.runs.record import Run
from digitcore.runs.store import RunStore
from harness.app.accessibility import troubles
from harness.app.train_page import TrainPage
from harness.browser import SEVEN, WAIT, DrawPage, Point, process_at, serve
from harness.files import png_of, zip_of
from tests.browser.conftest import forget

pytestmark = pytest.mark.browser

UNDER_WAY = re.compile("training|finishing|finished")


OpenTrain = Callable[..., TrainPage]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def training_app(models: Path) -> Iterator[str]:
    """The address of an app with a folder of its own for runs."""
    with serve(environment={"DIGITCORE_MODELS": str(models)}) as address:
        yield address


@pytest.fixture
def open_train(chromium: Browser, kept_page: Page, training_app: str) -> Iterator[OpenTrain]:
    """Opens the Train page, at first in the page that is kept, then in new ones; no error may come up in any."""
    pages: list[Page] = []
    errors: list[str] = []

    def note(error: Error) -> None:
        errors.append(str(error))

    def open_one(address: str, *, width: int = 1400, height: int = 900) -> TrainPage:
        page = kept_page if address == training_app and kept_page not in pages else chromium.new_context().new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.on("pageerror", note)
        return TrainPage(page, address)

    yield open_one
    for page in pages:
        page.remove_listener("pageerror", note)
        if page is not kept_page:
            page.context.close()
    forget(kept_page)
    assert errors == []


def test_a_network_is_trained_found_again_after_a_reload_and_reads_on_the_draw_page(
    open_train: OpenTrain, training_app: str, models: Path
) -> None:
    train = open_train(training_app)
    train.expect_state("empty")
    expect(train.page.get_by_test_id("stMain").get_by_role("combobox", name="Network")).to_have_value(
        re.compile("Fast CNN")
    )
    train.choose(Training_digits=5000)
    train.watch()
    train.page.get_by_label("Epochs").fill("2")  # and not left by Enter: pressing Train has to take it in
    train.start.click()
    expect(train.panel).not_to_have_attribute("data-state", "empty", timeout=WAIT)
    train.wait_for("value('overall-bar', 'aria-valuenow') >= 15")
    seen = train.seen()
    for name in ("overall", "epoch", "points"):
        assert len(seen[name]) >= 2, name
    before = train.share

    train.page.reload()
    train.wait_until_ready()
    train.expect_state(UNDER_WAY)
    assert train.share >= before
    expect(train.page.get_by_test_id("sample-digits").get_by_role("listitem")).to_have_count(30)
    train.expect_state("finished")
    assert train.panel.get_attribute("data-epochs-done") == "2"
    train.page.get_by_role("tab", name="Confusion").click()
    expect(train.page.get_by_test_id("confusion")).to_be_visible()
    expect(train.page.get_by_test_id("confusion")).to_have_attribute("data-epoch", "2")
    expect(train.page.get_by_text("Test accuracy").last).to_be_visible()
    (run,) = [run for run in RunStore(models).list() if not run.shipped]
    assert (run.status, run.config.epochs, run.config.train_size) == ("finished", 2, 5000)

    train.button("Try it on the Draw page").click()
    draw = DrawPage(train.page, None)
    expect(train.page.get_by_role("combobox", name="Network")).to_have_value(run.name, timeout=WAIT)
    draw.draw(SEVEN)
    draw.expect_digit(7)


def test_a_training_can_be_paused_watched_from_elsewhere_and_stopped_in_mid_epoch(
    open_train: OpenTrain, training_app: str, models: Path
) -> None:
    train = open_train(training_app)
    train.recipe("Dense network")
    train.choose(Epochs=100, Batch_size=8)
    train.watch()
    train.start.click()
    train.expect_state("training")

    # what is being typed stays while the panel polls
    field = train.page.get_by_label("Epochs")
    field.fill("77")
    before = train.share
    train.wait_for(f"panel.dataset.share > {before} + 0.0005")
    expect(field).to_have_value("77")
    expect(field).to_be_focused()
    field.fill("100")

    train.button("Pause").click()
    train.expect_state("paused")
    elsewhere = open_train(training_app, width=390, height=844)
    elsewhere.expect_state("paused")
    elsewhere.button("Resume").click()
    train.expect_state("training")

    elsewhere.choose(Epochs=1)
    elsewhere.button("Add to queue").click()
    expect(elsewhere.page.get_by_test_id("training-queue").get_by_role("listitem")).to_have_count(2, timeout=WAIT)
    expect(train.page.get_by_test_id("training-queue")).to_contain_text("number 1 in line", timeout=WAIT)
    elsewhere.expect_state("training")  # what runs stays in view
    elsewhere.page.get_by_role("combobox", name="Follow").click()
    elsewhere.page.get_by_role("option").first.click()
    elsewhere.expect_state("waiting")
    elsewhere.button("Stop").click()
    elsewhere.expect_state("stopped")

    train.button("Stop").click()
    train.expect_state("stopped")
    expect(train.page.get_by_text("Stopped by hand in epoch").first).to_be_visible(timeout=WAIT)
    assert train.is_the_same()
    stopped = [run for run in RunStore(models).list() if run.status == "stopped"]
    assert len(stopped) == 1
    assert complete(RunStore(models), stopped[0].id).test.accuracy > 0.5  # a usable model was kept


def tab_to(target: Locator) -> None:
    """Press the Tab key until something is focused: forwards, then backwards, as what is folded out lies last."""
    expect(target.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=WAIT)
    expect(target).to_have_count(1, timeout=WAIT)  # for a moment it stands in its old place too
    for key in ["Tab"] * 15 + ["Shift+Tab"] * 40:
        target.page.keyboard.press(key)
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"the Tab key does not lead to {target}")


def build_by_keyboard(train: TrainPage) -> None:
    """Change the Tutorial CNN's layers: fewer filters, one layer up, one removed, one added, by keys alone."""
    page, builder = train.page, train.page.get_by_test_id("stPopoverBody")
    page.get_by_role("button", name="Tutorial CNN", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stMain").get_by_role("combobox", name="Network")).to_have_value(
        "Tutorial CNN", timeout=WAIT
    )
    page.get_by_role("button", name="Layers", exact=True).focus()
    page.keyboard.press("Enter")
    tab_to(builder.get_by_role("button", name="Change these layers"))
    page.keyboard.press("Enter")
    expect(builder.get_by_role("button", name="1. Convolution 32, 3×3")).to_be_focused(timeout=WAIT)
    tab_to(builder.get_by_role("button", name="4. Convolution 64, 3×3"))
    page.keyboard.press("Enter")
    tab_to(builder.get_by_label("Filters"))
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("24")
    page.keyboard.press("Enter")
    expect(builder.get_by_role("button", name="4. Convolution 24, 3×3")).to_be_visible(timeout=WAIT)
    tab_to(builder.get_by_role("button", name="Up", exact=True))
    page.keyboard.press("Enter")
    expect(builder.get_by_role("button", name="3. Convolution 24, 3×3")).to_be_visible(timeout=WAIT)
    tab_to(builder.get_by_role("button", name="Remove"))
    page.keyboard.press("Enter")
    expect(builder.get_by_role("button", name="Remove")).to_have_count(0, timeout=WAIT)
    expect(builder.locator(":focus")).to_have_count(1)
    tab_to(builder.get_by_role("combobox", name="Add a layer"))
    page.keyboard.type("Dense")
    page.keyboard.press("Enter")
    words = "conv32 relu pool relu pool flatten dense128 relu dropout0.5 dense64"
    expect(builder.get_by_role("textbox", name="In words")).to_have_value(words, timeout=WAIT)
    page.keyboard.press("Escape")
    expect(builder).to_have_count(0, timeout=WAIT)


def test_choices_are_made_by_keyboard_and_what_is_out_of_bounds_is_said_beside_the_button(
    open_train: OpenTrain, training_app: str
) -> None:
    train = open_train(training_app)
    expect_nothing_to_stick_out(train, 1400)
    build_by_keyboard(train)
    train.choose(Epochs=1000)
    expect(train.page.get_by_role("alert")).to_have_text(re.compile("between 1 and 100"), timeout=WAIT)
    expect(train.start).to_be_disabled()
    train.choose(Epochs=100)
    expect(train.start).to_be_enabled(timeout=WAIT)
    train.page.set_viewport_size({"width": 820, "height": 1180})  # a tablet: no room for both, so one below the other
    expect_nothing_to_stick_out(train, 820)
    assert train.panel.evaluate("panel => panel.clientWidth > 500")


def test_an_app_that_is_killed_leaves_no_process_and_a_training_that_the_next_app_resumes(
    open_train: OpenTrain, tmp_path: Path
) -> None:
    environment = {"DIGITCORE_MODELS": str(tmp_path)}
    with serve(environment=environment) as address:
        train = open_train(address)
        train.recipe("Dense network")
        train.choose(Epochs=100, Training_digits=5000)
        train.start.click()
        train.wait_for("panel.dataset.epochsDone >= 1")
        app = process_at(address)
        family = app.children(recursive=True)
        app.kill()
        gone, alive = psutil.wait_procs(family, timeout=30)
        assert gone
        assert not alive
    assert [run for run in RunStore(tmp_path).list() if not run.shipped] == []
    with serve(environment=environment) as address:
        train = open_train(address)
        train.expect_state("interrupted")
        expect(train.panel).to_contain_text("Resume it to go on from epoch")
        expect(train.button("Discard")).to_be_visible()
        done = int(train.panel.get_attribute("data-epochs-done") or 0)
        assert done >= 1
        train.button("Resume").click()
        train.wait_for(f"panel.dataset.epochsDone > {done}")
        train.button("Stop").click()
        train.expect_state("stopped")
    (run,) = [run for run in RunStore(tmp_path).list() if not run.shipped]
    epochs = [row.epoch for row in run.history()]
    assert epochs == list(range(1, len(epochs) + 1))
    assert len(epochs) > done


def expect_nothing_to_stick_out(train: TrainPage, width: int) -> None:
    main = train.page.get_by_test_id("stMain")
    assert main.evaluate("main => [main.scrollWidth - main.clientWidth, document.documentElement.scrollWidth]") == [
        0,
        width,
    ]


def draw_on(canvas: Locator, points: list[Point]) -> None:
    """Draw one stroke on a canvas of ours with the mouse."""
    box = canvas.bounding_box()
    assert box is not None
    mouse = canvas.page.mouse
    for number, (x, y) in enumerate(points):
        mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if number == 0:
            mouse.down()
    mouse.up()


IN_SIGHT = """element => {
    const {top, bottom} = element.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
}"""


def test_on_a_laptop_one_presses_train_and_watches_without_scrolling(open_train: OpenTrain, training_app: str) -> None:
    train = open_train(training_app, width=1366, height=768)
    assert train.start.evaluate(IN_SIGHT)
    train.recipe("Dense network")
    train.choose(Epochs=3, Training_digits=20000)
    own = train.page.get_by_test_id("own-digit")
    draw_on(own.get_by_role("img"), SEVEN)
    expect(own).to_have_attribute("data-state", re.compile("waiting|read"))  # by the last run, if there is one
    train.watch()
    train.start.click()
    train.wait_for("panel.dataset.state === 'training' && value('overall-bar', 'aria-valuenow') >= 15")
    expect(own).to_have_attribute("data-state", "read", timeout=WAIT)
    parts = ("overall-bar", "epoch-bar", "accuracy-curve", "loss-curve", "sample-digits", "own-digit", "training-now")
    for part in parts:
        assert train.page.get_by_test_id(part).evaluate(IN_SIGHT), part
    assert train.page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == 0
    train.expect_state("finished")
    expect(own).to_contain_text("by the finished network", timeout=WAIT)
    expect(own).to_have_attribute("data-digit", "7")
    assert int(own.get_attribute("data-frame") or 0) >= 2  # it was read again by other weights, though nobody drew
    for seen in (train.button("Try it on the Draw page"), train.page.get_by_test_id("sample-digits"), train.start):
        assert seen.evaluate(IN_SIGHT)


def test_on_a_phone_nothing_sticks_out_and_the_press_leads_to_the_progress(
    open_train: OpenTrain, training_app: str
) -> None:
    train = open_train(training_app, width=390, height=844)
    expect_nothing_to_stick_out(train, 390)
    train.recipe("Dense network")
    train.choose(Epochs=30, Training_digits=20000)  # is stopped long before
    train.start.click()
    train.wait_for("panel.dataset.state === 'training' && value('overall-bar', 'aria-valuenow') >= 3")
    for part in ("overall-bar", "epoch-bar", "accuracy-curve"):
        assert train.page.get_by_test_id(part).evaluate(IN_SIGHT), part
    expect(train.panel).to_be_focused()
    train.button("Stop").click()
    train.expect_state("stopped")


def test_a_zip_of_pictures_is_kept_on_the_data_page_and_offered_for_training(
    page: Page, training_app: str, models: Path
) -> None:
    test = load_mnist().test
    pictures = {f"{test.labels[number]}/{number}.png": png_of(test.images[number]) for number in range(60)}
    file = FilePayload(name="Class 3b.zip", mimeType="application/zip", buffer=zip_of(pictures))
    page.goto(f"{training_app}/data")
    page.get_by_role("tab", name="Your own").click(timeout=WAIT)
    page.locator('input[type="file"]').first.set_input_files([file], timeout=WAIT)
    keep = page.get_by_role("button", name="Keep 60 digits")
    expect(keep).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("img", name="labelled 7").first).to_be_visible(timeout=WAIT)
    keep.click()
    page.get_by_role("button", name="Train on it").click(timeout=WAIT)
    expect(page.get_by_role("combobox", name="Data")).to_have_value("class-3b", timeout=WAIT)
    assert DataStore(models).get("class-3b").count == 60


def test_drawings_from_a_file_are_taught_in_one_press_and_what_came_of_it_reads_here_alone(
    page: Page, training_app: str, models: Path
) -> None:
    store = RunStore(models)
    store.set_default("dense")  # the quickest to learn
    page.goto(f"{training_app}/my_digits?my-digits-tab=Files")
    file = FilePayload(name="mine.npz", mimeType="application/octet-stream", buffer=_digits(store.get("dense")))
    page.locator('input[type="file"]').first.set_input_files([file])
    page.get_by_role("button", name="Add 12 digits to mine").click(timeout=WAIT)
    page.get_by_role("tab", name="Teach it").click()
    page.get_by_role("button", name="Teach it my 12 digits").click(timeout=WAIT)
    expect(page.get_by_role("row", name="Your digits, unseen")).to_be_visible(timeout=4 * WAIT)
    expect(page.get_by_text("1 drawing that it misread before, read again")).to_be_visible(timeout=WAIT)
    network = page.get_by_test_id("stSidebar").get_by_role("combobox", name="Network")
    expect(network).to_have_value(re.compile("taught 12"), timeout=WAIT)
    assert store.default_id() == "dense"
    assert troubles(page) == []


def _digits(run: Run) -> bytes:
    """Return twelve test digits as an .npz, the first of which a run misreads."""
    test, wrong = load_mnist().test, run.predictions().test_digits != load_mnist().test.labels
    chosen = np.append(np.flatnonzero(wrong)[:1], np.flatnonzero(~wrong)[:11])
    content = io.BytesIO()
    np.savez(content, images=test.images[chosen], labels=test.labels[chosen])
    return content.getvalue()
