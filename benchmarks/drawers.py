"""How many readings a second the server gives each of many who draw at once, or what their confirmations cost it.

    python -m benchmarks.drawers [--drawers 30] [--seconds 10] [--min-rate 4]
    python -m benchmarks.drawers --every 3 [--drawers 30] [--seconds 10] [--max-cores 0.3]
    python -m benchmarks.drawers --drawers 5 --beside 20 [--min-kept 0.8]

Every drawer is a session of its own, as a browser has it: it sends a frame of a growing drawing, waits for the reading,
and sends the next. With `--every` it does what a page does that reads by itself: it sends a frame when the pen rests,
once in so many seconds, and then asks for the steps that the drawing went through. People take about three seconds from
one rest of the pen to the next: a digit has one or two strokes, and is looked at before it is cleared.

With `--beside`, one more page sends frames over so many lines at once, on each as soon as the one before was answered;
what the drawers keep of their rate is measured in turns without it and with it.

No browser is drawn on, so that the server alone is measured; the drawers take a little of the same processors. Ends
with status 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from dataclasses import dataclass
from itertools import count

from harness.app.desk import Desk, frame, open_page, page_line, server_seconds
from harness.browser import serve
from harness.options import parser_for
from harness.targets import Targets

STEPS = 24  # frames from the first touch to the whole digit
ROUNDS = 3  # with somebody beside, and without


@dataclass(frozen=True)
class Drawn:
    """The readings a second of each drawer, and how many processors the server needed for them."""

    rates: list[float]
    cores: float


@dataclass(frozen=True)
class Rests:
    """When a pen rests: `every` so many seconds, or never if that is 0, the `first` time after so many seconds."""

    every: float
    first: float


NO_RESTS = Rests(0, 0)


def main() -> int:
    """Measure, print, and return the exit status."""
    options = parse()
    targets = Targets()
    with serve() as address:
        if options.beside:
            kept = asyncio.run(share_kept(address, options))
            print(
                f"Beside somebody who sends frames over {options.beside} lines, drawers keep {kept:.0%} of their rate."
            )
            targets.least(kept, options.min_kept, "share of their rate", "{:.2f}")
            return targets.exit_status()
        drawn = asyncio.run(draw_all(address, options))
    rates = drawn.rates
    print(f"{len(rates)} drawers for {options.seconds:g} s: {sum(rates):.1f} readings a second in all")
    print(f"  each   median {statistics.median(rates):.1f}   least {min(rates):.1f}   most {max(rates):.1f}")
    print(f"  server {drawn.cores:.2f} of a core, {1000 * drawn.cores / sum(rates):.1f} ms a reading")
    targets.least(min(rates), options.min_rate, "readings a second for the slowest drawer", "{:.1f}")
    targets.most(drawn.cores, options.max_cores, "cores that the server needs", "{:.2f}")
    return targets.exit_status()


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = parser_for("drawers", __doc__)
    parser.add_argument("--drawers", type=int, default=30, help="how many draw at once")
    parser.add_argument("--seconds", type=float, default=10, help="for how long")
    parser.add_argument("--every", type=float, help="seconds from one rest of a pen to the next; else without a rest")
    parser.add_argument("--beside", type=int, help="lines of one more page that sends as much as it can")
    parser.add_argument("--max-cores", type=float, help="fail where the server needs more of its processors")
    parser.add_argument("--min-rate", type=float, help="fail where a drawer gets fewer readings a second")
    parser.add_argument("--min-kept", type=float, help="fail where drawers keep less of their rate, as a share")
    return parser.parse_args()


async def draw_all(address: str, options: argparse.Namespace) -> Drawn:
    """Return what came of it; all have their page before the first of them draws."""
    everyone = asyncio.Barrier(options.drawers + 1)
    every = options.every or 0
    rests = [Rests(every, every * place / options.drawers) for place in range(options.drawers)]
    drawers = [asyncio.create_task(draw(address, everyone, options.seconds, each)) for each in rests]
    await everyone.wait()
    began, busy = time.perf_counter(), server_seconds()
    rates = await asyncio.gather(*drawers)
    return Drawn(list(rates), (server_seconds() - busy) / (time.perf_counter() - began))


async def share_kept(address: str, options: argparse.Namespace) -> float:
    """Return what share of their rate drawers keep beside one that sends all it can, by rounds in turn."""
    alone, beside = [], []
    for _ in range(ROUNDS):
        alone += (await draw_all(address, options)).rates
        stop = asyncio.Event()
        flood = asyncio.create_task(send_all_it_can(address, options.beside, stop))
        beside += (await draw_all(address, options)).rates
        stop.set()
        sent = await flood
    print(f"{options.drawers} drawers: {statistics.median(alone):.1f} readings a second each,", end=" ")
    print(f"{statistics.median(beside):.1f} beside one who sent {sent / options.seconds:.0f} frames a second")
    return statistics.median(beside) / statistics.median(alone)


async def send_all_it_can(address: str, lines: int, stop: asyncio.Event) -> int:
    """Send frames of one page over several lines, and return how many were answered."""
    async with page_line(address) as line:
        path = (await open_page(line)).desk
        desks = [await Desk.at(address, path) for _ in range(lines)]
        numbers = count()
        await asyncio.gather(*(send_on(desk, numbers, stop) for desk in desks))
        return next(numbers)


async def send_on(desk: Desk, numbers: count[int], stop: asyncio.Event) -> None:
    picture = frame(1)
    while not stop.is_set():
        await desk.ask(next(numbers), picture)
    desk.close()


async def draw(address: str, everyone: asyncio.Barrier, seconds: float, rests: Rests = NO_RESTS) -> float:
    """Open the Draw page, draw for some seconds, and return the readings a second."""
    frames = [frame(step / STEPS) for step in range(1, STEPS + 1)]
    async with page_line(address) as line:
        desk = await Desk.at(address, (await open_page(line)).desk)
        await read(desk, 0, frames[-1])  # warm
        await everyone.wait()
        started = time.perf_counter()
        await asyncio.sleep(rests.first)
        for number in count(1):
            await read(desk, number, frames[number % STEPS], moving=not rests.every)
            if rests.every:
                await desk.steps()
                await asyncio.sleep(max(0, started + rests.first + number * rests.every - time.perf_counter()))
            taken = time.perf_counter() - started
            if taken >= seconds:
                desk.close()
                return number / taken
    raise AssertionError("the loop above ends only by returning")


async def read(desk: Desk, number: int, picture: bytes, *, moving: bool = False) -> None:
    """Have a frame read. Raises `RuntimeError` where it wasn't."""
    told = await desk.ask(number, picture, moving=moving)
    if told is None or told["frame"] != number or told["reading"] is None:
        raise RuntimeError(f"Frame {number} was not read.")


if __name__ == "__main__":
    sys.exit(main())
