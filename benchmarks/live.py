"""How lively the Draw page is: readings a second while the pen is down, from the pen to the bars, long tasks, starting.

Drives a real Chromium on the machine that also runs the server, as a visitor's laptop would, with a pointer that
reports 125 times a second. The layers of every reading are handed over to a listener, as the view of the network's
inside takes them.

    python -m benchmarks.live [--strokes 12] [--seconds 1.5] [--network digitnet] [--throttle 4] [--slow-worker 4]
                              [--min-rate 55] [--max-ms 12] [--max-p95 20] [--max-task 50] [--max-start 3]
                              [--max-second 2]

With `--throttle` Chromium slows the page's own thread down, and leaves Workers as they are; with `--slow-worker` the
one that reads is slowed down as well, by spinning after each reading for as long as it would have taken besides. Ends
with status 1 where a target given is missed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

from playwright.sync_api import Browser, Page, Route

from digitcore.ui.served import all_scripts
from digitcore.ui.shared.components import ALL_SCRIPTS
from harness.app.pointer import steady_pointer
from harness.browser import (
    DOWN,
    ROUND,
    SEVEN,
    DrawPage,
    Point,
    Pointer,
    Update,
    free_port,
    line,
    running_chromium,
    serve,
)
from harness.options import parser_for
from harness.targets import Targets

POINTERS: tuple[Pointer, ...] = ("mouse", "touch")
SHAPES = (DOWN + ROUND[1:], SEVEN, line((0.65, 0.2), (0.3, 0.3), (0.65, 0.5), (0.3, 0.85)))

_WATCH = """async (scripts) => {
    const panel = document.querySelector('[data-testid="live-panel"]');
    const seen = window.seenLive = { updates: [], frames: 0, tasks: [] };
    new MutationObserver(() => seen.updates.push(
        { at: performance.now(), round_trip: Number(panel.dataset.roundTripMs) }
    )).observe(panel, { attributes: true, attributeFilter: ["data-frame"] });
    const count = () => { seen.frames++; requestAnimationFrame(count); };
    requestAnimationFrame(count);
    new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration)))
        .observe({ entryTypes: ["longtask"] });
    const { load } = await import(scripts);
    load("shared/readings.js").listen(({ layers }) => { seen.layers = layers.length; });
}"""

_TAKE = """() => {
    const { updates, frames, tasks, layers } = window.seenLive;
    Object.assign(window.seenLive, { updates: [], frames: 0, tasks: [] });
    return { updates, frames, tasks, layers };
}"""

# when the panel shows a digit for the first time, on the clock that Python has too
_NOTE_FIRST = """window.firstDigit = new Promise((resolve) => {
    const look = () => document.querySelector('[data-testid="live-panel"]:not([data-digit=""])') && resolve(Date.now());
    new MutationObserver(look).observe(document, { subtree: true, attributeFilter: ["data-digit"] });
})"""

# where the canvas is, once it takes strokes
_WHEN_DRAWABLE = """async () => {
    const place = document.getElementsByClassName("st-key-digit-canvas");
    const canvas = () => place[0]?.querySelector('[data-testid="stBidiComponentIsolated"]')?.shadowRoot
        ?.querySelector("canvas.upper-canvas");
    while (!canvas()?.getBoundingClientRect().width) await new Promise((resolve) => setTimeout(resolve, 5));
    const { left, top, width, height } = canvas().getBoundingClientRect();
    return [left, top, width, height];
}"""

# what a Worker begins with: it is busy, after each answer, for as long as a slower processor would have been
_SLOWLY = """
if (typeof document === "undefined") {
    let began = 0;
    self.addEventListener("message", () => { began = performance.now(); });
    const answerAtOnce = self.postMessage.bind(self);
    self.postMessage = (...answer) => {
        const end = began + FACTOR * (performance.now() - began);
        while (performance.now() < end);
        answerAtOnce(...answer);
    };
}
"""


@dataclass(frozen=True)
class Stroke:
    """What the page did while one stroke was drawn; `seconds` from pen down to pen up."""

    seconds: float
    updates: list[Update]
    frames: int  # that the screen gave
    tasks: list[float]  # ms, of those that took over 50

    @property
    def rate(self) -> float:
        """Readings a second while the pen was down."""
        return len(self.updates) / self.seconds

    @property
    def gaps(self) -> list[float]:
        """Times between one reading and the next, in ms."""
        return [later.at - earlier.at for earlier, later in pairwise(self.updates)]


@dataclass(frozen=True)
class Figures:
    """What strokes with one pointer came to: readings a second (median), pen to bars, and the longest task, in ms."""

    rate: float
    median: float
    slow: float  # the 95th percentile
    longest_task: float


@dataclass(frozen=True)
class Start:
    """Seconds to the first prediction: from the server's start, and for somebody who comes when it runs."""

    first: float
    second: float


def main() -> int:
    """Measure, print, and return the exit status."""
    options = parse()
    port = free_port()
    with running_chromium(port) as chromium:
        start = None if options.no_start else time_to_first_prediction(chromium)
        with serve() as address:
            figures = [
                report(pointer, draw_strokes(chromium, port, address, pointer, options)) for pointer in options.pointers
            ]
    return verdict(figures, start, options)


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = parser_for("live", __doc__)
    parser.add_argument("--strokes", type=int, default=12, help="strokes to draw with each pointer")
    parser.add_argument("--seconds", type=float, default=1.5, help="how long a stroke takes")
    parser.add_argument("--network", default="digitnet", help="the id of the run that reads")
    parser.add_argument("--throttle", type=float, default=1, help="how many times slower the page's thread is")
    parser.add_argument("--slow-worker", type=float, default=1, help="how many times slower its Worker is")
    parser.add_argument("--pointers", nargs="+", choices=POINTERS, default=POINTERS, help="what is drawn with")
    parser.add_argument("--no-start", action="store_true", help="leave out the time to the first prediction")
    parser.add_argument("--min-rate", type=float, help="fail below this many readings a second (median over strokes)")
    parser.add_argument("--max-ms", type=float, help="fail where it takes longer from pen to bars (median)")
    parser.add_argument("--max-p95", type=float, help="fail where it takes longer (95th percentile)")
    parser.add_argument("--max-task", type=float, help="fail where a task keeps the page busy for longer, in ms")
    parser.add_argument("--max-start", type=float, help="fail if the first prediction takes longer, in seconds")
    parser.add_argument("--max-second", type=float, help="fail if a second visitor's takes longer")
    return parser.parse_args()


def time_to_first_prediction(chromium: Browser) -> Start:
    """Start the app and draw in two windows that were open already; return the seconds until each shows a digit."""
    with waiting_window(chromium) as first, waiting_window(chromium) as second:
        started = time.time()
        with serve() as address:
            start = Start(first_prediction(first, address) - started, -time.time() + first_prediction(second, address))
    print(f"From `make app` to the first prediction: {start.first:.1f} s; for a second visitor: {start.second:.1f} s\n")
    return start


@contextmanager
def waiting_window(chromium: Browser) -> Iterator[Page]:
    """Give an empty page in a window of its own, once the browser has done what it does for every new window."""
    with chromium.new_context(viewport={"width": 1400, "height": 900}) as window:
        page = window.new_page()
        page.add_init_script(_NOTE_FIRST)
        page.wait_for_timeout(1000)
        yield page


def first_prediction(page: Page, address: str) -> float:
    """Open the app, draw as soon as there is a canvas, and return the time in s at which a digit showed."""
    hand = page.context.new_cdp_session(page)
    page.goto(address, wait_until="commit")
    left, top, width, height = page.evaluate(_WHEN_DRAWABLE)
    for number, (x, y) in enumerate(DOWN):
        place = {"x": left + x * width, "y": top + y * height, "button": "left", "buttons": 1, "clickCount": 1}
        hand.send("Input.dispatchMouseEvent", {"type": "mouseMoved" if number else "mousePressed", **place})
    shown: float = page.evaluate("window.firstDigit")
    return shown / 1000


def draw_strokes(
    chromium: Browser, port: int, address: str, pointer: Pointer, options: argparse.Namespace
) -> list[Stroke]:
    """Draw, one after the other, `options.strokes` strokes of `options.seconds` each on an empty canvas."""
    with chromium.new_context(viewport={"width": 1400, "height": 900}, has_touch=pointer == "touch") as window:
        page = window.new_page()
        slow_down_worker(page, options.slow_worker)
        drawing = DrawPage(page, f"{address}/?read-by={options.network}", pointer)
        drawing.draw(DOWN)
        drawing.expect_confirmed()  # warm
        watch(page)
        window.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": options.throttle})
        with steady_pointer(page, drawing, port, pointer) as hand:
            return [draw_stroke(drawing, hand.draw, number, options.seconds) for number in range(options.strokes)]


def slow_down_worker(page: Page, factor: float) -> None:
    """Let the page's Worker take `factor` times as long over every answer."""

    def send(route: Route) -> None:
        body = _SLOWLY.replace("FACTOR", str(factor)) + all_scripts().decode()
        route.fulfill(body=body, content_type="text/javascript")

    if factor > 1:
        page.context.route(f"**{ALL_SCRIPTS}", send)


def watch(page: Page) -> None:
    """Note readings, frames and long tasks from now on, and have the layers of each reading handed over."""
    page.evaluate(_WATCH, ALL_SCRIPTS)


def draw_stroke(drawing: DrawPage, draw: Callable[[list[Point], float], None], number: int, seconds: float) -> Stroke:
    """Draw one of the shapes on an empty canvas, and return what the page did meanwhile."""
    drawing.page.get_by_role("button", name="Clear").click()
    drawing.expect_empty()
    drawing.page.wait_for_timeout(500)
    drawing.page.evaluate(_TAKE)
    started = time.perf_counter()
    draw(line(*SHAPES[number % len(SHAPES)], steps=20), seconds)
    taken = time.perf_counter() - started
    seen = drawing.page.evaluate(_TAKE)
    if not seen["layers"]:
        raise RuntimeError("Nobody was handed the layers of a reading.")
    drawing.page.wait_for_timeout(700)  # the steps below the canvas, and the Clear button, follow
    return Stroke(taken, [Update(**update) for update in seen["updates"]], seen["frames"], seen["tasks"])


def report(pointer: Pointer, strokes: list[Stroke]) -> Figures:
    """Print the figures of `strokes`, and return them."""
    rates = [stroke.rate for stroke in strokes]
    gaps = [gap for stroke in strokes for gap in stroke.gaps]
    trips = [update.round_trip for stroke in strokes for update in stroke.updates]
    screen = statistics.median(stroke.frames / stroke.seconds for stroke in strokes)
    longest = max((task for stroke in strokes for task in stroke.tasks), default=0.0)
    figures = Figures(statistics.median(rates), statistics.median(trips), percentile(trips, 95), longest)
    print(f"{pointer}: {len(strokes)} strokes of {statistics.median(stroke.seconds for stroke in strokes):.1f} s")
    print(f"  readings a second  median {figures.rate:5.1f}   least {min(rates):5.1f}   screen {screen:5.1f}")
    print(f"  pen to bars        median {figures.median:5.1f} ms   p95 {figures.slow:5.1f} ms")
    print(f"  between readings   median {statistics.median(gaps):5.1f} ms   p95 {percentile(gaps, 95):5.1f} ms")
    count = sum(len(stroke.tasks) for stroke in strokes)
    print(f"  tasks over 50 ms   {count:12}   longest {longest:5.0f} ms\n")
    return figures


def percentile(values: list[float], percent: int) -> float:
    """Return what so many per cent of `values` stay below."""
    return statistics.quantiles(values, n=100)[percent - 1]


def verdict(figures: list[Figures], start: Start | None, options: argparse.Namespace) -> int:
    """Say which targets were missed; return the exit status."""
    targets = Targets()
    targets.least(min(each.rate for each in figures), options.min_rate, "readings a second", "{:.1f}")
    targets.most(max(each.median for each in figures), options.max_ms, "pen to bars, median", "{:.1f} ms")
    targets.most(max(each.slow for each in figures), options.max_p95, "pen to bars, 95th percentile", "{:.1f} ms")
    targets.most(max(each.longest_task for each in figures), options.max_task, "longest task", "{:.0f} ms")
    if start is not None:
        targets.most(start.first, options.max_start, "seconds to the first prediction", "{:.1f}")
        targets.most(start.second, options.max_second, "seconds to a second visitor's", "{:.1f}")
    return targets.exit_status()


if __name__ == "__main__":
    sys.exit(main())
