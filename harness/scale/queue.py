"""Queues: how long work waits for the next of several servers that is free, and how many servers it takes."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import numpy as np

from harness.scale.visits import Costs, Times, Work, arrivals, trainings_of, work_of

SOON = 1.0  # s that 95 of 100 visitors may wait before the server begins with their first page
SOON_TRAINED = 60.0  # s that 95 of 100 trainings may wait for a machine
_PROCESSES_LOOKED_AT = 6  # of all, which are alike


def waits(work: Work, servers: int) -> Times:
    """Return how long each piece of work waits: the one that came first is first served, by whoever is free."""
    free = [0.0] * servers
    found = np.empty(len(work.at))
    for index, (at, takes) in enumerate(zip(work.at.tolist(), work.takes.tolist(), strict=True)):
        begins = max(at, free[0])
        found[index] = begins - at
        heapq.heapreplace(free, begins + takes)
    return found


def late(waited: Times) -> float:
    """Return how long the 95th of 100 waits; 0 where nobody came."""
    return float(np.quantile(waited, 0.95)) if len(waited) else 0.0


def app_wait(visitors: float, processes: int, costs: Costs, seed: int, cached: bool, read_by_page: bool) -> float:
    """Return how long the 95th of 100 visitors waits for the first page in the busiest hour, with so many processes."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(min(processes, _PROCESSES_LOOKED_AT)):
        came = arrivals(visitors, 1 / processes, random)
        work = work_of(came, costs, cached, read_by_page, random)
        found.append(waits(work, 1)[work.first])
    return late(np.concatenate(found))


def training_wait(visitors: float, machines: int, costs: Costs, seed: int) -> float:
    """Return how long the 95th of 100 trainings waits for one of so many machines."""
    random = np.random.default_rng(seed)
    return late(waits(trainings_of(arrivals(visitors, 1, random), costs, random), machines))


def fewest(wait: Callable[[int], float], limit: float, least: float = 1) -> int:
    """Return how few servers keep the wait within a limit, to 2 in 100, from the `least` on that keep up with the work.

    Found by doubling, then by halving what is between.
    """
    too_few = max(1, int(least)) - 1
    enough = too_few + 1
    while wait(enough) > limit:
        too_few, enough = enough, 2 * enough
    while enough - too_few > max(1, enough // 50):
        between = (enough + too_few) // 2
        too_few, enough = (too_few, between) if wait(between) <= limit else (between, enough)
    return enough
