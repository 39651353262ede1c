"""Whole files through a network: parsed and read chunk by chunk, in bounded memory."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import BadDataset
from digitcore.base.images import SIDE, to_bytes
from digitcore.data.formats import Chunk
from digitcore.inference.batch_result import Result
from digitcore.inference.classifier import DigitClassifier

T = TypeVar("T")
Report = Callable[[float, int, float], None]  # takes the share done, the digits read so far, and the seconds

_AT_ONCE = 2  # chunks
UNSURE_KEPT = 60  # of the least certain digits are kept as pictures: a few screens full


@dataclass(frozen=True, eq=False)
class Answer:
    """A chunk with the network's answers: calibrated probabilities float32 (N, 10)."""

    chunk: Chunk
    probabilities: NDArray[np.float32]


def answer(classifier: DigitClassifier, chunks: Iterable[Chunk]) -> Iterator[Answer]:
    """Read chunk after chunk. Raises what the chunks raise."""
    return _in_turn(partial(_answer, classifier), chunks)


def predict(classifier: DigitClassifier, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, NDArray[np.int64]]]:
    """Give each chunk with its likeliest digits int64 (N,) alone, sooner than `answer` does. Raises what they raise."""
    cascade = classifier.cascade()
    return _in_turn(lambda chunk: (chunk, cascade.predict(chunk.images)), chunks)


def _in_turn(read: Callable[[Chunk], T], chunks: Iterable[Chunk]) -> Iterator[T]:
    """Read chunk after chunk, two at a time; the next one is parsed meanwhile. Raises what the chunks raise.

    Two, since each has a part that keeps one core busy alone: the few digits that are read from other views.
    """
    source = iter(chunks)
    with ThreadPoolExecutor(1) as parser, ThreadPoolExecutor(_AT_ONCE) as readers:
        upcoming = parser.submit(next, source, None)
        under_way: deque[Future[T]] = deque()
        while True:
            if len(under_way) < _AT_ONCE:
                either: list[Future[Any]] = [upcoming, *under_way]
                wait(either, return_when=FIRST_COMPLETED)
            if len(under_way) < _AT_ONCE and (chunk := _if_there(upcoming)) is not None:
                under_way.append(readers.submit(read, chunk))
                upcoming = parser.submit(next, source, None)
            elif under_way:
                yield under_way.popleft().result()
            elif upcoming.result() is None:  # which raises what the chunks raise, once all before it is answered
                return


def _if_there(upcoming: "Future[Chunk | None]") -> Chunk | None:
    """Return a chunk that has been parsed; None while it hasn't, where it can't be, and at the end."""
    return upcoming.result() if upcoming.done() and upcoming.exception() is None else None


def _answer(classifier: DigitClassifier, chunk: Chunk) -> Answer:
    if chunk.rejections is None:
        return Answer(chunk, classifier.predict_proba(chunk.images))
    return _answer_pictures(classifier, chunk, chunk.rejections)


def _answer_pictures(classifier: DigitClassifier, chunk: Chunk, rejections: Sequence[str | None]) -> Answer:
    """Read pictures, which may show anything, and reject those that don't look like a digit to the network, too."""
    probabilities, likeness = classifier.examine(chunk.images)
    if likeness is not None:
        rejections = [
            reason or classifier.why_rejected(alike)
            for reason, alike in zip(rejections, likeness.tolist(), strict=True)
        ]
    return Answer(replace(chunk, rejections=tuple(rejections)), probabilities)


def read_all(classifier: DigitClassifier, chunks: Iterable[Chunk], report: Report | None = None) -> Result:
    """Read a whole file, keeping about 60 bytes a digit. Raises `BadDataset`, and then there is no result."""
    began = time.perf_counter()
    parts: list[Answer] = []
    unsure = _Unsure()
    count = 0
    for each in answer(classifier, chunks):
        unsure.add(each, count)
        count += len(each.chunk)
        parts.append(Answer(each.chunk.without_images(), each.probabilities))
        if report:
            report(each.chunk.done, count, time.perf_counter() - began)
    if not parts:
        raise BadDataset("There are no digits to read.")
    labels = [part.chunk.labels for part in parts if part.chunk.labels is not None]
    return Result(
        probabilities=np.concatenate([part.probabilities for part in parts]),
        labels=np.concatenate(labels) if labels else None,
        names=_joined([part.chunk.names for part in parts]),
        troubles=_joined([part.chunk.troubles for part in parts]),
        rejections=_joined([part.chunk.rejections for part in parts]),
        unsure=unsure.positions,
        pictures=unsure.pictures,
        seconds=time.perf_counter() - began,
    )


def _joined(parts: Sequence[tuple[T, ...] | None]) -> tuple[T, ...] | None:
    return None if parts[0] is None else tuple(item for part in parts for item in part or ())


class _Unsure:
    """The least certain digits so far, with their pictures."""

    def __init__(self) -> None:
        self.positions = np.zeros(0, np.int64)
        self.pictures = np.zeros((0, SIDE, SIDE), np.uint8)
        self._confidence = np.zeros(0, np.float32)

    def add(self, new: Answer, first: int) -> None:
        """Look at a chunk whose first digit is number `first`, from 0; pictures that can't be read don't count."""
        troubles = new.chunk.troubles or (None,) * len(new.chunk)
        members = np.flatnonzero([trouble is None for trouble in troubles])
        confidence = np.concatenate([self._confidence, new.probabilities.max(axis=1)[members]])
        kept = np.argsort(confidence, kind="stable")[:UNSURE_KEPT]
        self._confidence = confidence[kept]
        self.positions = np.concatenate([self.positions, first + members])[kept]
        old, fresh = kept[kept < len(self.pictures)], kept[kept >= len(self.pictures)] - len(self.pictures)
        pictures = np.zeros((len(kept), SIDE, SIDE), np.uint8)
        pictures[kept < len(self.pictures)] = self.pictures[old]
        pictures[kept >= len(self.pictures)] = to_bytes(new.chunk.images[members[fresh]])
        self.pictures = pictures
