"""Small distortions of the training digits, drawn anew at every step: more hands than MNIST has."""

from dataclasses import dataclass

import tensorflow as tf

from digitcore.images import SIDE


@dataclass(frozen=True)
class Affine:
    """Bounds of the distortions; each is drawn uniformly within its bound, for every digit on its own."""

    turn: float = 0.2  # rad; about 11 degrees: beyond that a 7 starts to be a 1 and a 6 a 0 for people, too
    scale: float = 0.12  # share, on each axis
    shear: float = 0.2  # pixels sideways per pixel down
    shift: float = 2.0  # pixels


def augment(images: tf.Tensor, seed: tf.Tensor, bounds: Affine | None = None) -> tf.Tensor:
    """Distort each picture by an affine map of its own, bilinear, with black beyond the edges.

    `images` is float32 (N, 28, 28, 1); `seed` is int32 (2,): the same seed distorts the same way.
    """
    bounds = bounds or Affine()
    count = tf.shape(images)[0]
    draws = tf.random.stateless_uniform((6, count), seed, -1.0, 1.0)
    turn, shear = bounds.turn * draws[0], bounds.shear * draws[1]
    scale_x, scale_y = 1.0 + bounds.scale * draws[2], 1.0 + bounds.scale * draws[3]
    shift_x, shift_y = bounds.shift * draws[4], bounds.shift * draws[5]
    # output pixel -> input pixel: shear and scale, then turn, about the middle, then shift
    a, b = scale_x * tf.cos(turn), scale_x * (shear * tf.cos(turn) - tf.sin(turn))
    c, d = scale_y * tf.sin(turn), scale_y * (shear * tf.sin(turn) + tf.cos(turn))
    middle = (SIDE - 1) / 2
    offset_x = middle - (a + b) * middle + shift_x
    offset_y = middle - (c + d) * middle + shift_y
    zeros = tf.zeros(count)
    transforms = tf.stack([a, b, offset_x, c, d, offset_y, zeros, zeros], axis=1)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=(SIDE, SIDE),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )
