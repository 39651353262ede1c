"""The engine in the page reads as Python does: the same numbers from the network, the same 28x28, the same answers."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser

from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier, Reading
from digitcore.runs.record import SHIPPED
from harness.drawn import canvases
from harness.engine import EnginePage, Readings, answers_of, engine_page, read_canvases

pytestmark = pytest.mark.browser

EVERY = 4  # of MNIST's test digits one in so many; `benchmarks.page.parity` takes all
DRAWINGS = 3000
QUICK = "tiny_cnn"
SAME = 0.999  # of the drawings get the same digit or are rejected alike
HAIR = 1 / 255 / 8  # of full ink: not to be seen in 28x28


@pytest.fixture(scope="module")
def engine(chromium: Browser) -> Iterator[EnginePage]:
    with engine_page(chromium) as page:
        yield page


@pytest.mark.parametrize("run_id", SHIPPED)
def test_the_networks_numbers_are_litert_s(engine: EnginePage, run_id: str) -> None:
    classifier = DigitClassifier.load(run_id)
    images = to_network(load_mnist().test.images[::EVERY])
    logits, _ = engine.logits(classifier.run, images)
    assert np.abs(logits - classifier.logits(images)).max() < 1e-4


@pytest.fixture(scope="module")
def drawings() -> NDArray[np.uint8]:
    return canvases(DRAWINGS, seed=0)


@pytest.fixture(scope="module")
def both(engine: EnginePage, drawings: NDArray[np.uint8]) -> tuple[Readings, list[Reading | None]]:
    """What page and Python read in the same drawings with the run that is quickest to look again at doubtful ones."""
    classifier = DigitClassifier.load(QUICK)
    return engine.read(classifier.run, drawings), read_canvases(classifier, drawings)


@pytest.mark.timeout(900)  # who comes first reads all drawings, twice; half a minute where nobody else is at work
def test_drawings_get_the_digit_or_the_rejection_that_python_gives_them(
    both: tuple[Readings, list[Reading | None]],
) -> None:
    page, python = both
    same = np.array(page.answers, object) == np.array(answers_of(python), object)
    assert same.mean() >= SAME
    assert len(set(answers_of(python))) >= 11  # all digits, and what is none
    reasons = [None if reading is None else reading.reason for reading in python]
    assert np.mean([mine == theirs for mine, theirs in zip(page.reasons, reasons, strict=True)]) >= SAME


def test_drawings_become_the_28_x_28_that_python_makes_of_them(both: tuple[Readings, list[Reading | None]]) -> None:
    page, python = both
    away = [np.abs(image - reading.image).max() for image, reading in zip(page.images, python, strict=True) if reading]
    assert np.mean(np.array(away) < HAIR) >= SAME


def test_probabilities_and_likenesses_of_drawings_are_pythons(both: tuple[Readings, list[Reading | None]]) -> None:
    page, python = both
    rows = [index for index, reading in enumerate(python) if reading]
    theirs = np.array([[*reading.probabilities, reading.likeness] for reading in python if reading])
    mine = np.column_stack([page.probabilities, page.likenesses])[rows]
    assert np.mean(np.abs(mine - theirs).max(axis=1) < 1e-3) >= SAME


@pytest.mark.parametrize("run_id", [run_id for run_id in SHIPPED if run_id != QUICK])
def test_every_network_reads_drawings_alike(engine: EnginePage, drawings: NDArray[np.uint8], run_id: str) -> None:
    classifier = DigitClassifier.load(run_id)
    chosen = drawings[::15]
    assert engine.read(classifier.run, chosen).answers == answers_of(read_canvases(classifier, chosen))
