"""`code`: the program of a run, or of a training that the options choose."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from digitcore.cli.main import cli
from digitcore.code.program import program
from digitcore.runs.recipes import RECIPES
from digitcore.runs.store import RunStore


def printed(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["code", *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


@pytest.mark.parametrize(
    ("arguments", "choices"),
    [
        (("--recipe", "tiny_cnn", "--left-out", "7"), RECIPES["tiny_cnn"].config.but(left_out="7")),
        (("--network", "linear"), RECIPES["linear"].config),
    ],
)
def test_the_options_are_those_of_a_training(arguments: tuple[str, ...], choices) -> None:  # type: ignore[no-untyped-def]
    assert printed(*arguments) == program(choices)


def test_a_run_has_the_program_of_its_own_choices_and_options_change_them() -> None:
    config = RunStore.open().get("fast_cnn").config
    assert printed("fast_cnn") == program(config)
    assert printed("fast_cnn", "--epochs", "3") == program(config.but(epochs=3))


def test_a_program_can_be_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "digits.py"
    assert printed("dense", "--out", str(file)) == f"{file}\n"
    assert file.read_text() == printed("dense")


def test_a_run_and_a_recipe_at_once_are_a_wrong_call() -> None:
    done = CliRunner().invoke(cli, ["code", "dense", "--recipe", "dense"])
    assert done.exit_code == 2
    assert "leave out --recipe" in done.output
