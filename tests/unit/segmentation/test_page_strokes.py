"""What the page reads of strokes is what the server reads of them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitcore.handwriting.drawing import Drawing
from digitcore.handwriting.prototypes import CELL, DECIDES, Prototypes
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.weights import weights_file
from digitcore.segmentation import Digit, read_strokes
from digitcore.segmentation.joins import bridges
from digitcore.segmentation.pieces import Extent
from digitcore.segmentation.rules import rules
from digitcore.training.synthetic.digits import ARTISTS
from digitcore.ui.draw.several import answer
from digitcore.ui.shared.components import FRONTEND
from harness.node import node_value
from harness.pictures.stroke_lines import joined_line, stroke_line
from harness.shapes import TURN
from harness.strokes import Points

Beside = Callable[[Sequence[Sequence[Points]], np.random.Generator], list[Points]]

APART, JOINED = 60, 30  # lines
MOST_READINGS = 6  # for a new point of a stroke
SAME, SAME_JOINED = 0.985, 0.95  # of the lines: groupings that are nearly as good as one another may change places
READER = f"""
import {{ readFileSync }} from "node:fs";
const load = (name) => import("{FRONTEND.as_uri()}/" + name);
const {{ readWeights }} = await load("engine/weights.js");
const {{ Reader }} = await load("engine/reader.js");
const {{ LineReader }} = await load("several/line_reader.js");
const file = readFileSync(given.weights);
const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
const reader = new LineReader(new Reader(readWeights(bytes)), given.rules);
const keyed = (line) => line.map((points, at) => ({{ key: at + ":" + points.length, points }}));
const anew = () => new LineReader(reader.reader, given.rules);
"""
READ = (
    READER
    + """
const { bridges } = await load("several/joins.js");
const edges = { left: 20, top: 0, right: 60, bottom: 100 };
const cut = (points) => bridges(points, 100, [edges], given.rules).map(({ start, end }) => [start, end]);
print({ read: given.lines.map((line) => anew().read(keyed(line))), cut: given.lines.map((line) => line.map(cut)) });
"""
)
GROW = (
    READER
    + """
let read = 0;
const { readPlainly } = Reader.prototype;
reader.reader.readPlainly = (image) => (read++, readPlainly.call(reader.reader, image));
const points = given.line[0];
const costs = [];
for (let length = 1; length <= points.length; length += 3) {
  reader.read(keyed([points.slice(0, length)]), true);
  costs.push(read);
  read = 0;
}
print({ costs, last: reader.read(keyed(given.line), true), anew: anew().read(keyed(given.line), true) });
"""
)
BY_EXAMPLES = (
    READER
    + """
const { Prototypes } = await load("engine/prototypes.js");
const floats = (name) => Float32Array.from(given.examples[name]);
const examples = { ...given.examples, features: floats("features"), ink: floats("ink"), reaches: floats("reaches") };
reader.reader.prototypes = new Prototypes(examples);
print(reader.read(keyed(given.line)));
"""
)


@pytest.fixture(scope="module")
def classifier() -> DigitClassifier:
    return DigitClassifier.load("tiny_cnn")


@pytest.mark.parametrize(("beside", "count", "same"), [(stroke_line, APART, SAME), (joined_line, JOINED, SAME_JOINED)])
def test_the_page_shares_out_strokes_and_reads_them_as_the_server_does(
    classifier: DigitClassifier, tmp_path: Path, beside: Beside, count: int, same: float
) -> None:
    lines = [drawn(beside, np.random.default_rng(seed)) for seed in range(count)]
    there = in_the_page(tmp_path, classifier, READ, lines=[[s.tolist() for s in line] for line in lines])
    edges = Extent(20, 0, 60, 100)
    assert there["cut"] == [[[list(way) for way in bridges(s, 100, [edges])] for s in line] for line in lines]
    here = [[read(digit) for digit in read_strokes(line, classifier).digits] for line in lines]
    found = [[(each["digit"], each["stretches"]) for each in line] for line in there["read"]]
    assert np.mean([one == other for one, other in zip(found, here, strict=True)]) >= same


def in_the_page(folder: Path, classifier: DigitClassifier, script: str, **given: Any) -> Any:
    """What a script makes of it with the page's own reader."""
    weights = folder / "weights"
    weights.write_bytes(weights_file(classifier.run))
    return node_value(folder / "read.mjs", script, {"weights": str(weights), "rules": rules(), **given})


def test_a_stroke_that_goes_on_is_read_as_at_once_and_each_point_costs_few_readings(
    classifier: DigitClassifier, tmp_path: Path
) -> None:
    line = joined_line([[_ring()] for _ in range(3)], np.random.default_rng(2), always=True)
    found = in_the_page(tmp_path, classifier, GROW, line=[stroke.tolist() for stroke in line])
    assert found["last"] == found["anew"]
    assert [digit["digit"] for digit in found["last"]] == [0, 0, 0]
    assert np.median(found["costs"]) <= MOST_READINGS


def _ring() -> Points:
    return np.stack([-2.5 * np.sin(TURN), -5 * np.cos(TURN)], axis=1)


def test_page_and_server_read_the_digits_of_a_line_alike_by_examples(
    classifier: DigitClassifier, tmp_path: Path
) -> None:
    strokes = drawn(stroke_line, np.random.default_rng(5))
    plain = read_strokes(strokes, classifier).digits
    examples = Drawing((plain[1].digit + 1) % 10, np.rint(plain[1].image * 255).astype(np.uint8))
    taught = Prototypes.of(classifier, [examples])
    arrays = {name: getattr(taught, name).ravel().tolist() for name in ("labels", "features", "ink", "reaches")}
    given = {"version": "one", "address": "", "decides": DECIDES, "cell": CELL, **arrays}
    line = [stroke.tolist() for stroke in strokes]
    there = in_the_page(tmp_path, classifier, BY_EXAMPLES, line=line, examples=given)
    told = answer(classifier, {"number": 1, "strokes": line}, taught)
    assert told is not None
    assert [(each["digit"], each["alone"]) for each in there] == [
        (each["digit"], each["alone"]) for each in told["digits"]
    ]
    assert [each["alone"] is not None for each in there] == [at == 1 for at in range(len(plain))]


def read(digit: Digit) -> tuple[int, list[list[int]]]:
    """A digit as the page's reader tells it."""
    return digit.digit, [list(stretch) for stretch in digit.stretches]


def drawn(beside: Beside, rng: np.random.Generator) -> list[Points]:
    """The strokes of two to six digits, some of them in several strokes."""
    return beside([ARTISTS[rng.integers(len(ARTISTS))][1](rng) for _ in range(rng.integers(2, 7))], rng)
