"""Formulas: what an experiment claims, as something that can be checked."""

import pytest

from digitcore.experiments.formula import Call, Formula

VALUES = {"cnn": {"accuracy": 0.97, "read_as(7, 9)": 0.25}, "dense": {"accuracy": 0.95, "read_as(7, 9)": 0.5}}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("accuracy(cnn) > accuracy(dense)", True),
        ("accuracy(cnn) > accuracy(dense) + 0.05", False),
        ("accuracy(dense) < accuracy(cnn) < 1", True),
        ("accuracy(dense) < accuracy(cnn) < 0.9", False),
        ("1 - accuracy(cnn) <= 0.67 * (1 - accuracy(dense))", True),
        ("accuracy(cnn) >= 0.97 and read_as(cnn, 7, 9) < 0.3", True),
        ("accuracy(cnn) < 0.5 or read_as(dense, 7, 9) > 0.4", True),
        ("accuracy(cnn) > 0.5 and accuracy(dense) < 0.5", False),
        ("-accuracy(cnn) < 0", True),
    ],
)
def test_a_claim_holds_or_it_does_not(text: str, holds: bool) -> None:
    assert Formula.parse(text).holds(VALUES) is holds


def test_a_formula_has_a_value() -> None:
    assert Formula.parse("accuracy(cnn) - accuracy(dense)").value(VALUES) == pytest.approx(0.02)


def test_a_formula_tells_what_has_to_be_measured_each_once() -> None:
    formula = Formula.parse("accuracy(cnn) > accuracy(dense) and read_as(cnn, 7, 9) < accuracy(cnn)")
    assert set(formula.calls()) == {
        Call("accuracy", "cnn"),
        Call("accuracy", "dense"),
        Call("read_as", "cnn", (7, 9)),
    }
    assert len(formula.calls()) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "accuracy(cnn",
        "accuracy(cnn) ** 9999",
        "accuracy(cnn).real > 1",
        "__import__('os').system('true')",
        "[1 for _ in range(9)]",
        "accuracy('cnn') > 0.5",
        "accuracy(cnn, 1.5) > 0.5",
        "accuracy(cnn, digit=7) > 0.5",
        "accuracy() > 0",
        "True",
        "(" * 200 + "1" + ")" * 200,
        "1 + " * 100 + "1",
    ],
)
def test_what_is_no_formula_is_not_evaluated(text: str) -> None:
    with pytest.raises(ValueError, match=r"can't be read|neither a number|longer than"):
        Formula.parse(text)
