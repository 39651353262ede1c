"""The pen's width, on bars whose width is known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitcore.preprocessing.pen import depths, normalise_pen, pen_width
from digitcore.preprocessing.placement import boxed, centred, find_placement


def bar(width: int, height: int = 200) -> NDArray[np.uint8]:
    """An upright bar, cut out closely."""
    return np.full((height, width), 255, np.uint8)


def share(pen: float, extent: float) -> float:
    """Return a pen's width in the box of 20 px into which a drawing of that extent is fitted."""
    return 20 * pen / extent


def across(ink: NDArray[np.uint8]) -> float:
    """Return the width in px of the ink half way down, soft edges by their share."""
    return float(ink[ink.shape[0] // 2].astype(np.float64).sum()) / 255


@pytest.mark.parametrize("width", [3, 4, 9, 20])
def test_a_point_is_as_deep_as_the_edge_is_away(width: int) -> None:
    depth = depths(np.pad(bar(width, 100), 3))[50]
    inside = [min(at + 0.5, width - at - 0.5) for at in range(width)]
    assert depth[3:-3] == pytest.approx(np.array(inside), abs=0.05)
    assert (depth[:3] < 0).all()
    assert (depth[-3:] < 0).all()


@pytest.mark.parametrize("width", [4, 9, 20, 33])
def test_the_pen_is_as_wide_as_the_bar(width: int) -> None:
    assert pen_width(depths(bar(width))) == pytest.approx(width, abs=0.6)


def test_the_edge_of_the_picture_is_the_edge_of_the_ink() -> None:
    np.testing.assert_array_equal(depths(bar(9)), depths(np.pad(bar(9), 1))[1:-1, 1:-1])


@pytest.mark.parametrize("width", [24, 27, 29])
def test_a_pen_within_mnists_range_is_left_alone(width: int) -> None:
    redrawn = normalise_pen(bar(width))
    np.testing.assert_array_equal(redrawn.ink, bar(width))
    assert redrawn.before == redrawn.after == pytest.approx(width, abs=0.6)


@pytest.mark.parametrize("width", [4, 10, 20])
def test_a_thin_pen_becomes_as_wide_as_mnists_narrow_ones(width: int) -> None:
    redrawn = normalise_pen(bar(width))
    extent = 200 + redrawn.after - redrawn.before  # the ends grow as well
    assert share(redrawn.after, extent) == pytest.approx(2.3, abs=0.02)
    assert across(redrawn.ink) == pytest.approx(redrawn.after, abs=1)


@pytest.mark.parametrize(("width", "wanted"), [(31, 2.9), (33, 2.7), (40, 2.6), (60, 2.6)])
def test_a_thick_pen_becomes_thinner_the_more_the_thicker_it_is_down_to_mnists_median(
    width: int, wanted: float
) -> None:
    redrawn = normalise_pen(bar(width))
    extent = 200 + redrawn.after - redrawn.before
    assert share(redrawn.after, extent) == pytest.approx(wanted, abs=0.1)
    assert across(redrawn.ink) == pytest.approx(redrawn.after, abs=1.5)
    assert redrawn.thickest == pytest.approx(width, abs=1)


def test_a_single_pixel_is_left_alone() -> None:
    np.testing.assert_array_equal(normalise_pen(bar(1, 1)).ink, bar(1, 1))


@pytest.mark.parametrize("gap", [6, 12, 30])
def test_a_hole_is_never_closed_and_a_wide_one_lets_the_line_grow(gap: int) -> None:
    ring = np.full((200, gap + 12), 255, np.uint8)
    ring[6:-6, 6:-6] = 0
    redrawn = normalise_pen(ring).ink
    middle = redrawn[redrawn.shape[0] // 2]
    inside = middle[len(middle) // 2 - 1 : len(middle) // 2 + 1]
    assert (inside < 128).all()
    hole = np.count_nonzero(np.diff(np.flatnonzero(middle > 127)) > 1)
    assert hole == 1
    assert (redrawn > 127).sum() > (ring > 127).sum()


@pytest.mark.parametrize("shape", [(120, 30), (30, 120), (90, 60)])
def test_the_longer_side_becomes_20_px_and_the_mass_comes_to_the_middle(shape: tuple[int, int]) -> None:
    ink = np.pad(np.full(shape, 255, np.uint8), ((3, 10), (20, 4)))
    place = find_placement(ink)
    assert place.scale == pytest.approx(20 / max(shape))
    image = centred(ink, place).astype(np.float64)
    assert image.sum() == pytest.approx(np.prod(shape) * place.scale**2, rel=0.02)
    rows, columns = np.mgrid[0:28, 0:28]
    centre = ((image * rows).sum() / image.sum(), (image * columns).sum() / image.sum())
    assert centre == pytest.approx((14, 14), abs=0.02)


def test_in_its_box_a_drawing_touches_the_edges_and_its_middle_is_the_boxs() -> None:
    ink = np.zeros((140, 90), np.uint8)
    ink[10:130, 20:50] = 255
    ink[100:130, 20:80] = 255  # more of it below, to the right
    box = boxed(ink, find_placement(ink))
    assert box.shape == (20, 20)
    assert box[[0, -1]].max(axis=1).min() > 0.9
    columns = np.flatnonzero(box.max(axis=0) > 0.5)
    assert (columns[0], columns[-1]) == (5, 14)


@pytest.mark.parametrize("end", ["top", "bottom", "left", "right"])
def test_a_drawing_with_its_mass_at_one_end_goes_as_far_as_the_picture_allows(end: str) -> None:
    club = np.zeros((200, 60), np.uint8)
    club[:, 28:32] = 255
    club[150:] = 255
    turned = {"bottom": club, "top": club[::-1], "right": club.T, "left": club.T[:, ::-1]}[end]
    image = centred(np.ascontiguousarray(turned), find_placement(np.ascontiguousarray(turned)))
    far = {"bottom": image[0], "top": image[-1], "right": image[:, 0], "left": image[:, -1]}[end]
    assert far.max() > 0.1  # the thin end has come to the edge
    assert image.sum() == pytest.approx(np.count_nonzero(club) / 100, rel=0.03)  # and nothing is cut off
