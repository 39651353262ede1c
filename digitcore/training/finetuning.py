"""Fine-tuning: a network learns a few drawings of one hand, with MNIST's digits beside them lest it forgets those.

The replay of what was learned before is the plainest remedy against forgetting it (Robins, "Catastrophic forgetting,
rehearsal and pseudorehearsal", 1995): half of the digits that are replayed are those of which the network was least
sure, which it would forget first, and it is to say of each what it said before (Li and Hoiem, "Learning without
Forgetting", 2016). The statistics of batch normalisation stay as they were: twenty drawings say
nothing about those of all digits. The network comes from the graph that reads, not from Keras's file, which may be
anybody's and is never opened.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from math import cos, pi
from threading import Lock

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitcore import networks
from digitcore.base.images import DIGITS, to_network
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.inference.engine_layers import EngineLayer, layers_of
from digitcore.inference.graph import Graph
from digitcore.metrics.temperature import softmax
from digitcore.networks import Network
from digitcore.runs.record import LITERT_FILE, Run, fingerprint, reading
from digitcore.training.augmentation import Bounds, augment
from digitcore.training.export import to_litert
from digitcore.training.keras_model import build

# what comes of these numbers: `benchmarks.handwriting`
STEPS = 40
OWN, REPLAYED = 24, 40  # drawings and MNIST's digits in a step
_RATE = 4e-4  # AdamW's, falling to nothing along half a cosine
_SMOOTHING = 0.05  # share of certainty spread over all ten digits
_EVERY, _UNSURE = 12, 600  # of MNIST's training digits, 5,000 may be replayed; of so many it is least sure
_DISTORTION = 0.4  # of the most, for the drawings; MNIST's digits are replayed as they are
_NORM_SCALE = (1.0 + networks.BATCH_NORM_EPSILON) ** 0.5  # of a normalisation that has been folded: it changes nothing


def restored(network: Network, graph: bytes) -> keras.Model:
    """Return the Keras model that reads as a graph of `training.export` does. Raises `ValueError` for any other."""
    model = build(network, seed=0)
    parts = iter(layer for layer in layers_of(graph) if layer.arrays)
    offset: NDArray[np.float32] | None = None  # of the convolution just before: a normalisation's
    for name, layer in network.named_layers():
        before, offset = offset, None
        if isinstance(layer, networks.Conv):
            kernel, bias = _next(parts, "conv")
            kernel = kernel.transpose(1, 2, 3, 0)
            model.get_layer(name).set_weights([kernel, bias] if layer.bias else [kernel])
            offset = None if layer.bias else bias
        elif isinstance(layer, networks.BatchNorm):
            factor, shift = _next(parts, "batch_norm") if before is None else (np.ones_like(before), before)
            model.get_layer(name).set_weights([_NORM_SCALE * factor, shift, 0 * shift, 0 * shift + 1])
        elif isinstance(layer, networks.Dense):
            kernel, bias = _next(parts, "dense")
            model.get_layer(name).set_weights([kernel.T, bias])
    return model


def _next(parts: Iterator[EngineLayer], kind: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    part = next(parts, None)
    if part is None or part.kind != kind:
        raise ValueError(f"The graph has no {kind} where the network has one.")
    first, second = part.arrays
    return first, second


class Tuner:
    """Fine-tunes one run's network, as often as it is asked to, each time from the run's own weights."""

    def __init__(self, run: Run) -> None:
        """Raises `BadRun` where its network can't be read."""
        self._network = run.config.architecture
        with reading(run.id, LITERT_FILE):
            graph = (run.folder / LITERT_FILE).read_bytes()
            self.model = restored(self._network, graph)
        self._start = self.model.get_weights()
        self._replay = load_mnist().train.images[::_EVERY]
        logits = Graph(graph).logits(to_network(self._replay))
        self._said = softmax(logits)  # (R, 10), what is to be said of them
        ordered = np.sort(logits, axis=1)
        self._unsure = np.argsort(ordered[:, -1] - ordered[:, -2])[:_UNSURE]
        self._optimizer = keras.optimizers.AdamW(_RATE)
        self._optimizer.build(self.model.trainable_variables)
        self._fresh = [variable.numpy() for variable in self._optimizer.variables]
        self._step = self._make_step()

    def tune(self, own: Dataset, seed: int = 0, goes_on: Callable[[int, float], bool] = lambda *_: True) -> bytes:
        """Learn drawings, and return the graph that has.

        After each step `goes_on` hears how many were made, and the loss; where it says no, that was the last.
        """
        self.model.set_weights(self._start)
        for variable, value in zip(self._optimizer.variables, self._fresh, strict=True):
            variable.assign(value)
        rng = np.random.default_rng(seed)
        for step in range(STEPS):
            images, wanted = self._batch(own, rng)
            rate = _RATE * 0.5 * (1.0 + cos(pi * step / STEPS))
            loss = self._step(images, wanted, np.float32(rate), np.array([seed, step], np.int32))
            if not goes_on(step + 1, float(loss)):
                break
        return to_litert(self._network, self.model)

    def _batch(self, own: Dataset, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return images (B, 28, 28, 1), the drawings first, and the probabilities (B, 10) that are wanted of them."""
        drawn, half = rng.integers(len(own), size=OWN), REPLAYED // 2
        replayed = np.append(rng.integers(len(self._replay), size=half), rng.choice(self._unsure, half))
        images = np.concatenate([own.images[drawn], self._replay[replayed]])
        labels = (1.0 - _SMOOTHING) * np.eye(DIGITS)[own.labels[drawn]] + _SMOOTHING / DIGITS
        return to_network(images)[..., np.newaxis], np.concatenate([labels, self._said[replayed]]).astype(np.float32)

    def _make_step(self) -> tf.types.experimental.PolymorphicFunction:
        model, optimizer = self.model, self._optimizer
        loss_of = partial(keras.losses.categorical_crossentropy, from_logits=True)

        @tf.function(
            input_signature=[
                tf.TensorSpec((None, 28, 28, 1), tf.float32),
                tf.TensorSpec((None, 10), tf.float32),
                tf.TensorSpec((), tf.float32),  # learning rate
                tf.TensorSpec((2,), tf.int32),  # seed of the augmentation
            ],
            autograph=False,
        )
        def step(images: tf.Tensor, wanted: tf.Tensor, rate: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
            images = tf.concat([augment(images[:OWN], seed, Bounds().times(_DISTORTION)), images[OWN:]], axis=0)
            optimizer.learning_rate.assign(rate)
            with tf.GradientTape() as tape:
                logits = model(images, training=False)  # by the statistics of all digits
                loss = tf.reduce_mean(loss_of(wanted, logits))
            optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
            return loss

        return step


_kept: dict[str, Tuner] = {}  # the last one, by the network's fingerprint
_ONE_AT_A_TIME = Lock()


@contextmanager
def tuner_of(run: Run) -> Iterator[Tuner]:
    """Give a tuner for a run's network, which takes seconds to make: a class teaches the same network in turn.

    Whoever asks for one meanwhile waits. Raises `BadRun`.
    """
    key = fingerprint(run)
    with _ONE_AT_A_TIME:
        if key not in _kept:
            _kept.clear()
            _kept[key] = Tuner(run)
        yield _kept[key]
