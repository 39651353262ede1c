"""A class at work: many who draw and one training, for minutes, and what each of them gets of the machine.

    python -m benchmarks.class_load [--minutes 10] [--drawers 30] [--browsers 5] [--min-rate 5] [--min-browser-rate 30]
                                    [--max-p95 300] [--max-growth 0.05] [--max-training 1.3]

Most drawers are read by the server while they draw, as in a browser that can't read by itself: sessions with a line to
Streamlit and one to the desk, without a browser to paint. They draw a 7 in four seconds, rest, have it confirmed with
its steps, look at it for a second, and begin anew. The others are real browsers that read in the page; they take turns
of a few strokes, since each would bring a processor of its own. Before they come, the training has the machine for
itself. Everything runs on this machine, those who draw as well. Ends with status 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

from playwright.sync_api import Browser
from websockets.exceptions import WebSocketException

from benchmarks.live import Stroke, draw_strokes, percentile
from benchmarks.live_while_training import runs_in, start_training
from harness.app.desk import Desk, frame, open_page, page_line, server_process, server_seconds
from harness.app.train_page import TrainPage
from harness.browser import free_port, running_chromium, serve
from harness.options import parser_for
from harness.targets import Targets

STEPS = 24  # frames from the first touch to the whole digit
ASKS = 6.0  # frames a second that a drawer sends at most
LOOKS = 1.0  # s at a digit, before the next
WARM = 20.0  # s until everything that is loaded once has been, and memory is measured
_MB = 2**20


@dataclass
class Seen:
    """What one drawer saw: readings, for how many s the pen was down, and how long confirmations took, in ms."""

    readings: int = 0
    drawing: float = 0.0
    confirmed: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Readings a second while the pen was down."""
        return self.readings / self.drawing if self.drawing else 0.0


@dataclass
class Load:
    """Those who draw without a browser."""

    address: str
    options: argparse.Namespace
    everyone: list[Seen] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Let all of them draw for some seconds."""
        asyncio.run(self._all(seconds))

    async def _all(self, seconds: float) -> None:
        until = time.perf_counter() + seconds
        drawers = self.options.drawers - self.options.browsers
        self.everyone = [Seen() for _ in range(drawers)]
        await asyncio.gather(*(self._draw(seen, until, place / drawers) for place, seen in enumerate(self.everyone)))

    async def _draw(self, seen: Seen, until: float, share: float) -> None:
        await asyncio.sleep(share * (STEPS / ASKS + LOOKS))  # nobody begins at the same moment
        try:
            async with page_line(self.address) as line:
                desk = await Desk.at(self.address, (await open_page(line)).desk)
                numbers = count(1)
                while time.perf_counter() < until:
                    await draw_digit(desk, numbers, seen)
                    await asyncio.sleep(LOOKS)
                desk.close()
        except (RuntimeError, OSError, EOFError, WebSocketException) as error:  # counted, and the others go on
            self.errors.append(repr(error))


async def draw_digit(desk: Desk, numbers: count[int], seen: Seen) -> None:
    """Draw a digit from the first touch to its confirmation."""
    began = time.perf_counter()
    for step in range(1, STEPS + 1):
        due = time.perf_counter() + 1 / ASKS
        await read(desk, next(numbers), FRAMES[step - 1], moving=True)
        seen.readings += 1
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    seen.drawing += time.perf_counter() - began
    rested = time.perf_counter()
    await read(desk, next(numbers), FRAMES[-1], moving=False)
    seen.confirmed.append(1000 * (time.perf_counter() - rested))
    await desk.steps()


FRAMES = [frame(step / STEPS) for step in range(1, STEPS + 1)]


async def read(desk: Desk, number: int, picture: bytes, *, moving: bool) -> None:
    """Have a frame read. Raises `RuntimeError` where it wasn't."""
    told = await desk.ask(number, picture, moving=moving)
    if told is None or told["frame"] != number:
        raise RuntimeError(f"Frame {number} was not read: {told}")


@dataclass(frozen=True)
class Figures:
    """What everybody got."""

    load: Load
    strokes: list[Stroke]
    cores: float  # that the server needed
    memory: tuple[float, float]  # of the server, in MB, at the beginning and at the end
    training: float  # times as long as alone


def main() -> int:
    """Measure, print, and return the exit status."""
    options = parse()
    port = free_port()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_chromium(port) as chromium,
        serve(environment=runs_in(folder)) as address,
    ):
        start_training(chromium, address)
        train = TrainPage(chromium.new_page(), address)
        figures = measure(chromium, port, train, Load(address, options))
        train.button("Stop").click()
    show(figures)
    return verdict(figures, options)


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = parser_for("class_load", __doc__)
    parser.add_argument("--minutes", type=float, default=10, help="for how long they draw")
    parser.add_argument("--drawers", type=int, default=30, help="how many draw")
    parser.add_argument("--browsers", type=int, default=5, help="how many of them in a browser that reads by itself")
    parser.add_argument("--alone", type=float, default=20, help="seconds that the training has for itself before")
    parser.add_argument("--min-rate", type=float, help="fail where the server reads less often for a drawer, a second")
    parser.add_argument("--min-browser-rate", type=float, help="the same for a browser that reads by itself (median)")
    parser.add_argument("--max-p95", type=float, help="fail where a confirmation takes longer, in ms")
    parser.add_argument("--max-growth", type=float, help="fail where the server's memory grows by more, as a share")
    parser.add_argument("--max-training", type=float, help="fail where the training takes more times as long as alone")
    parser.set_defaults(network="digitnet", throttle=1, slow_worker=1, strokes=3, seconds=1.5)
    return parser.parse_args()


def measure(chromium: Browser, port: int, train: TrainPage, load: Load) -> Figures:
    """Let the training run alone, then beside those who draw."""
    options, server, strokes = load.options, server_process(), list[Stroke]()
    alone = pace(train, options.alone)
    seconds = 60 * options.minutes
    with ThreadPoolExecutor(1) as threads:
        drawing = threads.submit(load.run, seconds)
        train.page.wait_for_timeout(1000 * min(WARM, seconds / 3))
        began, share, busy, before = time.perf_counter(), train.share, server_seconds(), server.memory_info().rss / _MB
        while not drawing.done():
            if options.browsers:
                strokes += draw_strokes(chromium, port, load.address, "mouse", options)
            train.page.wait_for_timeout(1000)
        taken = time.perf_counter() - began
        drawing.result()
    beside = (train.share - share) / taken
    after = server.memory_info().rss / _MB
    return Figures(load, strokes, (server_seconds() - busy) / taken, (before, after), alone / beside)


def pace(train: TrainPage, seconds: float) -> float:
    """Return what share of a training is done a second."""
    began, share = time.perf_counter(), train.share
    train.page.wait_for_timeout(1000 * seconds)
    return (train.share - share) / (time.perf_counter() - began)


def show(figures: Figures) -> None:
    """Print the table."""
    load, rates = figures.load, [seen.rate for seen in figures.load.everyone]
    confirmed = [took for seen in load.everyone for took in seen.confirmed]
    before, after = figures.memory
    rows = {
        "read by the server: readings a second, least and median": f"{min(rates):.1f}, {statistics.median(rates):.1f}",
        "confirmed, median and 95th percentile": f"{statistics.median(confirmed):.0f} ms, {p95(figures):.0f} ms",
        "errors": str(len(load.errors)),
        "the server's processors": f"{figures.cores:.2f}",
        "the server's memory, at first and at last": f"{before:.0f} MB, {after:.0f} MB",
        "the training, times as long as alone": f"{figures.training:.2f}",
    }
    if figures.strokes:
        rows["read in a browser: readings a second, median"] = f"{browser_rate(figures):.1f}"
    print(f"{load.options.drawers} who draw, {load.options.browsers} of them in browsers, and one training:\n")
    print("\n".join(f"| {what} | {figure} |" for what, figure in rows.items()))
    for error in load.errors[:5]:
        print(error, file=sys.stderr)


def p95(figures: Figures) -> float:
    return percentile([took for seen in figures.load.everyone for took in seen.confirmed], 95)


def browser_rate(figures: Figures) -> float:
    return statistics.median(stroke.rate for stroke in figures.strokes)


def verdict(figures: Figures, options: argparse.Namespace) -> int:
    """Say which targets were missed; return the exit status."""
    targets = Targets()
    before, after = figures.memory
    targets.most(len(figures.load.errors), 0, "errors", "{:.0f}")
    targets.least(min(seen.rate for seen in figures.load.everyone), options.min_rate, "readings a second", "{:.1f}")
    if figures.strokes:
        targets.least(browser_rate(figures), options.min_browser_rate, "readings a second in a browser", "{:.1f}")
    targets.most(p95(figures), options.max_p95, "95th percentile of a confirmation", "{:.0f} ms")
    targets.most(after / before - 1, options.max_growth, "growth of the server's memory")
    targets.most(figures.training, options.max_training, "the training's time to that alone", "{:.2f}")
    return targets.exit_status()


if __name__ == "__main__":
    sys.exit(main())
