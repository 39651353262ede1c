"""What is known of a run before it is trained. The one place where its id, its name and its command come from."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import count

from digitcore.base.clock import now
from digitcore.base.errors import BadRun
from digitcore.base.text import one_line
from digitcore.runs.config import TrainingConfig
from digitcore.runs.store import RunStore


@dataclass(frozen=True)
class Request:
    """A training that somebody asked for."""

    id: str  # of the run that it will become
    name: str
    config: TrainingConfig
    submitted: str  # ISO 8601, UTC
    by: str = ""  # the id of whoever asked, in a class

    @property
    def command(self) -> str:
        """The command that trains the same again, from the repository's root."""
        return f"python -m digitcore train {self.config.to_options()} --id {self.id}"


def new_request(
    store: RunStore,
    config: TrainingConfig,
    run_id: str | None = None,
    reserve: Callable[[Request], bool] = lambda _: True,
    names: Collection[str] = (),
    by: str = "",
) -> Request:
    """Return the request for a run under `run_id`, or under a new id such as "20261120-101500-simple_cnn".

    Its name is none of `names`: of equal ones, the second gets a number. `reserve` takes a request's id for this
    training alone and returns False where somebody else has it. Raises `BadRun` where the run can't be written, and
    where `run_id` is taken.
    """
    submitted = now()
    name = _new_name(one_line(config.name) or _default_name(config, submitted), names)
    for candidate in [run_id] if run_id else new_ids(store, config.network, submitted):
        store.check_writable(candidate)
        request = Request(candidate, name, config, submitted, by)
        if reserve(request):
            return request
    raise BadRun(f"A training called {run_id!r} is no run yet: go on with --resume {run_id}, or choose another id.")


def new_ids(store: RunStore, network: str, submitted: str) -> Iterator[str]:
    """Yield the ids that fit a training asked for at ISO time `submitted` and that no run has; the plainest first."""
    stamp = re.sub(r"[-:]", "", submitted)[:15].replace("T", "-")
    plain = f"{stamp}-{network}"
    taken = set(store.ids())
    for number in count(1):
        candidate = plain if number == 1 else f"{plain}-{number}"
        if candidate not in taken:
            yield candidate


def _new_name(name: str, names: Collection[str]) -> str:
    """Return a name, with the first number that makes it a new one where others have it."""
    return next(each for number in count(1) if (each := f"{name} ({number})" if number > 1 else name) not in names)


def _default_name(config: TrainingConfig, submitted: str) -> str:
    """Return the name of a run that was given none: its network and the minute in which it was asked for."""
    return f"{config.architecture.title}, {submitted[:16].replace('T', ' ')}"
