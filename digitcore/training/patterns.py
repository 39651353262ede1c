"""Patterns that no person would take for a digit and the network does: noise, changed along the gradient.

Nguyen, Yosinski and Clune, "Deep Neural Networks are Easily Fooled" (2015), section 4.
"""

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitcore.base.images import DIGITS, SIDE, to_bytes

_STEPS = 100
_STEP = 0.03  # of a pixel's range, for the pixels that the gradient names most clearly


def fooling_patterns(model: keras.Model, seed: int) -> NDArray[np.uint8]:
    """Return ten patterns, uint8 (10, 28, 28), the first made so that `model` reads a 0, the next a 1 and so on.

    Equal models and seeds, equal patterns.
    """
    noise = np.random.default_rng(seed).uniform(0.3, 0.7, (DIGITS, SIDE, SIDE, 1)).astype(np.float32)
    wanted = tf.range(DIGITS)

    @tf.function(autograph=False)
    def climb(images: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(images)
            logits = model(images, training=False)
            loss = tf.reduce_sum(tf.nn.sparse_softmax_cross_entropy_with_logits(wanted, logits))
        gradient = tape.gradient(loss, images)
        largest = tf.reduce_max(tf.abs(gradient), axis=(1, 2, 3), keepdims=True)
        return tf.clip_by_value(images - _STEP * gradient / (largest + 1e-12), 0.0, 1.0)

    images = tf.constant(noise)
    for _ in range(_STEPS):
        images = climb(images)
    return to_bytes(images.numpy()[..., 0])
