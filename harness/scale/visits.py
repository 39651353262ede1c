"""Who comes when in the busiest hour of a day, and what the app then has to do for them. Times are in seconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]

HOUR = 3600.0
PEAK_SHARE = 1 / 6  # of a day's visitors come in its busiest hour: a school day has six
IN_LESSONS = 0.8  # share of visitors who come with their class, the others whenever they like
CLASS = 30  # people
BELLS = (600.0, 2400.0)  # when lessons begin
LATE = 120.0  # standard deviation of a lesson's beginning around its bell
JOINING = 90.0  # within which a class has opened the page
DIGITS, BETWEEN = 30, 8.0  # that a visitor draws, and the mean time from one to the next
PAGES = 3  # further pages that a visitor opens, in the same time
STAYS = 20 * 60.0  # a session lasts
TRAINS = 0.1  # share of visitors who train a network
TRAINS_AFTER = (300.0, 1200.0)  # of having come


@dataclass(frozen=True)
class Costs:
    """What one visitor costs the app, as measured."""

    opening: float  # s of a processor, until the first page is there
    page: float  # for each further page
    confirmation: float  # for each digit that the server reads again
    static: float  # s of `opening` that go into sending files which any cache could send
    static_bytes: float  # that a browser gets which has none of them yet
    live_bytes: float  # that a visit sends over its websocket, both ways
    memory: float  # bytes of a session
    base_memory: float  # bytes of the app without one
    training: float  # s that a training takes on a machine of its own

    def of_visit(self, cached: bool, read_by_page: bool) -> float:
        """Return the seconds of a processor that a visit takes; see `work_of`."""
        opening = self.opening - (self.static if cached else 0)
        return opening + PAGES * self.page + (0 if read_by_page else DIGITS * self.confirmation)


@dataclass(frozen=True)
class Work:
    """Pieces of work in the order in which they come: when, how long each takes a processor, and whether one waits for
    it without anything to look at, as for the first page."""

    at: Times
    takes: Times
    first: NDArray[np.bool_]


def arrivals(visitors: float, share: float, random: np.random.Generator) -> Times:
    """Return when those of an hour's visitors come who get to one of several processes; it gets that `share`."""
    lessons = round(visitors * IN_LESSONS / CLASS)
    begins = random.choice(BELLS, lessons) + random.normal(0, LATE, lessons)
    pupils = random.binomial(CLASS, share, lessons)
    together = np.repeat(begins, pupils) + random.uniform(0, JOINING, int(pupils.sum()))
    alone = random.uniform(0, HOUR, random.poisson(visitors * (1 - IN_LESSONS) * share))
    return np.sort(np.clip(np.concatenate([together, alone]), 0, HOUR))


def work_of(came: Times, costs: Costs, cached: bool, read_by_page: bool, random: np.random.Generator) -> Work:
    """Return what the app has to do for visitors; `cached` without static files, `read_by_page` without digits."""
    drawing = DIGITS * BETWEEN
    kinds = [(came, costs.opening - (costs.static if cached else 0.0))]
    kinds += [(came + random.uniform(0, drawing, len(came)), costs.page) for _ in range(PAGES)]
    if not read_by_page:
        kinds += [(came + random.uniform(0, drawing, len(came)), costs.confirmation) for _ in range(DIGITS)]
    at = np.concatenate([times for times, _ in kinds])
    takes = np.concatenate([np.full(len(times), seconds) for times, seconds in kinds])
    first = np.arange(len(at)) < len(came)
    order = np.argsort(at, kind="stable")
    return Work(at[order], takes[order], first[order])


def trainings_of(came: Times, costs: Costs, random: np.random.Generator) -> Work:
    """Return the trainings that visitors ask for."""
    who = came[random.random(len(came)) < TRAINS]
    at = np.sort(who + random.uniform(*TRAINS_AFTER, len(who)))
    return Work(at, np.full(len(at), costs.training), np.full(len(at), True))
