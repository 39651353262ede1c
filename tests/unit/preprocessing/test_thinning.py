"""Thinning, beside the rules of the paper applied pixel by pixel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitcore.preprocessing.thinning import skeleton

Mask = NDArray[np.uint8]


def thinned(mask: Mask) -> Mask:
    """Thin as Guo and Hall say it (1989, algorithm A1): P2 is the northern neighbour, P3 to P9 follow clockwise."""
    line = np.pad(mask, 1)
    while True:
        before = line.copy()
        for first_half in (True, False):
            places = [(row, column) for row, column in np.argwhere(line) if _may_go(line, row, column, first_half)]
            for row, column in places:
                line[row, column] = 0
        if np.array_equal(before, line):
            return line[1:-1, 1:-1]


def _may_go(line: Mask, row: int, column: int, first_half: bool) -> bool:
    north, centre, south = line[row - 1 : row + 2, column - 1 : column + 2].astype(bool).tolist()
    p9, p2, p3 = north
    p8, _, p4 = centre
    p7, p6, p5 = south
    crossings = [not p2 and (p3 or p4), not p4 and (p5 or p6), not p6 and (p7 or p8), not p8 and (p9 or p2)]
    pairs = min(sum([p9 or p2, p3 or p4, p5 or p6, p7 or p8]), sum([p2 or p3, p4 or p5, p6 or p7, p8 or p9]))
    stays = (p6 or p7 or not p9) and p8 if first_half else (p2 or p3 or not p5) and p4
    return sum(crossings) == 1 and 2 <= pairs <= 3 and not stays


@given(seed=st.integers(0, 1_000), share=st.sampled_from([0.3, 0.6, 0.9]))
@settings(max_examples=25)
def test_every_pixel_goes_or_stays_as_the_paper_has_it(seed: int, share: float) -> None:
    mask = (np.random.default_rng(seed).random((14, 14)) < share).astype(np.uint8)
    np.testing.assert_array_equal(skeleton(mask), thinned(mask))


@pytest.mark.parametrize("upright", [False, True])
def test_a_bar_becomes_the_line_in_its_middle(upright: bool) -> None:
    bar = np.zeros((21, 61), np.uint8)
    bar[6:15, 5:56] = 1
    line = skeleton(bar.T.copy()).T if upright else skeleton(bar)
    assert np.flatnonzero(line[:, 20:40].any(axis=1)).tolist() == [10]
    assert line[10, 20:40].all()


def test_a_line_that_is_thin_already_stays_up_to_the_border() -> None:
    line = np.eye(12, dtype=np.uint8)
    np.testing.assert_array_equal(skeleton(line), line)
