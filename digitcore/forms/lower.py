"""The forms of 0 to 4, as strokes: x to the right, y down, from 0 at the top to about 1 at the baseline."""

from collections.abc import Sequence

import numpy as np

from digitcore.forms.pen import line
from digitcore.training.synthetic.strokes import Points

Rng = np.random.Generator


def _ring(rng: Rng) -> tuple[Points, float]:
    """Return an oval begun and ended at the top, and how wide it is."""
    wide, over = rng.uniform(0.55, 0.8), rng.uniform(-0.02, 0.06)
    side = wide / 2
    left = [(side, 0.0), (side * 0.3, 0.13), (0.0, 0.5), (side * 0.3, 0.88), (side, 1.0)]
    right = [(side * 1.7, 0.87), (wide, 0.5), (side * 1.7, 0.13), (side - over, over / 3)]
    return line([*left, *right]), wide


def zero(rng: Rng) -> Sequence[Points]:
    return [_ring(rng)[0]]


def slashed_zero(rng: Rng) -> Sequence[Points]:
    """A stroke from the lower left to the upper right, within the oval or a little beyond it."""
    ring, wide = _ring(rng)
    out = rng.uniform(-0.04, 0.1)
    return [ring, line([(wide * 0.1 - out, 0.85 + out), (wide * 0.9 + out, 0.15 - out)])]


def back_slashed_zero(rng: Rng) -> Sequence[Points]:
    ring, wide = _ring(rng)
    out = rng.uniform(-0.04, 0.06)
    return [ring, line([(wide * 0.1 - out, 0.15 - out), (wide * 0.9 + out, 0.85 + out)])]


def dotted_zero(rng: Rng) -> Sequence[Points]:
    ring, wide = _ring(rng)
    at = np.array([wide / 2, 0.5]) + rng.normal(0.0, 0.02, 2)
    return [ring, line([at, at + rng.uniform(-0.02, 0.02, 2)])]


def upright_barred_zero(rng: Rng) -> Sequence[Points]:
    """An upright stroke from within the oval's top to its bottom, or a little beyond both."""
    ring, wide = _ring(rng)
    out = rng.uniform(-0.15, 0.06)
    return [ring, line([(wide / 2, -out), (wide / 2, 1 + out)])]


def ticked_zero(rng: Rng) -> Sequence[Points]:
    """A short stroke through the oval's upper right alone."""
    ring, wide = _ring(rng)
    long = rng.uniform(0.1, 0.16)
    return [ring, line([(wide * 0.86 - long, 0.2 + long), (wide * 0.86 + long, 0.2 - long)])]


def looped_zero(rng: Rng) -> Sequence[Points]:
    """An oval that ends in a small loop at its top, as a written O does."""
    wide, loop = rng.uniform(0.6, 0.8), rng.uniform(0.1, 0.18)
    side = wide / 2
    oval = [(side, 0.04), (0.06, 0.25), (0.0, 0.6), (side, 1.0), (wide, 0.6), (wide * 0.85, 0.2), (side * 1.1, 0.05)]
    curl = [(side * 0.75, 0.05 + loop / 2), (side, 0.05 + loop), (side * 1.4, 0.05 + loop * 0.6), (wide * 1.1, -0.02)]
    return [line([*oval, *curl])]


def bare_one(rng: Rng) -> Sequence[Points]:
    return [line([(0.0, 0.0), (rng.uniform(-0.03, 0.03), 0.5), (0.0, 1.0)])]


def _flag(rng: Rng, low: tuple[float, float], out: tuple[float, float]) -> tuple[Points, float]:
    """Return a 1 with an upstroke that begins so low and so far out to the left, and where its stem ends."""
    foot = rng.uniform(-0.05, 0.05)
    start = -rng.uniform(*out), rng.uniform(*low)
    sagging = start[0] / 2, start[1] / 2 + rng.uniform(-0.02, 0.04)
    return line([start, sagging, (0.0, 0.0)], [(0.0, 0.0), (foot / 2, 0.5), (foot, 1.0)]), foot


def flagged_one(rng: Rng) -> Sequence[Points]:
    return [_flag(rng, (0.15, 0.3), (0.14, 0.3))[0]]


def upstroke_one(rng: Rng) -> Sequence[Points]:
    """An upstroke that begins at half the height or lower, now and then on the baseline."""
    return [_flag(rng, (0.45, 0.95), (0.3, 0.5))[0]]


def footed_one(rng: Rng) -> Sequence[Points]:
    stem, foot = _flag(rng, (0.15, 0.35), (0.15, 0.32))
    half, tilt = rng.uniform(0.16, 0.32), rng.uniform(-0.03, 0.03)
    return [stem, line([(foot - half, 1.0 + tilt), (foot + half, 1.0 - tilt)])]


def _swan(rng: Rng) -> list[tuple[float, float]]:
    """Return a 2 from its start down to its corner at the lower left."""
    start = 0.04, rng.uniform(0.18, 0.32)
    return [start, (0.15, 0.05), (0.36, 0.0), (0.6, 0.1), (0.62, 0.32), (0.36, 0.66), (0.0, 1.0)]


def two(rng: Rng) -> Sequence[Points]:
    return [line(_swan(rng), [(0.0, 1.0), (0.35, 0.99), (rng.uniform(0.6, 0.8), 1.0)])]


def looped_two(rng: Rng) -> Sequence[Points]:
    """A 2 whose corner is a loop, from which the foot leaves in a wave."""
    high, wide = rng.uniform(0.1, 0.24), rng.uniform(0.1, 0.2)
    loop = [(0.1, 0.92), (0.0, 0.98 - high / 2), (wide, 0.93 - high / 2), (0.38, 0.98), (rng.uniform(0.65, 0.8), 0.9)]
    return [line([*_swan(rng)[:-1], *loop])]


def wavy_two(rng: Rng) -> Sequence[Points]:
    """A 2 with a foot that swings up and down again."""
    rise = rng.uniform(0.06, 0.14)
    foot = [(0.0, 1.0), (0.16, 1.0 - rise), (0.42, 0.98), (0.6, 1.0), (0.76, 1.0 - rise)]
    return [line(_swan(rng), foot)]


def angular_two(rng: Rng) -> Sequence[Points]:
    """A 2 of straight lines, as a Z is written."""
    wide = rng.uniform(0.5, 0.7)
    return [
        line(
            [(0.0, rng.uniform(0.0, 0.12)), (wide * 0.5, 0.0), (wide, 0.03)],
            [(wide, 0.03), (wide * 0.55, 0.5), (0.0, 1.0)],
            [(0.0, 1.0), (wide * 1.1, rng.uniform(0.95, 1.02))],
        )
    ]


def _belly(rng: Rng, top: tuple[float, float]) -> list[tuple[float, float]]:
    """Return the lower bow of a 3, from `top` round to the left."""
    return [top, (0.55, 0.5), (0.62, 0.72), (0.36, 1.0), (0.02, rng.uniform(0.82, 0.92))]


def three(rng: Rng) -> Sequence[Points]:
    upper = [(0.05, rng.uniform(0.1, 0.2)), (0.3, 0.0), (0.55, 0.14), (0.48, 0.36), (0.24, 0.45)]
    return [line(upper, _belly(rng, (0.24, 0.45)))]


def flat_three(rng: Rng) -> Sequence[Points]:
    """A bar, a slanting stroke back to the middle, and a bow."""
    wide, middle = rng.uniform(0.5, 0.62), (rng.uniform(0.18, 0.3), rng.uniform(0.38, 0.46))
    return [line([(0.0, rng.uniform(0.0, 0.05)), (wide, 0.0)], [(wide, 0.0), middle], _belly(rng, middle))]


def looped_three(rng: Rng) -> Sequence[Points]:
    """Two bows with a small loop between them."""
    out, high = rng.uniform(0.12, 0.2), rng.uniform(0.07, 0.11)
    upper = [(0.05, 0.15), (0.3, 0.0), (0.54, 0.16), (0.4, 0.4)]
    loop = [(0.28 - out / 2, 0.47), (0.2 - out / 2, 0.47 - high), (0.32, 0.43)]
    return [line([*upper, *loop, *_belly(rng, (0.34, 0.43))[1:]])]


def open_four(rng: Rng) -> Sequence[Points]:
    """Down, across, and a second stroke that crosses the first and reaches about as high as its start, or less."""
    level, top = rng.uniform(0.48, 0.68), rng.uniform(0.05, 0.2)
    right = rng.uniform(0.42, 0.56)
    first = line(
        [(top, 0.0), (top / 2, level / 2), (0.0, level)], [(0.0, level), (right + rng.uniform(0.1, 0.22), level)]
    )
    return [first, line([(right + rng.uniform(-0.03, 0.05), rng.uniform(0.0, 0.3)), (right, 1.0)])]


def closed_four(rng: Rng) -> Sequence[Points]:
    """A triangle that meets the stem at its top."""
    level, right = rng.uniform(0.58, 0.74), rng.uniform(0.4, 0.55)
    slope = line([(right, 0.0), (0.0, level)], [(0.0, level), (right + rng.uniform(0.1, 0.25), level)])
    return [slope, line([(right, rng.uniform(-0.03, 0.04)), (right, 1.0)])]


def lightning_four(rng: Rng) -> Sequence[Points]:
    """Down, across and down again, without lifting the pen and without a crossing."""
    level, right = rng.uniform(0.48, 0.62), rng.uniform(0.42, 0.55)
    end = right - rng.uniform(0.0, 0.1), 1.0
    top = rng.uniform(0.06, 0.2)
    return [line([(top, 0.0), (0.0, level)], [(0.0, level), (right, level - 0.04)], [(right, level - 0.04), end])]


def looped_four(rng: Rng) -> Sequence[Points]:
    """An open 4 in one stroke: from the bar's end a loop leads up and back through the bar."""
    level, right = rng.uniform(0.52, 0.66), rng.uniform(0.4, 0.5)
    far, high = right + rng.uniform(0.1, 0.18), rng.uniform(0.12, 0.32)
    across = [(0.0, level), (right * 0.7, level), (far, level - 0.06), (far, high + 0.1), (right + 0.06, high)]
    stem = [(right + 0.01, level), (right - 0.03, 1.0)]
    return [line([(rng.uniform(0.08, 0.2), 0.0), (0.0, level)], [*across, *stem])]
