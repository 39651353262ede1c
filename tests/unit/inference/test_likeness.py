"""How much a picture looks like a digit: worked by hand, and of the runs that are shipped."""

from dataclasses import replace

import numpy as np
import pytest

from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.graph import Outputs
from digitcore.inference.rejection import Rejection, inputs
from digitcore.training.synthetic.non_digits import non_digits

RNG = np.random.default_rng(3)
SCORE = Rejection(
    centre=RNG.normal(0, 1, 14).astype(np.float32),
    spread=RNG.uniform(0.5, 2, 14).astype(np.float32),
    hidden=RNG.normal(0, 0.5, (14, 5)).astype(np.float32),
    hidden_bias=np.array([1.5, -2, 0.5, 3, -1], np.float32),
    output=RNG.normal(0, 1, 5).astype(np.float32),
    output_bias=np.asarray(-0.7, np.float32),
    threshold=0.25,
)
SHIPPED_DIGITS = load_mnist().test.images[:300]


def outputs(count: int) -> Outputs:
    rng = np.random.default_rng(count)
    return Outputs(rng.normal(0, 5, (count, 10)).astype(np.float32), rng.uniform(0, 2, (count, 2)).astype(np.float32))


def test_a_likeness_is_the_answer_of_a_hidden_layer_of_rectified_units() -> None:
    made = outputs(6)
    for values, likeness in zip(inputs(made).astype(np.float64), SCORE.likeness(made), strict=True):
        standard = [
            (value - centre) / spread for value, centre, spread in zip(values, SCORE.centre, SCORE.spread, strict=True)
        ]
        within = np.clip(standard, -6, 6)  # six standard deviations
        units = [
            max(0.0, float(within @ weights) + bias)
            for weights, bias in zip(SCORE.hidden.T, SCORE.hidden_bias, strict=True)
        ]
        log_odds = float(np.dot(units, SCORE.output)) + float(SCORE.output_bias)
        assert likeness == pytest.approx(1 / (1 + np.exp(-log_odds)), abs=1e-5)


@pytest.mark.parametrize("part", ["hidden", "hidden_bias", "output", "output_bias", "centre"])
def test_every_part_of_the_score_counts(part: str) -> None:
    other = replace(SCORE, **{part: -getattr(SCORE, part)})
    assert np.abs(other.likeness(outputs(6)) - SCORE.likeness(outputs(6))).max() > 0.05


@pytest.mark.parametrize(("run_id", "least"), [("digitnet", 0.7), ("tiny_cnn", 0.45)])
def test_a_shipped_run_takes_digits_for_digits_and_few_other_drawings(run_id: str, least: float) -> None:
    classifier = DigitClassifier.load(run_id)

    def rejected_share(images: np.ndarray) -> float:
        likeness = classifier.examine(images)[1]
        assert likeness is not None
        return float(np.mean([classifier.why_rejected(each) is not None for each in likeness.tolist()]))

    assert rejected_share(SHIPPED_DIGITS) <= 0.02
    assert rejected_share(non_digits(100, 99)) >= least
