from dataclasses import replace

import pytest

from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.runs.expectation import expectation
from digitcore.runs.recipes import RECIPES
from digitcore.runs.record import SHIPPED, Run
from digitcore.runs.store import RunStore


@pytest.fixture(scope="module")
def shipped() -> list[Run]:
    return RunStore(SHIPPED_FOLDER).list()


@pytest.mark.parametrize("name", SHIPPED)
def test_the_recipe_of_a_shipped_network_has_a_run_that_tells_what_to_expect(shipped: list[Run], name: str) -> None:
    run = next(run for run in shipped if run.id == name)
    expected = expectation(RECIPES[name].config, run.train.count, shipped)
    assert expected.accuracy == run.test.accuracy
    assert expected.seconds == pytest.approx(run.seconds)
    assert not expected.here


def test_a_run_made_here_tells_the_pace_rather_than_a_shipped_one(shipped: list[Run]) -> None:
    dense = next(run for run in shipped if run.id == "dense")
    own = replace(dense, id="own", seconds=4.8, config=dense.config.but(epochs=2), split={"train": 12})
    expected = expectation(dense.config.but(epochs=5), 24, [dense, own])
    assert expected.here
    assert expected.seconds == pytest.approx(4.8 * 5 * 24 / (2 * 12))
    assert expected.accuracy is None


def test_a_run_of_a_network_that_had_other_layers_tells_nothing(shipped: list[Run]) -> None:
    earlier = [replace(run, parameters=run.parameters + 1) for run in shipped]
    expected = expectation(RECIPES["dense"].config, 48_000, earlier)
    assert (expected.seconds, expected.accuracy) == (None, None)


def test_nothing_is_expected_of_what_was_never_trained(shipped: list[Run]) -> None:
    stopped = [replace(run, status="stopped") for run in shipped]
    expected = expectation(RECIPES["dense"].config, 48_000, stopped)
    assert (expected.seconds, expected.accuracy) == (None, None)
