"""How well a run reads test digits that lie elsewhere than in the middle: as they are, or prepared as the app does."""

from functools import cache

from digitcore.analysis.corruptions import NETWORK, PREPARED, Corruption
from digitcore.analysis.robustness import Cell, Trial
from digitcore.data.mnist import Dataset
from digitcore.data.placing import placed
from digitcore.inference.classifier import DigitClassifier


def read_placed(classifier: DigitClassifier, digits: Dataset, placement: str, *, prepared: bool) -> Cell:
    """Return how many of `digits` a run reads right once they are moved to a placement, one of `PLACEMENTS`.

    With `prepared`, each picture is first made into what MNIST would have made of it, which centres it anew, and counts
    as wrong where preparation rejects it; without, the network gets the picture as it lies.
    """
    trial = Trial.of(digits, _move(placement, PREPARED if prepared else NETWORK), 1.0)
    return trial.score(classifier.predict(trial.images), digits.labels)


@cache
def _move(placement: str, route: str) -> Corruption:
    return Corruption(placement, "", "moved", 0.0, (1.0,), lambda images, _: placed(images, placement), route)
