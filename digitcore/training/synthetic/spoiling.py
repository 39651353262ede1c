"""What may spoil a picture on its way to the network: specks, noise, bands, lines, bright grounds, faint ink, blur.

A network that has learned from one kind of noise reads no other kind better for it, so there are many, of any strength
and together (Mintun, Kirillov and Xie, "On Interaction Between Augmentations and Corruptions in Natural Corruption
Robustness", 2021). Left out on purpose, so that what is new to a network can be measured: outlines alone, clouds,
zigzags and blots (`analysis.corruptions`).
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from digitcore.base.images import SIDE

SHARE = 0.2  # of the pictures of a step
_AGAIN = 0.35  # share of the spoiled pictures to which a second thing happens
_FIELDS = 8  # draws that a kind may use, uniform in [0, 1]
_HALF = (SIDE - 1) / 2  # px from the middle to an edge

# takes grey levels (N, 784), draws (F, N, 1) and a seed (2,), and returns grey levels
Kind = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]


def spoil(images: tf.Tensor, seed: tf.Tensor, share: float = SHARE) -> tf.Tensor:
    """Spoil the first `share` of a batch in shuffled order, each picture in its own way, and leave the others alone.

    `images` is float32 (N, 28, 28, 1) in [0, 1]; `seed` is int32 (2,): the same seed spoils the same way.
    """
    some = tf.cast(share * tf.cast(tf.shape(images)[0], tf.float32), tf.int32)
    pixels = tf.reshape(images[:some], (-1, SIDE**2))
    lots = tf.random.stateless_uniform((3, some, 1), seed + 5)
    first, second = lots[0] * len(_KINDS), lots[1] * len(_KINDS)
    for number, kind in enumerate(_KINDS):
        own_seed = seed + 11 * (number + 1)
        draws = tf.random.stateless_uniform((_FIELDS, some, 1), own_seed)
        chosen = (tf.floor(first) == number) | ((tf.floor(second) == number) & (lots[2] < _AGAIN))
        pixels = tf.where(chosen, tf.clip_by_value(kind(pixels, draws, own_seed + 1), 0.0, 1.0), pixels)
    return tf.concat([tf.reshape(pixels, (-1, SIDE, SIDE, 1)), images[some:]], axis=0)


def _fainter(pixels: tf.Tensor, draws: tf.Tensor, _: tf.Tensor) -> tf.Tensor:
    """Less contrast, towards a grey: faint ink, or ink seen through fog."""
    grey = tf.where(draws[0] < 0.5, 0.0, draws[1] * 0.7)
    return grey + (pixels - grey) * _between(draws[2], 0.12, 0.8)


def _ground(pixels: tf.Tensor, draws: tf.Tensor, _: tf.Tensor) -> tf.Tensor:
    """A brighter ground, even or brighter towards a side."""
    slope = tf.where(draws[0] < 0.5, 0.0, draws[1])
    across = _across(draws[2])
    return pixels + _between(draws[3], 0.05, 0.65) + 0.5 * slope * across / _HALF


def _lines(pixels: tf.Tensor, draws: tf.Tensor, _: tf.Tensor) -> tf.Tensor:
    """A line drawn across in any direction, or a few in parallel, as of ruled paper; with ink or with an eraser."""
    apart = tf.where(draws[1] < 0.5, 200.0, _between(draws[2], 4.0, 11.0))  # px
    beside = _beside(_across(draws[0]) + 12.0 * (2.0 * draws[3] - 1.0), apart)
    line = tf.clip_by_value(_between(draws[4], 0.8, 1.6) - tf.abs(beside), 0.0, 1.0)  # its own share of each pixel
    grey = tf.where(draws[5] < 0.85, _between(draws[6], 0.2, 1.0), 0.0)
    return pixels + line * tf.where(draws[5] < 0.85, tf.maximum(grey - pixels, 0.0), -pixels)


def _bands(pixels: tf.Tensor, draws: tf.Tensor, _: tf.Tensor) -> tf.Tensor:
    """A strip, a few of them in parallel, or all on one side of a line, lighter, darker or inverted."""
    across = _across(tf.where(draws[0] < 0.5, tf.round(4.0 * draws[1]) / 4.0, draws[1]))
    side, several = draws[2] < 0.2, draws[2] > 0.6
    wide = tf.where(side, 40.0, tf.where(several, _between(draws[3], 1.0, 3.5), _between(draws[3], 2.0, 6.0)))
    apart = tf.where(several, 2.0 * wide + _between(draws[4], 3.0, 12.0), 200.0)  # px from middle to middle
    middle = tf.where(side, 45.0, 12.0) * (2.0 * draws[4] - 1.0)
    inside = tf.clip_by_value(wide + 0.5 - tf.abs(_beside(across - middle, apart)), 0.0, 1.0)
    light = tf.where(draws[5] < 0.75, _between(draws[6], 0.15, 1.0), -_between(draws[6], 0.4, 1.0))
    return pixels + inside * tf.where(draws[7] < 0.3, 1.0 - 2.0 * pixels, light)


def _specks(pixels: tf.Tensor, draws: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Pixels, or squares of 2 x 2, that turn black or white, or any grey."""
    count = tf.shape(pixels)[0]
    lots = tf.where(draws[0] < 0.7, _field(count, seed, SIDE), _field(count, seed, SIDE // 2))
    grey = tf.random.stateless_uniform((count, SIDE**2), seed + 1)
    grey = tf.where(draws[1] < 0.7, tf.cast(grey < _between(draws[3], 0.2, 1.0), tf.float32), grey)
    return tf.where(lots < _between(draws[2], 0.01, 0.3), grey, pixels)


def _noise(pixels: tf.Tensor, draws: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Noise that is added everywhere, of each pixel's own or as coarse as two."""
    count = tf.shape(pixels)[0]
    fine = tf.random.stateless_normal((count, SIDE**2), seed)
    coarse = 3.5 * (_field(count, seed + 1, SIDE // 2) - 0.5)
    return pixels + _between(draws[0], 0.05, 0.5) * tf.where(draws[1] < 0.7, fine, coarse)


def _blurred(pixels: tf.Tensor, draws: tf.Tensor, _: tf.Tensor) -> tf.Tensor:
    """Out of focus, in one direction more than in the other."""
    images = tf.reshape(pixels, (-1, SIDE, SIDE))
    down, across = (_smoothing(_between(draw, 0.4, 2.4)) for draw in (draws[0], draws[1]))
    return tf.reshape(down @ images @ across, (-1, SIDE**2))


# in the order in which they happen: on the paper, in the light, in the lens, in the sensor
_KINDS: tuple[Kind, ...] = (_fainter, _lines, _ground, _bands, _blurred, _noise, _specks)


def _between(draw: tf.Tensor, least: float, most: float) -> tf.Tensor:
    return least + (most - least) * draw


def _across(draw: tf.Tensor) -> tf.Tensor:
    """Return how far each pixel lies from a line through the middle, upright at 0 and again at 1: (N, 784) px."""
    return tf.cos(np.pi * draw) * _X + tf.sin(np.pi * draw) * _Y


def _beside(across: tf.Tensor, apart: tf.Tensor) -> tf.Tensor:
    """Return how far the nearest of many parallel lines lies that are so many px apart, the first at 0."""
    return tf.math.floormod(across + apart / 2, apart) - apart / 2


def _field(count: tf.Tensor, seed: tf.Tensor, side: int) -> tf.Tensor:
    """Return uniform draws (N, 784), the same for all pixels of each of `side` x `side` squares."""
    draws, times = tf.random.stateless_uniform((count, side, side), seed), SIDE // side
    return tf.reshape(tf.repeat(tf.repeat(draws, times, axis=1), times, axis=2), (-1, SIDE**2))


def _smoothing(deviation: tf.Tensor) -> tf.Tensor:
    """Return matrices (N, 28, 28) that blur 28 pixels by a Gaussian of `deviation` (N, 1) px."""
    bells = tf.exp(-0.5 * tf.square(_APART / deviation[..., tf.newaxis]))
    return bells / tf.reduce_sum(bells, axis=1, keepdims=True)


_Y, _X = (np.mgrid[:SIDE, :SIDE].reshape(2, 1, -1) - _HALF).astype(np.float32)  # (1, 784) px from the middle
_APART = np.subtract.outer(np.arange(SIDE), np.arange(SIDE)).astype(np.float32)[np.newaxis]  # (1, 28, 28) px
