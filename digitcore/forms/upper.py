"""The forms of 5 to 9, as strokes: x to the right, y down, from 0 at the top to about 1 at the baseline."""

from collections.abc import Sequence

import numpy as np

from digitcore.forms.pen import line
from digitcore.training.synthetic.strokes import Points

Rng = np.random.Generator


def _bow(rng: Rng, start: tuple[float, float]) -> list[tuple[float, float]]:
    """Return the bow of a 5, from `start` round to the left."""
    x, y = start
    low = rng.uniform(0.85, 0.95)
    return [start, (x + 0.27, y - 0.06), (0.58, (y + 1.0) / 2 + 0.02), (0.32, 1.0), (0.0, low)]


def five(rng: Rng) -> Sequence[Points]:
    """Stem and bow, then the roof from the stem's top."""
    level, top = rng.uniform(0.38, 0.48), rng.uniform(0.06, 0.14)
    body = line([(top, 0.02), (0.05, level)], _bow(rng, (0.05, level)))
    return [body, line([(top, 0.02), (rng.uniform(0.5, 0.65), rng.uniform(-0.03, 0.04))])]


def one_stroke_five(rng: Rng) -> Sequence[Points]:
    """From the roof's right end in one line, its corners rounded, nearly an S."""
    level, right = rng.uniform(0.38, 0.46), rng.uniform(0.5, 0.62)
    roof = [(right, rng.uniform(0.0, 0.04)), (0.3, 0.02), (0.13, 0.05), (0.06, 0.2)]
    return [line([*roof, (0.05, level - 0.02), (0.15, level), *_bow(rng, (0.12, level))[1:]])]


def roof_apart_five(rng: Rng) -> Sequence[Points]:
    """The roof is a stroke of its own that doesn't reach the stem."""
    level, top = rng.uniform(0.38, 0.48), rng.uniform(0.08, 0.14)
    body = line([(top, 0.05), (0.05, level)], _bow(rng, (0.05, level)))
    left, high = top + rng.uniform(0.05, 0.14), rng.uniform(-0.06, 0.03)
    return [body, line([(left, high), (left + rng.uniform(0.3, 0.42), high - rng.uniform(-0.02, 0.06))])]


def tall_five(rng: Rng) -> Sequence[Points]:
    """A stem that rises above the roof."""
    level, roof, top = rng.uniform(0.42, 0.52), rng.uniform(0.1, 0.18), rng.uniform(0.1, 0.15)
    body = line([(top, -0.04), (0.06, level)], _bow(rng, (0.06, level)))
    return [body, line([(top - 0.02, roof), (rng.uniform(0.48, 0.6), roof - rng.uniform(0.0, 0.05))])]


def _six_bowl(high: float) -> list[tuple[float, float]]:
    """Return the bowl of a 6 from its left side round to it again, `high` being its top."""
    middle = (high + 1.0) / 2
    return [(0.0, middle), (0.1, 0.93), (0.3, 1.0), (0.54, middle + 0.03), (0.32, high), (0.06, middle - 0.02)]


def six(rng: Rng) -> Sequence[Points]:
    """A tail that bends to the right."""
    return [line([(rng.uniform(0.35, 0.5), 0.0), (0.14, 0.25), *_six_bowl(rng.uniform(0.45, 0.58))])]


def straight_six(rng: Rng) -> Sequence[Points]:
    """A long straight tail on a small bowl."""
    high, top = rng.uniform(0.58, 0.68), rng.uniform(0.18, 0.42)
    side = (high + 1.0) / 2
    return [line([(top, 0.0), (top * 0.55, side * 0.45), (0.03, side - 0.06), *_six_bowl(high)])]


def curled_six(rng: Rng) -> Sequence[Points]:
    """A tail that curls over at the top, to the right and down again."""
    hook = [(rng.uniform(0.52, 0.6), rng.uniform(0.16, 0.26)), (0.46, 0.03), (0.26, 0.02), (0.07, 0.25)]
    return [line([*hook, *_six_bowl(rng.uniform(0.46, 0.56))])]


def _roof(rng: Rng) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Return the roof and the stem of a 7, which meet at its corner."""
    right, foot = rng.uniform(0.52, 0.66), rng.uniform(0.1, 0.35)
    corner = right, rng.uniform(-0.02, 0.04)
    bend = (right + foot) / 2 + rng.uniform(-0.08, 0.0), 0.5
    return [(0.0, rng.uniform(0.0, 0.06)), corner], [corner, bend, (foot, 1.0)]


def seven(rng: Rng) -> Sequence[Points]:
    return [line(*_roof(rng))]


def _bar(rng: Rng, stem: Sequence[tuple[float, float]]) -> Points:
    (corner, _), (foot, _) = stem[0], stem[-1]
    level, half, tilt = rng.uniform(0.45, 0.62), rng.uniform(0.13, 0.26), rng.uniform(-0.05, 0.04)
    middle = corner + (foot - corner) * level
    return line([(middle - half, level - tilt), (middle + half, level + tilt)])


def barred_seven(rng: Rng) -> Sequence[Points]:
    roof, stem = _roof(rng)
    return [line(roof, stem), _bar(rng, stem)]


def hooked_seven(rng: Rng) -> Sequence[Points]:
    """A short stroke hangs from the roof's left end."""
    roof, stem = _roof(rng)
    drop = roof[0][0] + rng.uniform(-0.03, 0.02), roof[0][1] + rng.uniform(0.15, 0.3)
    return [line([drop, roof[0]], roof, stem)]


def wavy_seven(rng: Rng) -> Sequence[Points]:
    """A hook, a roof that swings, and a bar."""
    (left, high), corner = (roof := _roof(rng))[0]
    sag = rng.uniform(0.03, 0.08)
    swung = [(left, high), (0.18, high - sag / 2), (0.36, high + sag), corner]
    return [line([(left - 0.01, high + rng.uniform(0.1, 0.18)), (left, high)], swung, roof[1]), _bar(rng, roof[1])]


def eight(rng: Rng) -> Sequence[Points]:
    """In one line, which crosses itself in the middle and meets its beginning at the top."""
    wide, waist = rng.uniform(0.5, 0.62), rng.uniform(0.4, 0.5)
    low = (waist + 1.0) / 2
    down = [(wide * 0.85, 0.12), (wide * 0.45, 0.0), (wide * 0.1, waist / 2), (wide * 0.5, waist), (wide, low)]
    up = [(wide * 0.5, 1.0), (0.0, low), (wide * 0.5, waist), (wide * 0.92, waist * 0.5), (wide * 0.8, 0.08)]
    return [line([*down, *up])]


def _circle(x: float, y: float, wide: float, high: float, begin: float) -> Points:
    turn = begin - np.linspace(0.0, 2.05 * np.pi, 14)
    return line(np.stack([x + wide * np.cos(turn), y + high * np.sin(turn)], axis=1))


def two_circle_eight(rng: Rng) -> Sequence[Points]:
    """A circle on a circle, each a stroke of its own."""
    waist, begin = rng.uniform(0.42, 0.5), -np.pi / 2
    upper, lower = rng.uniform(0.2, 0.27), rng.uniform(0.24, 0.32)
    over = rng.uniform(-0.01, 0.04)  # by which they reach into each other
    side = rng.uniform(-0.04, 0.04)
    return [
        _circle(0.3, (waist + over) / 2, upper, (waist + over) / 2, begin),
        _circle(0.3 + side, (waist + 1.0) / 2, lower, (1.0 - waist) / 2, begin),
    ]


def open_eight(rng: Rng) -> Sequence[Points]:
    """In one line whose two ends stay apart at the top."""
    wide, waist, gap = rng.uniform(0.5, 0.62), rng.uniform(0.42, 0.5), rng.uniform(0.08, 0.2)
    low = (waist + 1.0) / 2
    down = [(wide * 0.72 - gap / 2, 0.02), (wide * 0.25, 0.08), (wide * 0.15, waist * 0.55), (wide * 0.5, waist)]
    up = [(wide, low), (wide * 0.5, 1.0), (0.0, low), (wide * 0.5, waist), (wide * 0.9, waist * 0.5)]
    return [line([*down, *up, (wide * 0.85 + gap / 2, 0.0)])]


def _nine_bowl(low: float) -> list[tuple[float, float]]:
    """Return the bowl of a 9, from its upper right round to it again, `low` being its bottom."""
    return [(0.52, 0.1), (0.3, 0.0), (0.04, low * 0.5), (0.24, low), (0.48, low * 0.7), (0.55, 0.1)]


def straight_nine(rng: Rng) -> Sequence[Points]:
    """A straight stem down from the bowl."""
    foot = rng.uniform(0.36, 0.55)
    bowl = _nine_bowl(rng.uniform(0.4, 0.54))
    return [line(bowl, [(0.55, 0.1), ((0.55 + foot) / 2, 0.55), (foot, 1.0)])]


def curved_nine(rng: Rng) -> Sequence[Points]:
    """A tail that bends to the left towards its end."""
    bowl = _nine_bowl(rng.uniform(0.42, 0.54))
    return [line(bowl, [(0.55, 0.1), (0.55, 0.45), (0.46, 0.75), (rng.uniform(0.12, 0.3), 1.0)])]


def g_nine(rng: Rng) -> Sequence[Points]:
    """A tail that ends in a hook to the left and up, as a written g does."""
    bowl, up = _nine_bowl(rng.uniform(0.38, 0.5)), rng.uniform(0.03, 0.13)
    hook = [(0.55, 0.1), (0.56, 0.5), (0.54, 0.82), (0.34, 1.0), (0.12, 0.97), (0.0, 0.96 - up)]
    return [line(bowl, hook)]


def balloon_nine(rng: Rng) -> Sequence[Points]:
    """In one line from the foot up the left of the bowl, round to the right and back to the stem."""
    low, lean = rng.uniform(0.42, 0.55), rng.uniform(-0.05, 0.1)
    stem = [(0.12 - lean, 1.0), (0.1 - lean / 2, 0.6), (0.08, low * 0.5)]
    bowl = [(0.28, 0.0), (0.52, low * 0.45), (0.34, low), (rng.uniform(0.1, 0.18), low * 0.95)]
    return [line([*stem, *bowl])]
