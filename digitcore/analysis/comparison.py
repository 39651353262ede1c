"""Two runs on the same test digits, and the figures of each digit by part."""

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.base.text import distinct
from digitcore.metrics.classification import DigitFigures, by_digit
from digitcore.metrics.mcnemar import Comparison, compare


def digits_by_part(diagnosis: Diagnosis) -> dict[str, tuple[DigitFigures, ...]]:
    """Return the figures of each digit by part: test, validation and training, as far as the files tell."""
    found = {part.name: part.evaluation.digits for part in (diagnosis.test, diagnosis.validation) if part}
    if diagnosis.train_confusion is not None:
        found["training"] = by_digit(diagnosis.train_confusion)
    return found


def compare_tests(diagnosis: Diagnosis, other: Diagnosis) -> Comparison | None:
    """Compare two runs on the test digits; None where they weren't tested on the same ones, or it can't be read."""
    first, second = diagnosis.test, other.test
    if first is None or second is None or first.labels.shape != second.labels.shape:
        return None
    if not (first.labels == second.labels).all():
        return None
    return compare(first.labels, first.predictions, second.predictions)


def names_of(diagnosis: Diagnosis, other: Diagnosis) -> tuple[str, str]:
    """Return the names of two runs, with their ids where the names are the same."""
    labels = distinct({each.run.id: each.run.name for each in (diagnosis, other)})
    return labels[diagnosis.run.id], labels[other.run.id]
