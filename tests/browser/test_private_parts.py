"""What is not ours and promised to nobody, but used: each test names the part that an upgrade has moved."""

import pytest
from playwright.sync_api import Page, expect

from digitcore.ui.shared.components import SCRIPTS_ADDRESS
from harness.browser import WAIT, DrawPage
from tests.browser.conftest import forget

pytestmark = pytest.mark.browser

MISSING = """async ([module, host]) => {
    const { PARTS } = await import(module);
    const places = host ? [...document.querySelectorAll(host)].map(each => each.shadowRoot) : [document];
    return Object.entries(PARTS)
        .filter(([, selector]) => !places.some(place => place?.querySelector(selector)))
        .map(([name]) => name);
}"""


def missing(page: Page, module: str, host: str | None = None) -> list[str]:
    """Return the names of the parts that an access module counts on and that are not there."""
    names: list[str] = page.evaluate(MISSING, [f"{SCRIPTS_ADDRESS}/{module}.js", host])
    return names


def test_the_parts_of_the_canvas_and_of_streamlits_page_are_where_we_look(page: Page, app: str) -> None:
    DrawPage(page, app)
    assert missing(page, "shared/streamlit_access") == []
    assert missing(page, "canvas/canvas_access", ".st-key-digit-canvas [data-testid=stBidiComponentIsolated]") == []


def test_the_parts_of_a_figure_are_where_we_look(page: Page, app: str) -> None:
    page.goto(f"{app}/diagnostics")
    page.get_by_role("tab", name="Confusion", exact=True).click(timeout=WAIT)
    expect(page.locator(".nsewdrag").first).to_be_visible(timeout=WAIT)
    assert missing(page, "shared/plotly_access") == []
    absent = page.evaluate(
        """async module => {
            const { FIELDS, findPlot } = await import(module);
            const value = path => path.split(".").reduce((of, name) => of?.[name], findPlot(document));
            return FIELDS.filter(path => value(path) === undefined);
        }""",
        f"{SCRIPTS_ADDRESS}/shared/plotly_access.js",
    )
    assert absent == []


KEPT = "[localStorage.length, sessionStorage.length, document.cookie.includes('mine')]"


def test_a_page_that_one_test_hands_on_to_the_next_has_forgotten_everything(page: Page, app: str) -> None:
    page.goto(f"{app}/_stcore/health")
    page.evaluate("() => { localStorage.mine = sessionStorage.mine = 1; document.cookie = 'mine=1'; }")
    assert page.evaluate(KEPT) == [1, 1, True]
    page.emulate_media(color_scheme="dark")
    forget(page)
    page.goto(f"{app}/_stcore/health")
    assert page.evaluate(KEPT) == [0, 0, False]
    assert not page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
