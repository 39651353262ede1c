"""What the analyses find in fixed data is kept: corrupted digits, profiles, maps, trends, comments, facts."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitcore.analysis.commentary import commentary
from digitcore.analysis.corruptions import CLEAN, CORRUPTIONS
from digitcore.analysis.dataset_profile import Profile, extremes, random_positions, typicality
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.learning_curves import trend
from digitcore.analysis.projection import choose_members, pca, tsne
from digitcore.analysis.robustness import SETTINGS, Trial, measure
from digitcore.analysis.summary import facts
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.samples import digits_to_watch
from digitcore.data.splits import stratified_split
from digitcore.metrics.classification import Evaluation
from digitcore.metrics.mcnemar import compare, in_words
from digitcore.metrics.reliability import confidence_counts, coverage, reliability
from digitcore.metrics.temperature import fit_temperature
from digitcore.runs.history import BatchDone, EpochRow, best_row
from digitcore.runs.store import RunStore
from harness.kept import differences, kept_arrays, kept_text

KEPT = Path(__file__).with_name("kept")
NEAR = 2  # grey levels of 255
TEST = load_mnist().test
FEW = Dataset.of("few", TEST.images[:400].copy(), TEST.labels[:400])
SCALES = np.array([9, 3, 1, 1, 1, 1], np.float32)
ROW = EpochRow(1, 0.9, 0.5, 0.9, 0.5, 1e-3, 1.0)


def test_corrupted_digits_are_what_is_kept() -> None:
    three = Dataset.of("three", TEST.images[[0, 1, 8]].copy(), TEST.labels[[0, 1, 8]])
    trials = [Trial.of(three, *setting) for setting in SETTINGS]
    labels = [f"{each.name}, {each.route}, {each.scale}: {each.label(strength)}" for each, strength in SETTINGS]
    neutral = [f"{each.name}: {each.label(each.neutral)}" for each in (*CLEAN, *CORRUPTIONS)]
    found = {
        "images": np.stack([trial.images for trial in trials]),
        "accepted": np.stack([trial.accepted for trial in trials]),
        "labels": np.array([*labels, *neutral]),
    }
    kept = kept_arrays(KEPT / "corrupted.npz", found)
    assert found["labels"].tolist() == kept["labels"].tolist()
    assert np.array_equal(found["accepted"], kept["accepted"])
    away = np.abs(found["images"].astype(np.int16) - kept["images"].astype(np.int16)).max(axis=(1, 2, 3))
    assert [labels[place] for place in np.flatnonzero(away > NEAR)] == []


def test_progress_is_told_before_each_setting() -> None:
    told: list[tuple[float, str]] = []
    two = Dataset.of("two", TEST.images[:2].copy(), TEST.labels[:2])
    found = measure(lambda images: TEST.labels[: len(images)], two, lambda share, words: told.append((share, words)))
    shares = [share for share, _ in told]
    assert np.allclose(shares, np.arange(len(SETTINGS)) / len(SETTINGS))
    assert told[0][1] == "The network reads 2 digits as they are"
    assert told[2][1] == "The network reads 2 digits: turned, -30°"
    assert found.clean().accuracy == 1


def histories() -> Iterator[list[EpochRow]]:
    """Yield trainings on either side of every rule that judges them."""
    for factor in (1.05, 1.09, 1.11, 1.3):  # risen since the lowest, while the loss fell
        yield _rows([0.5, 0.3, 0.2, 0.1], [0.4, 0.3, 0.25, 0.25 * factor])
        yield _rows([0.5, 0.3, 0.2, 0.1, 0.05], [0.4, 0.3, 0.25, 0.25, 0.25 * factor])
        yield _rows([0.5, 0.3, 0.2, 0.25, 0.3], [0.4, 0.3, 0.25, 0.25, 0.25 * factor])
    for gain in (0.01, 0.019, 0.021, 0.05):
        yield _rows([0.5] * 8, [0.5, 0.4, 0.35, 0.32, 0.31, 0.3, 0.3, 0.3 * (1 - gain)])
        yield _rows([0.5] * 9, [0.5, 0.4, 0.35, 0.32, 0.31, 0.3, 0.3, 0.3 * (1 - gain), 0.29])
    for fallen, loss in ((0.04, 1.2), (0.06, 1.2), (0.06, 0.9), (0.5, 3.0), (0.04, 3.0)):
        rows = _rows([0.5, 0.5, loss], [0.5, 0.5, loss])
        yield [replace(row, val_accuracy=0.9 - fallen * (row.epoch == 3)) for row in rows]
    for best in (0.19, 0.2, 0.21):
        for rate in (0.03, 0.02, 0.019, 1e-4, 0.9e-4):
            yield [replace(row, val_accuracy=best, learning_rate=rate) for row in _rows([2.3, 2.3], [2.3, 2.3])]
    for spent in (0.0049, 0.0501e-1, 0.03, 0.051, 0.2):
        rows = _rows([0.5, 0.4, 0.3, 0.2], [0.5, 0.4, 0.3, 0.2])
        yield [replace(row, learning_rate=1e-3 * (spent if row.epoch == 4 else 1)) for row in rows]
    yield _rows([0.5, nan], [0.4, 0.4])
    yield _rows([0.5, 0.4], [0.4, nan])
    yield _rows([0.5], [0.4])
    yield []


def _rows(losses: list[float], val_losses: list[float]) -> list[EpochRow]:
    return [
        replace(ROW, epoch=at + 1, loss=loss, val_loss=val_loss, val_accuracy=1 - val_loss / 3)
        for at, (loss, val_loss) in enumerate(zip(losses, val_losses, strict=True))
    ]


def test_what_is_said_of_a_training_is_what_is_kept() -> None:
    found = []
    for history in histories():
        judged = trend(history)
        best = best_row(history).epoch if history else None
        found.append([judged.kind, judged.since, judged.sentence, best])
    assert differences(found, kept_text(KEPT / "trends.json", found)) == {}


def comments() -> Iterator[str]:
    confusion = 100 * np.eye(10, dtype=np.int64)
    for batch in (
        *(BatchDone(epoch, at, 100, 0.15, loss, 0.0) for epoch, at, loss in _batches()),
        *(BatchDone(1, 30, 100, accuracy, 1.0, 0.0) for accuracy in (0.1, 0.19, 0.2, 0.5)),
    ):
        yield commentary([], batch, None)
        yield commentary(_rows([0.5], [0.3]), batch, confusion)
    yield commentary([], None, None)
    for second in (0.10, 0.17, 0.18, 0.19, 0.2, 0.21, 0.22, 0.23, 0.5):
        rows = [replace(ROW, val_accuracy=0.8), replace(ROW, epoch=2, val_accuracy=1 - second)]
        for often, back in ((0, 0), (1, 0), (2, 0), (2, 1), (9, 4), (9, 5)):
            mixed = confusion.copy()
            mixed[3, 5], mixed[5, 3] = often, back
            yield commentary(rows, None, mixed)


def _batches() -> Iterator[tuple[int, int, float]]:
    for loss in (2.2, 2.7, 2.8, 5.0, nan):
        yield from ((epoch, at, loss) for epoch, at in ((1, 1), (1, 19), (1, 20), (2, 1)))


def test_what_is_said_while_it_trains_is_what_is_kept() -> None:
    found = list(comments())
    assert found == kept_text(KEPT / "comments.json", found)


def test_what_a_data_set_holds_is_what_is_kept() -> None:
    profile = Profile.of(FEW)
    two = np.flatnonzero(np.isin(FEW.labels, (3, 8)))  # of all, it would take seconds
    pair = Dataset.of("two", FEW.images[two], FEW.labels[two])
    scores = typicality(pair)
    split = stratified_split(FEW.labels, 0.3, seed=2)
    found = {
        "counts": profile.counts.tolist(),
        "means": profile.means.mean(axis=(1, 2)).tolist(),
        "variances": profile.variances.mean(axis=(1, 2)).tolist(),
        "pixels": [profile.mean, profile.deviation, profile.black, *profile.values],
        "typical": [float(f"{np.median(scores[pair.labels == digit]):.3g}") for digit in (3, 8)],
        "odd": [extremes(pair, scores, digit, 3, odd=True).tolist() for digit in (3, 8)],
        "usual": [extremes(pair, scores, digit, 2, odd=False).tolist() for digit in (3, 8)],
        "random": [random_positions(FEW, digit, 4, seed=1).tolist() for digit in (None, 3)],
        "watched": digits_to_watch(FEW, split).tolist(),
        "split": [split.train[:9].tolist(), split.validation[:9].tolist(), split.fingerprint],
    }
    assert differences(found, kept_text(KEPT / "data.json", found)) == {}


def _guesses(seed: int) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    guesses = rng.dirichlet(np.full(10, 0.3), len(FEW)).astype(np.float32)
    guesses[np.arange(len(FEW)), FEW.labels] += np.float32(0.6)
    return guesses / guesses.sum(axis=1, keepdims=True)


def test_how_good_predictions_are_is_what_is_kept() -> None:
    first, second = _guesses(1), _guesses(2)
    figures = Evaluation.of(first, FEW.labels)
    reliable, covered = reliability(first, FEW.labels), coverage(first, FEW.labels)
    counted = confidence_counts(first, FEW.labels)
    compared = compare(FEW.labels, first.argmax(axis=1), second.argmax(axis=1))
    features = np.random.default_rng(3).normal(size=(40, 6)).astype(np.float32) ** 3
    found: dict[str, Any] = {
        "figures": [figures.accuracy, figures.loss, figures.macro_f1, figures.calibration_error, figures.errors],
        "interval": asdict(figures.interval),
        "top": figures.top.tolist(),
        "digits": [[row.precision, row.recall, row.f1, row.error_rate] for row in figures.digits],
        "reliability": [reliable.edges.tolist(), reliable.counts.tolist(), reliable.error],
        "confidence": [counted.edges.tolist(), counted.right.tolist(), counted.wrong.tolist()],
        "coverage": [float(covered.accuracy[covered.covering(share)]) for share in (0.1, 0.5, 0.98, 1.0)],
        "thresholds": [float(covered.threshold[covered.covering(share)]) for share in (0.1, 0.5, 0.98, 1.0)],
        "compared": [asdict(compared.test), in_words(compared.test, "A", "B"), compared.only_first.tolist()],
        "temperature": fit_temperature(np.log(first), FEW.labels),
        "map": [pca(features)[0].tolist(), pca(features)[1]],
    }
    assert differences(found, kept_text(KEPT / "metrics.json", found)) == {}


def test_t_sne_starts_from_the_two_largest_components_with_the_usual_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    class Watched:
        def __init__(self, **options: Any) -> None:
            asked.update(options)

        def fit_transform(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
            return features[:, :2]

    monkeypatch.setattr("sklearn.manifold.TSNE", Watched)
    for count, perplexity in ((200, 30), (40, 13), (5, 4 / 3)):
        features = np.random.default_rng(count).normal(size=(count, 6)).astype(np.float32) * SCALES
        assert tsne(features, seed=4).shape == (count, 2)
        assert asked["init"][:, 0].std() == pytest.approx(1e-4, rel=1e-3)
        assert np.allclose(
            asked["init"] * (pca(features)[0][:, 0].std() / 1e-4), pca(features)[0], rtol=1e-3, atol=1e-3
        )
        assert (asked["perplexity"], asked["random_state"]) == (pytest.approx(perplexity), 4)

    asked.clear()
    four = np.random.default_rng(4).normal(size=(4, 6)).astype(np.float32)
    assert np.array_equal(tsne(four), pca(four)[0])  # too few to have neighbourhoods
    assert asked == {}


def test_the_facts_of_a_shipped_run_are_what_is_kept() -> None:
    diagnosis = Diagnosis.of(RunStore(SHIPPED_FOLDER).get("dense"))
    assert diagnosis.test is not None
    found = {
        "with predictions": [asdict(fact) for fact in facts(diagnosis, 0.123)],
        "without": [asdict(fact) for fact in facts(replace(diagnosis, test=None))],
        "not asked to reject": [
            asdict(fact) for fact in facts(replace(diagnosis, run=replace(diagnosis.run, rejected=None)))
        ],
        "members": [len(choose_members(diagnosis.test)), choose_members(diagnosis.test)[:20].tolist()],
        "wrong": diagnosis.test.mistakes()[:20].tolist(),
    }
    assert differences(found, kept_text(KEPT / "facts.json", found)) == {}
