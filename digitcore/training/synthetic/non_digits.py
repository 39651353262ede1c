"""Drawings that are not digits, painted from scratch: scribbles, made-up characters, letters, signs.

A network that has seen only digits is as sure of a scribble as of a 3. Shown such drawings with the instruction to
favour no digit, it learns to reject them: Hendrycks, Mazeika and Dietterich, "Deep Anomaly Detection with Outlier
Exposure" (2019).
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import SIDE
from digitcore.data.mnist import load_mnist
from digitcore.training.synthetic.strokes import CANVAS, PENS, Points, as_picture, curve, ink, leaning, shaken

# left out is what can pass for a digit, such as o, u, l, Z, S, b, q, g, T, Y
LETTERS = "ACEFHKMNPRVWXacdefhkmnprvwx"
SIGNS = "+#@%*=<>^~{}$"
_FACES = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX)
_FINE = 6, 14  # px, for what would run together
_OTHER_ON_THEIR_SIDE = (2, 3, 4, 5, 7)  # a quarter turn leaves the others near to 0, 1, 6, 8 or 9


def _character(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A made-up character of two to five strokes, each beginning on an earlier one or beside it."""
    strokes: list[Points] = []
    for _ in range(int(rng.choice([2, 3, 4, 5], p=[0.2, 0.35, 0.25, 0.2]))):
        stroke = _SHAPES[int(rng.integers(len(_SHAPES)))](rng)
        if strokes and rng.random() < 0.7:
            earlier = strokes[int(rng.integers(len(strokes)))]
            knot = earlier[int(rng.integers(len(earlier)))]
            stroke = stroke - stroke[int(rng.integers(len(stroke)))] + knot
        elif strokes:
            stroke = stroke + rng.uniform(-0.5, 0.5, 2)
        strokes.append(stroke)
    slim, long = np.sort(np.ptp(np.concatenate(strokes), axis=0))
    return _inked(rng, strokes) if slim > 0.4 * long else _character(rng)  # else it may pass for a 1


def _line(rng: np.random.Generator) -> Points:
    angle = rng.choice([0.0, np.pi / 2, rng.uniform(0.0, np.pi)])
    return shaken(rng, np.outer([0.0, 0.5, 1.0], [np.cos(angle), np.sin(angle)]) * rng.uniform(0.3, 1.0), 0.02)


def _arc(rng: np.random.Generator) -> Points:
    turn = np.linspace(0.0, rng.uniform(1.5, 2 * np.pi), 9) + rng.uniform(0.0, 2 * np.pi)
    return curve(shaken(rng, np.stack([np.cos(turn), np.sin(turn)], axis=1) * rng.uniform(0.1, 0.4, 2), 0.015))


def _bend(rng: np.random.Generator) -> Points:
    return curve(rng.uniform(0.0, 0.9, (int(rng.integers(3, 6)), 2)))


def _corner(rng: np.random.Generator) -> Points:
    return rng.uniform(0.0, 0.9, (int(rng.integers(3, 5)), 2))


def _dot(rng: np.random.Generator) -> Points:
    return shaken(rng, np.zeros((2, 2)), 0.03)


_SHAPES: tuple[Callable[[np.random.Generator], Points], ...] = (_line, _line, _arc, _arc, _bend, _corner, _dot)


def _scribble(rng: np.random.Generator) -> NDArray[np.uint8]:
    """One long line that wanders, circles, winds inwards or goes to and fro."""
    way = rng.integers(4)
    steps = np.arange(int(rng.integers(10, 22)))
    if way == 0:
        line = curve(rng.uniform(0.0, 1.0, (len(steps), 2)))
    elif way == 1:
        turn = np.linspace(0.0, rng.uniform(2.6, 4.0) * 2 * np.pi, 32)
        loops = np.stack([np.cos(turn) * 0.3 + turn * rng.uniform(0.04, 0.14), np.sin(turn) * 0.3], axis=1)
        line = curve(shaken(rng, loops, 0.02))
    elif way == 2:
        turn = np.linspace(0.0, rng.uniform(2.2, 3.4) * 2 * np.pi, 40)
        line = shaken(rng, np.stack([np.cos(turn), np.sin(turn)], axis=1) * turn[:, np.newaxis] / turn[-1] * 0.5, 0.005)
    else:
        width = rng.uniform(0.2, 0.9)
        line = shaken(rng, np.stack([steps % 2 * width, steps / len(steps)], axis=1), 0.04)
        line = line if rng.random() < 0.5 else curve(line)
    angle = rng.uniform(0.0, 2 * np.pi)
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return _inked(rng, [line @ turned], _FINE)


def _letter(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A letter or a sign of a typeface, bent as a hand would bend it."""
    return _typed(rng, str(rng.choice(list(LETTERS + SIGNS if rng.random() < 0.7 else LETTERS))))


def _word(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Two or three letters or digits in a row."""
    return _typed(rng, "".join(rng.choice(list(LETTERS + "0123456789"), int(rng.integers(2, 4)))))


def _typed(rng: np.random.Generator, text: str) -> NDArray[np.uint8]:
    face, pen = _FACES[int(rng.integers(len(_FACES)))], int(rng.integers(9, 23))
    (width, height), below = cv2.getTextSize(text, face, 1.0, 1)
    scale = min(140 / width, 150 / (height + below))
    canvas = np.zeros((CANVAS, CANVAS), np.uint8)
    at = round(CANVAS / 2 - width * scale / 2), round(CANVAS / 2 + height * scale / 2)
    cv2.putText(canvas, text, at, face, scale, 255, pen, cv2.LINE_AA)
    # three corners go astray, and the rest with them
    corners = np.array([(50, 50), (190, 50), (50, 190)], np.float32)
    matrix = cv2.getAffineTransform(corners, (corners + rng.normal(0.0, 14.0, (3, 2))).astype(np.float32))
    return as_picture(np.asarray(cv2.warpAffine(canvas, matrix, (CANVAS, CANVAS)), np.uint8))


def _on_its_side(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A digit of MNIST's training part, rotated by a quarter turn."""
    return np.rot90(_digit(rng, _OTHER_ON_THEIR_SIDE), 1 if rng.random() < 0.5 else 3)


def _pair(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Two digits of MNIST's training part, side by side or over each other."""
    left, right = _digit(rng, range(10)), _digit(rng, range(10))
    apart = int(rng.integers(4, 18)) * int(rng.choice([-1, 1]))
    wide = np.zeros((SIDE, 3 * SIDE), np.uint8)
    wide[:, SIDE : 2 * SIDE] = left
    wide[:, SIDE + apart : 2 * SIDE + apart] = np.maximum(wide[:, SIDE + apart : 2 * SIDE + apart], right)
    return as_picture(np.asarray(cv2.resize(wide, None, fx=5, fy=5, interpolation=cv2.INTER_CUBIC), np.uint8))


def _digit(rng: np.random.Generator, of: Sequence[int]) -> NDArray[np.uint8]:
    data = load_mnist().train
    while True:
        at = int(rng.integers(len(data.labels)))
        if data.labels[at] in of:
            return data.images[at]


def _inked(rng: np.random.Generator, strokes: Sequence[Points], pens: tuple[int, int] = PENS) -> NDArray[np.uint8]:
    points = np.concatenate(strokes)
    size = max(np.ptp(points, axis=0).max(), 0.2)
    return ink(leaning(rng, [stroke / size for stroke in strokes], -0.1, 0.3), int(rng.integers(*pens)))


KINDS: dict[str, Callable[[np.random.Generator], NDArray[np.uint8]]] = {
    "characters": _character,
    "scribbles": _scribble,
    "letters": _letter,
    "words": _word,
    "on their side": _on_its_side,
    "pairs": _pair,
}
_SHARES = (0.45, 0.2, 0.2, 0.03, 0.05, 0.07)  # of KINDS, in their order


def non_digits(count: int, seed: int, kinds: Sequence[str] | None = None) -> NDArray[np.uint8]:
    """Paint drawings that are not digits, uint8 (count, 28, 28), white ink on black, shuffled; the same for a seed.

    `kinds` names some of `KINDS`, of which equal shares are painted; without it, all are, made-up characters most.
    """
    if not count:
        return np.empty((0, SIDE, SIDE), np.uint8)
    rng = np.random.default_rng((seed, count))
    names = list(kinds or KINDS)
    chosen = rng.choice(len(names), count, p=None if kinds else _SHARES)
    return np.stack([KINDS[names[at]](rng) for at in chosen])
