"""What is no digit: the score beside a network, how it is fitted, kept and asked."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from digitcore.api import train
from digitcore.base.errors import BadRun
from digitcore.base.images import to_network
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.formats import Source, read_digits
from digitcore.data.mnist import load_mnist
from digitcore.inference.batch import read_all
from digitcore.inference.classifier import NOT_A_DIGIT, DigitClassifier
from digitcore.inference.graph import Graph, Outputs
from digitcore.inference.rejection import Rejection, inputs
from digitcore.preprocessing.pipeline import prepare
from digitcore.runs.config import TrainingConfig
from digitcore.runs.record import LITERT_FILE, RECORD_FILE, REJECTION_FILE
from digitcore.runs.store import RunStore
from digitcore.training.rejection import Fitted, _descend, _mean, _start, fit_rejection
from digitcore.training.synthetic.non_digits import non_digits
from harness.files import png_of
from harness.shapes import FIVE, SIX, Strokes
from harness.strokes import render

MNIST = load_mnist()
RNG = np.random.default_rng(0)
SCRIBBLE = [RNG.uniform(0, 1, (24, 2)).tolist()]
SMALL = Rejection(
    centre=np.zeros(14, np.float32),
    spread=np.ones(14, np.float32),
    hidden=np.full((14, 3), 0.1, np.float32),
    hidden_bias=np.zeros(3, np.float32),
    output=np.ones(3, np.float32),
    output_bias=np.float32(-1) * np.ones((), np.float32),
    threshold=0.25,
)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph((SHIPPED_FOLDER / "digitnet" / LITERT_FILE).read_bytes())


@pytest.fixture(scope="module")
def quick_graph() -> Graph:
    return Graph((SHIPPED_FOLDER / "dense" / LITERT_FILE).read_bytes())


@pytest.fixture(scope="module")
def fitted(graph: Graph) -> Fitted:
    return fit_rejection(graph, MNIST.train.images[:2000], seed=5, thoroughly=True)


@pytest.fixture
def own_with_score(own_digitnet: Path, fitted: Fitted) -> Path:
    """A copy of the default run that has this very score."""
    fitted.rejection.save(own_digitnet / REJECTION_FILE)
    return own_digitnet


def outputs(count: int) -> Outputs:
    rng = np.random.default_rng(count)
    return Outputs(rng.normal(0, 5, (count, 10)).astype(np.float32), rng.uniform(0, 2, (count, 2)).astype(np.float32))


def test_the_inputs_are_features_sorted_logits_energy_and_entropy() -> None:
    made = outputs(4)
    values = inputs(made)
    powers = np.exp(made.logits.astype(np.float64))
    shares = powers / powers.sum(axis=1, keepdims=True)
    assert values.shape == (4, 2 + 10 + 2)
    assert values.dtype == np.float32
    assert np.array_equal(values[:, :2], made.features)
    assert np.array_equal(values[:, 2:12], -np.sort(-made.logits, axis=1))
    assert values[:, 12] == pytest.approx(np.log(powers.sum(axis=1)), rel=1e-5)
    assert values[:, 13] == pytest.approx(-(shares * np.log(shares)).sum(axis=1), abs=1e-5)


def test_a_likeness_lies_between_0_and_1_however_far_out_the_outputs() -> None:
    ordinary = outputs(50)
    for scale in (1, 1e4, 1e20):
        far = Outputs(np.float32(scale) * ordinary.logits, np.float32(scale) * ordinary.features)
        likeness = SMALL.likeness(far)
        assert (likeness.shape, likeness.dtype.name) == ((50,), "float32")
        assert likeness.min() >= 0
        assert likeness.max() <= 1


def test_a_score_is_the_same_when_it_has_been_kept(tmp_path: Path) -> None:
    SMALL.save(tmp_path / REJECTION_FILE)
    kept = Rejection.load(tmp_path / REJECTION_FILE)
    assert kept.threshold == 0.25
    assert np.array_equal(kept.likeness(outputs(20)), SMALL.likeness(outputs(20)))


@pytest.mark.parametrize(
    "change",
    [{"centre": np.zeros(13, np.float32)}, {"output": np.zeros(4, np.float32)}, {"spread": np.full(14, np.nan)}],
    ids=["inputs", "neurons", "not a number"],
)
def test_parts_that_do_not_fit_are_no_score(tmp_path: Path, change: dict[str, np.ndarray]) -> None:
    replace(SMALL, **change).save(tmp_path / REJECTION_FILE)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="do not fit together"):
        Rejection.load(tmp_path / REJECTION_FILE)


def test_the_same_graph_digits_and_seed_give_the_same_score(quick_graph: Graph) -> None:
    first, again = (fit_rejection(quick_graph, MNIST.train.images[:2000], seed=5) for _ in range(2))
    some = quick_graph.outputs(to_network(MNIST.test.images[:50]))
    assert np.array_equal(again.rejection.likeness(some), first.rejection.likeness(some))
    assert (again.rejection.threshold, again.rejected) == (first.rejection.threshold, first.rejected)


def random_weights(rng: np.random.Generator) -> list[np.ndarray]:
    """Four scores of 14 inputs, whose biases are not 0."""
    return [rng.normal(0, 0.5, each.shape).astype(np.float32) for each in _start(14, rng, 4)]


def test_a_score_is_the_mean_of_four_in_one() -> None:
    weights, made = random_weights(np.random.default_rng(2)), outputs(30)
    scale = np.full(14, 0.5), np.full(14, 3.0)
    mean = _mean(*scale, [tf.Variable(each) for each in weights])
    each = [_mean(*scale, [tf.Variable(part[k : k + 1]) for part in weights]).log_odds(made) for k in range(4)]
    assert mean.hidden.shape == (14, 4 * weights[0].shape[2])
    assert mean.output_bias.shape == ()
    assert np.ptp(each, axis=0).max() > 1
    assert mean.log_odds(made) == pytest.approx(np.mean(each, axis=0), abs=1e-5)


def test_none_of_the_four_learns_from_the_others() -> None:
    rng = np.random.default_rng(6)
    start, values = random_weights(rng), rng.normal(0, 1, (50, 14)).astype(np.float32)
    wanted, order = (values[:, 0] > 0).astype(np.float32), rng.integers(50, size=(30, 4, 8))
    together, alone = ([tf.Variable(part[:scores]) for part in start] for scores in (4, 1))
    _descend(together, tf.constant(values), tf.constant(wanted), tf.constant(order))
    _descend(alone, tf.constant(values), tf.constant(wanted), tf.constant(order[:, :1]))
    for learned, same, begun in zip(together, alone, start, strict=True):
        assert learned[:1].numpy() == pytest.approx(same.numpy(), abs=1e-5)
        assert np.abs(learned.numpy() - begun).reshape(4, -1).max(axis=1).min() > 1e-3


def test_digits_are_accepted_and_other_drawings_are_rejected(graph: Graph, fitted: Fitted) -> None:
    def rejected_share(images: np.ndarray) -> float:
        likeness = fitted.rejection.likeness(graph.outputs(to_network(images)))
        return float((likeness < fitted.rejection.threshold).mean())

    assert 0 < fitted.rejected <= 0.0075
    assert rejected_share(MNIST.test.images[:2000]) <= 0.02
    assert rejected_share(non_digits(200, 99)) >= 0.5


def test_a_score_of_a_handful_of_digits_can_be_fitted(quick_graph: Graph) -> None:
    for count in (1, 10):
        assert 0 <= fit_rejection(quick_graph, MNIST.train.images[:count], seed=0).rejection.threshold <= 1


def test_a_score_is_small(fitted: Fitted, tmp_path: Path) -> None:
    fitted.rejection.save(tmp_path / REJECTION_FILE)
    assert (tmp_path / REJECTION_FILE).stat().st_size < 60_000


def test_a_training_leaves_a_score_that_reads_and_says_what_it_costs(empty_store: RunStore) -> None:
    run = train(TrainingConfig(network="fast_cnn", epochs=1, train_size=300, validation_share=0.01))
    assert (run.folder / REJECTION_FILE).stat().st_size < 60_000
    assert run.rejected is not None
    assert 0 <= run.rejected <= 0.0075
    reading = DigitClassifier.load(run).read(render(FIVE))
    assert reading.likeness is not None
    assert 0 <= reading.likeness <= 1


def test_a_scribble_is_rejected_and_keeps_its_probabilities(own_with_score: Path) -> None:
    reading = DigitClassifier.load().read(render(SCRIBBLE, pen=10))
    assert (reading.is_digit, reading.digit, reading.reason) == (False, None, NOT_A_DIGIT)
    assert NOT_A_DIGIT.startswith("This doesn't look like a digit")
    assert reading.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert reading.likeness is not None


@pytest.mark.parametrize(("digit", "path"), [(5, FIVE), (6, SIX)])
def test_a_drawn_digit_is_read(own_with_score: Path, digit: int, path: Strokes) -> None:
    classifier = DigitClassifier.load()
    reading = classifier.read(render(path))
    assert (reading.is_digit, reading.digit, reading.reason) == (True, digit, None)
    assert np.array_equal(reading.probabilities, classifier.predict_proba(reading.image)[0])


def test_a_plain_gate_speaks_first(own_with_score: Path) -> None:
    beside = render([[(0, 0), (0, 9)], [(9, 0), (9, 9)], [(18, 0), (18, 9)]])
    reading = DigitClassifier.load().read(beside)
    assert reading.reason == prepare(beside).why_rejected is not None
    assert reading.is_digit is False


def test_a_run_without_a_score_has_the_plain_gates_alone(own_digitnet: Path) -> None:
    (own_digitnet / REJECTION_FILE).unlink(missing_ok=True)
    classifier = DigitClassifier.load()
    reading = classifier.read(render(SCRIBBLE, pen=10))
    assert (reading.is_digit, reading.likeness) == (True, None)
    assert classifier.read(np.pad(np.full((30, 30), 255, np.uint8), 40)).is_digit is False


def test_a_record_from_before_there_was_a_score_can_be_read(empty_store: RunStore, own_digitnet: Path) -> None:
    record = (own_digitnet / RECORD_FILE).read_text()
    values = {name: value for name, value in json.loads(record).items() if name not in ("refused", "rejected")}
    (own_digitnet / RECORD_FILE).write_text(json.dumps(values))
    assert empty_store.get("digitnet").rejected is None


@pytest.mark.parametrize("damage", ["cut short", "text", "of another network"])
def test_a_damaged_score_is_reported(own_with_score: Path, damage: str) -> None:
    file = own_with_score / REJECTION_FILE
    whole = file.read_bytes()
    file.write_bytes({"cut short": whole[: len(whole) // 2], "text": b"not an archive"}.get(damage, whole))
    if damage == "of another network":
        SMALL.save(file)
    with pytest.raises(BadRun, match=r"'digitnet' has a damaged rejection\.npz"):
        DigitClassifier.load("digitnet")


def test_a_picture_that_is_not_a_digit_is_rejected_among_others_and_still_gets_an_answer(own_with_score: Path) -> None:
    contents = {"digit.png": png_of(MNIST.test.images[0]), "scribble.png": png_of(render(SCRIBBLE, pen=10))}
    sources = [Source.of_bytes(name, content) for name, content in contents.items()]
    result = read_all(DigitClassifier.load(), read_digits(sources))
    assert [result.note(position) for position in range(2)] == [None, NOT_A_DIGIT]
    assert result.predictions.tolist()[0] == MNIST.test.labels[0]
    assert len(result.submission().splitlines()) == 3


def test_a_record_that_says_refused_is_read_as_rejected(empty_store: RunStore, own_digitnet: Path) -> None:
    record = json.loads((own_digitnet / RECORD_FILE).read_text(encoding="utf-8"))
    earlier = {"refused" if name == "rejected" else name: value for name, value in record.items()}
    (own_digitnet / RECORD_FILE).write_text(json.dumps(earlier | {"refused": 0.005}), encoding="utf-8")
    assert empty_store.get("digitnet").rejected == 0.005
