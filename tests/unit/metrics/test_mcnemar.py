import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2

from digitcore.metrics.mcnemar import EXACT_BELOW, compare, in_words, mcnemar


def test_mcnemar_of_a_few_digits_worked_by_hand() -> None:
    # 1 and 5: two-sided binomial, 2 * (1 + 6) / 2**6
    result = mcnemar(1, 5)
    assert result.exact
    assert result.p_value == pytest.approx(14 / 64)
    assert not result.significant


def test_mcnemar_of_many_digits_worked_by_hand() -> None:
    # 10 and 30: (|10 - 30| - 1)**2 / 40 = 9.025, of which the upper tail is 0.00266
    result = mcnemar(10, 30)
    assert not result.exact
    assert result.p_value == pytest.approx(0.00266, abs=1e-5)
    assert result.significant


@given(first=st.integers(0, 200), second=st.integers(0, 200))
def test_mcnemar_agrees_with_scipy_and_does_not_care_who_is_first(first: int, second: int) -> None:
    result = mcnemar(first, second)
    assert result.p_value == pytest.approx(mcnemar(second, first).p_value)
    assert 0 <= result.p_value <= 1
    if first + second == 0:
        assert result.p_value == 1
    elif first + second < EXACT_BELOW:
        assert result.p_value == pytest.approx(binomtest(first, first + second).pvalue)
    else:
        statistic = max(abs(first - second) - 1, 0) ** 2 / (first + second)
        assert result.p_value == pytest.approx(chi2.sf(statistic, 1))


def test_every_digit_is_in_one_of_the_four_groups() -> None:
    labels = np.array([0, 1, 2, 3, 4])
    result = compare(labels, np.array([0, 1, 9, 3, 9]), np.array([0, 9, 2, 3, 8]))
    assert result.both_right == 2
    assert (result.only_first.tolist(), result.only_second.tolist()) == ([1], [2])
    assert result.both_wrong.tolist() == [4]


@pytest.mark.parametrize(
    ("first", "second", "beginning"),
    [
        (0, 0, "A and B are right and wrong on the very same digits"),
        (4, 6, "The difference may well be chance"),
        (60, 20, "A is better, and not by chance: 60 digits"),
        (20, 60, "B is better, and not by chance: 60 digits"),
    ],
)
def test_the_verdict_names_the_better_one_only_if_it_is(first: int, second: int, beginning: str) -> None:
    assert in_words(mcnemar(first, second), "A", "B").startswith(beginning)
