"""The programs of an experiment's runs, line by line: marked is what differs, and nothing else."""

import pytest

from digitcore.code.compared import Line, compared
from digitcore.code.program import program
from digitcore.experiments.experiment import Experiment
from digitcore.experiments.library import library


def programs(experiment: Experiment) -> list[str]:
    return [program(config) for config in experiment.seeded(3).values()]


def marked(lines: list[Line]) -> list[str]:
    return [line.text.strip() for line in lines if line.differs and line.text]


@pytest.mark.parametrize("experiment", library().experiments, ids=lambda each: each.id)
def test_what_is_not_marked_is_the_same_in_all_runs_and_some_line_is(experiment: Experiment) -> None:
    found = compared(programs(experiment))
    assert ["".join(f"{line.text}\n" for line in lines) for lines in found] == programs(experiment)
    first, *others = [[line.text for line in lines if not line.differs] for lines in found]
    assert all(other == first for other in others)
    assert len(first) > 30
    assert any(marked(lines) for lines in found)


def marked_of(name: str) -> list[list[str]]:
    experiment = library().find(name)
    assert experiment is not None
    return [marked(lines) for lines in compared(programs(experiment))]


def test_the_line_of_the_knob_is_the_one_that_is_marked() -> None:
    rates = ("1e-05", "0.001", "0.3")
    assert marked_of("learning-rate") == [[f"optimizer=keras.optimizers.Adam({rate}),"] for rate in rates]


def test_a_run_as_usual_has_no_line_of_its_own_where_others_leave_something_out() -> None:
    usual, rare, without = marked_of("left-out")
    assert usual == []
    assert rare[0].startswith("for digit in [7]:")
    assert without[0].startswith("known = ~np.isin(y_train, [7])")
