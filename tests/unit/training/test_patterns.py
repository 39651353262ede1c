"""Patterns that a network takes for digits."""

import numpy as np

from digitcore.base.images import to_network
from digitcore.metrics.temperature import softmax
from digitcore.networks import NETWORKS
from digitcore.training.keras_model import build
from digitcore.training.patterns import fooling_patterns


def test_a_pattern_is_sure_to_be_read_as_what_it_was_made_for() -> None:
    model = build(NETWORKS["dense"], seed=1)
    patterns = fooling_patterns(model, seed=0)
    assert patterns.shape == (10, 28, 28)
    assert patterns.dtype == np.uint8
    probabilities = softmax(model(to_network(patterns)[..., np.newaxis]).numpy())
    assert probabilities.argmax(axis=1).tolist() == list(range(10))
    assert probabilities.max(axis=1).min() > 0.9
    assert np.array_equal(patterns, fooling_patterns(model, seed=0))
