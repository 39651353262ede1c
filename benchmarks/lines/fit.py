"""Fits the weights by which groups of pieces are scored, and prints them as `digitcore/segmentation/score.py` has them.

    python -m benchmarks.lines.fit [--lines 240] [--seed 201]

Lines are made of the validation digits of the run that reads; three quarters have neighbours that touch. Every likely
cut is looked at. An averaged perceptron (Collins, 2002) then goes through seven tenths of the lines, and the others say
how well it does. The test set and the drawings of people are not touched.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.splits import stratified_split
from digitcore.inference.classifier import DigitClassifier
from digitcore.segmentation.grouping import best_grouping
from digitcore.segmentation.pieces import Piece, extent_of, find_pieces, line_height
from digitcore.segmentation.reading import alternatives
from digitcore.segmentation.score import WEIGHTS, Candidate
from harness.options import parser_for
from harness.pictures.lines import LONGEST, DrawnLine, line_of

_APART = 4  # every fourth line has no neighbours that touch
_LEARNED = 0.7  # of the lines; the others are for telling how well it does
_ROUNDS = 4
_STEP = 0.3  # of a figure's deviation, in the first round
_MARGIN = 1.0  # nats by which the right grouping is to be the best
_EXACT, _NEAR = (
    0.06,
    0.28,
)  # heights of the line by which edges may be off: of any candidate, and of one that reads right

Weights = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Example:
    """A line: its text, its pieces, all candidates, their figures (N, F), and which digit each stands for, or -1."""

    text: str
    touching: bool
    height: float
    pieces: list[Piece]
    candidates: list[Candidate]
    figures: NDArray[np.float64]
    stands_for: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Scored(Candidate):
    """A candidate with a score of our own."""

    given: float = 0.0

    @property
    def score(self) -> float:
        """What it was given."""
        return self.given


def main(arguments: list[str] | None = None) -> int:
    """Fit and print."""
    parser = parser_for("lines.fit", __doc__)
    parser.add_argument("--run", help="the run that reads; without it, the default run")
    parser.add_argument("--lines", type=int, default=240)
    parser.add_argument("--seed", type=int, default=201)
    options = parser.parse_args(arguments)
    examples = list(_examples(DigitClassifier.load(options.run), options.lines, options.seed))
    learned = round(_LEARNED * len(examples))
    weights = _perceptron(examples[:learned])
    for name, part in (("learned from", examples[:learned]), ("held out", examples[learned:])):
        for touching in (False, True):
            right = [_text(_best(each, weights), each) == each.text for each in part if each.touching == touching]
            print(f"{name}, {'touching' if touching else 'apart'}: {np.mean(right):.1%} of {len(right)} lines")
    for name, weight in zip(WEIGHTS, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    return 0


def _examples(classifier: DigitClassifier, count: int, seed: int) -> list[Example]:
    digits = load_mnist().train
    config = classifier.run.config
    held_out = stratified_split(digits.labels, config.validation_share, config.seed).validation
    rng = np.random.default_rng(seed)
    return [_example(digits, held_out, classifier, rng, number % _APART != 0) for number in range(count)]


def _example(
    digits: Dataset,
    held_out: NDArray[np.int64],
    classifier: DigitClassifier,
    rng: np.random.Generator,
    touching: bool,
) -> Example:
    chosen = rng.choice(held_out, rng.integers(2 if touching else 1, LONGEST + 1))
    text = "".join(str(label) for label in digits.labels[chosen])
    drawn = line_of(list(digits.images[chosen]), text, rng, touching=touching)
    whole = find_pieces(drawn.ink)
    height = line_height(whole)
    pieces, candidates = alternatives(whole, height, classifier, thorough=True)
    stands_for = np.array([_stands_for(each, pieces, drawn, height) for each in candidates])
    figures = np.stack([each.figures for each in candidates])
    return Example(text, touching, height, pieces, candidates, figures, stands_for)


def _stands_for(candidate: Candidate, pieces: Sequence[Piece], drawn: DrawnLine, height: float) -> int:
    edges = extent_of([pieces[each] for each in candidate.group])
    off = np.abs(drawn.places - [edges.left, edges.top, edges.right, edges.bottom]).max(axis=1)
    nearest = int(off.argmin())
    reads = int(candidate.probabilities.argmax()) == int(drawn.text[nearest])
    return nearest if off[nearest] <= (_NEAR if reads else _EXACT) * height else -1


def _perceptron(examples: Sequence[Example]) -> Weights:
    """The mean of the weights after each line, where those of a wrong grouping give way to those of the right one."""
    spread = np.concatenate([each.figures for each in examples]).std(axis=0)
    spread[spread == 0] = 1
    weights = np.array(list(WEIGHTS.values()))
    total, rng = np.zeros_like(weights), np.random.default_rng(0)
    usable = [each for each in examples if _right(each, weights) is not None]
    for turn in range(_ROUNDS):
        for position in rng.permutation(len(usable)):
            weights = weights + _STEP / (1 + turn) * _correction(usable[position], weights) / spread**2
            total += weights
    mean: Weights = total / (_ROUNDS * len(usable))
    return mean


def _correction(example: Example, weights: Weights) -> Weights:
    found, right = _best(example, weights, _MARGIN), _right(example, weights)
    if right is None or {each.group for each in found} == {each.group for each in right}:
        return np.zeros_like(weights)
    return np.sum([each.figures for each in right], axis=0) - np.sum([each.figures for each in found], axis=0)


def _best(example: Example, weights: Weights, margin: float = 0.0) -> list[Candidate]:
    scores = example.figures @ weights + margin * (example.stands_for < 0)
    return best_grouping(_scored(example, scores, np.ones(len(scores), np.bool_)), example.pieces, example.height)


def _right(example: Example, weights: Weights) -> list[Candidate] | None:
    """The best grouping of candidates that each stand for a digit; None if no such one has all digits."""
    scores = example.figures @ weights + 1_000
    meant = example.stands_for >= 0
    digit_of = {each.group: int(digit) for each, digit in zip(example.candidates, example.stands_for, strict=True)}
    try:
        found = best_grouping(_scored(example, scores, meant), example.pieces, example.height)
    except ValueError:
        return None
    complete = sorted(digit_of[each.group] for each in found) == list(range(len(example.text)))
    return found if complete else None


def _scored(example: Example, scores: NDArray[np.float64], meant: NDArray[np.bool_]) -> list[Candidate]:
    return [
        Scored(each.group, each.image, each.probabilities, each.likeness, each.figures, float(score))
        for each, score, kept in zip(example.candidates, scores, meant, strict=True)
        if kept
    ]


def _text(grouping: Sequence[Candidate], example: Example) -> str:
    def middle(candidate: Candidate) -> float:
        edges = extent_of([example.pieces[each] for each in candidate.group])
        return edges.left + edges.right

    return "".join(str(int(each.probabilities.argmax())) for each in sorted(grouping, key=middle))


if __name__ == "__main__":
    sys.exit(main())
