"""What can be measured of a run at the end of an experiment: one named function each."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np

from digitcore.base.text import DASH, percent
from digitcore.data.writers import EMPLOYEES, STUDENTS, load_writers
from digitcore.experiments.examined import (
    STEPS,
    Examined,
    by_averages,
    cornered,
    mixed,
    noise,
    nonsense,
    painted,
    prepared,
)
from digitcore.experiments.formula import Call
from digitcore.runs.history import EpochRow

Form = Literal["share", "count", "epochs"]


@dataclass(frozen=True)
class Measure:
    """How a measure is named on the page, how it is taken, and how its value is written.

    `title` has a place for each of the `numbers` of digits that it takes. With `at_the_end` it is taken of the last
    epoch, and not with the weights that the run keeps.
    """

    title: str
    take: Callable[..., float]
    numbers: int = 0
    form: Form = "share"
    at_the_end: bool = False


def _class_accuracy(examined: Examined, digit: int) -> float:
    return _read_as(examined, digit, digit)


def _read_as(examined: Examined, digit: int, said: int) -> float:
    predictions = examined.predictions
    members = predictions.test_labels == digit
    return float((predictions.test_probabilities[members].argmax(axis=1) == said).mean())


def _sureness_on(examined: Examined, digit: int) -> float:
    predictions = examined.predictions
    return float(predictions.test_probabilities[predictions.test_labels == digit].max(axis=1).mean())


def _dead(examined: Examined) -> float:
    return float((examined.features.max(axis=0) <= 0).mean())


def _between(examined: Examined, first: int, second: int) -> float:
    """Return how sure it is of digits half-way between two."""
    return examined.sureness(mixed(first, second)[:, STEPS // 2])


def _at_the_ends(examined: Examined, first: int, second: int) -> float:
    pairs = mixed(first, second)
    return examined.sureness(np.concatenate([pairs[:, 0], pairs[:, -1]]))


def _last(examined: Examined) -> EpochRow:
    return examined.run.history()[-1]


def _gap(examined: Examined) -> float:
    return _last(examined).accuracy - _last(examined).val_accuracy


def _written_by(group: str) -> Callable[[Examined], float]:
    """Return what measures the share of a group's test digits that is read right."""

    def measured(examined: Examined) -> float:
        members = load_writers()[1].of(group)
        right = examined.predictions.test_probabilities.argmax(axis=1) == examined.predictions.test_labels
        return float(right[members].mean())

    return measured


def _half_learned(examined: Examined) -> float:
    """Return the first epoch in which it read half of the training digits right; one more than all if never."""
    rows = examined.run.history()
    return float(next((row.epoch for row in rows if row.accuracy >= 0.5), len(rows) + 1))


def _half_right(examined: Examined) -> float:
    """Return the first epoch after which it read half of the validation digits right; one more than all if never."""
    rows = examined.run.history()
    return float(next((row.epoch for row in rows if row.val_accuracy >= 0.5), len(rows) + 1))


MEASURES: dict[str, Measure] = {
    "accuracy": Measure("Test digits read right", lambda examined: examined.run.test.accuracy),
    "training_accuracy": Measure(
        "Training digits right at the end", lambda examined: _last(examined).accuracy, at_the_end=True
    ),
    "validation_accuracy": Measure(
        "Validation digits right at the end", lambda examined: _last(examined).val_accuracy, at_the_end=True
    ),
    "gap": Measure("Gap at the end: training minus validation", _gap, at_the_end=True),
    "by_averages": Measure("By the nearest average picture", lambda examined: by_averages()),  # noqa: ARG005
    "parameters": Measure(
        "Parameters", lambda examined: float(examined.run.config.architecture.parameters), form="count"
    ),
    "half_right": Measure("Epochs until half are right", _half_right, form="epochs"),
    "half_learned": Measure("Epochs until half of the training digits are right", _half_learned, form="epochs"),
    "dead_relus": Measure("Dead ReLUs", _dead),
    "class_accuracy": Measure("{0}s read as {0}", _class_accuracy, 1),
    "read_as": Measure("{0}s read as {1}", _read_as, 2),
    "sureness": Measure("How sure it is of a {0}", _sureness_on, 1),
    "corner_accuracy": Measure("Digits in the corner read right", lambda examined: examined.right(*cornered())),
    "prepared_accuracy": Measure(
        "The same, once the app has centred them", lambda examined: examined.right(*prepared())
    ),
    "students_accuracy": Measure("Students’ digits read right", _written_by(STUDENTS)),
    "employees_accuracy": Measure("Employees’ digits read right", _written_by(EMPLOYEES)),
    "between": Measure("How sure half-way from {0} to {1}", _between, 2),
    "ends": Measure("How sure of a plain {0} or {1}", _at_the_ends, 2),
    "painted_accuracy": Measure("Unusual digits read right", lambda examined: examined.right(*painted())),
    "nonsense_sureness": Measure("How sure of scribbles and letters", lambda examined: examined.sureness(nonsense())),
    "nonsense_rejected": Measure("Scribbles and letters rejected", lambda examined: examined.rejected(nonsense())),
    "noise_sureness": Measure("How sure of noise", lambda examined: examined.sureness(noise())),
    "pattern_sureness": Measure(
        "How sure of patterns made to fool it", lambda examined: examined.sureness(examined.patterns)
    ),
    "pattern_rejected": Measure(
        "Patterns made to fool it rejected", lambda examined: examined.rejected(examined.patterns)
    ),
}


def take(call: Call, examined: Examined) -> float:
    """Measure a run. Raises `BadRun` where a file of it is damaged."""
    return MEASURES[call.measure].take(examined, *call.numbers)


def title(call: Call) -> str:
    """Return what a measure is called on the page."""
    return MEASURES[call.measure].title.format(*call.numbers)


def written(call: Call, value: float, epochs: int) -> str:
    """Return a value as the page writes it; `epochs` is how many the run was trained for."""
    if not isfinite(value):
        return DASH
    form = MEASURES[call.measure].form
    if form == "epochs" and value > epochs:
        return "never"
    if form != "share":
        return f"{value:,.0f}"
    return f"−{percent(-value, 1)}" if value < 0 else percent(value, 1)
