"""Seeds of one recipe are taken together, and their figures are a mean with its deviation."""

from dataclasses import replace

import numpy as np
import pytest

from digitcore.analysis.corruptions import TURNED
from digitcore.analysis.robustness import SETTINGS, Cell, Robustness
from digitcore.inference.classifier import DigitClassifier
from harness.recipes import grouped


def read_by_a_network(share: float) -> Robustness:
    return Robustness(tuple(Cell(corruption, strength, round(60 * share), 60) for corruption, strength in SETTINGS))


def test_seeds_of_one_recipe_are_put_together() -> None:
    run = DigitClassifier.load("dense").run
    other = replace(run, id="again", config=run.config.but(seed=7, name="b"))
    third = replace(run, id="longer", config=run.config.but(epochs=99))
    half, perfect = read_by_a_network(0.5), read_by_a_network(1)
    first, second = grouped([run, third, other], [half, half, perfect])
    assert (first.runs, second.runs) == (("dense", "again"), ("longer",))
    assert first.mean(TURNED, 20) == pytest.approx(0.75)
    assert first.percent(TURNED, 20) == f"{75:.2f} ± {50 / np.sqrt(2):.2f}"
    assert "±" not in second.percent(TURNED, 20)
