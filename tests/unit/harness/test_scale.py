"""The simulation of many visitors, held against what is known of queues."""

from dataclasses import replace

import numpy as np
import pytest

from harness.scale import visits
from harness.scale.queue import SOON, app_wait, fewest, late, training_wait, waits
from harness.scale.visits import CLASS, HOUR, Costs, Times, Work, arrivals, trainings_of, work_of

COSTS = Costs(0.2, 0.1, 0.01, 0.05, 5e6, 1e6, 5e6, 4e8, 20.0)


def steadily(load: float, takes: float = 1.0, count: int = 40_000) -> Work:
    """Work that comes at random and each time takes as long: what is called M/D."""
    gaps = np.random.default_rng(1).exponential(takes / load, count)
    return of(np.cumsum(gaps), np.full(count, takes))


def of(at: Times, takes: Times) -> Work:
    return Work(at, takes, np.full(len(at), True))


@pytest.mark.parametrize("load", [0.3, 0.6, 0.8])
def test_one_server_lets_wait_as_long_as_pollaczek_and_khinchine_say(load: float) -> None:
    assert waits(steadily(load), 1).mean() == pytest.approx(load / (2 * (1 - load)), rel=0.1)


def test_two_servers_wait_less_than_one_of_twice_the_work_and_none_where_there_are_many() -> None:
    work = steadily(0.8)
    assert waits(work, 2).mean() < waits(work, 1).mean() / 5
    assert waits(work, 40_000).max() == 0


def test_work_waits_for_what_came_before_it() -> None:
    assert waits(of(np.array([0.0, 1.0, 1.0]), np.array([5.0, 1.0, 1.0])), 1).tolist() == [0, 4, 5]
    assert waits(of(np.array([0.0, 1.0, 1.0]), np.array([5.0, 1.0, 1.0])), 2).tolist() == [0, 0, 1]
    assert late(np.array([])) == 0


def test_everybody_comes_and_most_of_them_at_the_bell() -> None:
    random = np.random.default_rng(2)
    came = arrivals(60_000, 1, random)
    assert len(came) == pytest.approx(60_000, rel=0.02)
    assert (came[:-1] <= came[1:]).all()
    at_bells = sum(((came > bell - 300) & (came < bell + 400)).mean() for bell in visits.BELLS)
    assert at_bells > visits.IN_LESSONS
    assert len(arrivals(60_000, 1 / 20, random)) == pytest.approx(3_000, rel=0.1)
    assert came.max() <= HOUR


def test_a_cache_and_a_page_that_reads_take_their_work_away() -> None:
    came, random = np.zeros(CLASS), np.random.default_rng(3)
    all_of_it, cached, least = (
        work_of(came, COSTS, *choice, random).takes.sum() for choice in ((False, False), (True, False), (True, True))
    )
    assert all_of_it == pytest.approx(CLASS * COSTS.of_visit(False, False))
    assert all_of_it - cached == pytest.approx(CLASS * COSTS.static)
    assert cached - least == pytest.approx(CLASS * visits.DIGITS * COSTS.confirmation)
    assert len(trainings_of(came, COSTS, random).at) < CLASS


def test_more_visitors_wait_longer_and_the_fewest_processes_keep_the_wait_within_its_limit() -> None:
    def wait(processes: int) -> float:
        return app_wait(3_000, processes, COSTS, 4, False, False)

    needed = fewest(wait, SOON)
    assert wait(1) > wait(needed)
    assert wait(needed) <= SOON < wait(needed - 1)
    assert fewest(lambda machines: training_wait(5_000, machines, replace(COSTS, training=1.0), 5), 60) == 1


def test_the_same_seed_gives_the_same_table() -> None:
    assert app_wait(2_000, 3, COSTS, 7, True, False) == app_wait(2_000, 3, COSTS, 7, True, False)
