"""Networks of one's own at random: 1 to 12 layers of all kinds, in any order in which they make a network."""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from digitcore.networks import (
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    Network,
    Relu,
)
from digitcore.runs.own_network import MOST_LAYERS, own_network, parsed, trouble_of, written

_NO_PICTURE = Flatten | GlobalAveragePool  # behind them, numbers lie in a row


def random_networks(count: int, seed: int) -> list[Network]:
    """Return some networks; the same ones for the same seed, of which fewer are the first."""
    return list(islice(_networks(np.random.default_rng(seed)), count))


def _networks(rng: np.random.Generator) -> Iterator[Network]:
    while True:
        layers = parsed(written(_layers(rng)))  # as a page would have them, with their biases
        if trouble_of(layers) is None:
            yield own_network(written(layers))


def _layers(rng: np.random.Generator) -> list[Layer]:
    layers: list[Layer] = []
    for _ in range(rng.integers(1, MOST_LAYERS + 1)):
        layers.append(_layer(rng, any(isinstance(layer, _NO_PICTURE) for layer in layers)))
    if not any(isinstance(layer, _NO_PICTURE) for layer in layers):
        layers[-1] = (Flatten(), GlobalAveragePool())[rng.integers(2)]
    return layers


def _layer(rng: np.random.Generator, in_a_row: bool) -> Layer:
    conv = Conv(int(rng.integers(1, 9)), int(rng.integers(1, 6)), int(rng.integers(1, 4)))
    same = Conv(int(rng.integers(1, 9)), int(rng.integers(1, 6)), same=True)
    dense, dropout = Dense(int(rng.integers(1, 40))), Dropout(float(rng.choice([0.1, 0.25, 0.5])))
    anywhere: list[Layer] = [Relu(), BatchNorm(), dropout]
    choices = [*anywhere, dense, dense] if in_a_row else [*anywhere, conv, conv, same, same, MaxPool(), Flatten()]
    return choices[rng.integers(len(choices))]
