"""Scribbles, letters and little pictures made of strokes, in other ways than those that training uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from harness.strokes import Points

_ROUND = np.linspace(0.0, 2 * np.pi, 33)
_CIRCLE = np.stack([np.cos(_ROUND), np.sin(_ROUND)], axis=1)

Corners = Sequence[tuple[float, float]]

# without those that can pass for a digit; strokes through corners, about 2 high, y pointing down
LETTERS: dict[str, Sequence[Corners]] = {
    "A": [[(-0.8, 1), (0, -1), (0.8, 1)], [(-0.4, 0.2), (0.4, 0.2)]],
    "E": [[(0.7, -1), (-0.7, -1), (-0.7, 1), (0.7, 1)], [(-0.7, 0), (0.4, 0)]],
    "F": [[(0.7, -1), (-0.7, -1), (-0.7, 1)], [(-0.7, 0), (0.4, 0)]],
    "H": [[(-0.7, -1), (-0.7, 1)], [(0.7, -1), (0.7, 1)], [(-0.7, 0), (0.7, 0)]],
    "K": [[(-0.6, -1), (-0.6, 1)], [(0.7, -1), (-0.6, 0.1), (0.7, 1)]],
    "M": [[(-0.9, 1), (-0.8, -1), (0, 0.3), (0.8, -1), (0.9, 1)]],
    "N": [[(-0.8, 1), (-0.8, -1), (0.8, 1), (0.8, -1)]],
    "R": [[(-0.7, 1), (-0.7, -1), (0.4, -0.9), (0.6, -0.5), (0.4, -0.1), (-0.6, 0)], [(-0.2, 0), (0.7, 1)]],
    "W": [[(-1, -1), (-0.5, 1), (0, -0.3), (0.5, 1), (1, -1)]],
    "X": [[(-0.8, -1), (0.8, 1)], [(0.8, -1), (-0.8, 1)]],
    "a": [[(0.5, -0.5), (-0.2, -0.7), (-0.6, 0.1), (-0.1, 0.7), (0.5, 0.1)], [(0.5, -0.7), (0.5, 0.5), (0.8, 0.7)]],
    "e": [[(-0.6, 0.1), (0.6, 0), (0.3, -0.6), (-0.3, -0.6), (-0.7, 0.1), (-0.2, 0.7), (0.6, 0.6)]],
    "h": [[(-0.6, -1), (-0.6, 1)], [(-0.6, 0.1), (0, -0.3), (0.5, 0.1), (0.5, 1)]],
    "k": [[(-0.5, -1), (-0.5, 1)], [(0.5, -0.3), (-0.5, 0.3), (0.6, 1)]],
    "m": [[(-1, 0.8), (-1, -0.4), (-0.5, -0.6), (-0.1, -0.3), (-0.1, 0.8)], [(-0.1, -0.3), (0.5, -0.6), (0.9, 0.8)]],
    "n": [[(-0.6, -0.7), (-0.6, 0.7)], [(-0.6, -0.3), (0, -0.7), (0.6, -0.3), (0.6, 0.7)]],
    "w": [[(-1, -0.6), (-0.6, 0.7), (0, -0.3), (0.6, 0.7), (1, -0.6)]],
}


def scribbles(count: int, seed: int) -> list[Sequence[Points]]:
    """Return `count` scribbles: a pen that wanders, fills an area, loops, spirals inwards or darts about."""
    rng = np.random.default_rng(seed)
    return [[_SCRIBBLES[int(rng.integers(len(_SCRIBBLES)))](rng)] for _ in range(count)]


def letters(count: int, seed: int) -> list[Sequence[Points]]:
    """Return `count` letters that nobody would take for a digit, each written a little differently."""
    rng = np.random.default_rng(seed)
    return [_by_hand(rng, LETTERS[name]) for name in rng.choice(list(LETTERS), count)]


def doodles(count: int, seed: int) -> list[Sequence[Points]]:
    """Return `count` little pictures like those that people draw to pass the time: stars, hearts, houses, faces."""
    rng = np.random.default_rng(seed)
    chosen = (_by_hand(rng, _DOODLES[int(at)]) for at in rng.integers(len(_DOODLES), size=count))
    # the pen rounds corners, but not those where it stops
    return [[np.repeat(stroke, 2, axis=0) for stroke in strokes] for strokes in chosen]


def _wander(rng: np.random.Generator) -> Points:
    """A walk whose direction turns at random."""
    heading = np.cumsum(rng.normal(0.0, 0.9, int(rng.integers(25, 60))))
    return np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=1), axis=0)


def _fill(rng: np.random.Generator) -> Points:
    """To and fro across a round or square area, as when it is to be made dark."""
    turns = int(rng.integers(7, 16))
    across = np.where(np.arange(turns) % 2, 1.0, -1.0) * rng.uniform(0.5, 1.0, turns)
    return _turned(rng, np.stack([across, np.linspace(-1.0, 1.0, turns) * rng.uniform(0.5, 1.2)], axis=1))


def _curl(rng: np.random.Generator) -> Points:
    """Loop after loop along a line."""
    loops = rng.uniform(2.6, 5.0)
    turn = np.linspace(0.0, loops * 2 * np.pi, round(16 * loops))
    forward = turn * rng.uniform(0.08, 0.2)
    return _turned(rng, np.stack([np.cos(turn) * 0.5 + forward, np.sin(turn)], axis=1) + _tremble(rng, len(turn)))


def _wind(rng: np.random.Generator) -> Points:
    """Round and round an ever smaller circle."""
    turns = rng.uniform(2.4, 4.5)
    turn = np.linspace(0.0, turns * 2 * np.pi, round(16 * turns))
    radius = np.linspace(1.0, rng.uniform(0.1, 0.5), len(turn))
    circle = np.stack([np.cos(turn), np.sin(turn) * rng.uniform(0.7, 1.0)], axis=1)
    return _turned(rng, circle * radius[:, np.newaxis] + _tremble(rng, len(turn)))


def _strike(rng: np.random.Generator) -> Points:
    """Between points anywhere, in straight lines or in bows."""
    return rng.uniform(-1.0, 1.0, (int(rng.integers(9, 20)), 2))


_SCRIBBLES: tuple[Callable[[np.random.Generator], Points], ...] = (_wander, _fill, _curl, _wind, _strike)

_DOODLES: tuple[Sequence[Corners], ...] = (
    [[(0, -1), (0.6, 0.9), (-0.95, -0.3), (0.95, -0.3), (-0.6, 0.9), (0, -1)]],  # a star
    [[(0, 1), (-0.9, 0), (-0.7, -0.8), (0, -0.3), (0.7, -0.8), (0.9, 0), (0, 1)]],  # a heart
    [
        [(-0.9, 1), (-0.9, -0.2), (0, -1), (0.9, -0.2), (0.9, 1), (-0.9, 1)],
        [(-0.2, 1), (-0.2, 0.4), (0.2, 0.4), (0.2, 1)],
    ],
    [_CIRCLE.tolist(), [(-0.4, -0.3), (-0.4, -0.2)], [(0.4, -0.3), (0.4, -0.2)], [(-0.5, 0.3), (0, 0.6), (0.5, 0.3)]],
    [[(-1, 0), (1, 0)], [(0.4, -0.6), (1, 0), (0.4, 0.6)]],  # an arrow
    [[(0, -1), (1, 1), (-1, 1), (0, -1)]],  # a triangle
    [[(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]],  # a square
    [[(-0.4, -1), (-0.4, 1)], [(0.4, -1), (0.4, 1)], [(-1, -0.4), (1, -0.4)], [(-1, 0.4), (1, 0.4)]],  # a hash
    [[(-1, 0), (1, 0)], [(-0.5, -0.9), (0.5, 0.9)], [(0.5, -0.9), (-0.5, 0.9)]],  # an asterisk
    [
        (_CIRCLE * 0.35).tolist(),
        *[(np.array([0.6, 1.0])[:, np.newaxis] * ray).tolist() for ray in _CIRCLE[:-1:4]],
    ],  # a sun
)


def _by_hand(rng: np.random.Generator, strokes: Sequence[Corners]) -> list[Points]:
    """Lean, stretch and shake a drawing, the same for all its strokes."""
    matrix = np.eye(2) + rng.normal(0.0, 0.12, (2, 2))
    return [np.asarray(stroke, np.float64) @ matrix.T + _tremble(rng, len(stroke), 0.05) for stroke in strokes]


def _turned(rng: np.random.Generator, points: Points) -> Points:
    angle = rng.uniform(0.0, 2 * np.pi)
    return points @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _tremble(rng: np.random.Generator, count: int, by: float = 0.03) -> npt.NDArray[np.float64]:
    return rng.normal(0.0, by, (count, 2))
