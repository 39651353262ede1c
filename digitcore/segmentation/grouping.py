"""The best way to share out pieces among digits: each piece to one digit, or left out as a dot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from digitcore.segmentation.pieces import Placed
from digitcore.segmentation.score import Candidate

DOT = 0.25  # heights of the line: what is larger is not left out
DOT_COST = 12.0  # nats for each height of the line that a left-out piece is long
STATES = 100  # of the ways to share out the pieces so far, the best are followed

_Way = tuple[float, tuple[Candidate, ...]]


def best_grouping(candidates: Sequence[Candidate], pieces: Sequence[Placed], height: float) -> list[Candidate]:
    """Return the candidates that cover every piece once with the largest sum of scores, in the order of the pieces.

    Dynamic programming over which pieces are covered, always going on with the first that is not.
    """
    beginning: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        beginning[candidate.group[0]].append(candidate)
    ways: dict[int, _Way] = {0: (0.0, ())}
    for position, piece in enumerate(pieces):
        ways = _onwards(ways, position, beginning[position], _cost_of_leaving_out(piece, height))
    return list(max(ways.values(), key=lambda way: way[0])[1])


def _onwards(
    ways: dict[int, _Way], position: int, begin: Sequence[Candidate], left_out: float | None
) -> dict[int, _Way]:
    """The best ways to cover all pieces up to `position`, by the set of pieces covered: bit i for piece i."""
    further: dict[int, _Way] = {}
    own = 1 << position
    for covered, (score, chosen) in ways.items():
        if covered & own:
            _keep(further, covered, (score, chosen))
            continue
        if left_out is not None:
            _keep(further, covered | own, (score - left_out, chosen))
        for candidate in begin:
            mask = sum(1 << each for each in candidate.group)
            if not covered & mask:
                _keep(further, covered | mask, (score + candidate.score, (*chosen, candidate)))
    best = sorted(further.items(), key=lambda way: way[1][0], reverse=True)[:STATES]
    return dict(best)


def _keep(ways: dict[int, _Way], covered: int, way: _Way) -> None:
    if covered not in ways or ways[covered][0] < way[0]:
        ways[covered] = way


def _cost_of_leaving_out(piece: Placed, height: float) -> float | None:
    longer = max(piece.right - piece.left, piece.bottom - piece.top)
    return DOT_COST * longer / height if longer <= DOT * height else None
