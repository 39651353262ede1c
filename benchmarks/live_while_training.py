"""How responsive drawing stays while the same machine trains a network: updates a second, idle and with a job.

Drives a real Chromium. The job is started on the Train page and paused for every second round, so that idle and busy
strokes alternate and their ratio does not depend on what else the machine is doing.

    python -m benchmarks.live_while_training [--rounds 3] [--strokes 4] [--min-ratio 0.5] [--max-first 1]

Exits with 1 if a target is missed.
"""

import argparse
import statistics
import sys
import tempfile
import time

from playwright.sync_api import Browser

from benchmarks.live import Stroke, draw_strokes
from harness.app.train_page import TrainPage
from harness.browser import free_port, running_chromium, serve
from harness.options import parser_for
from harness.targets import Targets


def main() -> int:
    """Measure, print, and return the exit status."""
    options = parse()
    port = free_port()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_chromium(port) as chromium,
        serve(environment=runs_in(folder)) as address,
    ):
        first, ready = start_training(chromium, address)
        print(f"From pressing Train to the first progress shown: {first:.2f} s, to the first step: {ready:.1f} s\n")
        idle: list[Stroke] = []
        busy: list[Stroke] = []
        for _ in range(options.rounds):
            press(chromium, address, "Pause", "paused")
            idle += draw_strokes(chromium, port, address, "mouse", options)
            press(chromium, address, "Resume", "training")
            busy += draw_strokes(chromium, port, address, "mouse", options)
        press(chromium, address, "Stop", "stopped")
    return verdict(report("idle", idle), report("training", busy), first, options)


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = parser_for("live_while_training", __doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often to change between idle and busy")
    parser.add_argument("--strokes", type=int, default=4, help="strokes to draw in each half of a round")
    parser.add_argument("--seconds", type=float, default=1.5, help="how long a stroke takes")
    parser.add_argument("--min-ratio", type=float, help="fail if training leaves less than this share of the idle rate")
    parser.add_argument("--max-first", type=float, help="fail if the first progress is shown later, in seconds")
    parser.set_defaults(network="digitnet", throttle=1, slow_worker=1)
    return parser.parse_args()


def runs_in(folder: str) -> dict[str, str]:
    """Return the environment of an app that keeps its runs in `folder`."""
    return {"DIGITCORE_MODELS": folder}


def start_training(chromium: Browser, address: str) -> tuple[float, float]:
    """Start a long training; return the seconds until the page shows that it has begun, and until the first step."""
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    train = TrainPage(page, address)
    train.choose(Epochs=100)
    train.start.click(trial=True)  # the page has settled
    pressed = time.perf_counter()
    train.start.click()
    page.wait_for_selector('[data-testid="training-panel"]:not([data-state="empty"])')
    first = time.perf_counter() - pressed
    train.wait_for("panel.dataset.share > 0")
    ready = time.perf_counter() - pressed
    page.close()
    return first, ready


def press(chromium: Browser, address: str, label: str, state: str) -> None:
    """Press one of the job's buttons in a window of its own, and wait for the state that follows."""
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    train = TrainPage(page, address)
    train.button(label).click()
    train.expect_state(state)
    page.close()


def report(name: str, strokes: list[Stroke]) -> float:
    """Print the figures of `strokes`; return the median rate."""
    rates = [stroke.rate for stroke in strokes]
    trips = [update.round_trip for stroke in strokes for update in stroke.updates]
    print(f"{name}: {len(strokes)} strokes")
    print(f"  updates a second   median {statistics.median(rates):5.1f}   least {min(rates):5.1f}")
    print(f"  round trip         median {statistics.median(trips):5.0f} ms\n")
    return statistics.median(rates)


def verdict(idle: float, busy: float, first: float, options: argparse.Namespace) -> int:
    """Print the ratio, compare it with the targets, and return the exit status."""
    ratio = busy / idle
    print(f"While a network is trained, drawing keeps {ratio:.0%} of its idle rate.")
    targets = Targets()
    targets.least(ratio, options.min_ratio, "share of the idle rate", "{:.2f}")
    targets.most(first, options.max_first, "time until the first progress", "{:.2f} s")
    return targets.exit_status()


if __name__ == "__main__":
    sys.exit(main())
