"""Features, neighbours, maps, and the cache and the workshop that keep pages from waiting for them."""

import gc
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from digitcore.analysis.cache import ArrayCache
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.features import FeatureIndex, extract, feature_index, learned_from, open_graph
from digitcore.analysis.part import Part
from digitcore.analysis.projection import choose_members, kept_projection, pca, projection, tsne
from digitcore.base.errors import BadRun
from digitcore.base.images import to_network
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import load_mnist
from digitcore.data.splits import stratified_split
from digitcore.runs.record import LITERT_FILE, SHIPPED, Run, fingerprint
from digitcore.runs.store import RunStore
from digitcore.ui.shared.background import Glance, Report, Workshop

WAIT = 60  # s for what takes a moment, on a machine that has other things to do


@pytest.fixture(scope="module")
def run() -> Run:
    return RunStore(SHIPPED_FOLDER).get("dense")


@pytest.fixture(scope="module")
def part(run: Run) -> Part:
    found = Diagnosis.of(run).test
    assert found is not None
    return found


@pytest.fixture
def cache(tmp_path: Path) -> ArrayCache:
    return ArrayCache(tmp_path / "cache")


def of_few_digits(run: Run, count: int = 300) -> Run:
    """The run as if it had learned from fewer digits."""
    split = stratified_split(load_mnist().train.labels, run.config.validation_share, run.config.seed, count)
    return replace(run, config=run.config.but(train_size=count), split={**run.split, "fingerprint": split.fingerprint})


@pytest.mark.parametrize("run_id", SHIPPED)
def test_the_last_layer_makes_of_the_features_what_the_network_says(run_id: str) -> None:
    graph = open_graph(RunStore(SHIPPED_FOLDER).get(run_id))
    pixels = to_network(load_mnist().test.images[:300])
    features, logits = graph.features(pixels), graph.logits(pixels)
    assert features.shape[0] == 300
    # logits are an affine map of the features: the best such map leaves nothing over
    padded = np.concatenate([features, np.ones((300, 1), np.float32)], axis=1)
    weights, *_ = np.linalg.lstsq(padded.astype(np.float64), logits.astype(np.float64), rcond=None)
    if features.shape[1] < 250:  # with more features than samples anything would fit
        assert np.abs(padded @ weights - logits).max() < 1e-2


def test_features_of_no_images_are_an_empty_table(run: Run) -> None:
    graph = open_graph(run)
    width = graph.features(to_network(load_mnist().test.images[0])).shape[1]
    assert extract(graph, load_mnist().test.images[:0]).shape == (0, width)


def test_progress_is_reported_up_to_the_end(run: Run) -> None:
    shares: list[float] = []
    extract(open_graph(run), load_mnist().test.images[:2500], shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_neighbours_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(9000, 12)).astype(np.float16)
    positions = rng.permutation(9000)
    query = rng.normal(size=12).astype(np.float32)
    found = FeatureIndex(positions, features).nearest(query, 8)
    distances, places = NearestNeighbors(n_neighbors=8).fit(features.astype(np.float32)).kneighbors(query[np.newaxis])
    assert found.positions.tolist() == positions[places[0]].tolist()
    assert found.distances == pytest.approx(distances[0], rel=1e-5)


def test_a_digit_it_learned_from_finds_itself_first(run: Run, cache: ArrayCache) -> None:
    few = of_few_digits(run)
    index = feature_index(few, cache)
    assert len(index.positions) == 300
    position = int(index.positions[42])
    features = open_graph(few).features(to_network(load_mnist().train.images[position]))[0]
    assert index.nearest(features, 1).positions[0] == position


def test_the_index_is_computed_once_and_read_afterwards(run: Run, cache: ArrayCache) -> None:
    few, shares = of_few_digits(run), list[float]()
    first = feature_index(few, cache, shares.append)
    assert shares
    again = feature_index(few, cache, lambda _: pytest.fail("it was computed already"))
    assert np.array_equal(first.features, again.features)


def test_neighbours_of_a_run_with_foreign_data_are_refused(run: Run) -> None:
    foreign = replace(run, split={**run.split, "fingerprint": "another"})
    with pytest.raises(BadRun, match="not on this machine"):
        learned_from(foreign)


@pytest.mark.parametrize("damage", ["missing", "rubbish"])
def test_a_damaged_network_is_named(run: Run, tmp_path: Path, damage: str) -> None:
    if damage == "rubbish":
        (tmp_path / LITERT_FILE).write_bytes(b"rubbish")
    with pytest.raises(BadRun, match=r"model\.tflite"):
        open_graph(replace(run, folder=tmp_path))


def test_pca_agrees_with_scikit_learn_up_to_sign() -> None:
    features = (np.random.default_rng(0).normal(size=(200, 7)) * np.arange(1, 8)).astype(np.float32)
    points, explained = pca(features)
    expected = PCA(2).fit(features.astype(np.float64))
    assert np.allclose(np.abs(points), np.abs(expected.transform(features)), atol=1e-4)
    assert explained == pytest.approx(expected.explained_variance_ratio_.sum())


@pytest.mark.parametrize("shape", [(1, 4), (2, 4), (5, 1), (6, 3)])
def test_few_samples_and_few_features_still_have_a_place(shape: tuple[int, int]) -> None:
    features = np.zeros(shape, np.float32)
    points, explained = pca(features)
    assert points.shape == (shape[0], 2)
    assert np.isfinite(points).all()
    assert 0 <= explained <= 1
    if shape[0] < 5:
        assert np.isfinite(tsne(features)).all()


def test_tsne_tells_of_each_step_and_comes_to_the_same() -> None:
    features = np.random.default_rng(0).normal(size=(40, 5)).astype(np.float32)
    told: list[float] = []
    watched = tsne(features, on_step=told.append)
    assert np.array_equal(watched, tsne(features))
    assert len(told) > 100
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] <= 1


def test_tsne_keeps_far_groups_apart() -> None:
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(3), 40)
    features = (rng.normal(size=(120, 6)) + 30 * np.eye(6)[groups]).astype(np.float32)
    points = tsne(features)
    middles = np.array([points[groups == group].mean(axis=0) for group in range(3)])
    nearest = np.linalg.norm(points[:, np.newaxis] - middles, axis=2).argmin(axis=1)
    assert np.array_equal(nearest, groups)


def test_a_map_holds_every_error_and_is_the_same_each_time(part: Part) -> None:
    members = choose_members(part)
    assert np.array_equal(members, choose_members(part))
    assert np.isin(part.mistakes(), members).all()
    assert len(members) >= 1500


def test_a_map_is_computed_once_and_anew_when_the_network_changes(
    run: Run, part: Part, cache: ArrayCache, tmp_path: Path
) -> None:
    assert kept_projection(run, part, "PCA", cache) is None
    first = projection(run, part, "PCA", cache)
    kept = kept_projection(run, part, "PCA", cache)
    assert kept is not None
    assert np.array_equal(kept.points, first.points)
    assert kept.explained == pytest.approx(first.explained)
    (tmp_path / LITERT_FILE).write_bytes((SHIPPED_FOLDER / "fast_cnn" / LITERT_FILE).read_bytes())
    assert kept_projection(replace(run, folder=tmp_path), part, "PCA", cache) is None


def test_a_map_without_pictures_is_refused(run: Run, part: Part, cache: ArrayCache) -> None:
    with pytest.raises(BadRun, match="not on this machine"):
        projection(run, replace(part, source=None), "PCA", cache)


def test_a_damaged_cache_is_as_good_as_none(cache: ArrayCache) -> None:
    cache.save("key", {"values": np.arange(3)})
    kept = cache.load("key")
    assert kept is not None
    assert kept["values"].tolist() == [0, 1, 2]
    (cache.folder / "key.npz").write_bytes(b"half a fi")
    assert cache.load("key") is None


def test_a_cache_that_cannot_be_written_only_forgets(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = ArrayCache(tmp_path / "file")
    cache.save("key", {"values": np.arange(3)})
    assert cache.load("key") is None


def test_a_full_cache_gives_up_what_was_unused_longest(cache: ArrayCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitcore.analysis.cache._LARGEST", 30_000)
    for key in ("first", "second"):
        cache.save(key, {"values": np.zeros(10_000, np.uint8)})
    assert cache.load("first") is not None  # used now, so the second is the older one
    cache.save("third", {"values": np.zeros(10_000, np.uint8)})
    assert [cache.load(key) is not None for key in ("first", "second", "third")] == [True, False, True]


def test_a_fingerprint_follows_the_network(run: Run, tmp_path: Path) -> None:
    assert fingerprint(run) == fingerprint(run)
    (tmp_path / LITERT_FILE).write_bytes(b"another network")
    assert fingerprint(run) != fingerprint(replace(run, folder=tmp_path))


def test_two_who_ask_for_the_same_get_one_computation() -> None:
    workshop, go, calls = Workshop(), threading.Event(), list[int]()

    def work(report: Report) -> str:
        calls.append(1)
        report(0.5, "half way")
        go.wait(WAIT)
        return "done"

    first, second = workshop.task("key", work), workshop.task("key", work)
    assert first is second
    while first.glance().share < 0.5:
        threading.Event().wait(0.01)
    assert (first.glance().words, first.glance().done) == ("half way", False)
    with pytest.raises(RuntimeError):
        first.result()
    go.set()
    wait_for(first.glance)
    assert (first.result(), calls) == ("done", [1])


class Large:
    """A result that takes up memory."""


@pytest.mark.parametrize(("kept", "still_there"), [(0, False), (2, True)])
def test_a_result_that_nobody_holds_is_let_go_but_for_the_few_asked_for_last(kept: int, still_there: bool) -> None:
    workshop = Workshop(kept)
    task = workshop.task("key", lambda _report: Large())
    wait_for(task.glance)
    large = weakref.ref(task.result())
    assert workshop.task("key", lambda _report: Large()) is task
    del task
    wait_for(workshop.task("another", lambda _report: None).glance)  # until then its thread may hold it
    gc.collect()
    assert (large() is not None) is still_there


def test_a_failure_is_a_sentence_and_asking_much_later_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    workshop, tries = Workshop(), list[int]()

    def work(report: Report) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise BadRun("The run has no network.")
        return "this time"

    failed = workshop.task("key", work)
    wait_for(failed.glance)
    assert failed.glance().trouble == "The run has no network."
    assert workshop.task("key", work) is failed
    monkeypatch.setattr("digitcore.ui.shared.background._RETRY_AFTER", 0.0)
    again = workshop.task("key", work)
    wait_for(again.glance)
    assert again.result() == "this time"


def test_a_failure_nobody_foresaw_is_logged_and_the_page_says_where(caplog: pytest.LogCaptureFixture) -> None:
    def work(report: Report) -> None:
        raise ZeroDivisionError

    workshop = Workshop()
    failed = workshop.task("key", work)
    wait_for(failed.glance)
    assert failed.glance().trouble == "This could not be computed; the app's log says why."
    # the one worker takes up the next once the failure is written down
    wait_for(workshop.task("next", lambda _report: None).glance)
    assert "ZeroDivisionError" in caplog.text


def wait_for(glance: Callable[[], Glance]) -> None:
    """Wait until a task is done."""
    for _ in range(WAIT * 100):
        if glance().done:
            return
        threading.Event().wait(0.01)
    pytest.fail("it never ended")
