"""The command line as a shell sees it: exit status, stdout, stderr.

A call of each kind is made in a process of its own, the others in this one, which has loaded everything.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from digitcore.cli.main import every_command, main
from harness.shell import digitcore

ROOT = Path(__file__).parents[3]
WRONG_CALLS = [
    (["train", "--epochs", "many"], "'many' is not a valid integer"),
    (["train", "--network", "resnet"], "'resnet' is not one of"),
    (["trian"], "No such command 'trian'"),
    (["evaluate", "digitnet", "dense"], "unexpected extra argument"),
]


WRONG_CHOICES = [
    (["train", "--epochs", "0"], "epochs must be between 1 and 100"),
    (["train", "--second-look", "--epochs", "0"], "epochs must be between 1 and 100"),  # by its earlier name
    (["evaluate", "nope"], "no run called 'nope'"),
]


class Said(NamedTuple):
    """What came of a call."""

    status: int | str | None
    output: str
    errors: str


Call = Callable[..., Said]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Makes a call of `python -m digitcore` in this process."""

    def made(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["digitcore", *arguments])
        with pytest.raises(SystemExit) as ended:
            main("python -m digitcore")
        return Said(ended.value.code, *capsys.readouterr())

    return made


@pytest.mark.parametrize(
    ("arguments", "sentence", "status"),
    [*((*each, 2) for each in WRONG_CALLS), *((*each, 1) for each in WRONG_CHOICES)],
)
def test_a_wrong_call_is_one_line_and_status_2_and_what_cannot_be_done_status_1(
    call: Call, arguments: list[str], sentence: str, status: int
) -> None:
    said = call(*arguments)
    assert (said.status, said.output) == (status, "")
    assert sentence in said.errors
    assert said.errors.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence", "status"), [(*WRONG_CALLS[0], 2), (*WRONG_CHOICES[0], 1)], ids=["call", "choice"]
)
def test_a_shell_gets_the_same_status_and_line(arguments: list[str], sentence: str, status: int) -> None:
    done = digitcore(*arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_taken_id_is_refused_before_training(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    monkeypatch.setenv("DIGITCORE_MODELS", str(tmp_path))
    said = call("train", "--network", "digitnet", "--id", "mine")
    assert said.status == 1
    assert "already" in said.errors


def test_a_closed_pipe_raises_nothing() -> None:
    command = f"{sys.executable} -m digitcore evaluate fast_cnn | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0
    assert "test digits right" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [(), *((name,) for name in every_command())])
def test_every_command_explains_itself(call: Call, command: tuple[str, ...]) -> None:
    said = call(*command, "--help")
    assert (said.status, said.errors) == (0, "")
    assert said.output.startswith("Usage: python -m digitcore")


def test_a_shell_is_told_what_there_is() -> None:
    done = digitcore("--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: python -m digitcore")
