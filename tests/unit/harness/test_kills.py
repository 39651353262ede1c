"""Nothing is lost, half written, stuck or left behind where processes are killed."""

import sys

import pytest

from harness.kills.command_line import epochs_of
from harness.shell import python_m


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_fifty_random_kills_do_no_harm() -> None:
    done = python_m("benchmarks.kills", "--kills", "50", "--seed", "1")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-5000:]}"
    assert "| all | | 50 | 0 |" in done.stdout


@pytest.mark.parametrize(
    ("words", "epochs"),
    [
        ([], 0),
        (["starting", "training", "epoch 1", "training", "epoch 2"], 2),
        (["epoch 2", "interrupted 2", "starting"], 2),
        (["epoch 6", "finishing", "finished 6", "starting"], 0),
        (["finished 6", "starting", "epoch 1"], 1),
    ],
)
def test_epochs_of_a_training_that_is_over_are_not_missed(words: list[str], epochs: int) -> None:
    assert epochs_of(words) == epochs
