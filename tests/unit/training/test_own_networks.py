"""Networks of one's own, made at random: summary, training, export and reading agree with Keras."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from digitcore.base.images import to_network
from digitcore.code.layers import layer_lines
from digitcore.data.mnist import load_mnist
from digitcore.inference.engine_layers import layers_of
from digitcore.inference.graph import Graph
from digitcore.inference.weights import pack_learning
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
from digitcore.runs.config import TrainingConfig
from digitcore.runs.own_network import MOST_LAYERS, own_network, parsed, rows_of, trouble_of, written
from digitcore.training.export import to_litert
from digitcore.training.keras_model import build
from digitcore.training.trainer import Trainer
from digitcore.ui.shared.components import FRONTEND
from harness.node import node_value

RNG = np.random.default_rng(15)
READ = 12  # networks that are trained for two steps, exported and read with
IMAGES = to_network(load_mnist().test.images[:4])

_ENGINE = """
import { readFileSync } from "node:fs";
import { Reader } from "%(reader)s";
import { readWeights } from "%(weights)s";
const answers = given.files.map((file) => {
  const bytes = readFileSync(file);
  const content = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const reader = new Reader(readWeights(content));
  return given.images.map((image) => Array.from(reader.readOut(Float32Array.from(image)).logits));
});
print(answers);
"""


def one_layer(flat: bool) -> Layer:
    """Return a layer at random, of those that go where numbers lie in a row or where there still is a picture."""
    conv = Conv(int(RNG.integers(1, 9)), int(RNG.integers(1, 6)), int(RNG.integers(1, 4)))
    same = Conv(int(RNG.integers(1, 9)), int(RNG.integers(1, 6)), same=True)
    dense, dropout = Dense(int(RNG.integers(1, 40))), Dropout(float(RNG.choice([0.1, 0.25, 0.5])))
    anywhere: list[Layer] = [Relu(), BatchNorm(), dropout]
    choices = [*anywhere, dense, dense] if flat else [*anywhere, conv, conv, same, same, MaxPool(), Flatten()]
    return choices[RNG.integers(len(choices))]


def random_layers() -> tuple[Layer, ...]:
    """Return 1 to 12 layers at random that make a network."""
    while True:
        layers: list[Layer] = []
        for _ in range(RNG.integers(1, MOST_LAYERS + 1)):
            flat = any(isinstance(layer, Flatten | GlobalAveragePool) for layer in layers)
            layers.append(one_layer(flat))
        if not any(isinstance(layer, Flatten) for layer in layers):
            layers[-1] = (Flatten(), GlobalAveragePool())[RNG.integers(2)]
        found = parsed(written(layers))  # as a page would have it, with its biases
        if trouble_of(found) is None:
            return found


NETWORKS = [own_network(written(random_layers())) for _ in range(200)]


def test_of_200_random_networks_summary_and_parameters_agree_with_keras() -> None:
    assert {len(network.layers) - 1 for network in NETWORKS} == set(range(1, MOST_LAYERS + 1))
    for network in NETWORKS:
        layers = build(network, seed=0).layers[1:]
        rows = network.summary()
        assert [layer.output.shape[1:] for layer in layers] == [row.output_shape for row in rows]
        assert [layer.count_params() for layer in layers] == [row.parameters for row in rows]
        assert [(row.shape, row.parameters) for row in rows_of(network.layers[:-1])] == [
            (row.output_shape, row.parameters) for row in rows
        ]
        assert len(list(layer_lines(network))) == len(rows)


def test_random_networks_learn_are_exported_and_read_as_keras_does(tmp_path: Path) -> None:
    files, expected = [], []
    for number, network in enumerate(sorted(NETWORKS, key=lambda each: -len(each.layers))[: 2 * READ : 2]):
        trainer = _after_two_steps(network)
        logits = trainer.model(IMAGES[..., np.newaxis], training=False).numpy()
        graph = to_litert(network, trainer.model)
        assert Graph(graph).logits(IMAGES) == pytest.approx(logits, rel=1e-3, abs=1e-3)
        files.append(tmp_path / f"{number}.bin")
        files[-1].write_bytes(pack_learning(network, layers_of(graph)))
        expected.append(logits)
    script = _ENGINE % {name: (FRONTEND / "engine" / f"{name}.js").as_uri() for name in ("reader", "weights")}
    given = {"files": [str(file) for file in files], "images": IMAGES.reshape(len(IMAGES), -1).tolist()}
    assert np.array(node_value(tmp_path / "read.mjs", script, given)) == pytest.approx(np.array(expected), abs=2e-3)


def _after_two_steps(network: Network) -> Trainer:
    config = TrainingConfig(network="own", layers=written(network.layers[:-1]), train_size=100, validation_share=0.01)
    assert config.architecture == network
    trainer = Trainer(config.but(batch_size=32), load_mnist().train)
    before = trainer.model.get_weights()
    assert len(list(islice(trainer.run(), 2))) == 2
    trainer.sample_guesses()
    assert trainer.live_weights()
    assert not all(np.array_equal(*pair) for pair in zip(before, trainer.model.get_weights(), strict=True))
    return trainer
