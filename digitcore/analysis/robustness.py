"""How well a run still reads digits to which something has happened: its accuracy by corruption and strength.

Test digits are corrupted as the 28x28 that the network receives, and go to it as they then are. What `preprocessing` is
there to undo (place, size, faint ink, polarity) is measured with preparation as well, as the app reads it: prepared
anew from the corrupted picture, and counted as wrong where the plain gates reject it (the learned score has no say).
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.analysis.cache import ArrayCache
from digitcore.analysis.corruptions import CLEAN, CORRUPTIONS, NETWORK, Corruption, Images
from digitcore.base.errors import DigitcoreError
from digitcore.base.images import to_bytes
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.metrics.intervals import Interval, wilson_interval
from digitcore.preprocessing.pipeline import prepare
from digitcore.runs.record import fingerprint

SAMPLE = 1000  # random digits: under a minute on one core; 98% is known to within 0.9 points
SETTINGS = tuple((each, strength) for each in (*CLEAN, *CORRUPTIONS) for strength in each.strengths)
_SEED = 0
_TELLING = 10  # digits by whose pictures it shows that a corruption, or preparation, has been changed
_REMEMBERED = sum(each.route != NETWORK for each, _ in SETTINGS)  # preparing takes ten times as long as reading

Report = Callable[[float, str], None]  # takes the share done, in [0, 1], and what is being done now


@dataclass(frozen=True)
class Cell:
    """How many of `count` digits were read right at one strength of a corruption."""

    corruption: Corruption
    strength: float
    right: int
    count: int

    @property
    def accuracy(self) -> float:
        return self.right / self.count

    @property
    def interval(self) -> Interval:
        """The 95% interval of the accuracy, as far as the choice of digits goes."""
        return wilson_interval(self.right, self.count)

    @property
    def label(self) -> str:
        return self.corruption.label(self.strength)


@dataclass(frozen=True)
class Row:
    """One corruption on one route, in all its strengths."""

    cells: tuple[Cell, ...]

    @property
    def corruption(self) -> Corruption:
        return self.cells[0].corruption

    @property
    def worst(self) -> Cell:
        return min(self.cells, key=lambda cell: cell.accuracy)

    @property
    def mean(self) -> float:
        """The mean accuracy over its strengths, in [0, 1]."""
        return sum(cell.accuracy for cell in self.cells) / len(self.cells)


@dataclass(frozen=True)
class Robustness:
    """What a network reads of the same digits, clean and corrupted: a cell for each of `SETTINGS`, in order."""

    cells: tuple[Cell, ...]

    @property
    def count(self) -> int:
        """How many digits were read in each cell."""
        return self.cells[0].count

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """A row a corruption and route, the one with the worst cell first."""
        rows = [Row(tuple(cell for cell in self.cells if cell.corruption is each)) for each in CORRUPTIONS]
        return tuple(sorted(rows, key=lambda row: row.worst.accuracy))

    def clean(self, route: str = NETWORK) -> Cell:
        """Return how the digits are read as they are."""
        return self.at(next(each for each in CLEAN if each.route == route), 0)

    def error(self, corruptions: Iterable[Corruption]) -> float:
        """Return the share misread, in [0, 1]: the mean over these kinds of each one's mean over its strengths."""
        means = {row.corruption: row.mean for row in self.rows}
        return 1 - float(np.mean([means[each] for each in corruptions]))

    def margin(self, share: float) -> float:
        """Return how far from `share`, in [0, 1], the accuracy on all such digits may lie: half its 95% interval."""
        interval = wilson_interval(round(share * self.count), self.count)
        return (interval.high - interval.low) / 2

    def at(self, corruption: Corruption, strength: float) -> Cell:
        """Return one cell. Raises `StopIteration` for a strength that is not measured."""
        return next(cell for cell in self.cells if cell.corruption is corruption and cell.strength == strength)


@dataclass(frozen=True, eq=False)
class Trial:
    """Corrupted digits as the network gets them: `images` uint8 (N, 28, 28); bool (N,) tells which it gets at all."""

    corruption: Corruption
    strength: float
    images: Images
    accepted: NDArray[np.bool_]

    @classmethod
    def of(cls, digits: Dataset, corruption: Corruption, strength: float) -> "Trial":
        """Corrupt digits and, with preparation, prepare them; those of the latest data set are remembered."""
        if corruption.route != NETWORK:
            return _prepared(digits, corruption, strength)
        images = corruption.apply(digits.images, strength)
        return cls(corruption, strength, images, np.ones(len(images), np.bool_))

    def score(self, predictions: NDArray[np.int64], labels: NDArray[np.int64]) -> Cell:
        """Count what was read right; both int64 (N,)."""
        right = int(np.sum((predictions == labels) & self.accepted))
        return Cell(self.corruption, self.strength, right, len(labels))


@lru_cache(maxsize=_REMEMBERED)
def _prepared(digits: Dataset, corruption: Corruption, strength: float) -> Trial:
    corrupted = corruption.apply(digits.images, strength)
    images, accepted = np.zeros_like(corrupted), np.zeros(len(corrupted), np.bool_)
    for number, picture in enumerate(corrupted):
        try:
            prepared = prepare(picture)
        except DigitcoreError:  # nothing is left to read
            continue
        images[number], accepted[number] = to_bytes(prepared.image), prepared.why_rejected is None
    return Trial(corruption, strength, images, accepted)


@lru_cache(maxsize=1)
def random_test_digits(count: int = SAMPLE) -> Dataset:
    """Return `count` of MNIST's test digits, the same each time; of all of them, all. Raises `BadDataset`."""
    test = load_mnist().test
    chosen = np.sort(np.random.default_rng(_SEED).permutation(len(test))[:count])
    return Dataset.of(f"{test.name}-{count}", test.images[chosen], test.labels[chosen])


def measure(
    predict: Callable[[Images], NDArray[np.int64]], digits: Dataset, on_progress: Report | None = None
) -> Robustness:
    """Have `digits`, at least one, read in every one of `SETTINGS`.

    `predict` takes uint8 (N, 28, 28) and returns int64 (N,); `on_progress` is told before each setting.
    """
    cells = []
    for number, (corruption, strength) in enumerate(SETTINGS):
        if on_progress:
            on_progress(number / len(SETTINGS), _words(len(digits), corruption, strength))
        trial = Trial.of(digits, corruption, strength)
        cells.append(trial.score(predict(trial.images), digits.labels))
    return Robustness(tuple(cells))


def robustness(
    classifier: DigitClassifier, cache: ArrayCache, on_progress: Report | None = None, count: int = SAMPLE
) -> Robustness:
    """Return how robust a run is on `count` test digits, measured once and kept. Raises `BadRun` and `BadDataset`."""
    key = f"{fingerprint(classifier.run)}-robustness-{count}-{_fingerprint()}"
    kept = cache.load(key)
    if kept and _fits(kept, count):
        counts = zip(SETTINGS, kept["right"].tolist(), strict=True)
        return Robustness(tuple(Cell(*setting, right, count) for setting, right in counts))
    found = measure(classifier.predict, random_test_digits(count), on_progress)
    cache.save(key, {"right": np.array([cell.right for cell in found.cells])})
    return found


@lru_cache(maxsize=1)
def _fingerprint() -> str:
    """Return the start of a SHA-256 that changes when any setting gives the network other pictures."""
    test = load_mnist().test
    few = Dataset.of("few", test.images[:_TELLING].copy(), test.labels[:_TELLING])
    digest = hashlib.sha256()
    for corruption, strength in SETTINGS:
        digest.update(f"{corruption.name}, {corruption.route}, {strength}".encode())
        digest.update(Trial.of(few, corruption, strength).images.tobytes())
    _prepared.cache_clear()
    return digest.hexdigest()[:16]


def _fits(kept: dict[str, NDArray[Any]], count: int) -> bool:
    right = kept.get("right")
    return (
        right is not None
        and right.shape == (len(SETTINGS),)
        and np.issubdtype(right.dtype, np.integer)
        and bool(np.all((right >= 0) & (right <= count)))
    )


def _words(count: int, corruption: Corruption, strength: float) -> str:
    if corruption in CLEAN:
        return f"The network reads {count:,} digits as they are"
    return f"The network reads {count:,} digits: {corruption.name.lower()}, {corruption.label(strength)}"
