"""A page's address shows what one sees: after a reload, on the way back, and to whoever is sent the link."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from harness.app.accessibility import troubles, troubles_of_colour
from harness.browser import WAIT

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]


def chosen(label: str) -> Check:
    """Return a check for a selection box or a text."""
    return lambda page: expect(page.get_by_text(label, exact=False).first).to_be_visible(timeout=WAIT)


def tab_open(name: str) -> Check:
    return lambda page: expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute(
        "aria-selected", "true", timeout=WAIT
    )


def pressed(name: str) -> Check:
    return lambda page: expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked(timeout=WAIT)


def box(label: str, value: str) -> Check:
    return lambda page: expect(page.get_by_label(label, exact=True).first).to_have_value(
        re.compile(value), timeout=WAIT
    )


LINKS: dict[str, list[Check]] = {
    "/?way-in=Test+digit&test-digit=18": [tab_open("Test digit"), chosen("Labelled 3")],
    "/?read-by=Tiny+CNN": [box("Network", "Tiny CNN")],
    "/train?epochs=3&learning-rate=0.01&network=Dense+network&seed=7&augmentation=true&writers=Students&left-out=83": [
        box("Epochs", "^3$"),
        box("Learning rate", "^0.01$"),
        chosen("Writers: Students · Digits left out: 38"),
    ],
    "/train?train-tab=Runs": [tab_open("Runs")],
    "/diagnostics?diagnostics-tab=Curves&run=Dense+network": [tab_open("Curves"), box("Run", "Dense network")],
    "/diagnostics?diagnostics-tab=Overview&run=Dense+network&compare-with=Tiny+CNN": [box("Compare with", "Tiny CNN")],
    "/diagnostics?diagnostics-tab=Confusion&confusion-part=Validation&confusion-errors=true&cell=4-9": [
        pressed("Validation"),
        chosen("A 4 read as 9"),
    ],
    "/diagnostics?diagnostics-tab=Mistakes&mistakes-truth=9": [chosen("misread images of 9")],
    "/diagnostics?diagnostics-tab=Confidence": [tab_open("Confidence"), chosen("Calibration error")],
    "/diagnostics?diagnostics-tab=Writers&run=Dense+network&writer=335": [
        tab_open("Writers"),
        chosen("Writer 335, Census employee: 7 of 130 digits misread"),
    ],
    "/diagnostics?diagnostics-tab=Samples&samples-lot=2": [tab_open("Samples"), chosen("24 images")],
    "/?several-digits=true": [chosen("Draw a number")],
    "/batch": [chosen("Try MNIST")],
    "/batch?what-is-in-it=A+page+of+numbers&page-from=The+camera": [chosen("A photo of the page")],
    "/data?data-tab=Samples&data-digit=7&data-lot=3": [tab_open("Samples"), pressed("7")],
    "/data?data-tab=Around+the+world&form-of=9": [tab_open("Around the world"), pressed("9"), chosen("like a balloon")],
}


RELOADED = ("/?way-in", "/train?epochs", "/diagnostics?diagnostics-tab=Confusion", "/data")  # one of each page


@pytest.mark.parametrize("link", LINKS)
def test_a_link_shows_what_its_sender_saw_and_a_reload_the_same_and_everybody_can_read_it(
    page: Page, app: str, link: str
) -> None:
    page.goto(f"{app}{link}")
    for check in LINKS[link]:
        check(page)
    assert troubles(page) == []
    page.emulate_media(color_scheme="dark")
    if link.startswith(RELOADED):
        page.reload()
        for check in LINKS[link]:
            check(page)
    else:
        dark(page)
    assert troubles_of_colour(page) == []


def dark(page: Page) -> None:
    """Wait for the page to have become dark."""
    page.wait_for_function(
        """() => {
            const [, red] = /(\\d+)/.exec(getComputedStyle(document.querySelector('.stApp')).backgroundColor);
            return Number(red) < 64;
        }""",
        timeout=WAIT,
    )


def test_what_is_chosen_is_in_the_address_and_there_again_on_the_way_back(page: Page, app: str) -> None:
    page.goto(f"{app}/diagnostics")
    page.get_by_role("tab", name="Confusion", exact=True).click(timeout=WAIT)
    pressed("Test")(page)
    page.get_by_role("radio", name="Validation", exact=True).click()
    page.get_by_role("gridcell", name="A 3 read as 5:").click(timeout=WAIT)
    expect(page).to_have_url(re.compile("diagnostics-tab=Confusion"), timeout=WAIT)
    expect(page).to_have_url(re.compile("cell=3-5"), timeout=WAIT)
    page.get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_role("heading", name="Data", exact=True)).to_be_visible(timeout=WAIT)
    page.go_back()
    tab_open("Confusion")(page)
    pressed("Validation")(page)
    chosen("A 3 read as 5")(page)


def test_the_choices_of_a_first_visit_and_a_recipe_are_there_again_on_the_way_back(page: Page, app: str) -> None:
    page.goto(f"{app}/train")
    box("Epochs", "^2$")(page)
    page.get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_role("heading", name="Data", exact=True)).to_be_visible(timeout=WAIT)
    page.go_back()
    box("Epochs", "^2$")(page)
    page.get_by_role("button", name="Tiny CNN", exact=True).click(timeout=WAIT)
    box("Epochs", "^20$")(page)
    page.reload()
    box("Epochs", "^20$")(page)
