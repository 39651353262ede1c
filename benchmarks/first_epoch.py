"""How soon a network reads 99% of MNIST's test digits: fast_cnn after one epoch, Keras's `mnist_convnet` after several.

    python -m benchmarks.first_epoch [--seeds 5] [--level 0.99] [--epochs 15] [--least-ratio 12] [--most-seconds 5]

The recipe is the one of Keras's example (two 3x3 convolutions of 32 and 64 with max pooling, dropout 0.5, a dense
layer; Adam at its default rate, batches of 128, a tenth held out), trained with Keras's own `fit`. Both train on the
same digits, one after the other, seed by seed, in one process. The clock runs from the digits in memory to the end of
the epoch; starting TensorFlow and reading the test digits are left out of both. The recipe's time is that of the first
epoch after which the mean of its seeds is at the level. Exits with 1 where a target is missed.
"""

import statistics
import sys
import time

import keras
import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.data.splits import stratified_split
from digitcore.runs.recipes import RECIPES
from digitcore.training.trainer import Trainer
from harness.figures import mean_and_deviation
from harness.options import parser_for
from harness.targets import Targets

_HELD_OUT = 0.1
_BATCH = 128


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = parser_for("first_epoch", __doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--level", type=float, default=0.99)
    parser.add_argument("--epochs", type=int, default=15, help="after how many epochs the recipe gives up")
    parser.add_argument("--least-ratio", type=float, help="fail where fast_cnn is less many times sooner")
    parser.add_argument("--most-seconds", type=float, help="fail where fast_cnn's mean time is above")
    chosen = parser.parse_args()
    ours: list[tuple[float, float]] = []
    theirs: list[list[tuple[float, float]]] = []
    for seed in range(chosen.seeds):
        ours.append(_fast(seed))
        theirs.append(_recipe(seed, chosen.epochs))
        print(f"seed {seed + 1} of {chosen.seeds}", file=sys.stderr, flush=True)
    seconds, accuracy = _row("fast_cnn, epoch 1", ours)
    reached = None
    for epoch in range(chosen.epochs):
        row = _row(f"mnist_convnet, epoch {epoch + 1}", [seed[epoch] for seed in theirs])
        if reached is None and row[1] >= chosen.level:
            reached = row[0]
    if reached is None:
        print(f"mnist_convnet was not at {chosen.level:.2%} after {chosen.epochs} epochs")
        reached = statistics.mean(seed[-1][0] for seed in theirs)
    print(f"fast_cnn is {reached / seconds:.1f} times as fast")
    targets = Targets()
    targets.least(accuracy, chosen.level, "fast_cnn's mean accuracy")
    targets.least(reached / seconds, chosen.least_ratio, "how many times as fast", "{:.1f}")
    targets.most(seconds, chosen.most_seconds, "fast_cnn's mean time", "{:.1f} s")
    return targets.exit_status()


def _row(name: str, results: list[tuple[float, float]]) -> tuple[float, float]:
    """Print and return mean seconds and mean accuracy of `results`, a pair of those a seed."""
    seconds, accuracies = zip(*results, strict=True)
    taken, read = mean_and_deviation(seconds, ".1f"), mean_and_deviation(accuracies, ".3%")
    print(f"{name:24}{taken:>12} s   test {read}")
    return statistics.mean(seconds), statistics.mean(accuracies)


def _fast(seed: int) -> tuple[float, float]:
    """Train fast_cnn's recipe; return its seconds and its test accuracy."""
    mnist = load_mnist()
    began = time.perf_counter()
    trainer = Trainer(RECIPES["fast_cnn"].config.but(seed=seed, epochs=1), mnist.train)
    for _ in trainer.run():
        pass
    seconds = time.perf_counter() - began
    return seconds, _accuracy(trainer.model, mnist.test.images, mnist.test.labels)


def _recipe(seed: int, epochs: int) -> list[tuple[float, float]]:
    """Train Keras's recipe; return, an epoch each, the seconds from the start and the test accuracy."""
    mnist = load_mnist()
    keras.utils.set_random_seed(seed)
    split = stratified_split(mnist.train.labels, _HELD_OUT, seed)
    began = time.perf_counter()
    images = to_network(mnist.train.images[split.train])[..., np.newaxis]
    labels = keras.utils.to_categorical(mnist.train.labels[split.train], 10)
    held_out = to_network(mnist.train.images[split.validation])[..., np.newaxis]
    held_out_labels = keras.utils.to_categorical(mnist.train.labels[split.validation], 10)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Conv2D(64, 3, activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    results, spent = [], time.perf_counter() - began
    for _ in range(epochs):
        began = time.perf_counter()
        model.fit(images, labels, batch_size=_BATCH, validation_data=(held_out, held_out_labels), verbose=0)
        spent += time.perf_counter() - began
        results.append((spent, _accuracy(model, mnist.test.images, mnist.test.labels)))
    return results


def _accuracy(model: keras.Model, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> float:
    outputs = model.predict(to_network(images)[..., np.newaxis], batch_size=1000, verbose=0)
    return float((np.asarray(outputs).argmax(axis=1) == labels).mean())


if __name__ == "__main__":
    sys.exit(main())
