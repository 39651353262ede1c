"""Two runs on the same test digits, and the figures of each digit by part."""

import numpy as np

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.base.text import distinct
from digitcore.metrics.classification import DigitFigures, by_digit
from digitcore.metrics.mcnemar import Comparison, compare


def digits_by_part(diagnosis: Diagnosis) -> dict[str, tuple[DigitFigures, ...]]:
    """Return the figures of each digit by part: test, validation and training, as far as the files tell."""
    found = {part.name: part.evaluation.digits for part in (diagnosis.test, diagnosis.validation) if part}
    if diagnosis.train_confusion is not None:
        found["training"] = by_digit(diagnosis.train_confusion)
    return found


def test_digits(*diagnoses: Diagnosis) -> dict[str, tuple[DigitFigures, ...]]:
    """Return the figures of each digit of the test part by the name of the run, as far as the files tell."""
    labels = distinct({each.run.id: each.run.name for each in diagnoses})
    return {labels[each.run.id]: each.test.evaluation.digits for each in diagnoses if each.test}


def compare_tests(diagnosis: Diagnosis, other: Diagnosis) -> Comparison | None:
    """Compare two runs on the test digits; None where they weren't tested on the same ones, or it can't be read."""
    return compare_parts(diagnosis.test, other.test)


def compare_parts(first: Part | None, second: Part | None) -> Comparison | None:
    """Compare what two networks made of a part; None where it isn't of the same digits for both, or can't be read."""
    if first is None or second is None or not _same_digits(first, second):
        return None
    return compare(first.labels, first.predictions, second.predictions)


def _same_digits(first: Part, second: Part) -> bool:
    return np.array_equal(first.labels, second.labels) and np.array_equal(first.positions, second.positions)


def names_of(diagnosis: Diagnosis, other: Diagnosis) -> tuple[str, str]:
    """Return the names of two runs, with their ids where the names are the same."""
    labels = distinct({each.run.id: each.run.name for each in (diagnosis, other)})
    return labels[diagnosis.run.id], labels[other.run.id]
