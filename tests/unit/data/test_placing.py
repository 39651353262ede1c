"""Digits moved about in their pictures."""

import numpy as np
import pytest

from digitcore.data.mnist import load_mnist
from digitcore.data.placing import ANYWHERE, CENTRED, CORNER, placed

IMAGES = load_mnist().train.images[:300]


@pytest.mark.parametrize("placement", [CORNER, ANYWHERE])
def test_moving_a_digit_keeps_all_its_ink(placement: str) -> None:
    moved = placed(IMAGES, placement)
    assert np.array_equal(np.sort(moved.reshape(300, -1)), np.sort(IMAGES.reshape(300, -1)))
    boxes = [[picture[picture.any(axis=1)][:, picture.any(axis=0)].tolist() for picture in s] for s in (moved, IMAGES)]
    assert boxes[0] == boxes[1]


def test_in_the_corner_the_ink_touches_both_edges() -> None:
    moved = placed(IMAGES, CORNER)
    assert moved[:, 0].any(axis=1).all()
    assert moved[:, :, 0].any(axis=1).all()


def test_anywhere_reaches_every_edge_and_follows_the_seed() -> None:
    moved = placed(IMAGES, ANYWHERE, seed=1)
    for edge in (moved[:, 0], moved[:, -1], moved[:, :, 0], moved[:, :, -1]):
        assert 5 < edge.any(axis=1).sum() < 150
    assert np.array_equal(moved, placed(IMAGES, ANYWHERE, seed=1))
    assert not np.array_equal(moved, placed(IMAGES, ANYWHERE, seed=2))


def test_centred_digits_and_blank_pictures_stay_as_they_are() -> None:
    assert placed(IMAGES, CENTRED) is IMAGES
    blank = np.zeros((3, 28, 28), np.uint8)
    assert all(not placed(blank, placement).any() for placement in (CORNER, ANYWHERE))
    assert placed(blank[:0], ANYWHERE).shape == (0, 28, 28)
