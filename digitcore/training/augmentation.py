"""Small distortions of the training digits, drawn afresh at every step: more hands and pens than MNIST has.

Affine and elastic as in Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks Applied to
Visual Document Analysis" (2003); the pen's width by grey-scale dilation and erosion; the hidden square as in DeVries
and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout" (2017).
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import tensorflow as tf

from digitcore.base.images import SIDE

_HALF_BOX = 9.0  # px from the middle to where a hidden square's middle may lie
_KNOTS = 5  # a side of the grid whose shifts bend a picture; 7 px apart, so that a bend is wider than a stroke


@dataclass(frozen=True)
class Bounds:
    """How far the distortions go; each is drawn uniformly within its bound, for every digit on its own."""

    turn: float = 0.2  # rad; about 11 degrees: beyond that a 7 starts to be a 1 and a 6 a 0 for people, too
    scale: float = 0.15  # share, on each axis
    shear: float = 0.2  # pixels sideways per pixel down
    shift: float = 2.0  # pixels
    bend: float = 1.8  # pixels, by which each knot of the grid moves
    finer: float = 0.5  # share of the way to a stroke one pixel narrower on each side
    broader: float = 1.0  # share of the way to a stroke one pixel broader on each side
    hidden: float = 0.3  # share of the digits of which a square is painted over

    def times(self, strength: float) -> Self:
        """Return bounds of that share of these; `strength` may be a tensor ()."""
        return type(self)(*(strength * getattr(self, entry.name) for entry in fields(self)))


def augment(images: tf.Tensor, seed: tf.Tensor, bounds: Bounds | None = None) -> tf.Tensor:
    """Distort each picture in its own way, bilinear, with black beyond the edges.

    `images` is float32 (N, 28, 28, 1); `seed` is int32 (2,): the same seed distorts the same way.
    """
    bounds = bounds or Bounds()
    count = tf.shape(images)[0]
    draws = tf.random.stateless_uniform((11, count, 1), seed, -1.0, 1.0)
    knots = tf.random.stateless_uniform((2, count, _KNOTS**2), seed + 1, -bounds.bend, bounds.bend)
    bend_x, bend_y = tf.matmul(knots[0], _BASIS), tf.matmul(knots[1], _BASIS)  # (N, 784) pixels
    turn, shear = bounds.turn * draws[0], bounds.shear * draws[1]
    scale_x, scale_y = 1.0 + bounds.scale * draws[2], 1.0 + bounds.scale * draws[3]
    # where each pixel of the result comes from: shear and scale, then turn, about the middle, then shift and bend
    across, down = scale_x * (_X + shear * _Y), scale_y * _Y
    from_x = tf.cos(turn) * across - tf.sin(turn) * down + bounds.shift * draws[4] + bend_x
    from_y = tf.sin(turn) * across + tf.cos(turn) * down + bounds.shift * draws[5] + bend_y
    broader = tf.where(draws[6] > 0.0, bounds.broader, bounds.finer) * draws[6]
    distorted = _sample(_with_pen(images, broader), from_x, from_y)
    return distorted * _uncovered(draws[7] < 2.0 * bounds.hidden - 1.0, draws[8], draws[9], draws[10])


def _uncovered(chosen: tf.Tensor, across: tf.Tensor, down: tf.Tensor, size: tf.Tensor) -> tf.Tensor:
    """Return 0 in a square of each picture that is `chosen` (N, 1), and 1 elsewhere: float32 (N, 28, 28, 1).

    Where the square lies, somewhere in MNIST's box of 20x20 px, and its side, 3 to 6 px, follow from the rest, each
    (N, 1) in [-1, 1].
    """
    reach = 2.25 + 0.75 * size  # px from the square's middle to its edges
    inside = (tf.abs(_X - _HALF_BOX * across) < reach) & (tf.abs(_Y - _HALF_BOX * down) < reach)  # (N, 784)
    return tf.reshape(1.0 - tf.cast(chosen & inside, tf.float32), (-1, SIDE, SIDE, 1))


def _with_pen(images: tf.Tensor, broader: tf.Tensor) -> tf.Tensor:
    """Blend each picture with its 3x3 dilation where `broader` (N, 1) is above 0, and with its erosion below."""
    share = broader[..., tf.newaxis, tf.newaxis]  # (N, 1, 1, 1)
    dilated = tf.nn.max_pool2d(images, 3, 1, "SAME")
    eroded = -tf.nn.max_pool2d(-images, 3, 1, "SAME")
    return images + tf.nn.relu(share) * (dilated - images) - tf.nn.relu(-share) * (images - eroded)


def _sample(images: tf.Tensor, from_x: tf.Tensor, from_y: tf.Tensor) -> tf.Tensor:
    """Return pictures (N, 28, 28, 1) whose pixels come from `from_x`, `from_y` (N, 784), in pixels from the middle."""
    framed = SIDE + 2  # a black pixel all around, to which whatever lies outside is clipped
    pixels = tf.reshape(tf.pad(images[..., 0], ((0, 0), (1, 1), (1, 1))), (-1, framed**2))
    x = tf.clip_by_value(from_x + framed / 2 - 0.5, 0.0, framed - 1.001)
    y = tf.clip_by_value(from_y + framed / 2 - 0.5, 0.0, framed - 1.001)
    left, top = tf.floor(x), tf.floor(y)
    corner = tf.cast(top * framed + left, tf.int32)
    right_share, lower_share = x - left, y - top
    upper = _blend(pixels, corner, right_share)
    lower = _blend(pixels, corner + framed, right_share)
    return tf.reshape(upper + (lower - upper) * lower_share, (-1, SIDE, SIDE, 1))


def _blend(pixels: tf.Tensor, at: tf.Tensor, right_share: tf.Tensor) -> tf.Tensor:
    left, right = tf.gather(pixels, at, batch_dims=1), tf.gather(pixels, at + 1, batch_dims=1)
    return left + (right - left) * right_share


def _basis() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return how much each knot moves each pixel, float32 (25, 784): bells that overlap to a smooth sheet."""
    spacing = (SIDE - 1) / (_KNOTS - 1)
    knots, pixels = spacing * np.arange(_KNOTS), np.arange(SIDE)
    bells = np.exp(-0.5 * ((pixels - knots[:, np.newaxis]) / (0.6 * spacing)) ** 2)  # (5, 28)
    bells /= bells.sum(axis=0)
    return np.einsum("ij,kl->ikjl", bells, bells).reshape(_KNOTS**2, SIDE**2).astype(np.float32)


_BASIS = _basis()
_MIDDLE = (SIDE - 1) / 2
_Y, _X = (np.mgrid[:SIDE, :SIDE].reshape(2, 1, -1) - _MIDDLE).astype(np.float32)  # (1, 784) each
