"""How much a network learns of one hand from 10 or 20 of its digits, by prototypes, by fine-tuning, and by both.

    python -m benchmarks.handwriting --writers 10

For each writer, of pendigits and of MNIST's test part, or those that `--sets` names (painted forms, the one hand of
touch_digits divided in different ways), some digits are taught and the rest is read: before, after, and
after somebody else's digits were taught instead (control). The intervals are of the mean over writers, 95%. MNIST's
change is that of the accuracy on test digits of nobody who was taught. Nothing here was chosen by these figures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.handwriting.writers import Hand, form_hands, mnist_hands, pendigits_hands, touch_hands
from digitcore.base.images import to_network
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.handwriting.drawing import Drawing
from digitcore.handwriting.prototypes import Prototypes
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.graph import Graph
from digitcore.inference.test_time_augmentation import read
from digitcore.runs.record import LITERT_FILE, Run
from digitcore.runs.store import RunStore
from harness.options import add_runs, chosen_classifiers, parser_for
from harness.strokes import DRAWN
from harness.targets import Targets

TAUGHT = (10, 20)
_SETS = ("pendigits", "mnist", "forms", "touch")
_FEW = 0.01  # of a writer's digits misread; with fewer, there are no errors to speak of
_MNIST = 3_000  # test digits that the change of MNIST's accuracy is measured on

_HEAD = f"{'writers of':12}{'taught':>7}  {'by':11}{'before':>15}{'after':>15}{'control':>15}{'left':>7}{'MNIST':>16}"

Reads = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.int64]]  # images (N, 28, 28) to digits (N,)
Teaches = Callable[[Hand], Reads]


@dataclass(frozen=True)
class Row:
    """One writer, once taught: shares of their other digits that are misread, and the change of MNIST's accuracy."""

    before: float
    after: float
    control: float
    mnist: float


def by_prototypes(classifier: DigitClassifier, taught: Hand) -> Reads:
    """Return how digits are read with `taught` as examples."""
    drawings = [Drawing(int(label), image) for image, label in zip(taught.images, taught.labels, strict=True)]
    prototypes = Prototypes.of(classifier, drawings)

    def reads(images: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
        features = classifier.features(images)
        assert features is not None, "the run is too old to tell its features"
        return prototypes.probabilities(classifier.predict_proba(images), features, images).argmax(axis=1)

    return reads


def tuning(classifier: DigitClassifier) -> Teaches:
    """Return what fine-tunes the network of a run."""
    from digitcore.training.finetuning import Tuner  # late: TensorFlow takes seconds

    tuner, augment = Tuner(classifier.run), classifier.run.config.test_time_augmentation

    def teach(taught: Hand) -> Reads:
        graph = Graph(tuner.tune(Dataset.of("taught", taught.images, taught.labels)))
        return lambda images: read(graph, images, None, augment=augment).logits.argmax(axis=1)

    return teach


def together(classifier: DigitClassifier) -> Teaches:
    """Return what fine-tunes a run's network, and reads by the same digits as its examples, as the app then does."""
    from digitcore.training.finetuning import Tuner  # late: TensorFlow takes seconds

    tuner = Tuner(classifier.run)

    def teach(taught: Hand) -> Reads:
        content = tuner.tune(Dataset.of("taught", taught.images, taught.labels))
        return by_prototypes(_reading_by(classifier.run, content), taught)

    return teach


def _reading_by(run: Run, content: bytes) -> DigitClassifier:
    """Return what reads as a run does, but with the network that `content` is."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / run.id
        shutil.copytree(run.folder, folder)
        (folder / LITERT_FILE).write_bytes(content)
        return DigitClassifier(RunStore(Path(place)).get(run.id))


def rows(hands: list[Hand], count: int, plain: Reads, teach: Teaches) -> Iterator[Row]:
    """Teach `count` digits of each writer, chosen with a fixed seed, and measure on the others of theirs."""
    parts = [hand.split(count, seed) for seed, hand in enumerate(hands)]
    readers = [teach(taught) for taught, _ in parts]
    for number, (_, rest) in enumerate(parts):
        other = readers[(number + 1) % len(readers)]
        yield Row(
            _misread(plain, rest),
            _misread(readers[number], rest),
            _misread(other, rest),
            _on_mnist(readers[number], hands[number]) - _on_mnist(plain, hands[number]),
        )


def _misread(reads: Reads, hand: Hand) -> float:
    return float(np.mean(reads(to_network(hand.images)) != hand.labels))


def _on_mnist(reads: Reads, hand: Hand) -> float:
    test = load_mnist().test
    others = np.setdiff1d(np.arange(len(test)), hand.positions)
    chosen = others[:: max(1, len(others) // _MNIST)]
    return float(np.mean(reads(to_network(test.images[chosen])) == test.labels[chosen]))


def interval(values: npt.NDArray[np.float64]) -> str:
    """Return the mean of percentages over writers, with its 95% interval."""
    half = 1.96 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
    return f"{100 * values.mean():6.2f} ± {100 * half:.2f}"


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    targets = Targets()
    with ProcessPoolExecutor(options.processes) as pool:
        makers: dict[str, Callable[[], list[Hand]]] = {
            "pendigits": lambda: pendigits_hands(options.drawn, options.writers, pool),
            "mnist": lambda: mnist_hands(options.mnist_writers, options.writers),
            "forms": lambda: form_hands(options.writers),
            "touch": lambda: touch_hands(options.drawn, options.writers, pool),
        }
        sets = {name: makers[name]() for name in options.sets}
    for classifier in chosen_classifiers(options):
        print(f"{classifier.run.id}: misread in %, mean over writers; MNIST's change in points")
        print(_HEAD)
        ways: dict[str, Teaches] = {"prototypes": lambda taught, by=classifier: by_prototypes(by, taught)}  # type: ignore[misc]
        if not options.prototypes_only:
            ways |= {"fine-tuning": tuning(classifier), "both": together(classifier)}
        for name, hands in sets.items():
            for count in options.taught if hands else ():
                for way, teach in ways.items():
                    _report(name, count, way, list(rows(hands, count, classifier.predict, teach)), options, targets)
    return targets.exit_status()


def _report(name: str, count: int, way: str, found: list[Row], options: argparse.Namespace, targets: Targets) -> None:
    before, after, control, mnist = (
        np.array([getattr(row, field) for row in found]) for field in ("before", "after", "control", "mnist")
    )
    left = after.mean() / before.mean() if before.mean() > 0 else float("nan")
    columns = "".join(f"{interval(values):>15}" for values in (before, after, control))
    print(f"{name:12}{count:7}  {way:11}{columns}{left:7.2f}{interval(mnist):>16}", flush=True)
    if before.mean() >= _FEW:
        targets.most(left, options.most_left, f"{way}, {count} of {name}: share of the errors that is left", "{:.2f}")
    targets.most(-mnist.mean(), options.most_forgotten, f"{way}, {count} of {name}: MNIST's accuracy lost")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = parser_for("handwriting", __doc__)
    add_runs(parser)
    parser.add_argument("--writers", type=int, help="at most so many writers of each set; all if not given")
    parser.add_argument("--taught", type=int, nargs="+", default=TAUGHT, help="how many digits are taught")
    parser.add_argument(
        "--sets", nargs="+", choices=_SETS, default=_SETS[:2], help="whose digits; the first two if not given"
    )
    parser.add_argument("--prototypes-only", action="store_true", help="leave out fine-tuning, which takes minutes")
    parser.add_argument("--drawn", type=Path, default=DRAWN, help="the folder that holds the drawings of people")
    parser.add_argument(
        "--mnist-writers", type=Path, default=DRAWN.parent / "writers" / "mnist_writers.npz", help="who wrote MNIST"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="how many prepare pictures at once")
    parser.add_argument("--most-left", type=float, help="target: share of a writer's errors, in [0, 1]")
    parser.add_argument("--most-forgotten", type=float, help="target: loss of MNIST's accuracy, in [0, 1]")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
