"""What one visitor costs, and how many machines a thousand, a hundred thousand and ten million a day take.

    python -m benchmarks.scale [--seed 1] [--keep costs.json | --from costs.json]

The costs are measured on a running app: bytes and files by Chromium, seconds of the server's processor and memory a
session over websockets, a training by its command. Then the busiest hour of a school day is simulated, in which classes
of thirty come with the bell. A process of the app is one core; a machine that trains has two.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.scale.costs import measure
from harness.options import parser_for
from harness.scale.queue import SOON, SOON_TRAINED, app_wait, fewest, training_wait
from harness.scale.visits import DIGITS, HOUR, PAGES, PEAK_SHARE, STAYS, TRAINS, Costs

A_DAY = (1_000, 100_000, 10_000_000)  # visitors
_MB, _BITS = 1e6, 8
_LONG = 100.0  # s; whoever waits longer has gone


def main() -> int:
    """Measure or read, simulate, print."""
    options = parse()
    costs = Costs(**json.loads(options.read.read_text())) if options.read else measure()
    if options.keep:
        options.keep.write_text(json.dumps(asdict(costs), indent=2) + "\n")
    for line in (*costs_table(costs), "", *load_table(costs), "", *machines_table(costs, options.seed)):
        print(line)
    return 0


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = parser_for("scale", __doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the simulation")
    parser.add_argument("--keep", type=Path, help="keep the costs in this file")
    parser.add_argument("--from", dest="read", type=Path, help="take the costs from this file, rather than measure")
    return parser.parse_args()


def costs_table(costs: Costs) -> list[str]:
    """Return what was measured."""
    return [
        "| what one visitor costs | |",
        "| --- | ---: |",
        f"| opening the page, the first time | {1000 * costs.opening:.0f} ms of a processor |",
        f"| of that, files that never change | {1000 * costs.static:.0f} ms |",
        f"| another page | {1000 * costs.page:.0f} ms |",
        f"| a digit that the server confirms | {1000 * costs.confirmation:.1f} ms |",
        f"| files, for a browser that has none of them | {costs.static_bytes / _MB:.1f} MB |",
        f"| a visit's websocket: {DIGITS} digits, {PAGES} more pages | {costs.live_bytes / _MB:.1f} MB |",
        f"| memory, for as long as a session lasts | {costs.memory / _MB:.1f} MB |",
        f"| memory of the app without one | {costs.base_memory / _MB:.0f} MB |",
        f"| a training of `fast_cnn`, alone on two cores | {costs.training:.0f} s |",
    ]


def load_table(costs: Costs) -> list[str]:
    """Return what one process of the app would have to bear in the busiest hour."""
    rows = [
        "| visitors a day | in the busiest hour | there at once | sent, at the mean | memory |",
        "| ---: " * 5 + "|",
    ]
    for visitors in A_DAY:
        peak = visitors * PEAK_SHARE
        there = peak * STAYS / HOUR
        bits = peak * (costs.static_bytes + costs.live_bytes) * _BITS / HOUR
        memory = costs.base_memory + there * costs.memory
        rows.append(
            f"| {visitors:,} | {peak:,.0f} | {there:,.0f} | {bits / _MB:,.0f} Mbit/s | {memory / 1e9:,.1f} GB |"
        )
    return rows


def machines_table(costs: Costs, seed: int) -> list[str]:
    """Return what it takes to keep waiting within its limits, as it is, with a cache, and with pages that read."""
    rows = [
        "| visitors a day | wait with one process | processes | … with a cache before them | … and pages that read | "
        "machines that train | wait for a training with one |",
        "| ---: " * 7 + "|",
    ]
    for visitors in A_DAY:
        peak = visitors * PEAK_SHARE
        needed = [_processes(peak, costs, seed, *way) for way in ((False, False), (True, False), (True, True))]
        training = _machines(peak, costs, seed)
        one = _waited(app_wait(min(peak, 20_000), 1, costs, seed, False, False))
        one_training = _waited(training_wait(min(peak, 20_000), 1, costs, seed))
        rows.append(
            f"| {visitors:,} | {one} | {' | '.join(f'{each:,}' for each in needed)} | {training:,} | {one_training} |"
        )
    return rows


def _processes(peak: float, costs: Costs, seed: int, cached: bool, read_by_page: bool) -> int:
    def wait(processes: int) -> float:
        return app_wait(peak, processes, costs, seed, cached, read_by_page)

    return fewest(wait, SOON, peak * costs.of_visit(cached, read_by_page) / HOUR)


def _machines(peak: float, costs: Costs, seed: int) -> int:
    def wait(machines: int) -> float:
        return training_wait(peak, machines, costs, seed)

    return fewest(wait, SOON_TRAINED, peak * TRAINS * costs.training / HOUR)


def _waited(seconds: float) -> str:
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    return f"{seconds:.0f} s" if seconds < _LONG else "minutes and more"


if __name__ == "__main__":
    sys.exit(main())
