"""The training loop: a generator of what happens, so that whoever pulls it can show, pause or stop it."""

import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import partial
from io import BytesIO
from math import ceil

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitcore.base.errors import BadRun
from digitcore.base.images import DIGITS, to_network
from digitcore.base.npz import read_npz
from digitcore.data.mnist import Dataset
from digitcore.data.placing import placed
from digitcore.data.samples import digits_to_watch
from digitcore.inference.weights import weights_fingerprint
from digitcore.metrics.classification import confusion_matrix
from digitcore.metrics.temperature import softmax
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import BatchDone, EpochDone, EpochRow, Progress, SampleGuess
from digitcore.runs.training_part import as_learned, known, shuffled, split_for
from digitcore.training.augmentation import Bounds, augment
from digitcore.training.keras_model import build, logits_with_own_statistics
from digitcore.training.live_weights import Statistics, live_weights
from digitcore.training.schedules import share_of_distortion, share_of_rate
from digitcore.training.synthetic.digits import rare_digits, unusual_digits
from digitcore.training.synthetic.non_digits import non_digits
from digitcore.training.synthetic.spoiling import SHARE, spoil
from digitcore.training.synthetic.things import things

_EVALUATION_BATCH = 1000  # digits; large enough to be fast, small enough for a small machine's memory
_UNUSUAL = 0.08  # painted digits for each of the data's own
_RARE = 0.02  # of a wider world, for each of the data's own
_THINGS = 0.02  # the same, of what is no digit
_NON_DIGITS = 0.08  # drawings that are none for each digit of the data
_NONE = -1  # their label
_WIDER_RATE = 0.175  # of the learning rate, from which it falls in a wider world: what was learned is to stay
_ON_THE_WAY = 0.3  # from the weights before that to those learned there: where those lie that are kept
_COMPANY = 226  # digits that join those guessed at
_HOPELESS = 1e6  # nats; guessing costs 2.3, and no training comes back from here

Pictures = tuple[NDArray[np.uint8], NDArray[np.int64]]  # (N, 28, 28), and their labels (N,)


@dataclass(frozen=True)
class _Stage:
    """The epochs before the world gets wider, or those after: how many come before them, and how the rate goes."""

    wider: bool
    first: int
    epochs: int
    rate: float
    schedule: str


def _stage(config: TrainingConfig, epoch: int) -> _Stage:
    narrow = config.epochs - config.wider_epochs
    if epoch <= narrow:
        return _Stage(False, 0, narrow, config.learning_rate, config.schedule)
    return _Stage(True, narrow, config.wider_epochs, _WIDER_RATE * config.learning_rate, "cosine")


class Trainer:
    """Fits the network of `config` to `data`, which is split here; MNIST's test part never comes near it.

    Pull `run()` to make it learn: a step is made for each `BatchDone`, and nothing happens while nobody pulls. Leaving
    the loop stops the training; what was learned by the best epoch so far is in `best_weights`. Once the world gets
    wider (`wider_epochs`), it goes on from there at a low rate, and what is kept lies on the way from then to now.
    """

    def __init__(self, config: TrainingConfig, data: Dataset) -> None:
        if tf.config.list_physical_devices("GPU"):  # on processors equal seeds learn the same to the bit without it
            tf.config.experimental.enable_op_determinism()
        self.config = config
        self.split = split_for(config, data.labels)
        self.learned = as_learned(config, data, self.split)
        self.model = build(config.architecture, config.seed)
        self.history: list[EpochRow] = []
        self.confusions: list[NDArray[np.int64]] = []
        self.best_weights: list[NDArray[np.float32]] | None = None
        self.best_epoch = 0  # 0: none has ended
        self.trouble: str | None = None  # why it ended early, as a sentence
        images, labels, narrow = _to_learn_from(
            config, self.learned.images[self.split.train], self.learned.labels[self.split.train]
        )
        self._counts = narrow, len(labels)  # of pictures, before the world is wider and then
        self._before: list[NDArray[np.float32]] | None = None  # the weights as they were when it became wider
        self._is_digit = labels != _NONE
        self._images, self._labels = tf.constant(images), tf.constant(labels)
        self._validation = to_network(data.images[self.split.validation])[..., np.newaxis]
        self._validation_labels = data.labels[self.split.validation]
        self._sample = digits_to_watch(data, self.split)
        self._statistics: Statistics = {}  # of the last guesses, by normalising layer
        self.first_weights = weights_fingerprint(self.live_weights())
        self._optimizer = _optimizer(config)
        self._optimizer.build(self.model.trainable_variables)
        self._fresh = [variable.numpy() for variable in self._optimizer.variables]
        self._step = self._make_step()

    @property
    def batches(self) -> int:
        """Steps in the next epoch."""
        return ceil(self._count(len(self.history) + 1) / self.config.batch_size)

    def _count(self, epoch: int) -> int:
        return self._counts[_stage(self.config, epoch).wider]

    def run(self) -> Iterator[Progress]:
        """Train, yielding a `BatchDone` after each step and an `EpochDone` after each epoch."""
        for epoch in range(len(self.history) + 1, self.config.epochs + 1):
            started = time.perf_counter()
            if _stage(self.config, epoch).wider and self._before is None:
                self._widen()
            last: BatchDone | None = None
            for last in self._batches_of(epoch):
                yield last
            if self.trouble or last is None:
                return
            yield self._end_epoch(last, started)

    def _batches_of(self, epoch: int) -> Iterator[BatchDone]:
        stage, order = _stage(self.config, epoch), self._order(epoch)
        steps = self.batches * stage.epochs
        seen, digits, right, loss_sum = 0, 0, 0, 0.0
        started = time.perf_counter()
        for batch in range(self.batches):
            step = (epoch - 1 - stage.first) * self.batches + batch
            chosen = order[batch * self.config.batch_size : (batch + 1) * self.config.batch_size]
            rate = stage.rate * share_of_rate(stage.schedule, step, steps)
            strength = self.config.distortion * share_of_distortion(step, steps)
            seed = np.array([self.config.seed, stage.first * self.batches + step], np.int32)
            spoiled = np.float32(SHARE if stage.wider else 0.0)
            losses, hits = self._step(chosen, np.float32(rate), np.float32(strength), spoiled, seed)
            seen, digits = seen + len(chosen), digits + int(self._is_digit[chosen].sum())
            right, loss_sum = right + int(hits), loss_sum + float(losses)
            if not loss_sum / max(digits, 1) < _HOPELESS:  # NaN fails this too
                self.trouble = (
                    f"The training diverged in epoch {epoch}, batch {batch + 1}: "
                    f"a learning rate of {self.config.learning_rate:g} is too high here."
                )
                return
            pace = seen / (time.perf_counter() - started)
            yield BatchDone(epoch, batch + 1, self.batches, right / max(digits, 1), loss_sum / max(digits, 1), pace)

    def _order(self, epoch: int) -> NDArray[np.int64]:
        return np.random.default_rng((self.config.seed, epoch)).permutation(self._count(epoch))

    def _widen(self) -> None:
        """Go on from the best weights so far, with an optimizer that remembers nothing."""
        self._before = self.best_weights or self.model.get_weights()
        self.model.set_weights(self._before)
        for variable, value in zip(self._optimizer.variables, self._fresh, strict=True):
            variable.assign(value)

    def _end_epoch(self, last: BatchDone, started: float) -> EpochDone:
        learned = self.model.get_weights()
        if self._before is not None:
            self.model.set_weights(_on_the_way(self._before, learned))
        logits = self.validation_logits()
        loss = float(tf.reduce_mean(plain_cross_entropy(self._validation_labels, logits)))
        confusion = confusion_matrix(self._validation_labels, logits.argmax(axis=1))
        accuracy = float(np.trace(confusion) / confusion.sum())
        rate = float(self._optimizer.learning_rate)
        seconds = time.perf_counter() - started
        row = EpochRow(last.epoch, last.accuracy, last.loss, accuracy, loss, rate, seconds)
        # in a wider world the last epoch is best: what it brings, digits of validation don't show
        best = not self.history or self._before is not None or row.beats(self.history[self.best_epoch - 1])
        self.history.append(row)
        self.confusions.append(confusion)
        if best:
            self.best_epoch, self.best_weights = row.epoch, self.model.get_weights()
        self.model.set_weights(learned)
        return EpochDone(row, best, confusion)

    def validation_logits(self) -> NDArray[np.float32]:
        """Return the logits of the validation part, float32 (N, 10), with the weights as they are now."""
        starts = range(0, len(self._validation), _EVALUATION_BATCH)
        return np.concatenate([self._infer(self._validation[at : at + _EVALUATION_BATCH]) for at in starts])

    def sample_guesses(self) -> SampleGuess:
        """Guess a few fixed validation digits with the weights as they are now."""
        chosen = self._sample
        others = self._validation[:_COMPANY]  # digits of all kinds, for statistics that fit these weights
        logits, self._statistics = self._forward_now(np.concatenate([self._validation[chosen], others]))
        probabilities = softmax(logits.numpy()[: len(chosen)])
        return SampleGuess(self.split.validation[chosen], self._validation_labels[chosen], probabilities)

    def live_weights(self) -> bytes:
        """Return the network as it is now, for pages to read with, by the statistics of the last guesses."""
        return live_weights(self.model, self.config.architecture, self._statistics)

    def checkpoint(self) -> bytes:
        """Return all that is needed to go on after the last whole epoch, in any process, as the bytes of an .npz."""
        arrays = {f"model_{index}": variable.numpy() for index, variable in enumerate(self.model.variables)}
        arrays |= {f"optimizer_{index}": variable.numpy() for index, variable in enumerate(self._optimizer.variables)}
        arrays |= {f"best_{index}": weight for index, weight in enumerate(self.best_weights or [])}
        arrays |= {f"before_{index}": weight for index, weight in enumerate(self._before or [])}
        arrays["history"] = np.array([astuple(row) for row in self.history], np.float64)
        arrays["confusions"] = np.array(self.confusions, np.int64)
        arrays["best_epoch"] = np.array(self.best_epoch)
        stream = BytesIO()
        np.savez(stream, **arrays)
        return stream.getvalue()

    def restore(self, checkpoint: bytes) -> None:
        """Go on from a checkpoint of the same config and data. Raises `BadRun` for one that does not fit."""
        try:
            arrays = read_npz(checkpoint)
            for prefix, variables in (("model", self.model.variables), ("optimizer", self._optimizer.variables)):
                for index, variable in enumerate(variables):
                    variable.assign(arrays[f"{prefix}_{index}"])
            self.best_weights = [arrays[f"best_{index}"] for index in range(len(self.model.weights))]
            if "before_0" in arrays:
                self._before = [arrays[f"before_{index}"] for index in range(len(self.model.weights))]
            self.best_epoch = int(arrays["best_epoch"])
            self.history = [EpochRow(int(epoch), *rest) for epoch, *rest in arrays["history"].tolist()]
            self.confusions = list(arrays["confusions"])
        except (KeyError, ValueError, TypeError) as error:
            raise BadRun("The checkpoint is damaged or of another network; train it again from the start.") from error

    def _infer(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        logits: NDArray[np.float32] = self._forward(images).numpy()
        return logits

    def _make_step(self) -> tf.types.experimental.PolymorphicFunction:
        model, optimizer, loss_of = self.model, self._optimizer, cross_entropy(self.config)

        images_of = [tf.TensorSpec((None, 28, 28, 1), tf.float32)]
        self._forward = tf.function(
            lambda images: model(images, training=False), input_signature=images_of, autograph=False
        )
        self._forward_now = tf.function(
            partial(logits_with_own_statistics, model), input_signature=images_of, autograph=False
        )

        @tf.function(
            input_signature=[
                tf.TensorSpec((None,), tf.int64),  # positions in the training part
                tf.TensorSpec((), tf.float32),  # learning rate
                tf.TensorSpec((), tf.float32),  # strength of the augmentation
                tf.TensorSpec((), tf.float32),  # share that is spoiled
                tf.TensorSpec((2,), tf.int32),  # seed of both
            ],
            autograph=False,
        )
        def step(
            chosen: tf.Tensor, rate: tf.Tensor, strength: tf.Tensor, spoiled: tf.Tensor, seed: tf.Tensor
        ) -> tuple[tf.Tensor, tf.Tensor]:
            images = tf.cast(tf.gather(self._images, chosen), tf.float32)[..., tf.newaxis] / 255.0  # (B, 28, 28, 1)
            if self.config.augmentation:
                images = augment(images, seed, Bounds().times(strength))
            if self.config.wider_epochs:
                images = spoil(images, seed, spoiled)
            labels = tf.gather(self._labels, chosen)
            optimizer.learning_rate.assign(rate)
            with tf.GradientTape() as tape:
                logits = model(images, training=True)
                loss = tf.reduce_mean(loss_of(labels, logits))
            optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
            hits = tf.reduce_sum(tf.cast(tf.argmax(logits, axis=1) == labels, tf.int32))
            return tf.reduce_sum(plain_cross_entropy(labels, logits)), hits

        return step


def _to_learn_from(
    config: TrainingConfig, images: NDArray[np.uint8], labels: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64], int]:
    """Return the training part with what is painted for it, and after how many of these a wider world begins.

    Painted are digits that the part hardly has, and drawings that are none; in a wider world, more of both.
    """
    count = len(labels)
    if config.augmentation:
        images, labels = _with(images, labels, *_painted(config, *unusual_digits(round(_UNUSUAL * count), config.seed)))
    if config.non_digits:
        images, labels = _with_none(images, labels, non_digits(round(_NON_DIGITS * len(labels)), config.seed))
    narrow = len(labels)
    if config.wider_epochs:
        images, labels = _with(images, labels, *_painted(config, *rare_digits(round(_RARE * count), config.seed)))
        if config.non_digits:
            images, labels = _with_none(images, labels, things(round(_THINGS * count), config.seed))
    return images, labels, narrow


def _with(
    images: NDArray[np.uint8], labels: NDArray[np.int64], more: NDArray[np.uint8], their_labels: NDArray[np.int64]
) -> Pictures:
    return np.concatenate([images, more]), np.concatenate([labels, their_labels])


def _with_none(images: NDArray[np.uint8], labels: NDArray[np.int64], others: NDArray[np.uint8]) -> Pictures:
    return _with(images, labels, others, np.full(len(others), _NONE, np.int64))


def _on_the_way(start: list[NDArray[np.float32]], end: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """Return weights between two sets, which read nearly as well as the first what only the second has seen.

    Wortsman et al., "Robust fine-tuning of zero-shot models" (2022). The first third of the way brings most of that,
    and costs least.
    """
    share = np.float32(_ON_THE_WAY)
    return [(1 - share) * first + share * second for first, second in zip(start, end, strict=True)]


def _painted(config: TrainingConfig, painted: NDArray[np.uint8], digits: NDArray[np.int64]) -> Pictures:
    """Return painted digits, fewer where some are left out, with all done to them that is done to the others."""
    kept = known(config, digits)
    return placed(painted[kept], config.placement, config.seed), shuffled(
        digits[kept], config.shuffled_labels, config.seed
    )


def _optimizer(config: TrainingConfig) -> keras.optimizers.Optimizer:
    if config.optimizer == "adamw":
        return keras.optimizers.AdamW(config.learning_rate, weight_decay=config.weight_decay)
    return keras.optimizers.Adam(config.learning_rate)


def cross_entropy(config: TrainingConfig) -> keras.losses.Loss:
    """Return softmax cross-entropy of labels int (N,) and logits (N, 10), a number a sample.

    With labels as numbers or, as other courses teach it, with one-hot vectors: the same value by two routes. Label
    smoothing needs the vectors, and so do drawings that are no digits, for which all ten are equally likely.
    """
    if config.loss == "sparse_categorical_crossentropy" and not (config.label_smoothing or config.non_digits):
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
    vector_loss = keras.losses.CategoricalCrossentropy(
        from_logits=True, label_smoothing=config.label_smoothing, reduction=None
    )
    return lambda labels, logits: vector_loss(_targets(labels), logits)


def plain_cross_entropy(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Return softmax cross-entropy in nats, float32 (N,): what curves show, whatever is smoothed or mixed in to learn.

    What is no digit has none.
    """
    is_digit = tf.cast(tf.not_equal(labels, _NONE), tf.float32)
    known = tf.cast(tf.maximum(labels, 0), tf.int32)
    return is_digit * tf.nn.sparse_softmax_cross_entropy_with_logits(known, logits)


def _targets(labels: tf.Tensor) -> tf.Tensor:
    """Return one-hot vectors float32 (N, 10), with a tenth everywhere for what is no digit."""
    none = tf.cast(tf.equal(labels, _NONE), tf.float32)[:, tf.newaxis]
    return tf.one_hot(labels, DIGITS) + none / DIGITS
