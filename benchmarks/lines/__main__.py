"""How many lines of digits are read whole without error.

    python -m benchmarks.lines [--lines 1000] [--least-apart 0.97] [--least-touching 0.8] [--least-strokes 0.98]
        [--least-joined 0.9]

Lines of 1 to 8 of MNIST's test digits, of random spacing, size and slant, whose columns may overlap; a fifth of them
have neighbours that touch. Lines with a 5 in two pieces, a crossed 7 or an open 4 among the others, of which is counted
whether the digit came out as one. And lines of strokes, from `pendigits`, which is no part of the project: without it
these rows are left out. In the first one, digits stand apart; in the second, neighbours are joined by a stroke, as by a
pen that is not lifted; in the third is one digit alone, of which is counted whether it stays one.

Beside each share stands how many lines could be read whole at best: those of which the network reads each digit right
when it is handed that digit alone. Exits with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from digitcore.data.mnist import Dataset, load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.metrics.intervals import wilson_interval
from digitcore.segmentation import Line, read_line, read_strokes
from digitcore.segmentation.pieces import Piece
from digitcore.segmentation.score import image_of
from digitcore.segmentation.strokes import image_of_strokes
from harness.drawn import drawings_of, drawn_options
from harness.options import parser_for
from harness.pictures.lines import LONGEST, DrawnLine, line_of
from harness.pictures.oddities import ODDITIES, painted
from harness.pictures.stroke_lines import joined_line, stroke_line
from harness.strokes import Drawing, Points
from harness.targets import Targets

TOUCHING = 5  # every fifth line
SPEED_DIGITS = 4
SPEED_LINES = 40


@dataclass
class Row:
    """A row of the table: which lines were read whole, which could be, and what was read instead of the others."""

    name: str
    right: list[bool] = field(default_factory=list)
    possible: list[bool] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, text: str, line: Line, right: bool, possible: bool) -> None:
        """Count a line."""
        self.right.append(right)
        self.possible.append(possible)
        if not right:
            self.wrong.append(f"{text} as {line.text}")

    @property
    def share(self) -> float:
        """The share of lines read whole, in [0, 1]."""
        return float(np.mean(self.right))

    @property
    def ceiling(self) -> float:
        """The share of lines of which each digit alone is read right, in [0, 1]."""
        return float(np.mean(self.possible))


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 0, or 1 where a target is missed."""
    options = _parser().parse_args(arguments)
    classifier = DigitClassifier.load(options.run)
    rng = np.random.default_rng(options.seed)
    targets = Targets()
    test = load_mnist().test
    apart, touching = _pictures(test, options.lines, classifier, rng)
    _report(apart, options, targets, options.least_apart)
    _report(touching, options, targets, options.least_touching)
    for row in _oddities(test, options.lines // 10, classifier, rng):
        _report(row, options, targets, options.least_odd)
    drawings = drawings_of("pendigits", options)
    if drawings:
        _report(_strokes(drawings, options.lines, classifier, rng), options, targets, options.least_strokes)
        _report(_joined(drawings, options.lines, classifier, rng), options, targets, options.least_joined)
        _report(_single(drawings, options.lines, classifier, rng), options, targets, options.least_single)
    median, slow = np.percentile(_times(test, classifier, rng), (50, 90))
    print(f"{SPEED_DIGITS} digits apart: {median:.0f} ms at the median, 90 in 100 within {slow:.0f} ms")
    targets.most(float(median), options.most_ms, f"time for {SPEED_DIGITS} digits", "{:.0f} ms")
    return targets.exit_status()


def _parser() -> argparse.ArgumentParser:
    parser = parser_for("lines", __doc__)
    parser.add_argument("--run", help="the run that reads; without it, the default run")
    drawn_options(parser)
    parser.add_argument("--lines", type=int, default=1_000, help="how many lines, in pictures and in strokes")
    parser.add_argument("--seed", type=int, default=0, help="of the digits chosen and their places")
    parser.add_argument("--show", type=int, default=0, help="print so many of the lines that were misread")
    for name in ("apart", "touching", "strokes", "joined", "single", "odd"):
        parser.add_argument(f"--least-{name}", type=float, help=f"the least share of lines read whole: {name}")
    parser.add_argument("--most-ms", type=float, help="the most milliseconds for a picture of four digits")
    return parser


def _report(row: Row, options: argparse.Namespace, targets: Targets, wanted: float | None) -> None:
    chance = wilson_interval(sum(row.right), len(row.right))
    interval = f"({chance.low:.1%} to {chance.high:.1%})"
    print(f"{row.name}: {row.share:.1%} of {len(row.right):,} lines {interval}; at best {row.ceiling:.1%}", flush=True)
    for wrong in row.wrong[: options.show]:
        print(f"  {wrong}")
    targets.least(row.share, wanted, row.name, "{:.1%}")


def _pictures(test: Dataset, count: int, classifier: DigitClassifier, rng: np.random.Generator) -> tuple[Row, Row]:
    apart, touching = Row("apart"), Row("touching")
    for number in range(count):
        touch = number % TOUCHING == 0
        chosen = rng.choice(len(test), rng.integers(2 if touch else 1, LONGEST + 1), replace=False)
        text = "".join(str(label) for label in test.labels[chosen])
        drawn = line_of(list(test.images[chosen]), text, rng, touching=touch)
        line, alone = read_line(drawn.ink, classifier), _alone(drawn, classifier)
        (touching if touch else apart).add(text, line, line.text == text, alone == text)
    return apart, touching


def _alone(drawn: DrawnLine, classifier: DigitClassifier) -> str:
    return _read_alone([image_of([Piece(digit, 0, 0, 1)]) for digit in drawn.digits], classifier)


def _read_alone(images: Sequence[NDArray[np.float32]], classifier: DigitClassifier) -> str:
    return "".join(str(digit) for digit in classifier.examine(np.stack(images))[0].argmax(axis=1))


def _oddities(test: Dataset, count: int, classifier: DigitClassifier, rng: np.random.Generator) -> Iterator[Row]:
    """Lines of four, of which one is an oddity: whether there come out four, and that one is right."""
    for name, (digit, artist) in ODDITIES.items():
        row = Row(name)
        for _ in range(count):
            chosen = rng.choice(len(test), 3, replace=False)
            place = int(rng.integers(4))
            labels = np.insert(test.labels[chosen], place, digit)
            images = np.insert(test.images[chosen], place, painted(artist(rng)), axis=0)
            text = "".join(str(label) for label in labels)
            drawn = line_of(list(images), text, rng, touching=False)
            line, alone = read_line(drawn.ink, classifier), _alone(drawn, classifier)
            whole = len(line.text) == 4 and line.text[place] == str(digit)
            row.add(text, line, whole, alone[place] == str(digit))
        yield row


def _strokes(drawings: Sequence[Drawing], count: int, classifier: DigitClassifier, rng: np.random.Generator) -> Row:
    row = Row("pendigits, as strokes")
    for _ in range(count):
        chosen = [drawings[index] for index in rng.choice(len(drawings), rng.integers(1, LONGEST + 1))]
        text = "".join(drawing.label for drawing in chosen)
        strokes = stroke_line([drawing.strokes for drawing in chosen], rng)
        ends = np.cumsum([len(drawing.strokes) for drawing in chosen])[:-1]
        digits = [strokes[start:end] for start, end in zip([0, *ends], [*ends, len(strokes)], strict=True)]
        line = read_strokes(strokes, classifier)
        row.add(text, line, line.text == text, _strokes_alone(digits, classifier) == text)
    return row


def _joined(drawings: Sequence[Drawing], count: int, classifier: DigitClassifier, rng: np.random.Generator) -> Row:
    row = Row("joined by a stroke")
    for _ in range(count):
        chosen = [drawings[index] for index in rng.choice(len(drawings), rng.integers(2, LONGEST + 1))]
        text = "".join(drawing.label for drawing in chosen)
        line = read_strokes(joined_line([drawing.strokes for drawing in chosen], rng), classifier)
        alone = _strokes_alone([drawing.strokes for drawing in chosen], classifier)
        row.add(text, line, line.text == text, alone == text)
    return row


def _single(drawings: Sequence[Drawing], count: int, classifier: DigitClassifier, rng: np.random.Generator) -> Row:
    """Single digits, of which only counts whether they stay one."""
    row = Row("single digits that stay one")
    for index in rng.choice(len(drawings), min(count, len(drawings)), replace=False):
        line = read_strokes(drawings[index].strokes, classifier)
        row.add(drawings[index].label, line, len(line.digits) == 1, True)
    return row


def _strokes_alone(digits: Sequence[Sequence[Points]], classifier: DigitClassifier) -> str:
    return _read_alone([image_of_strokes(digit) for digit in digits], classifier)


def _times(test: Dataset, classifier: DigitClassifier, rng: np.random.Generator) -> list[float]:
    times = []
    for _ in range(SPEED_LINES):
        chosen = rng.choice(len(test), SPEED_DIGITS, replace=False)
        ink = line_of(list(test.images[chosen]), "", rng, touching=False).ink
        began = time.perf_counter()
        read_line(ink, classifier)
        times.append(1000 * (time.perf_counter() - began))
    return times


if __name__ == "__main__":
    sys.exit(main())
