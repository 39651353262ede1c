"""Whether what is made of a network of one's own agrees with Keras.

Its summary; the step of a training, beside Keras's own `train_on_batch`; and what LiteRT and the page's engine read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitcore.base.images import to_network
from digitcore.code.layers import layer_lines
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.inference.engine_layers import layers_of
from digitcore.inference.graph import Graph
from digitcore.inference.weights import pack_learning
from digitcore.networks import Network
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import BatchDone
from digitcore.runs.own_network import rows_of, written
from digitcore.training.export import to_litert
from digitcore.training.keras_model import build
from digitcore.training.trainer import Trainer
from digitcore.ui.shared.components import FRONTEND
from harness.node import node_value

NEAR = 2e-3  # between logits, which are up to some tens
_SAME = 1e-5  # between losses, and on average between weights, of which a step moves each by 0.001
_OTHER = "the page's engine reads something else"
_READ = 4  # digits
_SMALL = TrainingConfig(network="own", layers="flatten", batch_size=16, train_size=100, validation_share=0.3)

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


@dataclass(frozen=True, eq=False)
class Learned:
    """A network after a training step: its logits by Keras, float32 (N, 10), its LiteRT graph, and what was wrong."""

    network: Network
    logits: NDArray[np.float32]
    graph: bytes
    troubles: tuple[str, ...]


@lru_cache(maxsize=1)
def _digits() -> Dataset:
    train = load_mnist().train
    return Dataset.of("some", train.images[:300].copy(), train.labels[:300])


@lru_cache(maxsize=1)
def _images() -> NDArray[np.float32]:
    return to_network(load_mnist().test.images[:_READ])


def learned(network: Network) -> Learned:
    """Check a network's summary, let it learn for one step beside Keras, and export it."""
    trainer = Trainer(_SMALL.but(layers=written(network.layers[:-1])), _digits())
    by_keras = build(network, trainer.config.seed)
    troubles = [*_summary(network, by_keras), *_step(trainer, by_keras)]
    logits = trainer.model(_images()[..., np.newaxis], training=False).numpy()
    graph = to_litert(network, trainer.model)
    if not np.allclose(Graph(graph).logits(_images()), logits, rtol=1e-3, atol=NEAR):
        troubles.append("LiteRT reads something else")
    return Learned(network, logits, graph, tuple(troubles))


def _summary(network: Network, model: keras.Model) -> Iterator[str]:
    layers, rows = model.layers[1:], network.summary()
    if [layer.output.shape[1:] for layer in layers] != [row.output_shape for row in rows]:
        yield "its shapes are others"
    if [layer.count_params() for layer in layers] != [row.parameters for row in rows]:
        yield "its parameters are others"
    if [(row.shape, row.parameters) for row in rows_of(network.layers[:-1])] != [
        (row.output_shape, row.parameters) for row in rows
    ]:
        yield "the builder's rows are others than the summary's"
    if len(list(layer_lines(network))) != len(rows):
        yield "its program has other layers"


def _step(trainer: Trainer, by_keras: keras.Model) -> Iterator[str]:
    """Make a step with the trainer and one with Keras's own `train_on_batch`, and compare the weights."""
    before = trainer.model.get_weights()
    if not all(map(np.array_equal, before, by_keras.get_weights())):
        yield "its first weights are others"
    tf.config.run_functions_eagerly(True)  # one step is done before its graph would be made
    try:
        (done,) = (event for event in islice(trainer.run(), 1) if isinstance(event, BatchDone))
        loss = _step_of_keras(trainer, by_keras)
    finally:
        tf.config.run_functions_eagerly(False)
    after = trainer.model.get_weights()
    if all(map(np.array_equal, before, after)):
        yield "it learned nothing"
    pairs = zip(after, by_keras.get_weights(), strict=True)
    apart = float(np.concatenate([np.abs(one - other).ravel() for one, other in pairs]).mean())
    if apart > _SAME or abs(loss - done.loss) > _SAME:
        yield f"it learned something else: its weights are {apart:.2g} apart, its losses {abs(loss - done.loss):.2g}"


def _step_of_keras(trainer: Trainer, model: keras.Model) -> float:
    """Let a model learn from the trainer's first batch, and return the loss."""
    config, digits = trainer.config, trainer.learned
    order = np.random.default_rng((config.seed, 1)).permutation(len(trainer.split.train))
    batch = trainer.split.train[order[: config.batch_size]]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(config.learning_rate), loss, run_eagerly=True)
    return float(model.train_on_batch(to_network(digits.images[batch])[..., np.newaxis], digits.labels[batch]))


def read_by_the_engine(networks: Sequence[Learned], folder: Path) -> NDArray[np.float32]:
    """Return the logits of the page's engine, in Node, float32 (networks, digits, 10); writes files into `folder`."""
    files = [folder / f"{number}.bin" for number in range(len(networks))]
    for file, each in zip(files, networks, strict=True):
        file.write_bytes(pack_learning(each.network, layers_of(each.graph)))
    script = _ENGINE % {name: (FRONTEND / "engine" / f"{name}.js").as_uri() for name in ("reader", "weights")}
    given = {"files": [str(file) for file in files], "images": _images().reshape(_READ, -1).tolist()}
    return np.array(node_value(folder / "read.mjs", script, given), np.float32)


def troubles(networks: Sequence[Network], folder: Path) -> Iterator[str]:
    """Yield what is wrong with any of some networks, a line each; nothing where all agree."""
    after = [learned(network) for network in networks]
    for each, logits in zip(after, read_by_the_engine(after, folder), strict=True):
        found = [*each.troubles, *([] if np.allclose(logits, each.logits, rtol=1e-3, atol=NEAR) else [_OTHER])]
        if found:
            yield f"{written(each.network.layers[:-1])}: {', '.join(found)}"
