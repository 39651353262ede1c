"""The answers to a file, however it was read: by whom, in which chunks, and what is kept of it."""

import io
from collections.abc import Iterator

import numpy as np
import pytest

from digitcore.base.errors import BadDataset
from digitcore.data.formats.chunk import Chunk
from digitcore.data.mnist import load_mnist
from digitcore.inference.batch import UNSURE_KEPT, read_all
from digitcore.inference.batch_result import Result
from digitcore.inference.classifier import NOT_A_DIGIT, DigitClassifier
from digitcore.runs.store import RunStore

IMAGES, LABELS = load_mnist().test.images[:200], load_mnist().test.labels[:200]


def result(**changes: object) -> Result:
    """Four pictures, of which the third can't be read and the fourth is no digit."""
    shares = np.full((4, 10), 0.02, np.float32)
    shares[range(4), [3, 5, 7, 9]], shares[range(4), [8, 6, 1, 4]] = 0.7, 0.14
    values: dict[str, object] = {
        "probabilities": shares,
        "labels": np.array([3, 6, 7, 9]),
        "names": ("a.png", "b.png", "c.png", "d.png"),
        "troubles": (None, None, "It is damaged.", None),
        "rejections": (None, None, None, NOT_A_DIGIT),
        "unsure": np.zeros(0, np.int64),
        "pictures": np.zeros((0, 28, 28), np.uint8),
        "seconds": 1.0,
    }
    return Result(**{**values, **changes})  # type: ignore[arg-type]


def test_the_second_guess_is_the_likeliest_of_the_others() -> None:
    found = result()
    assert found.predictions.tolist() == [3, 5, 7, 9]
    assert found.second_guesses.tolist() == [8, 6, 1, 4]
    assert found.confidence.tolist() == pytest.approx([0.7] * 4)


@pytest.mark.parametrize(("said", "next_best"), [(0, 1), (4, 0)])
def test_the_second_guess_is_another_digit_even_of_who_is_certain(said: int, next_best: int) -> None:
    certain = np.tile(np.eye(10, dtype=np.float32)[said], (4, 1))
    assert result(probabilities=certain).second_guesses.tolist() == [next_best] * 4


def test_what_cannot_be_read_counts_nowhere() -> None:
    found = result()
    assert found.readable.tolist() == [True, True, False, True]
    assert np.flatnonzero(found.counts).tolist() == [3, 5, 9]
    assert len(found.counts) == 10
    assert found.evaluation is not None
    assert (found.evaluation.count, found.evaluation.errors) == (3, 1)
    assert result(labels=None).evaluation is None
    assert result(troubles=("x",) * 4).evaluation is None


def test_a_note_says_why_and_what_has_no_name_has_a_number() -> None:
    found = result()
    assert [found.note(position) for position in range(4)] == [None, None, "It is damaged.", NOT_A_DIGIT]
    assert [found.name(0), result(names=None).name(0), result(names=None).name(3)] == ["a.png", "1", "4"]


def test_the_table_has_a_column_for_what_is_known() -> None:
    table = result().table()
    assert list(table.columns) == [
        "image",
        "label",
        "prediction",
        "confidence",
        "second guess",
        "its probability",
        "note",
    ]
    assert table["image"].tolist() == ["a.png", "b.png", "c.png", "d.png"]
    assert table["prediction"].isna().tolist() == [False, False, True, False]
    assert table["its probability"][0] == pytest.approx(0.14)
    assert table["note"].tolist() == ["", "", "It is damaged.", NOT_A_DIGIT]
    bare = result(labels=None, names=None, troubles=None, rejections=None)
    assert list(bare.table().columns) == ["image", "prediction", "confidence", "second guess", "its probability"]
    assert bare.csv().splitlines()[1] == "1,3,0.7,8,0.14"


def test_records_have_null_for_what_is_not_known() -> None:
    records = list(result().records())
    assert [record["prediction"] for record in records] == [3, 5, None, 9]
    assert [record["label"] for record in records] == [3, 6, 7, 9]
    assert records[2]["probabilities"] is None
    assert records[0]["probabilities"][3] == pytest.approx(0.7)
    assert (records[0]["note"], records[3]["note"]) == (None, NOT_A_DIGIT)
    bare = next(result(labels=None, names=None, troubles=None, rejections=None).records())
    assert set(bare) == {"image", "prediction", "probabilities"}
    assert bare["image"] == 1


def test_a_submission_names_the_first_picture_that_has_no_answer() -> None:
    with pytest.raises(BadDataset, match=r"c\.png can't be read"):
        result().submission()
    assert result(troubles=None).submission().split() == ["ImageId,Label", "1,3", "2,5", "3,7", "4,9"]


@pytest.mark.parametrize(("labels", "names"), [(np.array([3, 6, 7, 9]), ("a", "b", "c", "d")), (None, None)])
def test_an_archive_holds_what_there_is(labels: np.ndarray | None, names: tuple[str, ...] | None) -> None:
    with np.load(io.BytesIO(result(labels=labels, names=names).npz())) as arrays:
        kept = {name: arrays[name].tolist() for name in arrays.files}
    assert kept["predictions"] == [3, 5, 7, 9]
    assert np.shape(kept["probabilities"]) == (4, 10)
    assert kept.get("labels") == (None if labels is None else labels.tolist())
    assert kept.get("names") == (None if names is None else list(names))


@pytest.fixture(scope="module")
def dense() -> DigitClassifier:
    return DigitClassifier.load("dense")


def in_chunks(size: int) -> Iterator[Chunk]:
    for first in range(0, len(IMAGES), size):
        part = slice(first, first + size)
        yield Chunk(IMAGES[part], LABELS[part], min(1.0, (first + size) / len(IMAGES)))


@pytest.mark.parametrize("size", [1, 33, 200])
def test_a_file_has_the_same_answers_in_chunks_of_any_size(dense: DigitClassifier, size: int) -> None:
    told: list[tuple[float, int]] = []
    found = read_all(dense, in_chunks(size), lambda done, count, _seconds: told.append((done, count)))
    assert np.array_equal(found.probabilities, dense.predict_proba(IMAGES))
    assert found.labels is not None
    assert np.array_equal(found.labels, LABELS)
    assert told[-1][0] == 1
    assert [count for _, count in told] == [min(200, size * (each + 1)) for each in range(len(told))]
    order = np.argsort(found.confidence, kind="stable")[:UNSURE_KEPT]
    assert np.array_equal(found.confidence[found.unsure], found.confidence[order])
    assert np.array_equal(found.pictures, IMAGES[found.unsure])
    assert found.seconds > 0


def test_pictures_keep_their_names_troubles_and_rejections(dense: DigitClassifier) -> None:
    reader = DigitClassifier.load("digitnet")
    noise = np.random.default_rng(0).integers(0, 256, (1, 28, 28), np.uint8)
    images = (np.concatenate([IMAGES[:2], noise, np.zeros((1, 28, 28), np.uint8)]) / np.float32(255)).astype(np.float32)
    chunk = Chunk(images, None, 1.0, tuple("abcd"), (None, None, None, "Gone."), ("Two drawings.", None, None, None))
    found = read_all(reader, [chunk, chunk])
    assert found.names == tuple("abcdabcd")
    assert found.troubles == (None, None, None, "Gone.") * 2
    assert found.rejections is not None
    assert found.rejections[:3] == ("Two drawings.", None, NOT_A_DIGIT)
    assert not set(found.unsure.tolist()) & {3, 7}


def test_a_reading_of_a_picture_agrees_with_the_other_ways(dense: DigitClassifier) -> None:
    reading = dense.read(np.pad(IMAGES[0], 30))
    shares = dense.predict_proba(reading.image)[0]
    assert np.array_equal(reading.probabilities, shares)
    assert (reading.digit, reading.confidence) == (int(shares.argmax()), float(shares.max()))
    assert dense.predict(reading.image[np.newaxis]).tolist() == [reading.digit]


def test_what_is_as_like_a_digit_as_the_threshold_is_accepted() -> None:
    reader = DigitClassifier.load("digitnet")
    assert reader._rejection is not None
    threshold = reader._rejection.threshold
    assert 0 < threshold < 0.9  # above 0.9 no other view is asked
    assert reader.why_rejected(threshold) is None
    assert reader.why_rejected(threshold - 1e-6) == NOT_A_DIGIT
    assert reader.why_rejected(None) is None


def test_a_run_can_be_given_itself_or_by_its_id() -> None:
    run = RunStore.open().get("dense")
    by_run, by_id = DigitClassifier.load(run), DigitClassifier.load("dense")
    assert by_run.run == by_id.run == run
    assert (by_run.notice, by_id.notice) == (None, None)
