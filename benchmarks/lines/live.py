"""How lively a whole number is read while it is drawn: readings a second with four digits on the canvas.

    python -m benchmarks.lines.live [--seconds 2] [--strokes 6] [--min-rate 20]

Drives a real Chromium on the machine that also runs the server, with a pointer that reports 125 times a second. Three
digits and the beginning of a fourth are drawn, then stroke after stroke, each taken back again. Ends with status 1
where a target given is missed.
"""

from __future__ import annotations

import sys
from statistics import median
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Page, expect

from harness.app.pointer import SteadyPointer, steady_pointer
from harness.browser import WAIT, Point, free_port, line, running_chromium, serve
from harness.options import parser_for
from harness.targets import Targets

_DIGITS = (  # 7, 1, 7, 4, of which the last one lacks a stroke
    line((0.08, 0.25), (0.2, 0.25), (0.13, 0.75)),
    line((0.31, 0.25), (0.3, 0.75)),
    line((0.42, 0.25), (0.54, 0.25), (0.47, 0.75)),
    line((0.7, 0.25), (0.64, 0.55), (0.78, 0.55)),
)
_LAST: list[Point] = line((0.74, 0.4), (0.73, 0.75), steps=200)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 0, or 1 where a target is missed."""
    parser = parser_for("lines.live", __doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="that each stroke takes")
    parser.add_argument("--strokes", type=int, default=6)
    parser.add_argument("--min-rate", type=float, help="the fewest readings a second")
    options = parser.parse_args(arguments)
    port = free_port()
    with running_chromium(port) as chromium, serve() as address:
        page = chromium.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{address}?several-digits=true")
        drawing: Any = SimpleNamespace(canvas=page.locator(".digit-number__canvas"))
        expect(drawing.canvas).to_be_visible(timeout=WAIT)
        with steady_pointer(page, drawing, port, "mouse") as pointer:
            for stroke in _DIGITS:
                pointer.draw(stroke, 0.3)
            expect(page.locator(".digit-number__box")).to_have_count(len(_DIGITS), timeout=WAIT)
            rates = [_rate(page, pointer, options.seconds) for _ in range(options.strokes)]
        number = page.get_by_test_id("live-panel").get_attribute("data-round-trip-ms")
    print(f"{median(rates):.1f} readings a second at the median, {min(rates):.1f} at worst; the last took {number} ms")
    targets = Targets()
    targets.least(median(rates), options.min_rate, "readings a second", "{:.1f}")
    return targets.exit_status()


def _rate(page: Page, pointer: SteadyPointer, seconds: float) -> float:
    """Readings a second while the last stroke is drawn, which is then taken back."""
    before = _frames(page)
    pointer.draw(_LAST, seconds)
    shown = _frames(page) - before
    page.get_by_role("button", name="Undo").click()
    return shown / seconds


def _frames(page: Page) -> int:
    return int(page.get_by_test_id("live-panel").get_attribute("data-frame") or 0)


if __name__ == "__main__":
    sys.exit(main())
