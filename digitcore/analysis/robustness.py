"""How well a run still reads digits to which something has happened: its accuracy by disturbance and strength.

Test digits are disturbed as the 28x28 that the network receives, and go to it as they then are. What `preprocessing` is
there to undo (place, size, faint ink, polarity) is measured the whole way as well, as the app reads it: prepared anew
from the disturbed picture, and counted as wrong where the plain gates decline it (the learned score has no say).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.analysis.cache import ArrayCache
from digitcore.analysis.corruptions import DISTURBANCES, NETWORK, UNDISTURBED, Disturbance, Images
from digitcore.base.errors import DigitcoreError
from digitcore.base.images import to_bytes
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.metrics.intervals import Interval, wilson_interval
from digitcore.preprocessing.pipeline import prepare
from digitcore.runs.record import fingerprint

SAMPLE = 2000  # digits drawn by lot: half a minute for the slowest network, and 98% is known to within 0.7 points
SETTINGS = tuple((each, strength) for each in (*UNDISTURBED, *DISTURBANCES) for strength in each.strengths)
_SEED = 0
_TELLING = 10  # digits by whose pictures it shows that a disturbance, or preparation, has been changed
_REMEMBERED = sum(each.road != NETWORK for each, _ in SETTINGS)  # preparing takes ten times as long as reading

Report = Callable[[float, str], None]  # takes the share done, in [0, 1], and what is being done now


@dataclass(frozen=True)
class Cell:
    """How many of `count` digits were read right at one strength of a disturbance."""

    disturbance: Disturbance
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
        return self.disturbance.label(self.strength)


@dataclass(frozen=True)
class Row:
    """One disturbance on one road, in all its strengths."""

    cells: tuple[Cell, ...]

    @property
    def disturbance(self) -> Disturbance:
        return self.cells[0].disturbance

    @property
    def worst(self) -> Cell:
        return min(self.cells, key=lambda cell: cell.accuracy)

    @property
    def mean(self) -> float:
        """The mean accuracy over its strengths, in [0, 1]."""
        return sum(cell.accuracy for cell in self.cells) / len(self.cells)


@dataclass(frozen=True)
class Robustness:
    """What a network reads of the same digits, undisturbed and disturbed: a cell for each of `SETTINGS`, in order."""

    cells: tuple[Cell, ...]

    @property
    def count(self) -> int:
        """How many digits were read in each cell."""
        return self.cells[0].count

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """A row a disturbance and road, the one with the worst cell first."""
        rows = [Row(tuple(cell for cell in self.cells if cell.disturbance is each)) for each in DISTURBANCES]
        return tuple(sorted(rows, key=lambda row: row.worst.accuracy))

    def undisturbed(self, road: str = NETWORK) -> Cell:
        """Return how the digits are read as they are."""
        return self.at(next(each for each in UNDISTURBED if each.road == road), 0)

    def margin(self, share: float) -> float:
        """Return how far from `share`, in [0, 1], the accuracy on all such digits may lie: half its 95% interval."""
        interval = wilson_interval(round(share * self.count), self.count)
        return (interval.high - interval.low) / 2

    def at(self, disturbance: Disturbance, strength: float) -> Cell:
        """Return one cell. Raises `StopIteration` for a strength that is not measured."""
        return next(cell for cell in self.cells if cell.disturbance is disturbance and cell.strength == strength)


@dataclass(frozen=True, eq=False)
class Trial:
    """Disturbed digits as the network gets them: `images` uint8 (N, 28, 28); bool (N,) tells which it gets at all."""

    disturbance: Disturbance
    strength: float
    images: Images
    accepted: NDArray[np.bool_]

    @classmethod
    def of(cls, digits: Dataset, disturbance: Disturbance, strength: float) -> "Trial":
        """Disturb digits and, for the whole way, prepare them; those of the latest data set are remembered."""
        if disturbance.road != NETWORK:
            return _whole_way(digits, disturbance, strength)
        images = disturbance.apply(digits.images, strength)
        return cls(disturbance, strength, images, np.ones(len(images), np.bool_))

    def score(self, predictions: NDArray[np.int64], labels: NDArray[np.int64]) -> Cell:
        """Count what was read right; both int64 (N,)."""
        right = int(np.sum((predictions == labels) & self.accepted))
        return Cell(self.disturbance, self.strength, right, len(labels))


@lru_cache(maxsize=_REMEMBERED)
def _whole_way(digits: Dataset, disturbance: Disturbance, strength: float) -> Trial:
    disturbed = disturbance.apply(digits.images, strength)
    images, accepted = np.zeros_like(disturbed), np.zeros(len(disturbed), np.bool_)
    for number, picture in enumerate(disturbed):
        try:
            prepared = prepare(picture)
        except DigitcoreError:  # nothing is left to read
            continue
        images[number], accepted[number] = to_bytes(prepared.image), prepared.refusal is None
    return Trial(disturbance, strength, images, accepted)


@lru_cache(maxsize=1)
def drawn_by_lot(count: int = SAMPLE) -> Dataset:
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
    for number, (disturbance, strength) in enumerate(SETTINGS):
        if on_progress:
            on_progress(number / len(SETTINGS), _words(len(digits), disturbance, strength))
        trial = Trial.of(digits, disturbance, strength)
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
    found = measure(classifier.predict, drawn_by_lot(count), on_progress)
    cache.save(key, {"right": np.array([cell.right for cell in found.cells])})
    return found


@lru_cache(maxsize=1)
def _fingerprint() -> str:
    """Return the start of a SHA-256 that changes when any setting gives the network other pictures."""
    test = load_mnist().test
    few = Dataset.of("few", test.images[:_TELLING].copy(), test.labels[:_TELLING])
    digest = hashlib.sha256()
    for disturbance, strength in SETTINGS:
        digest.update(f"{disturbance.name}, {disturbance.road}, {strength}".encode())
        digest.update(Trial.of(few, disturbance, strength).images.tobytes())
    _whole_way.cache_clear()
    return digest.hexdigest()[:16]


def _fits(kept: dict[str, NDArray[Any]], count: int) -> bool:
    right = kept.get("right")
    return (
        right is not None
        and right.shape == (len(SETTINGS),)
        and np.issubdtype(right.dtype, np.integer)
        and bool(np.all((right >= 0) & (right <= count)))
    )


def _words(count: int, disturbance: Disturbance, strength: float) -> str:
    if disturbance in UNDISTURBED:
        return f"The network reads {count:,} digits as they are"
    return f"The network reads {count:,} digits: {disturbance.name.lower()}, {disturbance.label(strength)}"
