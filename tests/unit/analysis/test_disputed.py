"""What a part tells of labels that people dispute."""

import numpy as np

from digitcore.analysis.part import Part
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import load_mnist
from digitcore.runs.store import RunStore


def test_accuracy_without_disputed_labels_leaves_out_these_digits_and_no_others() -> None:
    test = load_mnist().test
    stored = RunStore(SHIPPED_FOLDER).get("digitnet").predictions()
    part = Part("test", stored.test_probabilities, test.labels, np.arange(len(test)), test)
    assert part.undisputed is not None
    assert (part.evaluation.errors, part.undisputed.errors, part.undisputed.count) == (29, 20, 9_985)
    vote = part.vote(947)
    assert vote is not None
    assert vote.in_words() == "five of five people say 9"
    assert part.vote(0) is None


def test_nothing_is_known_of_digits_that_are_not_mnists_test_digits() -> None:
    test = load_mnist().test
    stored = RunStore(SHIPPED_FOLDER).get("dense").predictions()
    for name, source in (("test", None), ("validation", test)):
        part = Part(name, stored.test_probabilities, test.labels, np.arange(len(test)), source)
        assert part.undisputed is None
        assert part.vote(947) is None
