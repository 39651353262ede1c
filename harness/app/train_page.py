"""The Train page in a browser, for its tests and for `benchmarks/live_while_training.py`."""

import re

from playwright.sync_api import Locator, Page, expect

from harness.browser import WAIT

PATIENCE = 150_000  # ms for what a training does in seconds, on a machine that has other things to do


class TrainPage:
    """The Train page as a person uses it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.panel: Locator = page.get_by_test_id("training-panel")
        self.start: Locator = page.locator(".st-key-train button")  # "Train", or "Add to queue" while another trains
        page.goto(f"{address}/train")
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        expect(self.panel).to_be_visible(timeout=PATIENCE)
        expect(self.start).to_be_visible(timeout=WAIT)
        self.wait_until_made()

    def wait_until_made(self) -> None:
        """Wait for the server to have made the page: what is typed into a field that still changes is mixed with it."""
        expect(self.page.get_by_test_id("stApp")).to_have_attribute(
            "data-test-script-state", "notRunning", timeout=PATIENCE
        )

    def recipe(self, title: str) -> None:
        """Press a recipe, and wait for its choices."""
        self.button(title).click()
        expect(self.button(title)).to_have_attribute("kind", "primary", timeout=WAIT)
        self.wait_until_made()

    def button(self, label: str) -> Locator:
        return self.page.get_by_role("button", name=label, exact=True)

    def choose(self, **numbers: int) -> None:
        """Type numbers into the fields of these labels, "_" for a space, and leave each with the Enter key."""
        for label, number in numbers.items():
            field = self.page.get_by_label(label.replace("_", " "))
            field.fill(str(number))
            field.press("Enter")

    def expect_state(self, state: str | re.Pattern[str]) -> None:
        expect(self.panel).to_have_attribute("data-state", state, timeout=PATIENCE)

    @property
    def share(self) -> float:
        return float(self.panel.get_attribute("data-share") or 0)

    def wait_for(self, condition: str) -> None:
        """Wait for a JavaScript condition on `panel`, the panel's root, and `value(testid, attribute)`."""
        self.page.wait_for_function(
            f"""() => {{
                const panel = document.querySelector('[data-testid="training-panel"]');
                const value = (id, name) => Number(panel?.querySelector(`[data-testid="${{id}}"]`).getAttribute(name));
                return panel && ({condition});
            }}""",
            timeout=PATIENCE,
        )

    def watch(self) -> None:
        """Note from now on every change of the bars and of the accuracy curve."""
        self.panel.evaluate(
            """panel => {
                window.panel = panel;
                window.seen = {overall: [], epoch: [], points: []};
                const note = (list, value) => list.at(-1) !== value && list.push(value);
                const of = (id, name) => Number(panel.querySelector(`[data-testid="${id}"]`).getAttribute(name));
                new MutationObserver(() => {
                    note(window.seen.overall, of("overall-bar", "aria-valuenow"));
                    note(window.seen.epoch, of("epoch-bar", "aria-valuenow"));
                    note(window.seen.points, of("accuracy-curve", "data-points"));
                }).observe(panel, {attributes: true, subtree: true});
            }"""
        )

    def is_the_same(self) -> bool:
        """Return whether the panel is still the one that `watch` saw: a new one would flicker."""
        same: bool = self.panel.evaluate("panel => panel === window.panel")
        return same

    def seen(self) -> dict[str, list[int]]:
        seen: dict[str, list[int]] = self.page.evaluate("window.seen")
        return seen
