"""What is said of the choices of a training."""

from dataclasses import fields
from typing import Any

import pytest

from digitcore.runs.config import TrainingConfig
from digitcore.runs.words import LABELS, differences, option_words, peculiarities

USUAL = TrainingConfig()


def test_every_choice_has_a_label_and_every_option_words() -> None:
    assert set(LABELS) == {choice.name for choice in fields(TrainingConfig)}
    for choice in fields(TrainingConfig):
        assert all(option_words(choice.name)(option) for option in choice.metadata["options"])


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"learning_rate": 0.1}, ["Learning rate: 0.001 and 0.1"]),
        ({"network": "linear"}, ["Network: Tutorial CNN and Linear network"]),
        ({"train_size": 1000}, ["Training digits: all and 1,000"]),
        ({"augmentation": True}, ["Augmentation: off and on"]),
        ({"shuffled_labels": 0.25}, ["Shuffled labels: 0% and 25%"]),
        ({"left_out": "37"}, ["Digits left out: none and 37"]),
        ({"writers": "students", "seed": 1}, ["Writers: All and Students", "Random seed: 0 and 1"]),
        ({"name": "Mine"}, []),
    ],
)
def test_what_differs_between_two_trainings_is_said_in_words(choices: dict[str, Any], said: list[str]) -> None:
    assert [str(each) for each in differences(USUAL, USUAL.but(**choices))] == said


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({}, ()),
        ({"epochs": 3}, ()),
        ({"writers": "students"}, ("It learned from digits that students wrote, and from nobody else's.",)),
        ({"left_out": "7"}, ("It never learned from a 7.",)),
        ({"left_out": "137"}, ("It never learned from a 1, 3 or 7.",)),
        ({"rare": "17"}, ("Of the 1s and 7s, it learned from only 10%.",)),
        ({"shuffled_labels": 0.125}, ("12.5% of its training labels were drawn at random.",)),
        ({"placement": "corner"}, ("Its training digits lay in the upper left corner.",)),
        ({"placement": "anywhere"}, ("Its training digits lay anywhere in their pictures.",)),
    ],
)
def test_what_is_out_of_the_ordinary_is_said_of_a_run(choices: dict[str, Any], said: tuple[str, ...]) -> None:
    assert peculiarities(USUAL.but(**choices)) == said
