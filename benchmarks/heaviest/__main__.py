"""The search, its table and its targets."""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks import heaviest
from benchmarks.heaviest.beside import rates_beside
from benchmarks.heaviest.makers import MAKERS, Heavy
from digitcore.base.errors import Cancelled, DigitcoreError
from digitcore.data.formats import Source, read_digits
from digitcore.inference.batch import read_all
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.decode import read_frame
from digitcore.ui.draw.desk import LARGEST_FRAME
from digitcore.ui.draw.live_panel import look_at
from harness.options import parser_for
from harness.targets import Targets

SMALL, LARGE = 40_000, 5_000_000  # bytes
MESSAGES = ("blank PNG", "PNG of profiles, texts", "drawn PNG", "GIF", "JPEG")


@dataclass(frozen=True)
class Load:
    """What one file took: seconds until the answer and until the end, MB, digits by then, and how it ended."""

    kind: str
    size: int
    answered: float
    ended: float
    processor: float  # s, of all threads until the end
    megabytes: float
    digits: int
    how: str


def main() -> int:
    """Search, print, and return the exit status."""
    options = parse()
    targets = Targets()
    found: dict[str, tuple[Load, Heavy]] = {}
    for title, kinds, most, read in (
        ("message", MESSAGES, LARGEST_FRAME, read_message),
        ("file of 40 kB", MAKERS, SMALL, read_file),
        ("file of 5 MB", MAKERS, LARGE, read_file),
    ):
        found[title] = search(title, kinds, most, read, options)
        load = found[title][0]
        targets.most(load.answered, options.most_seconds, f"{title}: seconds until answered", "{:.1f}")
        targets.most(load.ended, options.most_seconds + 1, f"{title}: seconds until over or cancelled", "{:.1f}")
        targets.most(load.megabytes, options.most_mb, f"{title}: MB", "{:.0f}")
    if options.least_rate:
        for title, share in rates_beside({title: heavy for title, (_, heavy) in found.items()}).items():
            targets.least(share, options.least_rate, f"drawers' rate beside the heaviest {title}", "{:.1%}")
    return targets.exit_status()


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = parser_for("heaviest", heaviest.__doc__)
    parser.add_argument("--tries", type=int, default=6, help="shapes of each kind")
    parser.add_argument("--seed", type=int, default=0, help="of the shapes")
    parser.add_argument("--most-seconds", type=float, default=3, help="fail where an answer takes longer")
    parser.add_argument("--most-mb", type=float, default=300, help="fail where it takes more memory")
    parser.add_argument("--by-processor", action="store_true", help="count seconds of the processor, on a busy machine")
    parser.add_argument("--least-rate", type=float, default=0.8, help="fail where drawers keep less; 0: don't draw")
    return parser.parse_args()


Clock = Callable[[], float]
Reader = Callable[[Heavy, Clock, float], tuple[float, int, str]]


def search(
    title: str, kinds: Iterable[str], most: int, read: Reader, options: argparse.Namespace
) -> tuple[Load, Heavy]:
    """Measure `options.tries` files of each kind, print the heaviest of each, and return the heaviest of all."""
    print(f"\nThe heaviest {title}")
    print(f"{'kind':24} {'bytes':>9} {'answered':>8} {'ended':>6} {'CPU':>5} {'MB':>5} {'digits':>7}  how")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for number, kind in enumerate(kinds):
            of_kind = [
                each
                for trial in range(options.tries)
                if (each := measured(kind, most, (options.seed, number, trial), read, Path(folder), options))
            ]
            if of_kind:
                found.append(max(of_kind, key=lambda pair: weight(pair[0])))
                print_load(found[-1][0])
    most_of_all = max(found, key=lambda pair: weight(pair[0]))
    print(f"heaviest: {most_of_all[0].kind}")
    return most_of_all


def weight(load: Load) -> float:
    """Return how heavy a load is: its seconds, and its memory at a second for 100 MB, whichever is more."""
    return max(load.answered, load.megabytes / 100)


def print_load(load: Load) -> None:
    times = f"{load.answered:8.2f} {load.ended:6.2f} {load.processor:5.2f} {load.megabytes:5.0f}"
    print(f"{load.kind:24} {load.size:9,} {times} {load.digits:7,}  {load.how}", flush=True)


def measured(
    kind: str, most: int, seed: tuple[int, ...], read: Reader, folder: Path, options: argparse.Namespace
) -> tuple[Load, Heavy] | None:
    """Make a file in one process and read it in another; None where it came out too large."""
    path = folder / "-".join(map(str, seed))
    name = in_child(lambda: make(kind, most, seed, path))
    content = path.read_bytes()
    path.unlink()
    if not isinstance(name, str) or not 0 < len(content) <= most:
        return None
    heavy = Heavy(name, content)
    taken = in_child(lambda: asdict(load_of(kind, heavy, read, options)))
    return Load(**taken) if isinstance(taken, dict) else Load(kind, len(content), 1e3, 1e3, 1e3, 1e6, 0, "died"), heavy


def make(kind: str, most: int, seed: tuple[int, ...], path: Path) -> str:
    heavy = MAKERS[kind](most, np.random.default_rng(seed))
    path.write_bytes(heavy.content)
    return heavy.name


def load_of(kind: str, heavy: Heavy, read: Reader, options: argparse.Namespace) -> Load:
    """Read a file in this process, which has nothing else to do."""
    clock = time.process_time if options.by_processor else time.perf_counter
    Path("/proc/self/clear_refs").write_text("5")  # the peak is what it is now
    before, began, used = peak_megabytes(), clock(), time.process_time()
    answered, digits, how = read(heavy, lambda: clock() - began, options.most_seconds)
    ended, used = clock() - began, time.process_time() - used
    more = peak_megabytes() - before
    return Load(kind, len(heavy.content), min(answered, ended), ended, used, more, digits, how[:60])


def peak_megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1e3  # from kB


def in_child(work: Callable[[], object]) -> object:
    """Do some work in a process of its own and return what came out, which JSON can hold; None where it died."""
    here, there = os.pipe()
    process = os.fork()
    if not process:
        os.close(here)
        with os.fdopen(there, "w") as stream:
            json.dump(work(), stream)
        os._exit(0)
    os.close(there)
    with os.fdopen(here) as stream:
        said = stream.read()
    os.waitpid(process, 0)
    return json.loads(said) if said else None


def read_message(heavy: Heavy, _clock: Clock, _patience: float) -> tuple[float, int, str]:
    """Read a frame as the Draw page's desk does."""
    if len(heavy.content) > LARGEST_FRAME:
        return 1e3, 0, "refused: too large"
    try:
        look_at(DigitClassifier.load(), read_frame(heavy.content))
    except DigitcoreError as error:
        return 1e3, 0, f"refused: {error}"
    return 1e3, 1, "read"


def read_file(heavy: Heavy, clock: Clock, patience: float) -> tuple[float, int, str]:
    """Read a file as the Batch page does, and cancel after some seconds."""
    classifier = DigitClassifier.load()
    first = 1e3
    count = 0

    def check() -> None:
        if clock() > patience:
            raise Cancelled("cancelled.")

    def report(_done: float, read: int, _seconds: float) -> None:
        nonlocal first, count
        first, count = min(first, clock()), read
        check()

    try:
        source = Source.of_bytes(heavy.name, heavy.content).watched(check)
        read_all(classifier, read_digits([source]), report)
    except DigitcoreError as error:
        return first, count, f"refused: {error}" if not isinstance(error, Cancelled) else "goes on: cancelled"
    return first, count, "read"


if __name__ == "__main__":
    sys.exit(main())
