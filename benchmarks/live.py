"""How lively the Draw page is: updates a second while drawing, round trips, time from start to first prediction.

Drives a real Chromium on the machine that also runs the server, as a visitor's laptop would.

    python -m benchmarks.live [--strokes 12] [--seconds 1.5] [--min-rate 10] [--max-start 5]

Ends with status 1 where a target given is missed.
"""

import argparse
import statistics
import sys
import time
from dataclasses import dataclass
from itertools import pairwise

from playwright.sync_api import Browser

from harness.browser import DOWN, ROUND, SEVEN, DrawPage, Point, Pointer, Update, line, running_chromium, serve
from harness.options import parser_for
from harness.targets import Targets

POINTERS: tuple[Pointer, ...] = ("mouse", "touch")
POINTER_PAUSE = 0.006  # s; with the time a move takes to send, a pointer that reports 60 to 120 times a second
SHAPES = (DOWN + ROUND[1:], SEVEN, line((0.65, 0.2), (0.3, 0.3), (0.65, 0.5), (0.3, 0.85)))


@dataclass(frozen=True)
class Stroke:
    """What the panel showed while one stroke was drawn; `seconds` from pen down to pen up."""

    seconds: float
    updates: list[Update]

    @property
    def rate(self) -> float:
        """Updates a second while the pen was down."""
        return len(self.updates) / self.seconds

    @property
    def gaps(self) -> list[float]:
        """Times between one update and the next, in ms."""
        return [later.at - earlier.at for earlier, later in pairwise(self.updates)]


def main() -> int:
    """Measure, print, and return the exit status."""
    options = parse()
    with running_chromium() as chromium:
        start = time_to_first_prediction(chromium)
        print(f"From `make app` to the first prediction: {start:.1f} s\n")
        with serve() as address:
            rates = [report(pointer, draw_strokes(chromium, address, pointer, options)) for pointer in POINTERS]
    return verdict(min(rates), start, options)


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = parser_for("live", __doc__)
    parser.add_argument("--strokes", type=int, default=12, help="strokes to draw with each pointer")
    parser.add_argument("--seconds", type=float, default=1.5, help="how long a stroke takes")
    parser.add_argument("--min-rate", type=float, help="fail below this many updates a second (median over strokes)")
    parser.add_argument("--max-start", type=float, help="fail if the first prediction takes longer, in seconds")
    return parser.parse_args()


def time_to_first_prediction(chromium: Browser) -> float:
    """Start the app, open the page, draw a stroke; return the seconds until a digit shows."""
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    started = time.perf_counter()
    with serve() as address:
        drawing = DrawPage(page, address)
        drawing.press(DOWN[0])
        drawing.move(DOWN[1:])
        page.wait_for_selector('[data-testid="live-panel"]:not([data-digit=""])')
        taken = time.perf_counter() - started
        drawing.lift()
        page.close()
    return taken


def draw_strokes(chromium: Browser, address: str, pointer: Pointer, options: argparse.Namespace) -> list[Stroke]:
    """Draw, one after the other, `options.strokes` strokes of `options.seconds` each on an empty canvas."""
    window = chromium.new_context(viewport={"width": 1400, "height": 900}, has_touch=pointer == "touch")
    drawing = DrawPage(window.new_page(), address, pointer)
    drawing.draw(DOWN)
    drawing.expect_digit(1)  # warm
    drawing.record()
    strokes = []
    for number in range(options.strokes):
        drawing.page.get_by_role("button", name="Clear").click()
        drawing.expect_empty()
        drawing.page.wait_for_timeout(500)
        strokes.append(draw_stroke(drawing, SHAPES[number % len(SHAPES)], options.seconds))
        drawing.page.wait_for_timeout(700)  # the steps below the canvas, and the Clear button, follow
    window.close()
    return strokes


def draw_stroke(drawing: DrawPage, points: list[Point], seconds: float) -> Stroke:
    """Draw along `points` at an even pace, and return what the panel did meanwhile."""
    drawing.recorded()
    path = line(*points, steps=20)
    drawing.press(path[0])
    started = time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        drawing.move([path[int(elapsed / seconds * len(path))]], pause=POINTER_PAUSE)
    updates = drawing.recorded()
    drawing.lift()
    return Stroke(elapsed, updates)


def report(pointer: Pointer, strokes: list[Stroke]) -> float:
    """Print the figures of `strokes`; return the median rate."""
    rates = [stroke.rate for stroke in strokes]
    gaps = [gap for stroke in strokes for gap in stroke.gaps]
    trips = [update.round_trip for stroke in strokes for update in stroke.updates]
    print(f"{pointer}: {len(strokes)} strokes of {statistics.median(stroke.seconds for stroke in strokes):.1f} s")
    print(f"  updates a second   median {statistics.median(rates):5.1f}   least {min(rates):5.1f}")
    print(f"  updates a stroke   median {statistics.median(len(stroke.updates) for stroke in strokes):5.0f}")
    print(f"  round trip         median {statistics.median(trips):5.0f} ms   p90 {ninth_decile(trips):5.0f} ms")
    print(f"  between updates    median {statistics.median(gaps):5.0f} ms   p90 {ninth_decile(gaps):5.0f} ms\n")
    return statistics.median(rates)


def ninth_decile(values: list[float]) -> float:
    """Return what nine in ten of `values` stay below."""
    return statistics.quantiles(values, n=10)[-1]


def verdict(rate: float, start: float, options: argparse.Namespace) -> int:
    """Say which targets were missed; return the exit status."""
    targets = Targets()
    targets.least(rate, options.min_rate, "updates a second", "{:.1f}")
    targets.most(start, options.max_start, "seconds to the first prediction", "{:.1f}")
    return targets.exit_status()


if __name__ == "__main__":
    sys.exit(main())
