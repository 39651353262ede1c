"""How many digits are rejected, and how many drawings that are not digits.

    python -m benchmarks.rejection [--run digitnet] [--limit 1000] [--most-test 0.01] [--most-drawn 0.02]
                                   [--least-characters 0.85] [--least-scribbles 0.9] [--least-letters 0.9]

Each drawing is painted on a 280 px canvas with a pen of 16 px, 60% of the canvas high, and read the whole way, the
10,000 test digits of MNIST too. The columns are the shares that the plain gates alone reject (dots, drawings side by
side, pieces), the gates with the run's learned score, and for comparison the gates with the least confidence at which
the network alone would reject as many of MNIST's test digits as its score does. Scribbles, letters and doodles are
made of strokes in other ways than those that the score was fitted to; `painted` are
made in the same ways, with another seed.

The drawings of people are not part of the project; without them, their rows are left out. Exits with 1 where a run
misses a target.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.training.synthetic.non_digits import KINDS, non_digits
from harness.drawn import LOOK_ALIKES, Pictures, as_they_are, drawings_of, drawn_options, family_of, on_canvas
from harness.options import add_runs, chosen_classifiers, parser_for
from harness.pictures import doodles
from harness.strokes import Drawing
from harness.targets import Targets

TEST, DRAWN_DIGITS = "MNIST test", ("touch_digits", "pendigits")
CHARACTERS, SYMBOLS = "characters", "symbols"
MADE = {"scribbles": doodles.scribbles, "letters": doodles.letters, "doodles": doodles.doodles}
AMOUNT = 1_000  # of each of those
SEED = 271_828  # of what is painted here; no training uses it

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Group:
    """The drawings of one row; `total` names the row that it counts in, too."""

    title: str
    pictures: Pictures
    total: str | None = None


@dataclass(frozen=True, eq=False)
class Rejected:
    """Which drawings are rejected, bool (N,) each: by the gates alone, with the score, with the least confidence."""

    gates: Flags
    scored: Flags
    unsure: Flags

    def __str__(self) -> str:
        shares = "".join(f"{100 * each.mean():12.2f}" for each in (self.gates, self.scored, self.unsure))
        return f"{len(self.gates):10,}{shares}"


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 0, or 1 where a run misses a target."""
    options = _parser().parse_args(arguments)
    classifiers = chosen_classifiers(options)
    with ProcessPoolExecutor(options.processes, multiprocessing.get_context("spawn")) as pool:
        groups = [*_digits(options, pool), *_characters(options, pool), *_made(options, pool)]
    targets = Targets()
    for classifier in classifiers:
        _check(targets, options, classifier.run.id, _report(classifier, groups))
    return targets.exit_status()


def _parser() -> argparse.ArgumentParser:
    parser = parser_for("rejection", __doc__)
    add_runs(parser)
    drawn_options(parser)
    parser.add_argument("--most-test", type=float, help="fail where more of the test digits are rejected")
    parser.add_argument("--most-drawn", type=float, help="fail where more of a set of drawn digits are")
    for name in (CHARACTERS, "scribbles", "letters"):
        parser.add_argument(f"--least-{name}", type=float, help=f"fail where fewer {name} are rejected")
    return parser


def _digits(options: argparse.Namespace, pool: ProcessPoolExecutor) -> Iterator[Group]:
    yield Group(TEST, as_they_are(load_mnist().test.images[: options.limit], pool))
    for name in DRAWN_DIGITS:
        drawings = drawings_of(name, options)
        if drawings:
            yield Group(name, on_canvas([drawing.strokes for drawing in drawings], pool))


def _characters(options: argparse.Namespace, pool: ProcessPoolExecutor) -> Iterator[Group]:
    """Yield Omniglot by alphabet and the symbols by kind, those that can pass for a digit last."""
    for name, total in (("omniglot", CHARACTERS), ("touch_symbols", SYMBOLS)):
        families: dict[str, list[Drawing]] = {}
        for drawing in drawings_of(name, options):
            families.setdefault(family_of(drawing), []).append(drawing)
        for family in sorted(families, key=lambda each: (each in LOOK_ALIKES, each)):
            pictures = on_canvas([drawing.strokes for drawing in families[family]], pool)
            alike = family in LOOK_ALIKES
            yield Group(f"{family} (look-alike)" if alike else family, pictures, None if alike else total)


def _made(options: argparse.Namespace, pool: ProcessPoolExecutor) -> Iterator[Group]:
    count = min(options.limit or AMOUNT, AMOUNT)
    for name, make in MADE.items():
        yield Group(name, on_canvas(make(count, SEED), pool))
    painted = pool.map(partial(non_digits, count, SEED), [[kind] for kind in KINDS])
    for kind, images in zip(KINDS, painted, strict=True):
        # they are painted as 28x28, so the gates, which look at the whole picture, don't apply
        yield Group(f"painted {kind}", Pictures(to_network(images), np.zeros(len(images), np.bool_)))


def _report(classifier: DigitClassifier, groups: Sequence[Group]) -> dict[str, Rejected]:
    """Print a row a group, and return the rows by their titles; the first group are the test digits."""
    print(f"\n{classifier.run.id}: % rejected\n\n{'':28}  drawings       gates  with score  confidence")
    found: dict[str, Rejected] = {}
    least = 0.0
    for group in groups:
        probabilities, likeness = classifier.examine(group.pictures.images)
        confidence, by_gates = probabilities.max(axis=1), group.pictures.rejected
        unlike = [] if likeness is None else [classifier.why_rejected(each) is not None for each in likeness.tolist()]
        scored = by_gates | np.array(unlike or [False] * len(by_gates))
        if group.title == TEST:
            least = float(np.quantile(confidence, scored.mean(), method="higher"))
        found[group.title] = Rejected(by_gates, scored, by_gates | (confidence < least))
        print(f"{group.title:28}{found[group.title]}")
    print()
    for total in (CHARACTERS, SYMBOLS):
        parts = [found[group.title] for group in groups if group.total == total]
        if parts:
            gates, scored, unsure = zip(*((part.gates, part.scored, part.unsure) for part in parts), strict=True)
            found[total] = Rejected(np.concatenate(gates), np.concatenate(scored), np.concatenate(unsure))
            print(f"{f'{total}, look-alikes left out':28}{found[total]}")
    return found


def _check(targets: Targets, options: argparse.Namespace, run: str, found: dict[str, Rejected]) -> None:
    """Compare what a run rejects with the targets; what was not measured misses none."""
    most = {TEST: options.most_test, **dict.fromkeys(DRAWN_DIGITS, options.most_drawn)}
    least = {name: getattr(options, f"least_{name}") for name in (CHARACTERS, "scribbles", "letters")}
    for title, rejected in found.items():
        share = float(rejected.scored.mean())
        targets.most(share, most.get(title), f"{run}, rejected of {title}")
        targets.least(share, least.get(title), f"{run}, rejected of {title}")


if __name__ == "__main__":
    sys.exit(main())
