"""One Chromium and one app for all browser tests; every test gets an empty page, or a window of its own."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from urllib.parse import urljoin

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    WebError,
    expect,
    sync_playwright,
)

from harness.browser import FLAGS, WAIT, DrawPage, Pointer, find_chromium, serve

expect.set_options(timeout=WAIT)  # whatever a test expects, on a machine that has other things to do

OpenPage = Callable[..., DrawPage]
EmptyPage = Callable[..., DrawPage]
USUAL: ViewportSize = {"width": 1400, "height": 1000}

# the files that take half a minute or more, the longest first: a process takes one file after the other, and a long one
# that begins last keeps the other process waiting
LONGEST = (
    "test_train",
    "test_draw",
    "test_diagnostics",
    "test_parity",
    "test_addresses",
    "test_experiments",
    "test_starting",
    "test_reading_in_the_page",
    "test_two_browsers",
    "test_batch",
)

# what a page's content policy refuses to load or run counts as an error in the page
_REFUSALS = """document.addEventListener("securitypolicyviolation", (refusal) =>
    reportError(new Error(`Refused by ${refusal.violatedDirective}: ${refusal.blockedURI}`)))"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; Python's sort leaves all else as it was."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = find_chromium(playwright)
        if found is None:
            complaint = "There is no Chromium: install one, or name it in the variable CHROMIUM."
            pytest.fail(complaint) if os.environ.get("CI") else pytest.skip(complaint)
        with playwright.chromium.launch(executable_path=found, args=FLAGS) as browser:
            yield browser


@pytest.fixture(scope="session")
def app() -> Iterator[str]:
    """The app's address."""
    with serve() as address:
        yield address


@pytest.fixture(scope="session")
def slow_app() -> Iterator[str]:
    """The address of an app whose network takes its time, so that what shows for a moment only can be looked at."""
    with serve("tests.browser.slow_app:app") as address:
        yield address


@pytest.fixture(scope="session")
def kept_page(chromium: Browser) -> Iterator[Page]:
    """A page that all tests share, one after the other: in a process that has the app's scripts compiled, it loads
    in half the time. A test gets it by `page` or `open_page`, with nothing in it that another has left."""
    with chromium.new_context(viewport=USUAL) as window:
        window.add_init_script(_REFUSALS)
        yield window.new_page()


@pytest.fixture
def page(kept_page: Page) -> Iterator[Page]:
    """An empty page of a browser that has been nowhere; at the end no error may have come up in it.

    Whoever routes requests, adds scripts or opens a second page takes a `window`.
    """
    errors: list[str] = []

    def note(error: WebError) -> None:
        errors.append(str(error.error))

    kept_page.context.on("weberror", note)
    yield kept_page
    kept_page.context.remove_listener("weberror", note)  # what comes up from here on is of leaving
    forget(kept_page)
    assert errors == []


def forget(page: Page) -> None:
    """Make a page as good as new."""
    page.context.set_offline(False)
    if page.url.startswith("http"):
        page.goto(urljoin(page.url, "/_stcore/health"))  # of the same origin, and writes nothing itself
        origin = page.evaluate("() => { sessionStorage.clear(); return origin; }")
        browser = page.context.new_cdp_session(page)
        browser.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        browser.detach()
    page.context.clear_cookies()
    page.goto("about:blank")
    page.mouse.up()
    page.mouse.move(0, 0)
    page.set_viewport_size(USUAL)
    page.emulate_media(color_scheme="light", reduced_motion="null")


@pytest.fixture
def open_page(chromium: Browser, kept_page: Page) -> Iterator[OpenPage]:
    """Opens the Draw page in a window of its own; at the end no error may have come up in any of them."""
    try:
        with _windows(chromium, kept_page) as open_one:
            yield open_one
    finally:
        forget(kept_page)


@pytest.fixture(scope="module")
def kept_pages(chromium: Browser, app: str) -> Iterator[Callable[[Pointer], DrawPage]]:
    """The Draw page by pointer, on a laptop or on a phone: one for all tests that draw on an empty canvas, no more.

    Opening a page takes longer than most of them.
    """
    with _windows(chromium) as open_one:
        yield lru_cache(
            lambda pointer: (
                open_one(app, width=390, height=844, pointer=pointer) if pointer == "touch" else open_one(app)
            )
        )


@pytest.fixture
def empty_page(kept_pages: Callable[[Pointer], DrawPage]) -> EmptyPage:
    """Gives the Draw page as if it had just been opened."""

    def emptied(pointer: Pointer = "mouse") -> DrawPage:
        page = kept_pages(pointer)
        if page.panel.get_attribute("data-state") != "empty":
            page.page.get_by_role("button", name="Clear").click()
            page.expect_empty()
        page.page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
        return page

    return emptied


@contextmanager
def _windows(chromium: Browser, kept_page: Page | None = None) -> Iterator[OpenPage]:
    """Give what opens the Draw page: for a mouse at first in the page that is kept, if one is given."""
    opened: list[Page] = []
    errors: list[str] = []

    def note_error(error: Error) -> None:
        errors.append(str(error))

    def note_complaint(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    def new_page(pointer: Pointer) -> Page:
        if kept_page and kept_page not in opened and pointer == "mouse":
            return kept_page
        window = chromium.new_context(has_touch=pointer == "touch")
        window.add_init_script(_REFUSALS)
        return window.new_page()

    def open_one(address: str, *, width: int = 1400, height: int = 900, pointer: Pointer = "mouse") -> DrawPage:
        page = new_page(pointer)
        opened.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.on("pageerror", note_error)
        page.on("console", note_complaint)
        return DrawPage(page, address, pointer)

    yield open_one
    for page in opened:
        page.remove_listener("pageerror", note_error)
        page.remove_listener("console", note_complaint)
        if page is not kept_page:
            page.context.close()
    assert errors == []


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """A window of its own; at the end no error may have come up in it."""
    context = chromium.new_context(viewport=USUAL, accept_downloads=True)
    context.add_init_script(_REFUSALS)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert errors == []
