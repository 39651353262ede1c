"""Whatever a browser sends as a drawing, what is kept is one, within bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitcore.handwriting.drawing import (
    MOST_POINTS,
    MOST_STROKES,
    Stroke,
    image_of,
    is_label,
    pack,
    run_name,
    strokes_of,
    unpack,
)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["pen", "points", "x"]), inner),
    max_leaves=20,
)


def test_strokes_come_back_to_a_tenth_of_a_pixel() -> None:
    strokes = strokes_of([{"pen": 22, "points": [[1, 2.04], [3.33, 320]]}])
    assert unpack(pack(strokes)) == (Stroke(22.0, ((1.0, 2.0), (3.3, 320.0))),)


@given(ANYTHING)
def test_whatever_comes_as_strokes_is_strokes_or_none(value: object) -> None:
    strokes = strokes_of(value)
    assert all(stroke.points for stroke in strokes)
    unpack(pack(strokes))


@given(st.binary(max_size=60))
def test_whatever_lies_in_the_file_is_strokes_or_none(content: bytes) -> None:
    unpack(content)


def test_a_long_drawing_is_thinned_and_keeps_its_ends() -> None:
    points = [[number % 320, number // 320] for number in range(50_000)]
    (stroke,) = strokes_of([{"pen": 1, "points": points}])
    assert 1_000 < len(stroke.points) <= MOST_POINTS
    assert (stroke.points[0], stroke.points[-1]) == (tuple(points[0]), tuple(points[-1]))


def test_too_many_strokes_are_none() -> None:
    assert strokes_of([{"pen": 1, "points": [[1, 1]]}] * (MOST_STROKES + 1)) == ()
    assert strokes_of([{"pen": 1, "points": [[float("nan"), 1]]}]) == ()
    assert strokes_of([{"pen": 1, "points": [[1e9, 1]]}]) == ()


def test_a_picture_is_784_bytes_with_ink() -> None:
    assert image_of(b"") is None
    assert image_of(bytes(784)) is None
    assert image_of(b"\1" * 785) is None
    image = image_of(b"\1" * 784)
    assert image is not None
    assert np.array_equal(image, np.ones((28, 28), np.uint8))


@pytest.mark.parametrize(
    ("value", "wanted"), [(0, True), (9, True), (10, False), (-1, False), (True, False), ("7", False)]
)
def test_a_label_is_a_digit(value: object, wanted: bool) -> None:
    assert is_label(value) is wanted


def test_a_run_is_a_short_text() -> None:
    assert run_name("digitnet") == "digitnet"
    assert run_name("x" * 101) is None
    assert run_name(7) is None
