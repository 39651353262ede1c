"""Training, augmentation and export, on small slices."""

from dataclasses import replace
from itertools import islice, pairwise

import keras
import numpy as np
import pytest
import tensorflow as tf

from digitcore.api import train
from digitcore.base.errors import BadRun, TrainingFailed
from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.engine_layers import layers_of
from digitcore.inference.graph import Graph
from digitcore.inference.rejection import Rejection
from digitcore.metrics.temperature import softmax
from digitcore.networks import NETWORKS, Conv, Network
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import BatchDone, EpochDone, EpochRow, Progress
from digitcore.runs.record import KERAS_FILE, REJECTION_FILE
from digitcore.runs.request import Request
from digitcore.runs.store import RunStore
from digitcore.training.augmentation import Bounds, augment
from digitcore.training.export import to_litert
from digitcore.training.keras_model import build, logits_with_own_statistics
from digitcore.training.observer import Observer
from digitcore.training.schedules import share_of_distortion, share_of_rate
from digitcore.training.synthetic.digits import unusual_digits
from digitcore.training.synthetic.kept import FILE, drawings, painted, strangers
from digitcore.training.synthetic.non_digits import KINDS, non_digits
from digitcore.training.train import learn
from digitcore.training.trainer import Trainer, cross_entropy, plain_cross_entropy

SMALL = TrainingConfig(network="fast_cnn", epochs=2, train_size=400, validation_share=0.01, batch_size=50, seed=3)


def curve(config: TrainingConfig) -> list[tuple[float, ...]]:
    trainer = Trainer(config, load_mnist().train)
    rows = [event.row for event in trainer.run() if isinstance(event, EpochDone)]
    return [(row.loss, row.accuracy, row.val_loss, row.val_accuracy) for row in rows]


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_the_keras_model_has_the_shapes_and_parameters_of_the_list(network: Network) -> None:
    model = build(network, seed=0)
    layers = model.layers[1:]  # the first is the input
    assert model.count_params() == network.parameters
    assert [layer.output.shape[1:] for layer in layers] == [row.output_shape for row in network.summary()]
    assert [layer.count_params() for layer in layers] == [row.parameters for row in network.summary()]


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_the_exported_graph_gives_the_logits_of_the_keras_model_and_tells_pages_its_strides(network: Network) -> None:
    model = build(network, seed=1)
    rng = np.random.default_rng(1)
    # statistics and biases as after a training: with fresh ones a wrong folding would go unseen
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([rng.uniform(0.5, 2, weight.shape) for weight in layer.get_weights()])
        else:
            layer.set_weights([weight + rng.uniform(0, 0.01, weight.shape) for weight in layer.get_weights()])
    images = to_network(load_mnist().test.images[:20])
    expected = model(images[..., np.newaxis], training=False).numpy()
    graph = to_litert(network, model)
    assert Graph(graph).logits(images) == pytest.approx(expected, rel=1e-3, abs=1e-3)
    convolutions = [(layer.stride, layer.same) for layer in layers_of(graph) if layer.kind == "conv"]
    assert convolutions == [(layer.stride, layer.same) for layer in network.layers if isinstance(layer, Conv)]


def test_the_same_seed_gives_the_same_curve_to_the_bit_and_another_does_not() -> None:
    augmented = SMALL.but(augmentation=True, network="simple_cnn", epochs=1)
    assert curve(augmented) == curve(augmented)
    assert curve(augmented) != curve(augmented.but(seed=4))


def test_sparse_and_one_hot_labels_are_the_same_loss() -> None:
    one_hot = SMALL.but(loss="categorical_crossentropy")
    for sparse_row, one_hot_row in zip(curve(SMALL), curve(one_hot), strict=True):
        assert sparse_row == pytest.approx(one_hot_row, rel=1e-3)


def test_progress_counts_every_batch_and_every_epoch_once() -> None:
    events = list(Trainer(SMALL, load_mnist().train).run())
    batches = [(event.epoch, event.batch) for event in events if isinstance(event, BatchDone)]
    assert batches == [(epoch, batch) for epoch in (1, 2) for batch in range(1, 9)]
    assert [event.row.epoch for event in events if isinstance(event, EpochDone)] == [1, 2]


@pytest.mark.parametrize("network", NETWORKS)
def test_a_loss_that_explodes_ends_the_training_with_a_reason(network: str) -> None:
    trainer = Trainer(SMALL.but(learning_rate=1e9, network=network), load_mnist().train)
    assert not [event for event in trainer.run() if isinstance(event, EpochDone)]
    assert trainer.trouble
    assert "learning rate of 1e+09 is too high" in trainer.trouble


def test_a_training_that_diverges_at_once_leaves_no_run(empty_store: RunStore) -> None:
    with pytest.raises(TrainingFailed, match=r"diverged in epoch 1.*nothing was kept"):
        train(SMALL.but(learning_rate=1e9))
    assert not empty_store.root.exists()


def test_a_finished_run_can_be_read_with_and_loaded_into_keras(empty_store: RunStore) -> None:
    seen: list[EpochRow] = []

    def see(event: Progress) -> None:
        if isinstance(event, EpochDone):
            seen.append(event.row)

    run = train(SMALL.but(name="Mine"), on_progress=see)
    assert (run.name, run.status, run.reason) == ("Mine", "finished", None)
    assert empty_store.get(run.id) == run
    assert [row.epoch for row in run.history()] == [1, 2]
    assert run.history() == tuple(seen)
    images = load_mnist().test.images[:50]
    read = DigitClassifier.load(run).logits(images)
    model = keras.models.load_model(run.folder / KERAS_FILE)
    assert read == pytest.approx(model(images[..., np.newaxis] / np.float32(255)).numpy(), rel=1e-3, abs=1e-3)


def test_ctrl_c_stops_the_training_and_keeps_a_run_that_reads(empty_store: RunStore) -> None:
    def press_ctrl_c(event: object) -> None:
        if isinstance(event, BatchDone) and (event.epoch, event.batch) == (2, 3):
            raise KeyboardInterrupt

    run = train(SMALL, on_progress=press_ctrl_c)
    assert (run.status, run.reason) == ("stopped", "Stopped by hand in epoch 2 of 2.")
    assert len(run.history()) == 1
    assert DigitClassifier.load(run).predict(load_mnist().test.images[:5]).shape == (5,)


def test_no_distortion_leaves_the_digits_alone() -> None:
    images = tf.constant(load_mnist().test.images[:5, ..., np.newaxis] / np.float32(255))
    still = augment(images, tf.constant([1, 2]), Bounds().times(0.0))
    assert still.numpy() == pytest.approx(images.numpy(), abs=1e-5)


def test_distortions_differ_by_digit_repeat_with_the_seed_and_stay_in_range() -> None:
    images = tf.repeat(tf.constant(load_mnist().test.images[:1, ..., np.newaxis] / np.float32(255)), 8, axis=0)
    first, again, other = (augment(images, tf.constant([1, step])).numpy() for step in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first[0], first[1])
    assert first.min() >= 0
    assert first.max() <= 1 + 1e-6


def test_schedules_begin_peak_and_end_where_they_should() -> None:
    one_cycle = [share_of_rate("one_cycle", step, 101) for step in range(101)]
    assert one_cycle[0] == pytest.approx(0.1)
    assert one_cycle.index(max(one_cycle)) == 30
    assert max(one_cycle) == pytest.approx(1)
    assert one_cycle[-1] == pytest.approx(0.001)
    cosine = [share_of_rate("cosine", step, 101) for step in range(101)]
    assert cosine == sorted(cosine, reverse=True)
    assert cosine[50] == pytest.approx(0.5005)
    assert share_of_rate("constant", 50, 101) == 1
    assert share_of_rate("cosine", 0, 1) == 1


def test_a_folder_that_takes_no_runs_is_found_before_training(empty_store: RunStore) -> None:
    empty_store.root.write_text("a file")
    with pytest.raises(BadRun, match="can't be written"):
        train(SMALL)


@pytest.mark.parametrize("network", ["dense", "fast_cnn"])  # with dropout, with batch normalisation
def test_a_training_resumed_from_a_checkpoint_ends_as_one_that_was_never_interrupted(network: str) -> None:
    config = SMALL.but(network=network, epochs=3, augmentation=True, optimizer="adamw", schedule="one_cycle")
    whole = Trainer(config, load_mnist().train)
    checkpoint = b""
    for event in whole.run():
        if isinstance(event, EpochDone) and event.row.epoch == 2:
            checkpoint = whole.checkpoint()
    resumed = Trainer(config, load_mnist().train)
    resumed.restore(checkpoint)
    list(resumed.run())
    assert [replace(row, seconds=0) for row in resumed.history] == [replace(row, seconds=0) for row in whole.history]
    assert resumed.best_epoch == whole.best_epoch
    assert all(map(np.array_equal, resumed.best_weights or [], whole.best_weights or []))


@pytest.mark.parametrize("checkpoint", [b"", b"PK\x03\x04 not really", "of another network"])
def test_a_checkpoint_that_does_not_fit_is_refused(checkpoint: bytes | str) -> None:
    if isinstance(checkpoint, str):
        checkpoint = Trainer(SMALL, load_mnist().train).checkpoint()
    with pytest.raises(BadRun, match="checkpoint is damaged or of another network"):
        Trainer(SMALL.but(network="dense"), load_mnist().train).restore(checkpoint)


def test_painted_digits_repeat_with_the_seed_and_look_like_mnist() -> None:
    (digits, labels), (again, _), (others, _) = unusual_digits(60, 3), unusual_digits(60, 3), unusual_digits(60, 4)
    assert np.array_equal(digits, again)
    assert not np.array_equal(digits, others)
    assert (digits.shape, digits.dtype.name, labels.dtype.name) == ((60, 28, 28), "uint8", "int64")
    assert digits[:, :2].max() == 0  # the margin that MNIST leaves
    assert set(labels.tolist()) == {0, 1, 4, 7, 8, 9}
    assert unusual_digits(0, 3)[0].shape == (0, 28, 28)


def test_the_drawings_that_are_kept_are_those_that_the_code_paints() -> None:
    made, kept = painted(lots=1), drawings(4800)
    assert np.array_equal(kept[: len(made["drawings"])], made["drawings"])
    pictures, labels = strangers(len(made["strangers"]))
    assert np.array_equal(pictures, made["strangers"])
    assert np.array_equal(labels, made["labels"])
    assert np.array_equal(drawings(5), kept[::960])
    assert np.array_equal(drawings(5000), kept)
    assert FILE.stat().st_size < 1_000_000


@pytest.mark.parametrize("kind", KINDS)
def test_painted_non_digits_repeat_with_the_seed_and_have_ink(kind: str) -> None:
    drawings, again, others = (non_digits(12, seed, [kind]) for seed in (3, 3, 4))
    assert np.array_equal(drawings, again)
    assert not np.array_equal(drawings, others)
    assert (drawings.shape, drawings.dtype.name) == ((12, 28, 28), "uint8")
    assert drawings.reshape(12, -1).max(axis=1).min() > 100
    assert non_digits(0, 3).shape == (0, 28, 28)


def test_only_the_training_part_gets_painted_drawings() -> None:
    plain, augmented, both = (
        Trainer(SMALL.but(augmentation=wanted, non_digits=doubted), load_mnist().train)
        for wanted, doubted in ((False, False), (True, False), (True, True))
    )
    assert both.batches > augmented.batches > plain.batches == 8
    for other in (augmented, both):
        assert np.array_equal(other.split.validation, plain.split.validation)


def test_a_non_digit_asks_for_a_tenth_of_everything_and_counts_for_no_accuracy() -> None:
    config = SMALL.but(non_digits=True, epochs=1)
    wanted = np.array([3, -1])
    certain = np.eye(10, dtype=np.float32)[[3, 3]] * 20
    even = np.zeros((2, 10), np.float32)
    loss_of = cross_entropy(config)
    assert loss_of(wanted, certain).numpy() == pytest.approx([0.0, 18.0], abs=1e-3)
    assert loss_of(wanted, even).numpy() == pytest.approx([np.log(10)] * 2, rel=1e-5)
    rows = [event.row for event in Trainer(config, load_mnist().train).run() if isinstance(event, EpochDone)]
    assert 0 < rows[0].accuracy <= 1


def test_digitnet_reads_unusual_digits_that_it_has_not_seen() -> None:
    digits, labels = unusual_digits(300, 12345)
    assert (DigitClassifier.load("digitnet").predict(digits) == labels).mean() > 0.97


def test_distortions_ease_off_over_the_last_quarter() -> None:
    shares = [share_of_distortion(step, 101) for step in range(101)]
    assert set(shares[:76]) == {1.0}
    assert shares[-1] == pytest.approx(0.2)
    assert all(later < earlier for earlier, later in pairwise(shares[75:]))
    assert share_of_distortion(0, 1) == 1.0


def test_augmentation_hides_a_square_of_some_digits_and_makes_pens_broader_and_finer() -> None:
    full = tf.ones((400, 28, 28, 1))
    hidden = augment(full, tf.constant([1, 2]), Bounds(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5)).numpy()
    inner = hidden[:, 2:-2, 2:-2, 0]  # beyond the edges all is black
    black = (inner == 0).sum(axis=(1, 2))
    assert 140 < np.count_nonzero(black) < 260
    assert 9 <= black[black > 0].min() <= black.max() <= 36

    digits = to_network(load_mnist().train.images[:200])[..., np.newaxis]
    pens = augment(tf.constant(digits), tf.constant([1, 2]), Bounds(0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 0.0)).numpy()
    gained = pens.sum(axis=(1, 2, 3)) / digits.sum(axis=(1, 2, 3))
    assert gained.min() < 0.8
    assert gained.max() > 1.4


def test_guesses_fit_the_weights_while_running_averages_still_lag_behind() -> None:
    trainer = Trainer(SMALL.but(network="tiny_cnn", learning_rate=8e-3, train_size=3000), load_mnist().train)
    for _ in islice(trainer.run(), 20):
        pass
    before = trainer.model.get_weights()
    guess = trainer.sample_guesses()
    now = (guess.probabilities.argmax(axis=1) == guess.labels).mean()
    lagging = (trainer.validation_logits()[trainer._sample].argmax(axis=1) == guess.labels).mean()
    assert now > 0.5 > lagging
    assert all(map(np.array_equal, before, trainer.model.get_weights()))


@pytest.mark.parametrize("network", NETWORKS)
def test_in_the_end_guesses_are_those_of_the_network_that_is_kept(network: str) -> None:
    """With running averages that have caught up, both ways of reading agree but for the spread between batches."""
    model = build(NETWORKS[network], seed=0)
    images = to_network(load_mnist().train.images[:256])[..., np.newaxis]
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            until = keras.Model(model.input, layer.input)
            mean, variance = keras.ops.moments(until(images), axes=list(range(len(layer.input.shape) - 1)))
            layer.moving_mean.assign(mean)
            layer.moving_variance.assign(variance)
    ours = np.asarray(logits_with_own_statistics(model, images)[0])
    assert np.allclose(ours, np.asarray(model(images, training=False)), atol=1e-4)


@pytest.mark.parametrize("config", [SMALL.but(label_smoothing=0.3), SMALL.but(non_digits=True)])
def test_the_curves_show_plain_cross_entropy_whatever_is_learned_from(config: TrainingConfig) -> None:
    trainer = Trainer(config.but(epochs=1), load_mnist().train)
    rows = [event.row for event in trainer.run() if isinstance(event, EpochDone)]
    labels = trainer._validation_labels
    probabilities = softmax(trainer.validation_logits())
    assert rows[0].val_loss == pytest.approx(-np.log(probabilities[np.arange(len(labels)), labels]).mean(), rel=1e-3)
    assert 0 < rows[0].loss < 3


def test_what_is_no_digit_has_no_plain_cross_entropy() -> None:
    logits = tf.constant([[5.0] + [0.0] * 9, [5.0] + [0.0] * 9])
    losses = plain_cross_entropy(tf.constant([0, -1], tf.int64), logits).numpy()
    assert losses.tolist() == pytest.approx([np.log(1 + 9 * np.exp(-5)), 0], abs=1e-6)


class _Stopping(Observer):
    def wants_to_stop(self) -> bool:
        return True


@pytest.mark.parametrize(("observer", "neurons"), [(Observer(), 64), (_Stopping(), 16)])
def test_a_run_that_takes_its_time_has_the_mean_of_four_scores_and_one_that_is_stopped_is_ready_sooner(
    observer: Observer, neurons: int, empty_store: RunStore
) -> None:
    config = TrainingConfig(network="linear", epochs=1, train_size=500, test_time_augmentation=True)
    run = learn(Request("mine", "mine", config, "2026-01-31T09:08:07+00:00"), load_mnist().train, empty_store, observer)
    assert Rejection.load(run.folder / REJECTION_FILE).hidden.shape[1] == neurons
