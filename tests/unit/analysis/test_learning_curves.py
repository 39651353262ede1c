from dataclasses import replace
from math import nan

import pytest

from digitcore.analysis.learning_curves import trend
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.runs.history import EpochRow, best_row
from digitcore.runs.store import RunStore


def training(losses: list[float], val_losses: list[float], val_accuracies: list[float] | None = None) -> list[EpochRow]:
    accuracies = val_accuracies or [1 - loss / 3 for loss in val_losses]
    return [
        EpochRow(epoch, 0.9, loss, accuracy, val_loss, 1e-3, 1.0)
        for epoch, (loss, val_loss, accuracy) in enumerate(zip(losses, val_losses, accuracies, strict=True), start=1)
    ]


def test_a_validation_loss_that_rises_while_training_loss_falls_is_overfitting_since_its_lowest_point() -> None:
    found = trend(training([0.5, 0.3, 0.2, 0.1, 0.05], [0.4, 0.3, 0.25, 0.3, 0.4]))
    assert (found.kind, found.since) == ("overfitting", 4)
    assert found.sentence.startswith("Overfitting since epoch 4: validation loss has risen from 0.2500 to 0.4000")


def test_losses_that_go_on_falling_are_still_improving() -> None:
    found = trend(training([0.5, 0.4, 0.3, 0.2], [0.5, 0.4, 0.3, 0.2]))
    assert found.kind == "improving"
    assert "the last epoch took validation loss from 0.3000 to 0.2000" in found.sentence


def test_a_loss_that_stays_where_it_is_has_levelled_off() -> None:
    found = trend(training([0.5, 0.2, 0.19, 0.19, 0.19], [0.5, 0.3, 0.3, 0.301, 0.302]))
    assert (found.kind, found.since) == ("level", 2)
    assert "after epoch 2, 90.00% right on validation, none did better" in found.sentence


@pytest.mark.parametrize(
    ("accuracies", "losses", "kept"),
    [
        ([0.98, 0.985, 0.983], [0.10, 0.09, 0.07], 2),  # fewer right: a lower loss does not make up for it
        ([0.98, 0.9841, 0.9836], [0.10, 0.09, 0.08], 3),  # as many right but for chance: the lower loss counts
        ([0.98, 0.9841, 0.9846], [0.10, 0.08, 0.09], 2),
        ([0.98, 0.98, 0.982], [0.08, 0.08, 0.20], 3),  # clearly more right, however unsure
        ([0.98, 0.98], [0.08, 0.08], 1),  # of equals the first
        ([0.9, 0.9], [0.4, nan], 1),
    ],
)
def test_the_epoch_that_is_kept_is_better_by_more_than_chance(
    accuracies: list[float], losses: list[float], kept: int
) -> None:
    history = training([0.1] * len(losses), losses, accuracies)
    assert best_row(history).epoch == kept
    assert best_row(history[:1]).epoch == 1


@pytest.mark.parametrize("where", ["loss", "val_loss"])
def test_a_loss_that_is_no_number_has_diverged(where: str) -> None:
    bad, good = [0.5, nan], [0.5, 0.4]
    found = trend(training(*((bad, good) if where == "loss" else (good, bad)), val_accuracies=[0.9, 0.1]))
    assert (found.kind, found.since) == ("diverged", 2)


def test_an_accuracy_that_collapses_has_diverged() -> None:
    found = trend(training([0.5, 0.3, 2.3, 2.3], [0.5, 0.3, 2.3, 2.3], [0.8, 0.9, 0.1, 0.1]))
    assert (found.kind, found.since) == ("diverged", 3)
    assert "from 90.00% to 10.00%" in found.sentence


def test_the_wobble_of_one_epoch_is_not_overfitting() -> None:
    assert trend(training([0.5, 0.3, 0.2, 0.1], [0.4, 0.3, 0.2, 0.23])).kind != "overfitting"


def test_one_epoch_and_none_are_said_to_be_so() -> None:
    assert trend([]).kind == "none"
    assert trend(training([0.5], [0.4])).kind == "short"


@pytest.mark.parametrize("kind", ["digitnet", "simple_cnn", "fast_cnn", "dense"])
def test_no_shipped_run_is_said_to_have_diverged(kind: str) -> None:
    assert trend(RunStore(SHIPPED_FOLDER).get(kind).history()).kind not in ("diverged", "none")


@pytest.mark.parametrize(
    ("rate", "advice"),
    [
        (5.0, "A learning rate of 5 is far too high; try 0.001."),
        (1e-6, "A learning rate of 1e-06 is very low; try 0.001, or more epochs."),
        (1e-3, "Try another learning rate, or more digits to learn from."),
    ],
)
def test_a_training_that_guesses_to_its_end_never_learned(rate: float, advice: str) -> None:
    history = [replace(row, learning_rate=rate) for row in training([2.4, 2.3], [2.4, 2.3], [0.098, 0.113])]
    found = trend(history)
    assert found.kind == "never"
    assert found.sentence == f"It never learned: 11.3% right on validation, and guessing gives 10%. {advice}"


def test_a_schedule_that_has_come_down_to_zero_is_not_told_to_go_on() -> None:
    falling = training([0.5, 0.4, 0.3, 0.2], [0.5, 0.4, 0.3, 0.2])
    spent = [replace(row, learning_rate=rate) for row, rate in zip(falling, (1e-3, 8e-4, 3e-4, 1e-7), strict=True)]
    assert "More epochs may help" in trend(falling).sentence
    assert "Its schedule is at its end" in trend(spent).sentence


@pytest.mark.parametrize(("rate", "is_spent"), [(0.05, False), (0.0499, True)])
def test_a_schedule_is_spent_below_a_twentieth_of_its_highest_rate(rate: float, is_spent: bool) -> None:
    falling = training([0.5, 0.4, 0.3, 0.2], [0.5, 0.4, 0.3, 0.2])
    rows = [replace(row, learning_rate=1.0) for row in falling[:-1]] + [replace(falling[-1], learning_rate=rate)]
    assert ("Its schedule is at its end" in trend(rows).sentence) is is_spent
