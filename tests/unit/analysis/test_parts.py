"""What is computed from a run's files and features: shares, orders, progress and words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitcore.analysis.cache import ArrayCache
from digitcore.analysis.comparison import compare_tests, digits_by_part, names_of
from digitcore.analysis.dataset_profile import Profile, _log_likelihood, extremes, random_positions, typicality
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.features import FeatureIndex, extract, open_graph
from digitcore.analysis.learning_curves import trend
from digitcore.analysis.part import Part
from digitcore.analysis.projection import choose_members, kept_projection, pca, projection, tsne
from digitcore.analysis.summary import facts, measure_milliseconds
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.base.text import DASH, percent
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.runs.history import EpochRow
from digitcore.runs.store import RunStore

TEST = load_mnist().test


@pytest.fixture(scope="module")
def diagnosis() -> Diagnosis:
    return Diagnosis.of(RunStore(SHIPPED_FOLDER).get("dense"))


def part_of(labels: list[int], said: list[int], sure: list[float]) -> Part:
    shares = np.array([[(1 - each) / 9] * 10 for each in sure], np.float32)
    shares[range(len(said)), said] = sure
    return Part("test", shares, np.array(labels), np.arange(100, 100 + len(labels)), TEST)


def test_a_part_finds_its_samples_by_what_they_are_and_were_read_as() -> None:
    part = part_of([1, 2, 2, 3, 2], [1, 3, 3, 3, 1], [0.9, 0.6, 0.8, 0.7, 0.5])
    assert part.cell(2, 3).tolist() == [2, 1]
    assert part.mistakes().tolist() == [2, 1, 4]
    assert part.mistakes(truth=2, said=1).tolist() == [4]
    assert part.mistakes(said=3).tolist() == [2, 1]
    assert part.mistakes(truth=3).tolist() == []
    assert (part.at(102), part.at(99), part.at(100)) == (2, None, 0)
    images = part.images(np.array([2, 0]))
    assert images is not None
    assert np.array_equal(images, TEST.images[[102, 100]])
    table = part.table(np.array([2]))
    assert table["position"].tolist() == [102]
    assert table["probability of true digit"][0] == pytest.approx(0.2 / 9)


def test_a_map_is_of_random_samples_and_of_the_surest_errors() -> None:
    count = 4000
    part = part_of([0] * count, [1] * 700 + [0] * (count - 700), np.linspace(0.99, 0.5, count).tolist())
    members = choose_members(part)
    assert (np.diff(members) > 0).all()
    assert set(range(500)) <= set(members.tolist())  # the surest of the errors
    assert len(members) <= 2000
    assert len(choose_members(part, size=10)) <= 510
    assert np.array_equal(members, choose_members(part))
    assert not np.array_equal(members, choose_members(part, seed=1))


def test_principal_components_point_the_way_of_their_largest_weight_and_say_what_they_explain() -> None:
    along = np.linspace(-1, 1, 50)
    features = np.stack([0 * along, -3 * along, 4 * along, np.tile([0.5, -0.5], 25)], axis=1).astype(np.float32)
    points, explained = pca(features)
    assert points[:, 0] == pytest.approx(5 * along, abs=0.01)  # towards more of the third feature
    assert explained == pytest.approx(1)
    assert np.abs(points[:, 1]) == pytest.approx(0.5, abs=0.05)
    three = np.random.default_rng(0).normal(size=(500, 3)).astype(np.float32) * [3, 2, 1]
    assert pca(three.astype(np.float32))[1] == pytest.approx(13 / 14, abs=0.02)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_handful_has_a_map_as_well(count: int) -> None:
    points = tsne(np.random.default_rng(0).normal(size=(count, 6)).astype(np.float32))
    assert points.shape == (count, 2)
    assert np.isfinite(points).all()


def test_a_map_tells_its_progress_is_kept_and_found_again(diagnosis: Diagnosis, tmp_path: Path) -> None:
    part = part_of([0, 1, 2] * 400, [0, 1, 3] * 400, [0.9] * 1200)  # more than are looked at between two reports
    cache, told = ArrayCache(tmp_path), list[float]()
    assert kept_projection(diagnosis.run, part, "PCA", cache) is None
    found = projection(diagnosis.run, part, "PCA", cache, lambda share, _words: told.append(share))
    assert told == [pytest.approx(1000 / 1200), 1]
    kept = kept_projection(diagnosis.run, part, "PCA", cache)
    assert kept is not None
    assert np.array_equal(kept.points, found.points)
    assert np.array_equal(kept.members, found.members)
    assert kept.explained == found.explained
    shorter = part_of([0, 1, 2], [0, 1, 3], [0.9] * 3)
    assert kept_projection(diagnosis.run, shorter, "PCA", cache) is None


def test_features_are_told_share_by_share(diagnosis: Diagnosis) -> None:
    told: list[float] = []
    features = extract(open_graph(diagnosis.run), TEST.images[:1500], told.append)
    assert told == [pytest.approx(1000 / 1500), 1]
    assert np.array_equal(features[1000:1003], extract(open_graph(diagnosis.run), TEST.images[1000:1003]))


def test_the_nearest_are_the_nearest_of_all_however_many_there_are() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(9000, 3)).astype(np.float16)
    positions = np.arange(9000) * 2
    found = FeatureIndex(positions, features).nearest(features[8500].astype(np.float32), 4)
    distances = np.linalg.norm(features.astype(np.float32) - features[8500].astype(np.float32), axis=1)
    assert found.positions.tolist() == (2 * np.argsort(distances)[:4]).tolist()
    assert (found.positions[0], found.distances[0]) == (17_000, 0)
    assert found.distances == pytest.approx(np.sort(distances)[:4])


def test_a_profile_is_of_all_its_pixels() -> None:
    images = np.zeros((4, 28, 28), np.uint8)
    images[:2, :14] = 100
    profile = Profile.of(Dataset.of("four", images, np.array([0, 1, 1, 2])))
    assert profile.mean == 25
    assert profile.deviation == pytest.approx(np.sqrt(0.25 * 75**2 + 0.75 * 25**2))
    assert (profile.black, profile.values) == (0.75, (0, 100))
    assert (profile.histogram[100], profile.histogram.sum()) == (2 * 14 * 28, 4 * 784)
    assert (profile.means[1, 0, 0], profile.variances[1, 0, 0]) == (50, 2500)


def test_the_oddest_have_the_lowest_scores_and_the_most_typical_the_highest() -> None:
    data = Dataset.of("five", TEST.images[:5].copy(), np.array([1, 0, 1, 1, 1]))
    scores = np.array([0.3, 9, 0.1, 0.4, 0.2], np.float32)
    assert extremes(data, scores, 1, 2, odd=True).tolist() == [2, 4]
    assert extremes(data, scores, 1, 3, odd=False).tolist() == [3, 0, 4]
    assert sorted(random_positions(data, None, 9, 0).tolist()) == [0, 1, 2, 3, 4]
    assert sorted(random_positions(data, 1, 9, 0).tolist()) == [0, 2, 3, 4]


def test_typicality_is_the_likelihood_up_to_a_constant() -> None:
    pixels = (np.random.default_rng(0).normal(size=(400, 6)) * np.arange(1, 7)).astype(np.float32)
    centred = pixels - pixels.mean(axis=0)
    distances = np.einsum("ni,ij,nj->n", centred, np.linalg.inv(np.cov(pixels.T, bias=True)), centred)
    assert _log_likelihood(pixels) == pytest.approx(-0.5 * distances, rel=1e-3)


def test_typicality_tells_which_digit_it_is_at() -> None:
    told: list[tuple[float, str]] = []
    none = Dataset.of("none", TEST.images[:0].copy(), TEST.labels[:0])
    assert typicality(none, on_progress=lambda share, words: told.append((share, words))).shape == (0,)
    assert [share for share, _ in told] == [digit / 10 for digit in range(10)]
    assert "7s" in told[7][1]


def rows(losses: list[float], val_losses: list[float], accuracies: list[float]) -> list[EpochRow]:
    numbers = enumerate(zip(losses, val_losses, accuracies, strict=True), start=1)
    return [EpochRow(at, 0.9, loss, accuracy, val_loss, 1e-3, 1.0) for at, (loss, val_loss, accuracy) in numbers]


@pytest.mark.parametrize(
    ("history", "kind", "since"),
    [
        (rows([], [], []), "none", None),
        (rows([1], [1], [0.9]), "short", None),
        (rows([1, 2.1], [1, 1], [0.9, 0.84]), "diverged", 2),
        (rows([1, 1.9], [1, 1], [0.9, 0.84]), "level", 1),
        (rows([1, 2.1], [1, 1], [0.9, 0.86]), "level", 1),
        (rows([1, float("inf")], [1, 1], [0.9, 0.9]), "diverged", 2),
        (rows([1, 0.9, 0.8], [1, 1, 1.11], [0.9, 0.9, 0.9]), "overfitting", 2),
        (rows([1, 0.9, 0.8], [1, 1, 1.09], [0.9, 0.9, 0.9]), "level", 1),
        (rows([1, 0.9, 1.0], [1, 1, 1.2], [0.9, 0.9, 0.9]), "level", 1),
        (rows([1, 0.9], [1, 1.2], [0.9, 0.9]), "level", 1),
        (rows([1, 0.9], [1, 0.97], [0.9, 0.95]), "improving", None),
        (rows([1, 0.9], [1, 0.99], [0.9, 0.95]), "level", 2),
        (rows([1, 0.9], [1, 0.97], [0.9, 0.85]), "level", 1),
    ],
)
def test_a_training_is_judged_by_how_its_curves_end(history: list[EpochRow], kind: str, since: int | None) -> None:
    found = trend(history)
    assert (found.kind, found.since) == (kind, since)
    assert ("by a hair" in found.sentence) == (kind == "level" and since == len(history))


def test_the_last_quarter_of_the_epochs_shows_where_it_is_heading() -> None:
    falling = [1 - 0.1 * at for at in range(8)]
    sentence = trend(rows(falling, falling, [0.5 + 0.05 * at for at in range(8)])).sentence
    assert sentence.startswith("Still improving: the last 2 epochs took validation loss from 0.5000 to 0.3000")


def test_the_facts_of_a_run_are_those_of_its_record_and_predictions(diagnosis: Diagnosis) -> None:
    run, told = diagnosis.run, {fact.label: fact for fact in facts(diagnosis, 0.234)}
    assert diagnosis.test is not None
    figures = diagnosis.test.evaluation
    assert told["Errors"].value == f"{run.test.errors:,}"
    assert told["Right in two guesses"].value == percent(figures.top[1])
    assert percent(figures.top[2]) in told["Right in two guesses"].note
    assert told["Time per digit"].value == "0.23 ms"
    assert told["Parameters"].value == "101,770"
    assert f"{run.split['train']:,} digits each" in told["Training time"].note
    assert {fact.label for fact in facts(diagnosis) if fact.value == DASH} >= {"Time per digit"}
    without = {fact.label: fact.value for fact in facts(replace(diagnosis, run=replace(run, rejected=None)))}
    assert without["Real digits rejected"] == DASH
    bare = {fact.label: fact for fact in facts(replace(diagnosis, test=None))}
    assert bare["Test accuracy"].value == percent(run.test.accuracy)
    assert bare["Macro F1"].value == DASH
    assert f"Of {run.test.count:,} test digits." in bare["Errors"].note


def test_a_digit_takes_some_time(diagnosis: Diagnosis) -> None:
    assert 0.001 < measure_milliseconds(open_graph(diagnosis.run)) < 1000


def test_two_runs_are_compared_on_the_same_digits_only(diagnosis: Diagnosis) -> None:
    assert diagnosis.test is not None
    compared = compare_tests(diagnosis, diagnosis)
    assert compared is not None
    assert compared.both_right == diagnosis.run.test.count - diagnosis.run.test.errors
    assert compare_tests(diagnosis, replace(diagnosis, test=None)) is None
    shorter = replace(
        diagnosis.test, labels=diagnosis.test.labels[:-1], probabilities=diagnosis.test.probabilities[:-1]
    )
    assert compare_tests(diagnosis, replace(diagnosis, test=shorter)) is None
    others = replace(diagnosis.test, labels=(diagnosis.test.labels + 1) % 10)
    assert compare_tests(diagnosis, replace(diagnosis, test=others)) is None
    assert names_of(diagnosis, replace(diagnosis, run=replace(diagnosis.run, id="x"))) == (
        "Dense network (dense)",
        "Dense network (x)",
    )
    assert list(digits_by_part(diagnosis)) == ["test", "validation", "training"]


def test_a_part_is_found_by_its_name(diagnosis: Diagnosis) -> None:
    assert diagnosis.part("test") is diagnosis.test
    assert diagnosis.part("validation") is diagnosis.validation
