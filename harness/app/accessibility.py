"""What axe-core, a checker for the Web Content Accessibility Guidelines, has against a page."""

from collections.abc import Mapping

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_GRAVE = ("serious", "critical")
_HEADINGS = ("heading-order", "empty-heading", "empty-table-header", "page-has-heading-one")
_COLOURS = ["color-contrast", "link-in-text-block"]  # all of axe's rules that look at colours
_OPTIONS: dict[str, object] = {
    "resultTypes": ["violations"],
    "preload": False,  # style sheets are fetched again for one rule, which concerns phones held upright
    "rules": {
        # beside what axe checks anyway: whether one who speaks to a button can call it by what stands on it
        "label-content-name-mismatch": {"enabled": True},
        "region": {"enabled": False},  # takes seconds, and concerns where Streamlit puts its overlays
    },
}
# more of what is looked at already, and what is drawn for eyes alone, its words standing beside it: a second or more
_AGAIN = 4  # looks, half a second apart: what fades in or out is there for a moment alone
_LEFT_OUT = [".digit-gallery__item:nth-child(n + 4)", ".matrix-cells__row:nth-child(n + 3)", ".js-plotly-plot svg"]


def troubles(page: Page) -> list[str]:
    """Return what is serious or critical, or wrong with a heading, on a page as it stands; a line each.

    Nothing of Streamlit's own has to be left out: what axe has against it that weighs as much, our styles mend. What
    weighs less stays (`presentation-role-conflict` of its file uploader).
    """
    return _found(page, _OPTIONS)


def troubles_of_colour(page: Page) -> list[str]:
    """Return what of `troubles` another theme can bring about on a page that had none."""
    return _found(page, {**_OPTIONS, "runOnly": {"type": "rule", "values": _COLOURS}})


def _found(page: Page, options: Mapping[str, object]) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    for _ in range(_AGAIN):
        if not (found := _look(page, options)):
            return []
        page.wait_for_timeout(500)
    return found


def _look(page: Page, options: Mapping[str, object]) -> list[str]:
    found = page.evaluate("([out, options]) => axe.run({ exclude: out }, options)", [_LEFT_OUT, options])
    return [
        f"{violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in _GRAVE or violation["id"] in _HEADINGS
        for node in violation["nodes"]
    ]
