"""Digits that MNIST's writers seldom made, painted from scratch.

MNIST was written in the United States, where a 1 is a bare stroke and a 7 has no bar. Much of the world begins its 1
with an upstroke, and stands some on a foot; bars its 7; leaves its 4 open; curls the tail of its 9 back to the left,
and ends an 8 or a 0 beside where it began. A network that has never seen those takes them for other digits.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import SIDE
from digitcore.training.synthetic.strokes import Artist, Points, curve, leaning, paint, shaken

_FLATTEST = 1.1  # rad from upright; a flatter upstroke would be the bar of a 7
_SHAKE = 0.035  # of the height


def _one(rng: np.random.Generator) -> Sequence[Points]:
    """A 1 with an upstroke, straight or from a hook, and now and then a foot."""
    lean = rng.uniform(-0.2, 0.65)  # rad from upright, the top to the right
    down = np.array([-np.sin(lean), np.cos(lean)])
    bottom = down + rng.normal(0.0, 0.02, 2)
    angle = min(lean + rng.uniform(0.22, 1.0), _FLATTEST)
    start = np.array([-np.sin(angle), np.cos(angle)]) * rng.uniform(0.2, 0.75)
    upstroke = [start, start / 2 + rng.normal(0.0, 0.03, 2), np.zeros(2)]
    if rng.random() < 0.3:
        upstroke.insert(0, start + rng.uniform((-0.08, -0.1), (0.04, 0.05)))
    stem = [bottom / 2 + rng.normal(0.0, 0.03, 2), bottom]
    rounded = rng.random() < 0.3
    strokes = [curve([*upstroke, *stem])] if rounded else [curve(upstroke), curve([np.zeros(2), *stem])]
    if rng.random() < 0.1:
        half = np.array([rng.uniform(0.15, 0.35), rng.uniform(-0.03, 0.03)])
        strokes.append(curve([bottom - half, bottom + half]))
    return strokes


def _four(rng: np.random.Generator) -> Sequence[Points]:
    """An open 4: down, across to the right, and a second stroke, often short, that crosses the first one's end."""
    level, corner = rng.uniform(0.5, 0.85), rng.uniform(0.0, 0.15)
    top, reach = corner + rng.uniform(0.0, 0.3), rng.uniform(0.5, 0.85)
    elbow = [(corner, level - 0.05), (corner + 0.05, level + 0.02)]
    first = curve(shaken(rng, [(top, 0.0), ((top + corner) / 2, level / 2), *elbow, (reach, level)], _SHAKE / 2))
    across = rng.uniform(0.55, 0.8) * reach
    end = across - rng.uniform(-0.05, 0.2), level + rng.uniform(0.1, 0.5)
    start = across + rng.uniform(-0.02, 0.15), level - rng.uniform(0.12, 0.5)
    second = curve(shaken(rng, [start, (across, level), end], _SHAKE / 2))
    return leaning(rng, [first, second], -0.05, 0.3)


def _seven(rng: np.random.Generator) -> Sequence[Points]:
    """A 7 with a bar, its top straight or swung, its stem straight or curled at the end."""
    swing = rng.uniform(-0.03, 0.2)
    top = [(0.0, 0.1 + swing), (0.25, 0.03), (0.55, 0.05 + swing / 2), (0.75, 0.02)]
    if rng.random() < 0.3:
        top.insert(0, (rng.uniform(-0.05, 0.05), rng.uniform(0.2, 0.3)))
    foot = rng.uniform(0.15, 0.5)
    stem = [(0.72, 0.12), ((0.75 + foot) / 2, 0.5), (foot, rng.uniform(0.9, 1.05))]
    if rng.random() < 0.2:
        stem.append((foot + rng.uniform(0.08, 0.2), 1.0))
    one_line = rng.random() < 0.5
    lines = [curve(shaken(rng, [*top, *stem], _SHAKE))] if one_line else []
    if not lines:
        corner = shaken(rng, [(0.75, 0.02)], _SHAKE)
        ends = shaken(rng, top[:-1], _SHAKE), shaken(rng, stem[1:], _SHAKE)
        lines = [curve(np.concatenate([ends[0], corner])), curve(np.concatenate([corner, ends[1]]))]
    middle, half, level = (0.75 + foot) / 2, rng.uniform(0.15, 0.35), rng.uniform(0.42, 0.75)
    tilt = rng.uniform(-0.12, 0.05)
    lines.append(curve(shaken(rng, [(middle - half, level - tilt / 2), (middle + half, level + tilt / 2)], _SHAKE / 2)))
    return leaning(rng, lines, -0.1, 0.35)


def _nine(rng: np.random.Generator) -> Sequence[Points]:
    """A 9 whose loop closes and whose tail swings out and back to the left, as a 3's lower half does."""
    loop, low = rng.uniform(0.22, 0.5), rng.uniform(0.0, 0.1)
    start = (0.62, 0.1) if rng.random() < 0.7 else (0.55, 0.25)
    ring = [start, (0.35, 0.0), (0.1, loop * 0.45), (0.3, loop), (0.6, loop * 0.7), (0.66, 0.08)]
    belly = rng.uniform(0.62, 0.85)
    tail = [(0.66, loop * 0.9), (belly, 0.68), (0.5, 0.97 + low), (rng.uniform(-0.1, 0.2), 0.9 + low)]
    return leaning(rng, [curve(shaken(rng, [*ring, *tail], _SHAKE / 1.5))], -0.1, 0.35)


def _eight(rng: np.random.Generator) -> Sequence[Points]:
    """An 8 in one line that ends beside where it began, at the upper right or the upper left."""
    gap, over = rng.uniform(0.0, 0.18), rng.uniform(0.0, 0.2)
    if rng.random() < 0.5:
        ring = [(0.1, 0.22 - gap / 2), (0.35, 0.0), (0.62, 0.2), (0.36, 0.46), (0.05, 0.75), (0.36, 1.0), (0.66, 0.74)]
        line = [*ring, (0.34, 0.46), (0.1 + gap / 2, 0.3 + over / 4)]
        return leaning(rng, [curve(shaken(rng, line, _SHAKE))], -0.1, 0.35)
    upper = [(0.6 + gap, 0.12 - gap / 3), (0.35, 0.0), (0.08, 0.2), (0.32, 0.45)]
    lower = [(0.62, 0.72), (0.35, 1.0), (0.05, 0.78), (0.3, 0.48), (0.55, 0.2 + over)]
    return leaning(rng, [curve(shaken(rng, [*upper, *lower], _SHAKE))], -0.1, 0.35)


def _zero(rng: np.random.Generator) -> Sequence[Points]:
    """A 0 whose end crosses its beginning at the top."""
    wide, tail = rng.uniform(0.45, 0.8), rng.uniform(0.05, 0.22)
    ring = [(0.0, 0.45), (0.08, 0.85), (wide / 2, 1.0), (wide, 0.7), (wide * 0.9, 0.25)]
    start, end = (wide * rng.uniform(0.5, 0.8), -rng.uniform(0.0, 0.1)), (wide / 2 - tail, rng.uniform(-0.08, 0.1))
    return leaning(rng, [curve(shaken(rng, [start, (0.12, 0.12), *ring, end], _SHAKE))], -0.1, 0.35)


def _oval(rng: np.random.Generator) -> tuple[Points, float, float]:
    """Return the line of a 0, and half of its width and of its height; its middle is at (0, 0)."""
    half, tall = rng.uniform(0.24, 0.45), 0.5
    turn = rng.uniform(-2.2, -0.9) - np.linspace(0.0, rng.uniform(1.95, 2.1) * np.pi, 11)
    return curve(shaken(rng, np.stack([half * np.cos(turn), tall * np.sin(turn)], axis=1), _SHAKE / 2)), half, tall


def _struck_zero(rng: np.random.Generator) -> Sequence[Points]:
    """A 0 with a line across it, leaning to either side or upright, that ends within it or beyond it."""
    ring, half, tall = _oval(rng)
    angle = rng.uniform(-1.0, 1.0)  # rad from upright
    edge = np.array([half * np.sin(angle), -tall * np.cos(angle)])  # on the ring
    ends = [edge * rng.uniform(0.6, 1.35), -edge * rng.uniform(0.6, 1.35)]
    return leaning(rng, [ring, curve(shaken(rng, ends, _SHAKE / 2))], -0.1, 0.35)


def _nicked_zero(rng: np.random.Generator) -> Sequence[Points]:
    """A 0 with a short line through its upper right, or with a dot in its middle."""
    ring, half, tall = _oval(rng)
    if rng.random() < 0.4:
        return leaning(rng, [ring, shaken(rng, np.zeros((2, 2)), 0.03)], -0.1, 0.35)
    angle, long = rng.uniform(0.4, 1.1), rng.uniform(0.08, 0.22)
    middle = np.array([half * np.sin(angle), -tall * np.cos(angle)])
    along = np.array([long, -long * rng.uniform(0.7, 1.3)])
    return leaning(rng, [ring, curve(shaken(rng, [middle - along, middle + along], _SHAKE / 2))], -0.1, 0.35)


def _roof(rng: np.random.Generator) -> Sequence[Points]:
    """A 1 whose upstroke begins on the baseline or not much higher, so that it looks like a roof."""
    lean, wide = rng.uniform(-0.15, 0.3), rng.uniform(0.3, 0.65)
    start, foot = (-wide, rng.uniform(0.55, 1.0)), (-np.sin(lean), np.cos(lean))
    up = curve(shaken(rng, [start, (start[0] / 2, start[1] / 2), (0.0, 0.0)], _SHAKE / 2))
    down = curve(shaken(rng, [(0.0, 0.0), (foot[0] / 2, foot[1] / 2), foot], _SHAKE / 2))
    return [up, np.concatenate([up[-1:], down])]


def _knotted_four(rng: np.random.Generator) -> Sequence[Points]:
    """An open 4 in one line, whose bar turns up into a loop and comes down as the stem."""
    level, wide = rng.uniform(0.45, 0.7), rng.uniform(0.35, 0.6)
    over = wide + rng.uniform(0.08, 0.2)
    corner = curve(shaken(rng, [(rng.uniform(0.05, 0.25), 0.0), (0.0, level)], _SHAKE / 2))
    knot = [(0.0, level), (wide * 0.8, level), (over, level - 0.12), (wide + 0.05, rng.uniform(0.1, 0.35))]
    stem = [(wide, level), (wide - rng.uniform(0.0, 0.1), 1.0)]
    return leaning(rng, [np.concatenate([corner, curve(shaken(rng, [*knot, *stem], _SHAKE / 2))])], -0.05, 0.3)


def _balloon(rng: np.random.Generator) -> Sequence[Points]:
    """A 9 in one line that begins at its foot, climbs, goes round to the right and ends at its stem."""
    level, wide, lean = rng.uniform(0.38, 0.6), rng.uniform(0.35, 0.65), rng.uniform(-0.12, 0.12)
    climb = [(lean, 1.0), (lean / 2, 0.75), (0.0, level * 0.6)]
    round_it = [(wide * 0.45, 0.0), (wide, level * rng.uniform(0.4, 0.6)), (wide * rng.uniform(0.5, 0.65), level)]
    end = (wide * rng.uniform(0.0, 0.3), level * rng.uniform(0.9, 1.02))
    return leaning(rng, [curve(shaken(rng, [*climb, *round_it, end], _SHAKE / 2))], -0.1, 0.3)


RARE: tuple[tuple[int, Artist, float], ...] = (  # as `ARTISTS`; what hardly anybody at NIST ever wrote
    (0, _struck_zero, 0.35),
    (0, _nicked_zero, 0.15),
    (1, _roof, 0.15),
    (4, _knotted_four, 0.15),
    (9, _balloon, 0.2),
)

ARTISTS: tuple[tuple[int, Artist, float], ...] = (  # digit, who draws it, share of painted digits
    (0, _zero, 0.08),
    (1, _one, 0.30),
    (4, _four, 0.20),
    (7, _seven, 0.17),
    (8, _eight, 0.10),
    (9, _nine, 0.15),
)


def unusual_digits(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Paint about `count` such digits; the same seed paints the same ones.

    Returns pictures uint8 (N, 28, 28), white ink on black, and their labels int64 (N,), digit by digit.
    """
    return _painted(ARTISTS, count, seed)


def rare_digits(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """As `unusual_digits`, paint digits that even fewer of MNIST's writers made: struck zeros, nines like balloons."""
    return _painted(RARE, count, seed)


def _painted(
    artists: Sequence[tuple[int, Artist, float]], count: int, seed: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    shares = [round(share * count) for _, _, share in artists]
    pictures = [paint(artist, much, seed) for (_, artist, _), much in zip(artists, shares, strict=True)]
    labels = np.repeat([digit for digit, _, _ in artists], shares).astype(np.int64)
    return np.concatenate(pictures) if count else np.empty((0, SIDE, SIDE), np.uint8), labels
