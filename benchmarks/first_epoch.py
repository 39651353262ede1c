"""How soon a network reads 99% of MNIST's test digits: the recipe "99% in seconds", and Keras's `mnist_convnet`.

    python -m benchmarks.first_epoch [--seeds 5] [--level 0.99] [--most-press 10] [--most-fit 5] [--least-ratio 15]
                                     [--choosing 15] [--recipe-seeds 2] [--epochs 12]

Pressed in the app: from Train to the finished run, by a worker process that began to get ready when the Train page was
opened, `--choosing` seconds before; each time a new process. Fit alone: from the digits in memory to the end of the
last epoch, in this process, starting TensorFlow and reading the test digits left out.

Keras's recipe is the one of its example (two 3x3 convolutions of 32 and 64 with max pooling, dropout 0.5, a dense
layer; Adam at its default rate, batches of 128, a tenth held out), trained with Keras's own `fit` on the same digits
and under the same clock as our fit, in the same process. Its time is that of the first epoch after which the mean of
its seeds is at the level; `--recipe-seeds 0` leaves it out. Exits with 1 where a target is missed.
"""

import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.data.splits import stratified_split
from digitcore.inference.measuring import complete
from digitcore.jobs import Jobs, State
from digitcore.runs.recipes import RECIPES
from digitcore.runs.store import RunStore
from digitcore.training.trainer import Trainer
from harness.figures import mean_and_deviation
from harness.options import parser_for
from harness.targets import Targets

_HELD_OUT = 0.1
_BATCH = 128
_CONFIG = RECIPES["fast_cnn"].config
Result = tuple[float, float]  # seconds, test accuracy


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = parser_for("first_epoch", __doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--choosing", type=float, default=15.0, help="seconds between opening the page and the press")
    parser.add_argument("--recipe-seeds", type=int, default=2, help="of Keras's recipe")
    parser.add_argument("--epochs", type=int, default=12, help="after how many epochs that recipe gives up")
    parser.add_argument("--level", type=float, default=0.99, help="fail where the mean accuracy is below")
    parser.add_argument("--most-press", type=float, help="fail where the mean time from press to run is above")
    parser.add_argument("--most-fit", type=float, help="fail where the mean time of the fit is above")
    parser.add_argument("--least-ratio", type=float, help="fail where our fit is less many times as fast")
    chosen = parser.parse_args()
    pressed, _ = _row("press to finished run", [_press(seed, chosen.choosing) for seed in range(chosen.seeds)])
    seconds, accuracy = _row(f"fit, {_CONFIG.epochs} epochs", [_fit(seed) for seed in range(chosen.seeds)])
    targets = Targets()
    targets.least(accuracy, chosen.level, "mean accuracy")
    targets.most(pressed, chosen.most_press, "mean time from press to run", "{:.1f} s")
    targets.most(seconds, chosen.most_fit, "mean time of the fit", "{:.1f} s")
    if chosen.recipe_seeds:
        reached = _recipe_reaches(chosen.level, chosen.recipe_seeds, chosen.epochs)
        print(f"our fit is {reached / seconds:.1f} times as fast")
        targets.least(reached / seconds, chosen.least_ratio, "how many times as fast", "{:.1f}")
    return targets.exit_status()


def _row(name: str, results: list[Result]) -> Result:
    """Print and return mean seconds and mean accuracy of `results`, a pair of those a seed."""
    seconds, accuracies = zip(*results, strict=True)
    taken, read = mean_and_deviation(seconds, ".1f"), mean_and_deviation(accuracies, ".3%")
    print(f"{name:24}{taken:>12} s   test {read}", flush=True)
    return statistics.mean(seconds), statistics.mean(accuracies)


def _press(seed: int, choosing: float) -> Result:
    """Train in the app's way, after `choosing` seconds on the page; return the seconds, and the run's test accuracy."""
    with tempfile.TemporaryDirectory() as folder, closing(Jobs(RunStore(Path(folder)))) as jobs:
        if choosing:
            jobs.prepare()
        time.sleep(choosing)
        began = time.perf_counter()
        job = jobs.start(_CONFIG.but(seed=seed))
        while not (job := jobs.get(job.id)).ended:
            time.sleep(0.02)
        seconds = time.perf_counter() - began
        if job.state is not State.FINISHED:
            sys.exit(job.message)
        return seconds, complete(RunStore(Path(folder)), job.id).test.accuracy


def _fit(seed: int) -> Result:
    """Train alone; return the seconds, and the test accuracy of the weights that a run would keep."""
    mnist = load_mnist()
    began = time.perf_counter()
    trainer = Trainer(_CONFIG.but(seed=seed), mnist.train)
    for _ in trainer.run():
        pass
    seconds = time.perf_counter() - began
    trainer.model.set_weights(trainer.best_weights)
    return seconds, _accuracy(trainer.model, mnist.test.images, mnist.test.labels)


def _recipe_reaches(level: float, seeds: int, epochs: int) -> float:
    """Print how Keras's recipe goes; return the mean seconds until its mean is at the level, or until it gives up."""
    trained = [_recipe(seed, epochs) for seed in range(seeds)]
    for epoch in range(epochs):
        seconds, accuracy = _row(f"mnist_convnet, epoch {epoch + 1}", [results[epoch] for results in trained])
        if accuracy >= level:
            return seconds
    print(f"mnist_convnet was not at {level:.2%} after {epochs} epochs")
    return seconds


def _recipe(seed: int, epochs: int) -> list[Result]:
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
