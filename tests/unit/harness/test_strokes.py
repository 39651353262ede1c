"""The canvas that is painted from strokes, as a browser would have painted it."""

import numpy as np
import pytest

from harness.strokes import Drawing, render, room, sample

SLOPE = [[(10.0, 20.0), (30.0, 50.0), (50.0, 80.0)]]  # 40 wide and 60 high


def extent(picture: np.ndarray) -> tuple[int, int]:
    """Width and height of the ink, px."""
    rows, columns = np.nonzero(picture > 127)
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


@pytest.mark.parametrize("pen", [8, 28])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_path_has_the_height_asked_for_and_keeps_its_aspect(pen: int, share: float) -> None:
    width, height = extent(render(SLOPE, 280, pen, share))
    assert height - pen == pytest.approx(280 * share, abs=2)
    assert width - pen == pytest.approx(280 * share * 40 / 60, abs=2)


@pytest.mark.parametrize("pen", [4, 8, 16, 28])
def test_line_is_as_wide_as_the_pen(pen: int) -> None:
    across = render([[(0.0, 0.0), (0.0, 1.0), (0.0, 2.0)]], 280, pen)[140]
    assert across.sum() / 255 == pytest.approx(pen, abs=0.5)


def test_drawing_too_wide_for_the_canvas_is_made_smaller() -> None:
    assert extent(render([[(0.0, 0.0), (50.0, 1.0), (100.0, 0.0)]], 280, 20, 0.9))[0] == pytest.approx(280, abs=2)


def test_single_point_is_a_dot() -> None:
    assert np.abs(np.subtract(extent(render([[(5.0, 5.0)]], 280, 20)), 20)).max() <= 1


def test_offset_within_the_room_keeps_all_ink_on_the_canvas() -> None:
    x, y = room(SLOPE, 280, 16, 0.5)
    moved, centred = render(SLOPE, 280, 16, 0.5, (x, -y)), render(SLOPE, 280, 16, 0.5)
    assert moved.mean() == pytest.approx(centred.mean(), rel=0.02)
    assert moved[:2].any()
    assert moved[:, -2:].any()


def test_sample_is_the_same_every_time() -> None:
    drawings = [Drawing(str(number % 10), None, ()) for number in range(50)]
    assert sample(drawings, 7) == sample(drawings, 7)
    assert len(sample(drawings, 7)) == 7
    assert sample(drawings, None) == drawings
