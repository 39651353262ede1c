"""The command line as a shell sees it: exit status, stdout, stderr."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from digitcore.cli.main import cli
from digitcore.runs.store import RunStore
from harness.shell import digitcore

ROOT = Path(__file__).parents[3]
WRONG_CALLS = [
    (["train", "--epochs", "many"], "'many' is not a valid integer"),
    (["train", "--network", "resnet"], "'resnet' is not one of"),
    (["trian"], "No such command 'trian'"),
    (["evaluate", "digitnet", "dense"], "unexpected extra argument"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG_CALLS)
def test_a_wrong_call_is_one_line_and_status_2(arguments: list[str], sentence: str) -> None:
    done = digitcore(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["train", "--epochs", "0"], "epochs must be between 1 and 100"), (["evaluate", "nope"], "no run called 'nope'")],
)
def test_what_cannot_be_done_is_one_line_and_status_1(arguments: list[str], sentence: str) -> None:
    done = digitcore(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_train_then_evaluate_from_a_shell(tmp_path: Path) -> None:
    choices = ["--network", "fast_cnn", "--epochs", "1", "--train-size", "2000", "--validation-share", "0.05"]
    trained = digitcore("train", *choices, "--id", "mine", "--json", DIGITCORE_MODELS=str(tmp_path))
    assert trained.returncode == 0, trained.stderr
    record = json.loads(trained.stdout)
    assert record == json.loads((tmp_path / "mine" / "run.json").read_text())
    assert record["config"]["train_size"] == 2000
    assert "epoch" not in trained.stderr  # no bars where there is no terminal

    evaluated = digitcore("evaluate", "mine", "--json", DIGITCORE_MODELS=str(tmp_path))
    assert evaluated.returncode == 0, evaluated.stderr
    assert json.loads(evaluated.stdout)["errors"] == RunStore(tmp_path).get("mine").test.errors


def test_a_taken_id_is_refused_before_training(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    done = digitcore("train", "--network", "digitnet", "--id", "mine", DIGITCORE_MODELS=str(tmp_path))
    assert done.returncode == 1
    assert "already" in done.stderr


def test_a_closed_pipe_raises_nothing() -> None:
    command = f"{sys.executable} -m digitcore evaluate fast_cnn | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0
    assert "test digits right" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [(), *((name,) for name in cli.commands)])
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    done = digitcore(*command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: python -m digitcore")


def test_an_option_by_its_earlier_name_is_known() -> None:
    done = digitcore("train", "--second-look", "--epochs", "0")
    assert (done.returncode, done.stdout) == (1, "")
    assert "epochs must be between 1 and 100" in done.stderr
