"""Why a picture was read as it was: what the page works out is what a slow, obvious computation comes to."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.graph import Graph
from digitcore.inference.weights import weights_file
from digitcore.runs.record import LITERT_FILE
from digitcore.takeaway.page import FRONTEND
from harness.node import node_value

PATCH, SIDE = 7, 28
DIGITS = (4, 7)  # positions in MNIST's test set: a 4 and a 9
IMPORT = f"""
import {{ readFileSync }} from "node:fs";
const load = (name) => import("{FRONTEND.as_uri()}/" + name);
const {{ smallestChange, drawn }} = await load("engine/smallest_change.js");
const {{ Occlusion }} = await load("engine/occlusion.js");
"""
EXPLAIN = """
const { readWeights } = await load("engine/weights.js");
const { Reader } = await load("engine/reader.js");
const { explain } = await load("why/explanation.js");
const file = readFileSync(given.weights);
const reader = new Reader(readWeights(file.buffer.slice(file.byteOffset, file.byteOffset + file.length)));
print(given.images.map((image) => {
    const told = [...explain(reader, Float32Array.from(image))].filter(Boolean);
    const { effects, least } = told.findLast((each) => each.effects);
    const { found, digit, runnerUp } = told.at(-1);
    const frames = found?.frames.map((frame) => ({ ...frame, image: [...frame.image] }));
    return { digit, runnerUp, least, effects: [...effects], found: found && { ...found, frames } };
}));
"""
ONE_DAB = """
const image = Float32Array.from(given.image);
const margin = (each) => each.reduce((sum, ink, at) => sum + ink * given.weights[at], -given.threshold);
const judge = { margin, accepts: (each) => margin(each) > 0 };
const steps = smallestChange(image, judge);
let step = steps.next();
while (!step.done) step = steps.next();
const all = [];
const grid = Array.from({ length: 12 }, (_, at) => 2 + 2 * at);
for (const erases of [true, false]) {
    for (const y of grid) for (const x of grid) all.push(drawn(image, { erases, dabs: [{ x, y }] }));
}
const able = all.filter((change) => change.pixels >= 3 && judge.accepts(change.image)).map(({ pixels }) => pixels);
print({ found: step.value?.pixels ?? null, able });
"""


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the page says of a few test digits with the smallest network."""
    folder = tmp_path_factory.mktemp("why")
    weights = folder / "weights"
    weights.write_bytes(weights_file(DigitClassifier.load("tiny_cnn").run))
    given = {"weights": str(weights), "images": images().reshape(len(DIGITS), -1).tolist()}
    told: list[dict[str, Any]] = node_value(folder / "why.mjs", IMPORT + EXPLAIN, given)
    return told


def images() -> NDArray[np.float32]:
    return to_network(load_mnist().test.images[list(DIGITS)]).reshape(-1, SIDE, SIDE)


def test_each_spot_matters_as_much_as_python_finds_by_blanking_out_every_patch(explained: list[dict[str, Any]]) -> None:
    classifier = DigitClassifier.load("tiny_cnn")
    for image, told in zip(images(), explained, strict=True):
        effects, least = slow_occlusion(classifier, image, told["digit"])
        assert np.abs(np.reshape(told["effects"], (SIDE, SIDE)) - effects).max() < 1e-3
        assert told["least"] == pytest.approx(least, abs=1e-3)


def slow_occlusion(
    classifier: DigitClassifier, image: NDArray[np.float32], digit: int
) -> tuple[NDArray[np.float64], float]:
    graph = Graph((classifier.run.folder / LITERT_FILE).read_bytes())
    places = [(y, x) for y in range(SIDE - PATCH + 1) for x in range(SIDE - PATCH + 1)]
    covered = np.repeat(image[None], len(places) + 1, axis=0)
    for number, (y, x) in enumerate(places):
        covered[number, y : y + PATCH, x : x + PATCH] = 0
    plain = graph.logits(covered).astype(np.float64) / classifier.run.temperature
    odds = plain[:, digit] - np.logaddexp.reduce(np.delete(plain, digit, axis=1), axis=1)
    sums, counts = np.zeros((SIDE, SIDE)), np.zeros((SIDE, SIDE))
    for number, (y, x) in enumerate(places):
        sums[y : y + PATCH, x : x + PATCH] += odds[-1] - odds[number]
        counts[y : y + PATCH, x : x + PATCH] += 1
    return sums / counts, float(1 / (1 + np.exp(-odds.min())))


def test_the_change_makes_it_another_digit_for_python_too_and_is_one_piece(explained: list[dict[str, Any]]) -> None:
    classifier = DigitClassifier.load("tiny_cnn")
    assert all(told["found"] for told in explained)
    for image, told in zip(images(), explained, strict=True):
        found = told["found"]
        first, last = (np.reshape(found["frames"][at]["image"], (SIDE, SIDE)) for at in (0, -1))
        assert np.abs(first - image).max() < 1e-6
        before, after = classifier.predict_proba(np.stack([first, last]).astype(np.float32))
        assert int(before.argmax()) == told["digit"] != found["digit"] == int(after.argmax())
        assert found["confidence"] == pytest.approx(after.max(), abs=1e-3)
        changed = np.abs(last - image) > 0.1
        assert 3 <= int(changed.sum()) == found["pixels"]
        assert ((last <= image) if found["erases"] else (last >= image)).all()
        assert cv2.connectedComponents(cv2.dilate(changed.astype(np.uint8), np.ones((3, 3))))[0] == 2


@pytest.mark.parametrize("threshold", [0.8, 2.0, 1000.0])
def test_of_single_dabs_that_do_it_the_smallest_is_found_and_else_none(tmp_path: Path, threshold: float) -> None:
    random = np.random.default_rng(0)
    image = np.zeros((SIDE, SIDE))
    image[6:22, 13:16] = 1
    weights = random.normal(0, 1, SIDE * SIDE)
    shift = float(weights @ image.ravel())
    given = {"image": image.ravel().tolist(), "weights": weights.tolist(), "threshold": shift + threshold}
    told = node_value(tmp_path / "dab.mjs", IMPORT + ONE_DAB, given)
    assert told["found"] == min(told["able"], default=None)
    assert bool(told["able"]) == (threshold < 1000)
