"""One Chromium and one app for all browser tests; every test gets a window of its own."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from harness.browser import FLAGS, DrawPage, Pointer, find_chromium, serve

OpenPage = Callable[..., DrawPage]
EmptyPage = Callable[..., DrawPage]


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


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Opens the Draw page in a new window; at the end no error may have come up in any of them."""
    with _windows(chromium) as open_one:
        yield open_one


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
def _windows(chromium: Browser) -> Iterator[OpenPage]:
    windows: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(address: str, *, width: int = 1400, height: int = 900, pointer: Pointer = "mouse") -> DrawPage:
        window = chromium.new_context(viewport={"width": width, "height": height}, has_touch=pointer == "touch")
        windows.append(window)
        page = window.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        return DrawPage(page, address, pointer)

    yield open_one
    for window in windows:
        window.close()
    assert errors == []


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """A window of its own; at the end no error may have come up in it."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000}, accept_downloads=True)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert errors == []
