"""Whether anything is lost, half written, stuck or left behind when processes are killed at random moments.

    python -m benchmarks.kills [--kills 1000] [--seed 1]

Command lines are killed while they install, rename, delete, choose the default, add data and train; the app, its worker
and its scheduler while they train. After every kill no half run may be listed, the default has to load, at most one
epoch may be lost, every id has to be of use, and 15 s later no process and no temporary folder may be left. Two run
side by side: command lines with one folder of runs, the app with another. Ends with status 1 where a fault was found.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path

import digitcore.training.train  # noqa: F401 - so that what is forked has it already
from harness.kills.app import App
from harness.kills.command_line import CommandLine, Killed
from harness.kills.place import Place
from harness.kills.server import Server
from harness.options import parser_for

_SHARES = {
    "app": 0.06,
    "server": 0.01,
    "worker": 0.02,
    "scheduler": 0.02,
    "nanny": 0.01,
    "training": 0.14,
    "loading": 0.02,
}  # the others change files


def main() -> int:
    """Kill, print, and return the exit status."""
    options = parse()
    began = time.perf_counter()
    # forked before TensorFlow has done anything, since its threads would not be in the fork
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        lanes = [pool.submit(lane, options.kills, options.seed) for lane in (kill_command_lines, kill_apps)]
        kills = list(chain.from_iterable(lane.result() for lane in lanes))
    print_table(kills)
    print(f"{len(kills)} kills with seed {options.seed} in {time.perf_counter() - began:.0f} s")
    faults = [(kill, fault) for kill in kills for fault in kill.faults]
    for kill, fault in faults:
        print(f"{kill.who}, {kill.moment}: {fault}", file=sys.stderr)
    return 1 if faults else 0


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = parser_for("kills", __doc__)
    parser.add_argument("--kills", type=int, default=1000, help="how many in all  [1000]")
    parser.add_argument("--seed", type=int, default=1, help="of their kinds and moments  [1]")
    return parser.parse_args()


def kill_command_lines(kills: int, seed: int) -> list[Killed]:
    """Kill command lines, as many as are their share of all kills."""
    trainings, loading = round(_SHARES["training"] * kills), round(_SHARES["loading"] * kills)
    changes = kills - sum(round(share * kills) for share in _SHARES.values())
    with tempfile.TemporaryDirectory() as folder:
        killer = CommandLine(Place.under(Path(folder)), random.Random(seed))
        actions = [killer.kill_a_change] * changes + [killer.kill_a_training] * trainings
        actions += [killer.kill_a_loading_training] * loading
        return list(told(_mixed(actions, killer.random)))


def kill_apps(kills: int, seed: int) -> list[Killed]:
    """Kill the app and its processes, then the server as a whole, as often as is their share of all kills."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        app = App(Place.under(Path(folder) / "app"), chance)
        who = [who for who in ("app", "worker", "scheduler", "nanny") for _ in range(round(_SHARES[who] * kills))]
        try:
            killed = list(told(_mixed([partial(app.kill, each) for each in who], chance)))
        finally:
            app.close()
        server = Server(Place.under(Path(folder) / "server"), chance)
        return killed + list(told(server.kill() for _ in range(round(_SHARES["server"] * kills))))


def told(kills: Iterator[Killed]) -> Iterator[Killed]:
    """Pass kills on, and tell of each fault at once: a long benchmark may be cut off."""
    for number, kill in enumerate(kills, 1):
        for fault in kill.faults:
            print(f"{number}, {kill.who}, {kill.moment}: {fault}", file=sys.stderr, flush=True)
        if number % 25 == 0:
            print(f"{number} kills of the {kill.who}'s kind", file=sys.stderr, flush=True)
        yield kill


def _mixed(actions: list[Callable[[], Killed]], chance: random.Random) -> Iterator[Killed]:
    chance.shuffle(actions)
    return (action() for action in actions)


def print_table(kills: list[Killed]) -> None:
    """Print how many kills there were of whom while it did what, and how many faults after them."""
    counts = Counter((kill.who, kill.moment) for kill in kills)
    faults = Counter((kill.who, kill.moment) for kill in kills if kill.faults)
    print("| killed | while | kills | faults |\n| --- | --- | ---: | ---: |")
    for who, moment in sorted(counts):
        print(f"| {who} | {moment} | {counts[who, moment]} | {faults[who, moment]} |")
    print(f"| all | | {len(kills)} | {sum(faults.values())} |")


if __name__ == "__main__":
    sys.exit(main())
