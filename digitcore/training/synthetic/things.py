"""Drawings of things, made up: outlines with something in them, tools, rays, nested shapes. None passes for a digit."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import SIDE
from digitcore.training.synthetic.strokes import Points, curve, ink, leaning, shaken

_PENS = 7, 17  # px, the least width and what it stays below: what lies inside is to stay apart
_SHAKE = 0.02  # of the height


def _outline(rng: np.random.Generator, corners: int) -> Points:
    """Return a closed outline about 1 high around (0, 0), with corners or, of six and more, smooth lobes.

    Never an oval, which with a line in it would be a struck 0.
    """
    turn = np.linspace(0.0, 2 * np.pi, corners, endpoint=False) + rng.uniform(0.0, 2 * np.pi)
    lobed = corners > 5
    reach = rng.uniform(0.4, 0.5, corners)
    if lobed:
        reach[::2] *= rng.uniform(0.45, 0.75)
    points = np.stack([np.cos(turn), np.sin(turn)], axis=1) * reach[:, np.newaxis] * rng.uniform(0.75, 1.0, 2)
    closed = np.concatenate([points, points[:1]])
    return curve(closed) if lobed else closed


def _mark(rng: np.random.Generator) -> Points:
    """Return something small around (0, 0): a dot, a dash, a bow, a corner or an outline."""
    kind, size = rng.integers(5), rng.uniform(0.1, 0.22)
    if kind == 0:
        return shaken(rng, np.zeros((2, 2)), 0.01)
    if kind == 4:
        return _outline(rng, int(rng.integers(3, 5))) * size * 1.5
    ends = size * np.array([[-1.0, 0.0], [0.0, 0.8 * (kind > 1)], [1.0, 0.0]])
    turn = rng.uniform(0.0, np.pi)
    turned = ends @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return curve(turned) if kind == 2 else turned


def _filled_outline(rng: np.random.Generator) -> Sequence[Points]:
    """An outline with one to four marks in it."""
    places = rng.uniform(-0.2, 0.2, (int(rng.integers(1, 5)), 2))
    return [_outline(rng, int(rng.integers(3, 9))), *(_mark(rng) + place for place in places)]


def _tool(rng: np.random.Generator) -> Sequence[Points]:
    """A handle with a head across it, on it, or branching from it, and often a foot or a knob."""
    head, wide = int(rng.integers(3)), rng.uniform(0.15, 0.35)
    strokes = [np.array([(0.0, 0.0), (0.0, 1.0)])]
    if head == 2 or rng.random() < 0.5:  # a single line with a loop on it may pass for a 6 or a 9
        thick = rng.uniform(0.08, 0.14)
        strokes = [np.array([(-thick, 0.0), (-thick, 1.0), (thick, 1.0), (thick, 0.0)])]
    if head == 0:
        strokes.append(_outline(rng, 4) * np.array([2 * wide, 0.35]))
    elif head == 1:
        strokes += [np.array([(side * wide, -0.3), (side * wide, -0.05), (0.0, 0.1)]) for side in (-1, 1)]
        strokes.append(np.array([(0.0, -0.3), (0.0, 0.1)]))
    else:
        strokes.append(_outline(rng, int(rng.integers(3, 6))) * rng.uniform(0.6, 0.9) + (0.0, -0.25))
    return _any_way_up(rng, strokes)


def _rays(rng: np.random.Generator) -> Sequence[Points]:
    """Lines from a middle to all sides, with or without an outline in it or around it."""
    count = int(rng.integers(5, 10))
    turn = np.linspace(0.0, 2 * np.pi, count, endpoint=False) + rng.normal(0.0, 0.1, count)
    rays = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    inner = rng.choice([0.0, 0.22])
    strokes = [np.array([ray * inner * 1.3, ray * rng.uniform(0.42, 0.5)]) for ray in rays]
    return [*strokes, _outline(rng, 6) * inner * 2] if inner else strokes


def _nested(rng: np.random.Generator) -> Sequence[Points]:
    """Two or three outlines, each within the last, or a grid of lines."""
    if rng.random() < 0.6:
        corners = int(rng.integers(3, 6))
        return [_outline(rng, corners) * size for size in (1.0, 0.6, 0.3)[: int(rng.integers(2, 4))]]
    lines = np.linspace(-0.5, 0.5, int(rng.integers(2, 4)))
    long = rng.uniform(0.5, 0.7)
    across = [np.array([(-long, at), (long, at)]) for at in lines]
    return [*across, *(np.array([(at, -long), (at, long)]) for at in lines)]


def _any_way_up(rng: np.random.Generator, strokes: Sequence[Points]) -> list[Points]:
    angle = rng.uniform(0.0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return [stroke @ turn for stroke in strokes]


THINGS: dict[str, Callable[[np.random.Generator], Sequence[Points]]] = {
    "outlines with something in them": _filled_outline,
    "tools": _tool,
    "rays": _rays,
    "nested shapes": _nested,
}


def things(count: int, seed: int) -> NDArray[np.uint8]:
    """Paint drawings of things, uint8 (count, 28, 28), white ink on black; the same for the same seed."""
    if not count:
        return np.empty((0, SIDE, SIDE), np.uint8)
    rng = np.random.default_rng((seed, count))
    kinds = list(THINGS.values())
    return np.stack([_painted(rng, kinds[int(rng.integers(len(kinds)))](rng)) for _ in range(count)])


def _painted(rng: np.random.Generator, strokes: Sequence[Points]) -> NDArray[np.uint8]:
    size = np.ptp(np.concatenate(strokes), axis=0).max()
    unsteady = [shaken(rng, stroke / size, _SHAKE / 2) for stroke in strokes]
    return ink(leaning(rng, unsteady, -0.1, 0.2), int(rng.integers(*_PENS)))
