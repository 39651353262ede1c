"""Whole files through a network."""

import io
import json
import threading
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from digitcore.base.errors import BadDataset
from digitcore.data.formats import Chunk, Source, read_digits, submission_rows
from digitcore.data.mnist import load_mnist
from digitcore.inference.batch import UNSURE_KEPT, answer, predict, read_all
from digitcore.inference.batch_result import Result
from digitcore.inference.classifier import DigitClassifier

TEST = load_mnist().test


@pytest.fixture(scope="module")
def classifier() -> DigitClassifier:
    return DigitClassifier.load("fast_cnn")


def chunks(count: int, size: int = 300) -> Iterator[Chunk]:
    for first in range(0, count, size):
        part = slice(first, min(first + size, count))
        yield Chunk(TEST.images[part], TEST.labels[part], part.stop / count)


@pytest.fixture(scope="module")
def result(classifier: DigitClassifier) -> Result:
    return read_all(classifier, chunks(1000))


def png(image: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(image).resize((140, 140), Image.Resampling.BICUBIC).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture(scope="module")
def pictures(classifier: DigitClassifier) -> Result:
    """A digit, no picture, a blank one and two digits side by side."""
    pair = np.hstack([TEST.images[0], TEST.images[1]])
    contents = {
        "one.png": png(TEST.images[2]),
        "bad.png": b"notes",
        "blank.png": png(TEST.images[0] * 0),
        "two.png": png(pair),
    }
    return read_all(classifier, read_digits([Source.of_bytes(name, content) for name, content in contents.items()]))


def test_the_answers_are_those_of_predict_proba_row_by_row(classifier: DigitClassifier, result: Result) -> None:
    assert np.array_equal(result.probabilities, classifier.predict_proba(TEST.images[:1000]))
    assert result.labels is not None
    assert np.array_equal(result.labels, TEST.labels[:1000])


def test_digits_alone_are_those_of_all_probabilities_chunk_by_chunk(
    classifier: DigitClassifier, result: Result
) -> None:
    answers = list(predict(classifier, chunks(1000)))
    assert [len(chunk) for chunk, _ in answers] == [300, 300, 300, 100]
    assert np.array_equal(np.concatenate([digits for _, digits in answers]), result.predictions)


def test_the_least_certain_are_kept_as_pictures_the_least_first(result: Result) -> None:
    order = np.argsort(result.probabilities.max(axis=1), kind="stable")[:UNSURE_KEPT]
    assert np.array_equal(np.sort(result.confidence[result.unsure]), result.confidence[order])
    assert np.array_equal(result.confidence[result.unsure], np.sort(result.confidence[result.unsure]))
    assert np.array_equal(result.pictures, TEST.images[result.unsure])


def test_progress_ends_at_all_digits(classifier: DigitClassifier) -> None:
    seen: list[tuple[float, int]] = []
    read_all(classifier, chunks(500, 200), lambda done, count, _: seen.append((done, count)))
    assert seen == [(0.4, 200), (0.8, 400), (1.0, 500)]


def test_answers_come_in_order_and_before_a_chunk_is_there_that_takes_long(classifier: DigitClassifier) -> None:
    answered = threading.Event()

    def slow() -> Iterator[Chunk]:
        yield from chunks(60, 20)
        assert answered.wait(30)
        yield from chunks(20, 20)

    firsts = []
    for each in answer(classifier, slow()):
        firsts.append(each.chunk.images[0])
        if len(firsts) == 3:
            answered.set()
    assert np.array_equal(firsts, TEST.images[[0, 20, 40, 0]])


def test_what_came_before_a_fault_is_answered_first(classifier: DigitClassifier) -> None:
    def faulty() -> Iterator[Chunk]:
        yield from chunks(60, 20)
        raise BadDataset("line 62: no")

    answers = answer(classifier, faulty())
    assert [len(next(answers).chunk) for _ in range(3)] == [20, 20, 20]
    with pytest.raises(BadDataset, match="line 62"):
        next(answers)


def test_a_fault_at_the_end_leaves_no_result(classifier: DigitClassifier) -> None:
    def faulty() -> Iterator[Chunk]:
        yield from chunks(300)
        raise BadDataset("line 302: no")

    with pytest.raises(BadDataset, match="line 302"):
        read_all(classifier, faulty())


def test_nothing_to_read_is_a_sentence(classifier: DigitClassifier) -> None:
    with pytest.raises(BadDataset, match="no digits to read"):
        read_all(classifier, iter(()))


def test_the_figures_of_a_labelled_file_are_those_of_its_labels(result: Result) -> None:
    assert result.evaluation is not None
    assert result.evaluation.errors == int((result.predictions != TEST.labels[:1000]).sum())
    assert result.counts.sum() == 1000


def test_a_submission_is_what_kaggle_wants(result: Result) -> None:
    table = pd.read_csv(io.StringIO(result.submission()))
    assert list(table.columns) == ["ImageId", "Label"]
    assert table["ImageId"].tolist() == list(range(1, 1001))
    assert np.array_equal(table["Label"], result.predictions)


def test_the_table_and_the_archive_say_the_same_as_the_result(result: Result) -> None:
    table = pd.read_csv(io.StringIO(result.csv()))
    assert np.array_equal(table["prediction"], result.predictions)
    assert np.array_equal(table["second guess"], np.argsort(-result.probabilities, axis=1, kind="stable")[:, 1])
    archive = np.load(io.BytesIO(result.npz()))
    assert np.array_equal(archive["probabilities"], result.probabilities)
    assert np.array_equal(archive["labels"], TEST.labels[:1000])
    assert next(result.records())["prediction"] == result.predictions[0]


def test_a_picture_that_cannot_be_read_has_a_note_and_no_prediction(pictures: Result) -> None:
    assert pictures.readable.tolist() == [True, False, False, True]
    table = pictures.table()
    assert table["prediction"].isna().tolist() == [False, True, True, False]
    assert "not a picture" in table["note"][1]
    assert [record["prediction"] is None for record in pictures.records()] == [False, True, True, False]
    assert "side by side" in str(pictures.note(3))
    assert json.dumps(list(pictures.records()))


def test_what_cannot_be_read_is_in_no_gallery_and_no_submission(pictures: Result) -> None:
    assert sorted(pictures.unsure.tolist()) == [0, 3]
    with pytest.raises(BadDataset, match=r"bad\.png"):
        pictures.submission()


def test_a_submission_has_a_row_a_digit() -> None:
    assert submission_rows(np.array([7, 1])) == "1,7\n2,1\n"
