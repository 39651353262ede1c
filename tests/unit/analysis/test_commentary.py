import numpy as np
import pytest

from digitcore.analysis.commentary import commentary
from digitcore.runs.history import BatchDone, EpochRow


def batch(accuracy: float, loss: float, epoch: int = 1, step: int = 50) -> BatchDone:
    return BatchDone(epoch, step, 100, accuracy, loss, 5000.0)


def row(epoch: int, right: float, loss: float = 0.1) -> EpochRow:
    return EpochRow(epoch, right, loss, right, loss, 1e-3, 5.0)


def confusion(errors: dict[tuple[int, int], int]) -> np.ndarray:
    found = np.eye(10, dtype=np.int64) * 100
    for (truth, said), times in errors.items():
        found[truth, said] += times
        found[truth, truth] -= times
    return found


def test_before_the_first_step_there_is_nothing_to_say() -> None:
    assert commentary((), None, None) == ""


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (batch(0.12, 2.3), "It has just begun, from random weights: its answers are little better than guesses."),
        (batch(0.87, 0.5), "So far it read 87% of this epoch's digits right, each before it learned from it; "),
        (batch(0.1, 9.0), "Its loss is above that of guessing, 2.3"),
        (batch(0.1, float("nan")), "Its loss is above that of guessing, 2.3"),
        (batch(0.1, 9.0, step=3), "It has just begun"),
    ],
)
def test_the_first_epoch_is_told_by_its_steps(step: BatchDone, sentence: str) -> None:
    assert commentary((), step, None).startswith(sentence)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [(0.9, 0.95, "down from 100."), (0.95, 0.9, "up from 50"), (0.95, 0.951, "about as many as before.")],
)
def test_later_epochs_are_told_by_their_errors(before: float, after: float, words: str) -> None:
    said = commentary([row(1, before, 0.2), row(2, after, 0.19)], batch(0.9, 0.1, epoch=3), confusion({}))
    assert f"After epoch 2 it misreads {round(1000 * (1 - after))} of 1,000 validation digits" in said
    assert words in said


def test_the_commonest_mistake_is_named_both_ways_where_it_goes_both_ways() -> None:
    one_way = commentary([row(1, 0.9)], None, confusion({(4, 9): 30, (9, 4): 2}))
    assert one_way.endswith("Most often it takes a 4 for a 9, 30 times.")
    assert commentary([row(1, 0.9)], None, confusion({(4, 9): 30, (9, 4): 20})).endswith("It mixes up 4 and 9 most.")


def test_overfitting_is_said_while_it_happens() -> None:
    history = [
        EpochRow(epoch, 0.9 + 0.01 * epoch, 0.3 / epoch, 0.95, loss, 1e-3, 5.0)
        for epoch, loss in enumerate([0.2, 0.15, 0.18, 0.25], start=1)
    ]
    assert commentary(history, None, confusion({})).startswith("Overfitting since epoch 3")
