import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix as sklearn_confusion
from sklearn.metrics import log_loss, precision_recall_fscore_support, top_k_accuracy_score

from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.metrics.classification import Evaluation
from digitcore.metrics.intervals import wilson_interval
from digitcore.metrics.temperature import fit_temperature, softmax
from digitcore.runs.record import SHIPPED
from digitcore.runs.store import RunStore


@given(seed=st.integers(0, 10_000), count=st.integers(1, 300))
def test_figures_agree_with_scikit_learn(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count)
    probabilities = rng.dirichlet(np.ones(10), count).astype(np.float32)
    figures = Evaluation.of(probabilities, labels)
    expected = sklearn_confusion(labels, probabilities.argmax(axis=1), labels=range(10))
    assert np.array_equal(figures.confusion, expected)
    assert figures.accuracy == pytest.approx(np.trace(expected) / count)
    exact = probabilities.astype(np.float64)
    exact /= exact.sum(axis=1, keepdims=True)
    assert figures.loss == pytest.approx(log_loss(labels, exact, labels=range(10)), rel=1e-4, abs=1e-6)


def assert_agrees_by_digit(figures: Evaluation, labels: np.ndarray, predictions: np.ndarray) -> None:
    expected = precision_recall_fscore_support(labels, predictions, labels=range(10), zero_division=np.nan)
    ours = np.array([(digit.precision, digit.recall, digit.f1) for digit in figures.digits]).T
    assert np.allclose(ours, expected[:3], equal_nan=True)
    assert [digit.support for digit in figures.digits] == expected[3].tolist()
    occurring = np.union1d(labels, predictions)
    assert figures.macro_f1 == pytest.approx(np.mean([expected[2][digit] for digit in occurring]))


@given(seed=st.integers(0, 10_000), count=st.integers(1, 300), classes=st.integers(1, 10))
def test_figures_of_each_digit_agree_with_scikit_learn(seed: int, count: int, classes: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, count)
    probabilities = rng.dirichlet(np.ones(10), count).astype(np.float32)
    assert_agrees_by_digit(Evaluation.of(probabilities, labels), labels, probabilities.argmax(axis=1))


@pytest.mark.parametrize("run_id", SHIPPED)
def test_figures_of_real_predictions_agree_with_scikit_learn(run_id: str) -> None:
    stored = RunStore(SHIPPED_FOLDER).get(run_id).predictions()
    probabilities, labels = stored.test_probabilities, stored.test_labels.astype(np.int64)
    figures = Evaluation.of(probabilities, labels)
    assert_agrees_by_digit(figures, labels, probabilities.argmax(axis=1))
    exact = probabilities.astype(np.float64)
    assert figures.loss == pytest.approx(log_loss(labels, exact / exact.sum(axis=1, keepdims=True)), rel=1e-3)
    assert figures.top[:3].tolist() == pytest.approx(
        [top_k_accuracy_score(labels, probabilities, k=k, labels=range(10)) for k in (1, 2, 3)]
    )


@given(seed=st.integers(0, 10_000), count=st.integers(1, 100))
def test_the_first_of_the_top_shares_is_the_accuracy_even_with_ties(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities = (rng.integers(0, 3, (count, 10)) / 20).astype(np.float32)
    figures = Evaluation.of(probabilities, rng.integers(0, 10, count))
    assert figures.top[0] == pytest.approx(figures.accuracy)
    assert figures.top[-1] == 1
    assert (np.diff(figures.top) >= 0).all()


def test_a_perfect_network_has_no_errors_and_an_interval_that_ends_at_one() -> None:
    figures = Evaluation.of(np.eye(10, dtype=np.float32), np.arange(10))
    assert (figures.errors, figures.accuracy, figures.macro_f1, figures.calibration_error) == (0, 1, 1, 0)
    assert figures.interval.high == pytest.approx(1)
    assert 0.7 < figures.interval.low < 0.75  # ten right of ten say no more than that


def test_a_digit_that_is_absent_has_dashes_for_figures_and_leaves_the_mean_alone() -> None:
    figures = Evaluation.of(np.eye(10, dtype=np.float32)[[3]], np.array([3]))
    assert np.isnan([figures.digits[5].precision, figures.digits[5].recall, figures.digits[5].f1]).all()
    assert figures.macro_f1 == 1


def test_a_digit_that_is_never_said_has_no_precision_and_an_f1_of_zero() -> None:
    figures = Evaluation.of(np.eye(10, dtype=np.float32)[[3, 3]], np.array([3, 4]))
    assert np.isnan(figures.digits[4].precision)
    assert figures.digits[4].f1 == 0
    assert figures.digits[3].precision == 0.5


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    # by hand from Wilson's formula, z = 1.96; the last is the textbook's 81 of 263
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilsons(right: int, count: int, low: float, high: float) -> None:
    interval = wilson_interval(right, count)
    assert [interval.low, interval.high] == pytest.approx([low, high], abs=1e-4)


def test_no_samples_give_no_figures_and_no_warning() -> None:
    figures = Evaluation.of(np.zeros((0, 10), np.float32), np.zeros(0, np.int64))
    assert (figures.count, figures.errors) == (0, 0)
    assert np.isnan(figures.accuracy)
    assert np.isnan([figures.loss, figures.macro_f1, figures.calibration_error, figures.interval.low]).all()


def test_a_certain_and_wrong_network_has_a_large_but_finite_loss() -> None:
    probabilities = np.eye(10, dtype=np.float32)[[3]]
    assert 10 < Evaluation.of(probabilities, np.array([4])).loss < 100


def test_softmax_of_huge_logits_still_sums_to_one() -> None:
    probabilities = softmax(np.array([[1e4, 0, -1e4] + [0] * 7], np.float32))
    assert probabilities[0].tolist() == [1] + [0] * 9


@pytest.mark.parametrize("factor", [0.25, 1.0, 3.0])
def test_the_fitted_temperature_undoes_a_known_one(factor: float) -> None:
    # labels drawn from softmax(logits): by construction 1 is right for them, so `factor` is for logits * factor
    rng = np.random.default_rng(5)
    logits = rng.normal(0, 2, (20_000, 10)).astype(np.float32)
    cumulated = softmax(logits).cumsum(axis=1)
    labels = (rng.random((20_000, 1)) > cumulated).sum(axis=1).clip(0, 9)
    assert fit_temperature(logits * np.float32(factor), labels) == pytest.approx(factor, rel=0.03)
