"""Tables that people open in a spreadsheet."""

import pandas as pd
import pytest

from digitcore.base.csv import as_text, csv

FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(formula: str) -> None:
    assert as_text(formula) == f"'{formula}"
    written = csv(pd.DataFrame({"name": [formula], formula: ["plain"]}))
    assert written.count(f"'{formula}") == 2


@pytest.mark.parametrize("value", ["a=b", "7.png", "", "–", -1, -0.5, None])
def test_whatever_else_stays_as_it_is(value: object) -> None:
    assert as_text(value) == value


def test_numbers_stay_numbers_to_six_digits() -> None:
    table = pd.DataFrame({"n": [-1, 2], "share": [-0.1234567, float("nan")]})
    assert csv(table) == "n,share\n-1,-0.123457\n2,\n"
    assert csv(table, header=False) == "-1,-0.123457\n2,\n"
