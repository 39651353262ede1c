"""How long the Diagnostics page makes a person wait: to open it, and to go from one section to the next.

Every shipped run is there and 50 more, as after a school term. A real Chromium on the machine that also runs the
server; times are from the click, or from the address entered, until the section's own content is on the screen.

    python -m benchmarks.diagnostics [--times 5] [--max-open 1.5] [--max-switch 0.5]

Exits with 1 if a target is missed.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page

from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.runs.record import RECORD_FILE
from harness.browser import WAIT, running_chromium, serve
from harness.options import parser_for
from harness.targets import Targets

MORE_RUNS = 50
COPIED = "simple_cnn"
Find = Callable[[Page], Locator]

# the last thing in each section to appear
SECTIONS: dict[str, Find] = {
    "Curves": lambda page: page.locator(".st-key-learning-rate-by-epoch .main-svg").first,
    "Confusion": lambda page: page.locator(".st-key-confusion .scatterlayer .point").last,
    "Mistakes": lambda page: page.locator(".st-key-mistakes-test button").last,
    "By digit": lambda page: page.locator(".st-key-errors-by-digit .main-svg").first,
    "Confidence": lambda page: page.locator(".st-key-accuracy-by-coverage .main-svg").first,
    "Robustness": lambda page: page.locator(".st-key-robustness .main-svg").first,
    "Projection": lambda page: page.locator(".st-key-map-PCA .scatterlayer .point").last,
    "Samples": lambda page: page.locator(".st-key-samples-test button").last,
    "Overview": lambda page: page.get_by_text("Time per digit"),
}


def main() -> int:
    """Measure, print, and return the exit status."""
    options = parse()
    with tempfile.TemporaryDirectory() as folder, running_chromium() as chromium:
        fill(Path(folder))
        with serve(environment={"DIGITCORE_MODELS": folder}) as address:
            page = chromium.new_page(viewport={"width": 1400, "height": 1000})
            visit_all(page, address)
            opened = open_times(page, address, options.times)
            switched = switch_times(page, options.times)
    to_open, to_switch = report(opened, switched)
    targets = Targets()
    targets.most(to_open, options.max_open, "opening the page", "{:.2f} s")
    targets.most(to_switch, options.max_switch, "going to a section", "{:.2f} s")
    return targets.exit_status()


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = parser_for("diagnostics", __doc__)
    parser.add_argument("--times", type=int, default=5, help="how often each is measured")
    parser.add_argument("--max-open", type=float, help="fail if opening takes longer, in seconds (median)")
    parser.add_argument("--max-switch", type=float, help="fail if a section takes longer, in seconds (median)")
    return parser.parse_args()


def fill(models: Path) -> None:
    """Put 50 runs into `models`; the shipped ones are there as well."""
    for number in range(MORE_RUNS):
        folder = models / f"20260101-{number:06}-{COPIED}"
        shutil.copytree(SHIPPED_FOLDER / COPIED, folder)
        record = json.loads((folder / RECORD_FILE).read_text(encoding="utf-8"))
        record |= {"id": folder.name, "name": f"Class run {number}"}
        (folder / RECORD_FILE).write_text(json.dumps(record), encoding="utf-8")


def visit_all(page: Page, address: str) -> None:
    """See every section once, so that neither what is computed once a run nor the browser's cache is measured."""
    page.goto(f"{address}/diagnostics")
    for name, find in SECTIONS.items():
        page.get_by_role("tab", name=name, exact=True).click(timeout=WAIT)
        find(page).wait_for(state="attached", timeout=180_000)


def open_times(page: Page, address: str, times: int) -> dict[str, list[float]]:
    """Return the seconds until the page is there, for each way of opening it."""
    by_address, by_click = [], []
    for _ in range(times):
        by_address.append(seconds(lambda: page.goto(f"{address}/diagnostics"), SECTIONS["Overview"](page)))
        page.get_by_role("link", name="Draw").click()
        page.get_by_test_id("live-panel").wait_for(timeout=WAIT)
        by_click.append(seconds(page.get_by_role("link", name="Diagnostics").click, SECTIONS["Overview"](page)))
    return {"by its address (the whole app again)": by_address, "from the Draw page": by_click}


def switch_times(page: Page, times: int) -> dict[str, list[float]]:
    """Return the seconds until each section is there."""
    found: dict[str, list[float]] = {name: [] for name in SECTIONS}
    for _ in range(times):
        for name, find in SECTIONS.items():
            tab = page.get_by_role("tab", name=name, exact=True)
            found[name].append(seconds(tab.click, find(page)))
    return found


def seconds(act: Callable[[], object], awaited: Locator) -> float:
    """Do something and return how long it takes until `awaited` is there."""
    began = time.perf_counter()
    act()
    awaited.wait_for(state="attached", timeout=WAIT)
    return time.perf_counter() - began


def report(opened: dict[str, list[float]], switched: dict[str, list[float]]) -> tuple[float, float]:
    """Print a table and return the slowest median of each kind."""
    print(f"{MORE_RUNS} runs beside the shipped ones; seconds, median (slowest)\n")
    for title, rows in (("Opening the page", opened), ("Going to a section", switched)):
        print(title)
        for name, times in rows.items():
            print(f"  {name:36} {statistics.median(times):5.2f} ({max(times):.2f})")
        print()
    slowest = [max(statistics.median(times) for times in rows.values()) for rows in (opened, switched)]
    return slowest[0], slowest[1]


if __name__ == "__main__":
    sys.exit(main())
