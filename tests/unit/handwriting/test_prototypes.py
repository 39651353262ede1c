"""What was labelled is read so from then on, near it and nowhere else; page and Python follow the same rule."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.handwriting.drawing import Drawing
from digitcore.handwriting.prototypes import Prototypes, read
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.weights import weights_file
from digitcore.preprocessing.pipeline import Prepared, prepare
from digitcore.takeaway.page import FRONTEND
from harness.node import node_value

TEST = load_mnist().test
RUNS = ("digitnet", "tiny_cnn")
SEVEN = 0  # its position in the test set
MISREAD = 247  # by tiny_cnn and by people in a hurry: a 4 that looks like a 2


@pytest.fixture(scope="module", params=RUNS)
def classifier(request: pytest.FixtureRequest) -> DigitClassifier:
    return DigitClassifier.load(request.param)


def seen(position: int, angle: float = 0.0) -> Prepared:
    """Return a test digit, turned a little, as the canvas would have brought it to the network."""
    turn = cv2.getRotationMatrix2D((13.5, 13.5), angle, 1.0)
    return prepare(np.asarray(cv2.warpAffine(TEST.images[position], turn, (28, 28)), np.uint8))


def example(position: int, label: int) -> Drawing:
    return Drawing(label, np.rint(seen(position).image * 255).astype(np.uint8))


def test_what_was_labelled_is_read_so_at_once_and_drawn_again_as_well(classifier: DigitClassifier) -> None:
    taught = Prototypes.of(classifier, [example(SEVEN, 1)])
    for angle in (0.0, -3.0, 3.0):
        own = read(classifier, seen(SEVEN, angle), taught)
        assert own.reading.digit == 1
        assert own.alone is not None
        assert own.alone.digit == 7
        assert own.reading.probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert own.reading.confidence == pytest.approx(own.reading.probabilities[1])


def test_what_lies_far_from_every_example_is_read_as_without_them_bit_for_bit(classifier: DigitClassifier) -> None:
    taught = Prototypes.of(classifier, [example(SEVEN, 1)])
    zero = int(np.flatnonzero(TEST.labels == 0)[0])
    own, plain = read(classifier, seen(zero), taught), classifier.read_prepared(seen(zero))
    assert own.alone is None
    assert np.array_equal(own.reading.probabilities, plain.probabilities)


def test_without_examples_the_network_reads_as_it_did_bit_for_bit(classifier: DigitClassifier) -> None:
    plain = classifier.read_prepared(seen(SEVEN))
    for none in (None, Prototypes.of(classifier, [])):
        own = read(classifier, seen(SEVEN), none)
        assert own.alone is None
        assert np.array_equal(own.reading.probabilities, plain.probabilities)


def test_a_drawing_that_was_rejected_is_read_once_it_has_a_label(classifier: DigitClassifier) -> None:
    cross = np.zeros((160, 160), np.uint8)
    for start, end in (((30, 30), (130, 130)), ((130, 30), (30, 130)), ((30, 80), (130, 80))):
        cv2.line(cross, start, end, 255, 11)
    drawn = prepare(cross)
    assert classifier.read_prepared(drawn).digit is None
    taught = Prototypes.of(classifier, [Drawing(8, np.rint(drawn.image * 255).astype(np.uint8))])
    own = read(classifier, drawn, taught)
    assert (own.reading.digit, own.reading.is_digit, own.reading.reason) == (8, True, None)
    assert own.alone is not None
    assert own.alone.digit is None


def test_an_example_that_says_what_the_network_says_makes_no_answer_of_its_own(classifier: DigitClassifier) -> None:
    own = read(classifier, seen(SEVEN), Prototypes.of(classifier, [example(SEVEN, 7)]))
    assert own.reading.digit == 7
    assert own.alone is None


def test_the_nearest_example_of_two_counts(classifier: DigitClassifier) -> None:
    other = int(np.flatnonzero(TEST.labels == 7)[5])
    taught = Prototypes.of(classifier, [example(SEVEN, 1), example(other, 7)])
    assert read(classifier, seen(SEVEN), taught).reading.digit == 1
    assert read(classifier, seen(other), taught).reading.digit == 7


def test_twenty_examples_change_hardly_anything_of_what_was_read_right(classifier: DigitClassifier) -> None:
    train = load_mnist().train
    taught = Prototypes.of(classifier, [Drawing(int(train.labels[at]), train.images[at]) for at in range(20)])
    images = to_network(train.images[50_001:52_000:2])  # none of those that reaches are measured by
    plain, labels = classifier.predict_proba(images), train.labels[50_001:52_000:2]
    features = classifier.features(images)
    assert features is not None
    both = taught.probabilities(plain, features, images)
    assert not np.array_equal(both, plain)
    assert np.mean(both.argmax(axis=1) == labels) >= np.mean(plain.argmax(axis=1) == labels) - 0.0011


READ = f"""
import {{ readFileSync }} from "node:fs";
const load = (name) => import("{FRONTEND.as_uri()}/" + name);
const {{ readWeights }} = await load("engine/weights.js");
const {{ Reader }} = await load("engine/reader.js");
const {{ Prototypes }} = await load("engine/prototypes.js");
const {{ verdict }} = await load("draw/verdict.js");
const file = readFileSync(given.weights);
const reader = new Reader(readWeights(file.buffer.slice(file.byteOffset, file.byteOffset + file.length)));
const floats = (name) => Float32Array.from(given.examples[name]);
const examples = {{ ...given.examples, features: floats("features"), ink: floats("ink"), reaches: floats("reaches") }};
if (given.examples.labels.length) reader.prototypes = new Prototypes(examples);
print(given.images.map(({{ image, reason }}) => {{
    const reading = reader.readPrepared(Float32Array.from(image), reason);
    return {{ ...reading, image: null, words: verdict(reading) }};
}}));
"""


def page_examples(prototypes: Prototypes) -> dict[str, Any]:
    arrays = {name: getattr(prototypes, name).ravel().tolist() for name in ("labels", "features", "ink", "reaches")}
    return {"version": "one", "address": "", "decides": 0.5, "cell": 4, **arrays}


def in_the_page(folder: Path, classifier: DigitClassifier, taught: Prototypes, seen: list[Prepared]) -> list[Any]:
    """Return what the page's own reader makes of the same pictures with the same examples."""
    (folder / "weights").write_bytes(weights_file(classifier.run))
    images = [{"image": each.image.ravel().tolist(), "reason": each.why_rejected} for each in seen]
    given = {"weights": str(folder / "weights"), "images": images, "examples": page_examples(taught)}
    found: list[Any] = node_value(folder / "read.mjs", READ, given)
    return found


def test_page_and_python_read_alike_by_examples(classifier: DigitClassifier, tmp_path: Path) -> None:
    positions = range(0, 300, 5)
    labels = {at: int(TEST.labels[at] + at % 2) % 10 for at in positions}  # every other one is mislabelled
    taught = Prototypes.of(classifier, [example(at, label) for at, label in labels.items() if at % 3 == 0])
    drawn = [seen(at, angle) for at in positions for angle in (0.0, 6.0)]
    here = [read(classifier, each, taught) for each in drawn]
    there = in_the_page(tmp_path, classifier, taught, drawn)
    by_examples = [own.alone is not None for own in here]
    assert 5 < sum(by_examples) < len(drawn)
    assert [each["digit"] for each in there] == [own.reading.digit for own in here]
    assert ["alone" in each for each in there] == by_examples
    assert {each["examples"] for each in there} == {"one"}
    theirs: NDArray[np.float64] = np.array([each["probabilities"] for each in there])
    assert np.abs(theirs - np.array([own.reading.probabilities for own in here])).max() < 1e-3


def test_page_and_python_say_the_same_of_what_was_read_by_examples(tmp_path: Path) -> None:
    from digitcore.ui.draw.verdict import by_examples

    classifier = DigitClassifier.load("tiny_cnn")
    taught = Prototypes.of(classifier, [example(SEVEN, 8)])
    own = read(classifier, seen(SEVEN), taught)
    assert own.alone is not None
    words = by_examples(own.reading, own.alone)
    (there,) = in_the_page(tmp_path, classifier, taught, [seen(SEVEN)])
    assert there["words"] == {"title": words.title, "text": words.text}
    assert "By itself, the network reads a 7." in words.text
    assert "sees no digit" in by_examples(own.reading, replace(own.alone, digit=None)).text
