"""Errors by who wrote the digits: counts that add up, and a limit that luck keeps to."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from scipy.stats import binom

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.writers import LUCK, by_writer, digits_of, part_by_writer
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.writers import EMPLOYEES, STUDENTS, load_writers
from digitcore.metrics.intervals import most_by_chance
from digitcore.runs.store import RunStore


@pytest.fixture(scope="module")
def diagnosis() -> Diagnosis:
    return Diagnosis.of(RunStore(SHIPPED_FOLDER).get("dense"))


@pytest.mark.parametrize("count", [1, 8, 20, 130])
@pytest.mark.parametrize("share", [0.0027, 0.02, 0.5, 0.97])
@pytest.mark.parametrize("luck", [0.05, 1e-4])
def test_more_than_chance_allows_is_less_likely_than_luck_and_as_many_is_not(
    count: int, share: float, luck: float
) -> None:
    most = most_by_chance(count, share, luck)
    assert binom.sf(most, count, share) < luck <= (binom.sf(most - 1, count, share) if most else 1)


def test_what_never_or_always_happens_leaves_nothing_to_chance() -> None:
    assert (most_by_chance(20, 0.0, 0.05), most_by_chance(20, 1.0, 0.05)) == (0, 20)


def test_groups_and_writers_have_all_digits_and_all_errors_between_them(diagnosis: Diagnosis) -> None:
    found = part_by_writer(diagnosis.test)
    assert found is not None
    assert [(group.group, group.writers, group.digits) for group in found.groups] == [
        (STUDENTS, 249, 5001),
        (EMPLOYEES, 48, 4999),
    ]
    for rows in (found.groups, found.writers):
        assert (sum(row.digits for row in rows), sum(row.errors for row in rows)) == (10_000, diagnosis.run.test.errors)
    errors = [writer.errors for writer in found.writers]
    assert errors == sorted(errors, reverse=True)
    assert [each.errors > 0 for each in found.writers].count(True) == len(found.failed)


def test_only_a_hand_that_is_really_hard_is_beyond_chance() -> None:
    people = load_writers()[1].people
    rng = np.random.default_rng(0)
    by_luck = [len(by_writer(rng.random(10_000) < 0.02).beyond_chance) for _ in range(40)]
    assert sum(map(bool, by_luck)) <= 40 * 3 * LUCK
    hard = (rng.random(10_000) < 0.01) | ((people == people[0]) & (rng.random(10_000) < 0.7))
    assert [writer.person for writer in by_writer(hard).beyond_chance] == [int(people[0])]


def test_a_writers_digits_are_all_of_theirs_the_misread_first_and_then_digit_by_digit(diagnosis: Diagnosis) -> None:
    assert diagnosis.test is not None
    people = load_writers()[1].people
    members = digits_of(diagnosis.test, 335)
    assert sorted(members.tolist()) == np.flatnonzero(people == 335).tolist()
    wrong = (diagnosis.test.predictions != diagnosis.test.labels)[members]
    assert wrong.any()
    assert (np.diff(wrong.astype(int)) <= 0).all()
    assert (np.diff(diagnosis.test.labels[members[~wrong]]) >= 0).all()


def test_nothing_is_said_of_other_peoples_digits_and_a_part_of_the_test_set_has_a_group_of_nobody(
    diagnosis: Diagnosis,
) -> None:
    assert diagnosis.test is not None
    assert part_by_writer(None) is None
    assert part_by_writer(replace(diagnosis.test, source=None)) is None
    assert part_by_writer(diagnosis.validation) is None
    students, nobody = by_writer(np.zeros(40, bool)).groups
    assert (students.digits, nobody.digits) == (40, 0)
    assert isnan(nobody.error_rate)
