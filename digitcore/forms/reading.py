"""How a run reads each form: what it took every drawing for, and which it rejected."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.analysis.cache import ArrayCache
from digitcore.forms.catalogue import FORMS, Form
from digitcore.forms.pen import Drawings, drawn
from digitcore.inference.classifier import DigitClassifier
from digitcore.metrics.intervals import Interval, wilson_interval
from digitcore.runs.record import fingerprint

SEED = 577_215  # no training paints with it
SAMPLE = 100  # drawings of each form, enough for a page: half an interval is at most ten points
_TELLING = 2  # drawings of each form, by which it shows that a form has been changed
_REJECTED = -1  # as an answer

Report = Callable[[float, str], None]  # takes the share done, in [0, 1], and what is being done now


@dataclass(frozen=True, eq=False)
class FormReading:
    """What a run made of N drawings of a form: `answers` int8 (N,), the digit, or -1 where it rejected the drawing."""

    form: Form
    answers: NDArray[np.int8]

    @property
    def count(self) -> int:
        return len(self.answers)

    @property
    def right(self) -> int:
        return int((self.answers == self.form.digit).sum())

    @property
    def rejected(self) -> int:
        return int((self.answers == _REJECTED).sum())

    @property
    def misread(self) -> int:
        return self.count - self.right - self.rejected

    @property
    def share(self) -> float:
        """The share in [0, 1] that is accepted and read right."""
        return self.right / self.count

    @property
    def interval(self) -> Interval:
        """Its 95% interval."""
        return wilson_interval(self.right, self.count)

    @property
    def taken_for(self) -> int | None:
        """The digit that it is most often misread as; None if it never is."""
        wrong = [said for said in self.answers.tolist() if said not in (self.form.digit, _REJECTED)]
        return Counter(wrong).most_common(1)[0][0] if wrong else None


def is_rejected(answer: int) -> bool:
    """Return whether an answer is that a drawing was rejected."""
    return answer == _REJECTED


def read_form(classifier: DigitClassifier, form: Form, drawings: Drawings) -> FormReading:
    """Have drawings of a form read, as the app would."""
    probabilities, likenesses = classifier.examine(drawings.images)
    alike: list[float | None] = [None] * len(drawings.images) if likenesses is None else likenesses.tolist()
    rejected = drawings.refused | np.array([classifier.why_rejected(each) is not None for each in alike])
    return FormReading(form, np.where(rejected, _REJECTED, probabilities.argmax(axis=1)).astype(np.int8))


def forms_read(
    classifier: DigitClassifier, cache: ArrayCache, report: Report, count: int = SAMPLE
) -> tuple[FormReading, ...]:
    """Return how a run reads `count` drawings of each of `FORMS`, in order, measured once and kept. Raises `BadRun`."""
    key = f"{fingerprint(classifier.run)}-forms-{count}-{_fingerprint()}"
    kept = cache.load(key)
    if kept and _fits(kept, count):
        return tuple(FormReading(*each) for each in zip(FORMS, kept["answers"], strict=True))
    found = []
    for number, form in enumerate(FORMS):
        report(number / len(FORMS), f"The network reads {count} drawings of {form.title}")
        found.append(read_form(classifier, form, some_drawings(number, count)))
    cache.save(key, {"answers": np.stack([each.answers for each in found])})
    return tuple(found)


@lru_cache(maxsize=2 * len(FORMS))
def some_drawings(number: int, count: int) -> Drawings:
    """Return `count` drawings of a form, by its place in `FORMS`; always the same, and remembered for other runs."""
    return drawn(FORMS[number].artist, count, SEED + number)


@lru_cache(maxsize=1)
def _fingerprint() -> str:
    """Return the start of a SHA-256 that changes when any form is drawn or prepared differently."""
    digest = hashlib.sha256()
    for number, form in enumerate(FORMS):
        digest.update(bytes([form.digit]) + drawn(form.artist, _TELLING, SEED + number).images.tobytes())
    return digest.hexdigest()[:16]


def _fits(kept: dict[str, NDArray[Any]], count: int) -> bool:
    answers = kept.get("answers")
    return answers is not None and answers.shape == (len(FORMS), count) and answers.dtype == np.int8
