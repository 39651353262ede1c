"""A run as measures and exhibits look at it, and the pictures that it is given to read."""

from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import BadRun
from digitcore.base.images import DIGITS, SIDE, to_bytes, to_network
from digitcore.base.npz import read_npz
from digitcore.data.mnist import load_mnist
from digitcore.data.placing import CORNER, placed
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.graph import Graph
from digitcore.preprocessing.pipeline import prepare
from digitcore.runs.record import LITERT_FILE, PATTERNS_FILE, Predictions, Run, reading
from digitcore.training.synthetic.digits import unusual_digits
from digitcore.training.synthetic.non_digits import non_digits

Images = NDArray[np.uint8]  # (N, 28, 28)
_SEED = 2_000_003  # away from the seeds that trainings paint with
_SOME = 2000  # test digits that a network's inside is looked at with
PAINTED, NONSENSE = 300, 300  # pictures; painting one takes 2 ms
_CORNERED = 500
_PAIRS = 40  # of digits that are mixed
STEPS = 7  # pictures from the one digit to the other, both included


class Examined:
    """A finished run and what it says; each thing is computed once, when it is asked for."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @cached_property
    def classifier(self) -> DigitClassifier:
        return DigitClassifier(self.run)

    @cached_property
    def predictions(self) -> Predictions:
        return self.run.predictions()

    @cached_property
    def features(self) -> NDArray[np.float32]:
        """What goes into the last layer for some test digits, float32 (N, F)."""
        with reading(self.run.id, LITERT_FILE):
            graph = Graph((self.run.folder / LITERT_FILE).read_bytes())
            return graph.features(to_network(load_mnist().test.images[:_SOME]))

    @property
    def has_patterns(self) -> bool:
        """Whether there are patterns that were made to fool it: an experiment's runs have them."""
        return (self.run.folder / PATTERNS_FILE).exists()

    @cached_property
    def patterns(self) -> Images:
        """Ten patterns, uint8 (10, 28, 28), that were made of noise so that it reads 0 to 9. Raises `BadRun`."""
        with reading(self.run.id, PATTERNS_FILE):
            patterns = read_npz(self.run.folder / PATTERNS_FILE)["patterns"]
            if patterns.shape != (10, SIDE, SIDE) or patterns.dtype != np.uint8:
                raise BadRun("they are no patterns.")
            return patterns

    def right(self, images: Images, labels: NDArray[np.int64]) -> float:
        """Return the share of images that it reads as their labels say."""
        return float((self.classifier.predict(images) == labels).mean())

    def sureness(self, images: Images) -> float:
        """Return the mean probability of the likeliest digit."""
        return float(self.classifier.predict_proba(images).max(axis=1).mean())

    def rejected(self, images: Images) -> float:
        """Return the share of images that it rejects."""
        _, likenesses = self.classifier.examine(images)
        if likenesses is None:
            return 0.0
        return float(np.mean([self.classifier.why_rejected(float(each)) is not None for each in likenesses]))


@lru_cache(maxsize=1)
def painted() -> tuple[Images, NDArray[np.int64]]:
    """Return digits as MNIST's writers seldom made them, with their labels: they stand for other people's hands."""
    return unusual_digits(PAINTED, _SEED)


@lru_cache(maxsize=1)
def nonsense() -> Images:
    """Return scribbles and letters, none of which is a digit."""
    return non_digits(NONSENSE, _SEED, ("scribbles", "letters"))


@lru_cache(maxsize=1)
def noise() -> Images:
    """Return pictures of random pixels."""
    return np.random.default_rng(_SEED).integers(0, 256, (100, SIDE, SIDE), np.uint8)


@lru_cache(maxsize=1)
def cornered() -> tuple[Images, NDArray[np.int64]]:
    """Return test digits pushed into the upper left corner, as if nobody had centred them, with their labels."""
    test = load_mnist().test
    return placed(test.images[:_CORNERED], CORNER), test.labels[:_CORNERED]


@lru_cache(maxsize=1)
def prepared() -> tuple[Images, NDArray[np.int64]]:
    """Return the same digits as the app prepares them: cut out, fitted and centred, as MNIST did it."""
    images, labels = cornered()
    return np.stack([to_bytes(prepare(image).image) for image in images]), labels


@lru_cache(maxsize=1)
def by_averages() -> float:
    """Return the share of test digits that lie nearest to the average picture of their own digit."""
    train, test = load_mnist().train, load_mnist().test
    averages = np.stack([train.images[train.labels == digit].mean(axis=0) for digit in range(DIGITS)])
    flat, pictures = averages.reshape(DIGITS, -1), test.images.reshape(len(test), -1).astype(np.float64)
    squared = (flat**2).sum(axis=1) - 2 * pictures @ flat.T
    return float((squared.argmin(axis=1) == test.labels).mean())


@lru_cache(maxsize=4)
def mixed(first: int, second: int) -> NDArray[np.uint8]:
    """Return pairs of test digits and the steps between them, uint8 (pairs, STEPS, 28, 28).

    Each `first` goes with the `second` whose pixels are nearest to its own: both are centred by their mass, as all of
    MNIST is, and so they lie on each other.
    """
    test = load_mnist().test
    ones, others = (test.images[test.labels == digit][:400].astype(np.float32) for digit in (first, second))
    flat_ones, flat_others = (part.reshape(len(part), -1) for part in (ones, others))
    distances = (flat_ones**2).sum(1)[:, None] + (flat_others**2).sum(1) - 2 * flat_ones @ flat_others.T
    nearest = distances.argmin(axis=1)
    chosen = np.argsort(distances.min(axis=1), kind="stable")[:_PAIRS]
    shares = np.linspace(0, 1, STEPS)[:, None, None]
    pairs = [(1 - shares) * ones[at] + shares * others[nearest[at]] for at in chosen]
    return np.rint(np.stack(pairs)).astype(np.uint8)
