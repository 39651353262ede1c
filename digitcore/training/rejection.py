"""Fits the score that tells drawings that are no digits, once a network has learned to read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitcore.base.images import to_network
from digitcore.inference.graph import Graph, Outputs
from digitcore.inference.rejection import Rejection, inputs
from digitcore.inference.test_time_augmentation import augmented_likeness, unlikely
from digitcore.training.augmentation import augment
from digitcore.training.synthetic.kept import drawings, strangers

_REFUSED = 0.0075  # share of validation digits that the threshold may give up,
_REFUSED_DISTORTED = 0.01  # and of the same distorted, which stand for the hands and pens of strangers
_MOST_DIGITS = 3000  # of validation that are learned from; as many others tell the threshold
_MOST_UNLIKELY = 400  # of those that tell the threshold; a network that has hardly learned takes most for none
_LEAST_PAINTED = 400  # drawings that are no digits; as many as validation has digits, if it can be
_MOST_PAINTED, _ENOUGH_PAINTED = 4800, 1200  # of them: for a run that takes its time, and for one that is waited for
_DISTORTED = 4  # each so many-th of them is learned from distorted as well
_UNUSUAL = 0.1  # painted digits for each one learned from
_SEED = 1_000_003  # away from the seeds that trainings distort with

_SCORES = 4  # whose mean is the score of a run that takes its time
_NEURONS = 16  # of each
_STEPS, _BATCH = 1200, 256  # half of a batch are digits, half are none
_RATE, _DECAY = 3e-3, 1e-2  # of AdamW; the rate falls to 0 along a cosine
_DOUBT = 0.02  # what is a digit is to get a likeness of 1 minus this, what is none this, so that both ends stay rare
_STILL = 1e-3  # added to standard deviations, for what is the same in all pictures


@dataclass(frozen=True, eq=False)
class Fitted:
    """A score, and the share in [0, 1] of the validation digits held back from fitting it that it takes for none."""

    rejection: Rejection
    rejected: float


def fit_rejection(
    graph: Graph,
    images: NDArray[np.uint8],
    seed: int,
    test_time_augmentation: bool = False,
    unknown: Sequence[int] = (),
    outputs: Outputs | None = None,
    *,
    thoroughly: bool = False,
) -> Fitted:
    """Fit a score to validation `images` uint8 (N, 28, 28), N at least 1, and to painted drawings that are no digits.

    `outputs` are those of the graph for these images, where they are known already. Every other digit is learned from,
    as it is and distorted, with some painted as strangers write them; the rest tell the threshold, with test-time
    augmentation where the run will use it. None is painted of the digits that are `unknown` to the run. `thoroughly`
    takes a second or two longer, for the mean of several scores that are fitted to more drawings. Equal graphs, images
    and seeds, equal scores.
    """
    outputs = outputs or graph.outputs(to_network(images))
    learned, held = slice(0, 2 * _MOST_DIGITS, 2), slice(min(1, len(images) - 1), 2 * _MOST_DIGITS, 2)
    half = images[learned]
    most, scores = (_MOST_PAINTED, _SCORES) if thoroughly else (_ENOUGH_PAINTED, 1)
    painted = drawings(min(max(len(images), _LEAST_PAINTED), most))
    others_hands = _strangers(round(_UNUSUAL * len(half)), unknown)
    seen = graph.outputs(np.concatenate([_distorted(half, seed), to_network(others_hands)]))
    digits = np.concatenate([inputs(_some(outputs, learned)), inputs(seen)])
    drawn = np.concatenate([to_network(painted), _distorted(painted[::_DISTORTED], seed + 1)])
    others = inputs(graph.outputs(drawn))
    rejection = _fit(digits, others, seed, scores)
    distorted_images = _distorted(images[held], seed + 2)
    pairs = (to_network(images[held]), _some(outputs, held)), (distorted_images, graph.outputs(distorted_images))
    plain, distorted = (_likeness(graph, rejection, *pair, test_time_augmentation) for pair in pairs)
    threshold = min(np.quantile(plain, _REFUSED, method="lower"), np.quantile(distorted, _REFUSED_DISTORTED))
    return Fitted(replace(rejection, threshold=float(threshold)), float((plain < threshold).mean()))


def _likeness(
    graph: Graph, rejection: Rejection, pixels: NDArray[np.float32], outputs: Outputs, augment: bool
) -> NDArray[np.float32]:
    """Return the likeness of N digits, or of the first ones where too many would have to be read from other views."""
    if not augment:
        return rejection.likeness(outputs)
    enough = np.cumsum(unlikely(rejection.log_odds(outputs))) <= _MOST_UNLIKELY
    return augmented_likeness(graph, pixels[enough], rejection, _some(outputs, enough))


def _some(outputs: Outputs, members: slice | NDArray[np.bool_]) -> Outputs:
    return Outputs(outputs.logits[members], outputs.features[members])


def _strangers(count: int, unknown: Sequence[int]) -> NDArray[np.uint8]:
    pictures, digits = strangers(count)
    return pictures[~np.isin(digits, unknown)]


def _distorted(images: NDArray[np.uint8], seed: int) -> NDArray[np.float32]:
    plain = tf.constant(to_network(images)[..., np.newaxis])
    return augment(plain, tf.constant([_SEED, seed])).numpy()[..., 0]


def _fit(digits: NDArray[np.float32], others: NDArray[np.float32], seed: int, scores: int) -> Rejection:
    """Return a score, still without a threshold, fitted to inputs of digits (N, D) and of what are none (M, D).

    It is the mean of so many `scores`, which differ in where they start and in what each of their steps looks at: what
    one of them rejects moves by points with its seed alone.
    """
    # both kinds weigh the same, however many there are of each
    kinds = digits.astype(np.float64), others.astype(np.float64)
    centre = np.mean([kind.mean(axis=0) for kind in kinds], axis=0)
    spread = np.sqrt(np.mean([((kind - centre) ** 2).mean(axis=0) for kind in kinds], axis=0)) + _STILL
    rng = np.random.default_rng(seed)
    weights = [tf.Variable(each.astype(np.float32)) for each in _start(len(centre), rng, scores)]
    scale = _mean(centre, spread, weights)
    values = tf.constant(np.concatenate([scale.standardised(digits), scale.standardised(others)]))
    wanted = tf.constant(np.repeat(np.array([1 - _DOUBT, _DOUBT], np.float32), [len(digits), len(others)]))
    order = (_STEPS, scores, _BATCH // 2)
    ends = rng.integers(len(digits), size=order), len(digits) + rng.integers(len(others), size=order)
    _descend(weights, values, wanted, tf.constant(np.concatenate(ends, axis=2)))
    return _mean(centre, spread, weights)


def _start(width: int, rng: np.random.Generator, scores: int) -> Sequence[NDArray[np.float64]]:
    """Return random weights of K scores of D inputs and H neurons: (K, D, H), (K, 1, H), (K, H, 1) and (K, 1, 1)."""
    hidden = rng.normal(0, np.sqrt(2 / width), (scores, width, _NEURONS))
    output = rng.normal(0, np.sqrt(1 / _NEURONS), (scores, _NEURONS, 1))
    return hidden, np.zeros((scores, 1, _NEURONS)), output, np.zeros((scores, 1, 1))


def _mean(centre: NDArray[np.float64], spread: NDArray[np.float64], weights: Sequence[tf.Variable]) -> Rejection:
    """Return the mean log-odds of K scores as one score: all their neurons side by side, each with a Kth of its say."""
    hidden, hidden_bias, output, output_bias = (each.numpy() for each in weights)
    return Rejection(
        centre=centre.astype(np.float32),
        spread=spread.astype(np.float32),
        hidden=np.concatenate(hidden, axis=1),
        hidden_bias=hidden_bias.ravel(),
        output=output.ravel() / np.float32(len(output)),
        output_bias=np.asarray(output_bias.mean(dtype=np.float32)),
        threshold=0.5,
    )


def _descend(weights: Sequence[tf.Variable], values: tf.Tensor, wanted: tf.Tensor, order: tf.Tensor) -> None:
    """Change the weights of K scores step by step so that inputs `values` (N, D) get the likeness `wanted` (N,).

    `order` (S, K, B) says which inputs each score looks at in each of the steps.
    """
    hidden, hidden_bias, output, output_bias = weights
    optimizer = keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(_RATE, _STEPS), weight_decay=_DECAY)
    optimizer.build(weights)

    def step(number: tf.Tensor) -> tuple[tf.Tensor]:
        chosen = order[number]
        with tf.GradientTape() as tape:
            active = tf.nn.relu(tf.gather(values, chosen) @ hidden + hidden_bias)
            logits = tf.squeeze(active @ output + output_bias, axis=2)
            losses = tf.nn.sigmoid_cross_entropy_with_logits(tf.gather(wanted, chosen), logits)
            loss = tf.reduce_sum(tf.reduce_mean(losses, axis=1))  # so that none of the scores knows of the others
        optimizer.apply(tape.gradient(loss, weights), weights)
        return (number + 1,)

    # all steps in one graph: so small a step takes a tenth of the time that it takes to call for one
    tf.function(lambda: tf.while_loop(lambda number: number < len(order), step, [0]), autograph=False)()
