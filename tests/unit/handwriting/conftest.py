"""A store of drawings, and drawings to keep in it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from digitcore.handwriting.drawing import Drawing, Stroke
from digitcore.handwriting.keys import new_key, owner_of
from digitcore.handwriting.store import DrawingStore

Draw = Callable[..., Drawing]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hand" / "drawings.sqlite"


@pytest.fixture
def store(file: Path) -> DrawingStore:
    return DrawingStore(file, wait=5)


@pytest.fixture
def draw() -> Draw:
    """Makes a drawing of a label, which differs from others by `seed`."""

    def one(label: int = 7, seed: int = 0) -> Drawing:
        image = np.random.default_rng(seed).integers(0, 256, (28, 28), np.uint8)
        stroke = Stroke(22.0, ((10.0, 20.5), (30.0, 40.0 + seed)))
        return Drawing(label, image, (stroke,), run="digitnet", answer=1, confidence=0.75)

    return one


def owner() -> bytes:
    """Return a browser of its own."""
    found = owner_of(new_key())
    assert found is not None
    return found
