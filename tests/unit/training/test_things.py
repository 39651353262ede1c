"""Painted drawings of things, which are no digits."""

import numpy as np
import pytest

from digitcore.training.synthetic.things import THINGS, things


def test_the_same_seed_paints_the_same_things() -> None:
    assert np.array_equal(things(6, 1), things(6, 1))
    assert not np.array_equal(things(6, 1), things(6, 2))
    assert things(6, 1).shape == (6, 28, 28)
    assert things(0, 1).shape == (0, 28, 28)


@pytest.mark.parametrize("kind", THINGS)
def test_a_thing_is_drawn_with_more_than_one_line(kind: str) -> None:
    rng = np.random.default_rng(3)
    assert all(len(np.concatenate(THINGS[kind](rng))) >= 4 for _ in range(20))


def test_every_thing_leaves_ink_within_the_picture() -> None:
    pictures = things(40, 4)
    assert (pictures.reshape(40, -1).max(axis=1) > 200).all()
    assert pictures[:, 0].max() == pictures[:, -1].max() == 0
