"""What the page reads of strokes is what the server reads of them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.weights import weights_file
from digitcore.segmentation import read_strokes
from digitcore.segmentation.rules import rules
from digitcore.training.synthetic.digits import ARTISTS
from digitcore.ui.shared.components import FRONTEND
from harness.node import node_value
from harness.pictures.stroke_lines import stroke_line

LINES = 120
SAME = 0.995  # of the lines
READ = f"""
import {{ readFileSync }} from "node:fs";
const load = (name) => import("{FRONTEND.as_uri()}/" + name);
const {{ readWeights }} = await load("engine/weights.js");
const {{ Reader }} = await load("engine/reader.js");
const {{ LineReader }} = await load("several/line_reader.js");
const file = readFileSync(given.weights);
const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
const reader = new LineReader(new Reader(readWeights(bytes)), given.rules);
print(given.lines.map((line) => reader.read(line.map((points, at) => ({{ key: String(points), points }})))));
"""


def test_the_page_shares_out_strokes_and_reads_them_as_the_server_does(tmp_path: Path) -> None:
    classifier = DigitClassifier.load("tiny_cnn")
    weights = tmp_path / "weights"
    weights.write_bytes(weights_file(classifier.run))
    lines = [drawn(np.random.default_rng(seed)) for seed in range(LINES)]
    given = {"weights": str(weights), "rules": rules(), "lines": [[s.tolist() for s in line] for line in lines]}
    there = [
        [(each["digit"], each["strokes"]) for each in line] for line in node_value(tmp_path / "read.mjs", READ, given)
    ]
    here = [[(each.digit, list(each.strokes)) for each in read_strokes(line, classifier).digits] for line in lines]
    assert np.mean([one == other for one, other in zip(there, here, strict=True)]) >= SAME


def drawn(rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """The strokes of two to six digits, some of them in several strokes."""
    return stroke_line([ARTISTS[rng.integers(len(ARTISTS))][1](rng) for _ in range(rng.integers(2, 7))], rng)
