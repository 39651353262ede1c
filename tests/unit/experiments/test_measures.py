"""What is measured of a run: each measure against what it stands for."""

import re
from pathlib import Path

import numpy as np
import pytest

from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import load_mnist
from digitcore.experiments.examined import STEPS, Examined, cornered, mixed
from digitcore.experiments.exhibits import EXHIBITS, show
from digitcore.experiments.experiment import Exhibit
from digitcore.experiments.formula import Call
from digitcore.experiments.measures import MEASURES, take, title, written
from digitcore.runs.store import RunStore

OF_PATTERNS = {"pattern_sureness", "pattern_rejected", "patterns"}  # which the shipped runs have none of


@pytest.fixture(scope="module")
def examined() -> Examined:
    return Examined(RunStore(SHIPPED_FOLDER).get("dense"))


def value(examined: Examined, measure: str, *numbers: int) -> float:
    return take(Call(measure, "any", numbers), examined)


@pytest.mark.parametrize("name", sorted(set(MEASURES) - OF_PATTERNS))
def test_every_measure_can_be_taken_of_a_shipped_run(examined: Examined, name: str) -> None:
    numbers = (4, 9)[: MEASURES[name].numbers]
    measured = value(examined, name, *numbers)
    if MEASURES[name].form == "share":
        assert -1 <= measured <= 1
    assert "{" not in title(Call(name, "any", numbers))


@pytest.mark.parametrize("name", sorted(set(EXHIBITS) - OF_PATTERNS))
def test_every_exhibit_says_something_of_each_picture(examined: Examined, name: str) -> None:
    shown = show(Exhibit(name, (4, 9)[: EXHIBITS[name].numbers]), examined)
    assert shown["sheet"].startswith("data:image/png")
    assert shown["count"] >= 7
    assert {len(shown[part]) for part in ("digits", "sure", "right", "rejected")} == {shown["count"]}


def test_the_shares_of_what_a_digit_is_read_as_add_up(examined: Examined) -> None:
    assert sum(value(examined, "read_as", 7, said) for said in range(10)) == pytest.approx(1)
    assert value(examined, "class_accuracy", 7) == value(examined, "read_as", 7, 7) > 0.95


def test_the_classes_make_up_the_accuracy(examined: Examined) -> None:
    shares = load_mnist().test.counts() / len(load_mnist().test)
    weighed = sum(share * value(examined, "class_accuracy", digit) for digit, share in enumerate(shares))
    assert weighed == pytest.approx(value(examined, "accuracy"))


def test_the_groups_of_writers_make_up_the_accuracy(examined: Examined) -> None:
    halves = value(examined, "students_accuracy"), value(examined, "employees_accuracy")
    assert halves[1] > halves[0]
    assert np.mean(halves) == pytest.approx(value(examined, "accuracy"), abs=1e-3)


def test_the_gap_lies_between_the_curves_at_their_end(examined: Examined) -> None:
    last = examined.run.history()[-1]
    assert value(examined, "gap") == pytest.approx(last.accuracy - last.val_accuracy)


def test_a_neuron_that_never_fires_is_dead(examined: Examined, monkeypatch: pytest.MonkeyPatch) -> None:
    features = np.array([[0, 1, 0, 0], [0, 0, 0, 2]], np.float32)
    monkeypatch.setitem(examined.__dict__, "features", features)
    assert value(examined, "dead_relus") == 0.5


def test_average_pictures_read_about_four_in_five(examined: Examined) -> None:
    assert value(examined, "by_averages") == pytest.approx(0.8203)  # as in many a textbook


def test_what_lies_in_the_corner_is_misread_until_it_is_centred(examined: Examined) -> None:
    images, _ = cornered()
    assert all(image[0].any() and image[:, 0].any() for image in images)
    assert value(examined, "corner_accuracy") < 0.4 < 0.9 < value(examined, "prepared_accuracy")


def test_a_mixture_begins_with_the_one_digit_and_ends_with_the_other() -> None:
    test = load_mnist().test
    pairs = mixed(4, 9)
    assert pairs.shape[1] == STEPS
    for pair in pairs[:5]:
        for end, digit in ((pair[0], 4), (pair[-1], 9)):
            assert any(np.array_equal(end, image) for image in test.images[test.labels == digit])
        middle = (pair[0].astype(float) + pair[-1]) / 2
        assert np.abs(pair[STEPS // 2] - middle).max() <= 0.5


@pytest.mark.parametrize(
    ("call", "number", "words"),
    [
        (Call("accuracy", "any"), 0.9512, "95.1%"),
        (Call("gap", "any"), -0.034, "−3.4%"),
        (Call("parameters", "any"), 101770.0, "101,770"),
        (Call("half_right", "any"), 5.0, "5"),
        (Call("half_right", "any"), 6.0, "never"),
        (Call("accuracy", "any"), float("nan"), "–"),
    ],
)
def test_a_value_is_written_as_what_it_is(call: Call, number: float, words: str) -> None:
    assert written(call, number, epochs=5) == words


def test_the_guide_names_every_measure_and_all_pictures() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "experiments.md").read_text(encoding="utf-8")
    assert [name for name in (*MEASURES, *EXHIBITS) if not re.search(rf"`{name}[`(]", guide)] == []
