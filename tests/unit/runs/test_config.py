import json
import shlex
from typing import Any

import pytest
from click.testing import CliRunner

from digitcore.base.errors import BadConfig
from digitcore.cli.main import cli
from digitcore.networks import NETWORKS
from digitcore.runs.config import TrainingConfig
from digitcore.runs.recipes import RECIPES
from harness.shell import parsed

OUT_OF_BOUNDS: list[tuple[dict[str, Any], str]] = [
    ({"epochs": 0}, "epochs must be between 1 and 100; 0 is not"),
    ({"epochs": 1000}, "epochs must be between 1 and 100"),
    ({"epochs": 2.5}, "epochs must be a whole number"),
    ({"epochs": True}, "epochs must be a whole number"),
    ({"batch_size": 1}, "batch size must be between 8 and 2,048"),
    ({"network": "resnet"}, "network must be one of digitnet, "),
    ({"learning_rate": float("nan")}, "learning rate must be between"),
    ({"learning_rate": "fast"}, "learning rate must be a number"),
    ({"train_size": 3}, "train size must be at least 10"),
    ({"seed": -1}, "seed must be between"),
    ({"augmentation": 1}, "augmentation must be true or false"),
]


@pytest.mark.parametrize(("choices", "sentence"), OUT_OF_BOUNDS)
def test_a_choice_outside_its_bounds_is_refused_by_name(choices: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadConfig, match=sentence):
        TrainingConfig(**choices)


def test_a_config_survives_json() -> None:
    config = RECIPES["digitnet"].config.but(train_size=5000, name="Mine")
    assert TrainingConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


@pytest.mark.parametrize(("epochs", "wider"), [(1, 0), (4, 0), (5, 1), (30, 6), (31, 7), (60, 7)])
def test_fewer_epochs_alone_have_no_larger_share_in_a_wider_world(epochs: int, wider: int) -> None:
    config = TrainingConfig(epochs=31, wider_epochs=7)
    assert config.but(epochs=epochs).wider_epochs == wider
    assert config.but(epochs=10, wider_epochs=9).wider_epochs == 9


def test_an_unknown_choice_is_named() -> None:
    with pytest.raises(BadConfig, match="no training choice called 'momentum'"):
        TrainingConfig.from_json({"momentum": 0.9})


def test_every_network_has_a_recipe() -> None:
    assert {recipe.config.network for recipe in RECIPES.values()} == set(NETWORKS)


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_config_written_as_options_is_the_same_config_when_the_command_line_reads_it(recipe: str) -> None:
    config = RECIPES[recipe].config.but(name="It's mine", train_size=100)
    read = parsed(["train", *shlex.split(config.to_options())])
    given = {name: value for name, value in read.items() if name in config.to_json() and value is not None}
    assert TrainingConfig(**given) == config


def test_the_help_names_every_choice_with_its_bounds() -> None:
    text = " ".join(CliRunner().invoke(cli, ["train", "--help"]).output.split())
    assert all(f"--{name.replace('_', '-')}" in text for name in TrainingConfig().to_json())
    assert "[1 to 100]" in text


def test_choices_by_the_names_that_they_once_had_are_read() -> None:
    assert TrainingConfig.from_json({"second_look": True}) == TrainingConfig(test_time_augmentation=True)
    assert "second_look" not in TrainingConfig().to_json()
