"""A benchmark ends with 1 where a target is missed, and says which."""

import pytest

from harness.figures import mean_and_deviation
from harness.targets import Targets


def test_figures_that_meet_their_targets_leave_nothing_to_say(capsys: pytest.CaptureFixture[str]) -> None:
    targets = Targets()
    targets.least(0.98, 0.98, "test accuracy")
    targets.most(0.98, 0.98, "share rejected")
    assert targets.exit_status() == 0
    assert capsys.readouterr().err == ""


def test_a_target_that_is_not_given_cannot_be_missed() -> None:
    targets = Targets()
    targets.least(0, None, "test accuracy")
    targets.most(1e9, None, "time to open")
    assert targets.exit_status() == 0


def test_a_target_of_nothing_is_a_target() -> None:
    targets = Targets()
    targets.most(0.1, 0, "wrong answers")
    assert targets.exit_status() == 1


def test_each_missed_target_is_a_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    targets = Targets()
    targets.least(0.97, 0.98, "test accuracy")
    targets.most(2.25, 1.5, "time to open", "{:.1f} s")
    assert targets.exit_status() == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines() == [
        "Missed: test accuracy: 97.00% is below the target of 98.00%.",
        "Missed: time to open: 2.2 s is above the target of 1.5 s.",
    ]


def test_a_mean_comes_with_its_deviation_where_there_is_one() -> None:
    assert mean_and_deviation([0.25, 0.75], ".1%") == "50.0% ± 35.4%"
    assert mean_and_deviation([3.0]) == "3.00"
