import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitcore.metrics.reliability import BINS, confidence_counts, coverage, reliability

Case = tuple[np.ndarray, np.ndarray]


def answers(*confidences_and_outcomes: tuple[float, bool]) -> Case:
    """Predictions of digit 0 with given confidences; the label is 0 where right and 1 where wrong."""
    probabilities = np.zeros((len(confidences_and_outcomes), 10), np.float32)
    for row, (confidence, _) in zip(probabilities, confidences_and_outcomes, strict=True):
        row[:] = (1 - confidence) / 9
        row[0] = confidence
    return probabilities, np.array([0 if right else 1 for _, right in confidences_and_outcomes])


def test_the_calibration_error_of_a_case_worked_by_hand() -> None:
    # bins of 1/15: 0.95 and 0.98 share (14/15, 1]; 0.50 lies in (7/15, 8/15]; 0.85 in (12/15, 13/15]
    # |0.965 - 0.5| * 2/4 + |0.50 - 1| * 1/4 + |0.85 - 0| * 1/4 = 0.2325 + 0.125 + 0.2125
    case = answers((0.95, True), (0.98, False), (0.50, True), (0.85, False))
    assert reliability(*case).error == pytest.approx(0.57)


def test_gaps_within_a_bin_cancel_and_between_bins_do_not() -> None:
    same_bin = answers((0.97, True), (0.97, True), (0.97, False))
    assert reliability(*same_bin).error == pytest.approx(0.97 - 2 / 3)
    other_bins = answers((0.55, True), (0.45, False))
    assert reliability(*other_bins).error == pytest.approx(0.45)


def test_a_bin_holds_its_upper_edge_and_not_its_lower_one() -> None:
    found = reliability(*answers((0.25, True), (0.5, True), (1.0, True)), bins=4)
    assert found.counts.tolist() == [1, 1, 0, 1]


@given(seed=st.integers(0, 10_000), count=st.integers(0, 200))
def test_bins_account_for_every_sample(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.ones(10), count).astype(np.float32).reshape(count, 10)
    labels = rng.integers(0, 10, count)
    found, counts = reliability(probabilities, labels), confidence_counts(probabilities, labels)
    assert len(found.counts) == BINS
    assert found.counts.sum() == counts.right.sum() + counts.wrong.sum() == count
    right = (probabilities.argmax(axis=1) == labels).sum()
    assert np.nansum(found.accuracy * found.counts) == pytest.approx(right)


def test_no_samples_have_no_calibration_error_and_no_coverage() -> None:
    nothing = np.zeros((0, 10), np.float32), np.zeros(0, np.int64)
    assert np.isnan(reliability(*nothing).error)
    assert len(coverage(*nothing).coverage) == 0
    assert coverage(*nothing).covering(0.5) == -1


def test_accuracy_against_coverage_takes_the_surest_first() -> None:
    found = coverage(*answers((0.9, True), (0.5, False), (0.8, True), (0.6, False)))
    assert found.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert found.accuracy.tolist() == pytest.approx([1, 1, 2 / 3, 0.5])
    assert found.threshold[found.covering(0.5)] == pytest.approx(0.8)


def test_equally_sure_answers_are_taken_together_whatever_their_order() -> None:
    found = coverage(*answers((0.9, False), (0.9, True), (0.5, True)))
    assert found.coverage.tolist() == pytest.approx([2 / 3, 1])
    assert found.accuracy.tolist() == pytest.approx([1 / 2, 2 / 3])
