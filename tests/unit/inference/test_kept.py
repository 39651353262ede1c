"""What every shipped run says of some drawings is kept: its logits, its likenesses, with and without other views."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitcore.base.images import to_bytes
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import load_mnist
from digitcore.inference import test_time_augmentation
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.graph import Graph
from digitcore.inference.rejection import Rejection, inputs
from digitcore.preprocessing.pipeline import prepare
from digitcore.runs.record import LITERT_FILE, REJECTION_FILE, SHIPPED
from digitcore.runs.store import RunStore
from harness.kept import kept_arrays
from harness.pictures.doodles import doodles, letters, scribbles
from harness.shapes import DIGITS
from harness.strokes import render

KEPT = Path(__file__).with_name("kept")
HARD = (321, 582, 947, 1014, 2130, 2597, 4740, 6576)  # of MNIST's test digits: often misread


@pytest.fixture(scope="module")
def images() -> NDArray[np.uint8]:
    """Digits, plainly drawn and by people, and drawings that are none: uint8 (N, 28, 28)."""
    drawn = [render(strokes, 160, 10, 0.7) for strokes in DIGITS.values()]
    drawn += [render(strokes, 160, 10, 0.7) for make in (letters, doodles, scribbles) for strokes in make(4, seed=2)]
    seen = [to_bytes(prepare(picture).image) for picture in drawn]
    test = load_mnist().test.images
    return np.stack([*seen, *test[:6], *test[list(HARD)]])


@pytest.mark.parametrize("run_id", SHIPPED)
def test_what_a_shipped_run_says_of_a_drawing_is_what_is_kept(run_id: str, images: NDArray[np.uint8]) -> None:
    run = RunStore(SHIPPED_FOLDER).get(run_id)
    rejection = Rejection.load(run.folder / REJECTION_FILE)
    graph = Graph((run.folder / LITERT_FILE).read_bytes())
    pixels = images.astype(np.float32) / np.float32(255)
    plain, augmented = (test_time_augmentation.read(graph, pixels, rejection, augment=each) for each in (False, True))
    probabilities, likeness = DigitClassifier(run).examine(images)
    assert plain.likeness is not None
    assert augmented.likeness is not None
    assert likeness is not None
    columns = [plain.logits, plain.likeness, augmented.logits, augmented.likeness, probabilities, likeness]
    found = {
        "said": np.column_stack(columns).astype(np.float32),
        "inputs": inputs(graph.outputs(pixels))[:, -12:].astype(np.float32),
        "rejected": np.array([DigitClassifier(run).why_rejected(each) or "" for each in likeness.tolist()]),
    }
    kept = kept_arrays(KEPT / f"{run_id}.npz", found)
    np.testing.assert_allclose(found["said"], kept["said"], rtol=1e-3, atol=2e-3)
    np.testing.assert_allclose(found["inputs"], kept["inputs"], rtol=1e-3, atol=2e-3)
    assert found["rejected"].tolist() == kept["rejected"].tolist()
