"""What is known of a run before it is trained. The one place where its id, its name and its command come from."""

import re
import shlex
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import count

from digitcore.base.clock import now
from digitcore.base.errors import BadRun
from digitcore.base.text import one_line
from digitcore.runs.config import TrainingConfig
from digitcore.runs.store import RunStore
from digitcore.runs.tuning import Tuning


@dataclass(frozen=True)
class Request:
    """A training that somebody asked for."""

    id: str  # of the run that it will become
    name: str
    config: TrainingConfig
    submitted: str  # ISO 8601, UTC
    by: str = ""  # the id of whoever asked, in a class
    tuning: Tuning | None = None  # of which run it is a fine-tuning; None: it begins from the start

    @property
    def command(self) -> str:
        """The command that trains the same again, from the repository's root."""
        if self.tuning:
            data = shlex.quote(self.tuning.file)
            return f"python -m digitcore train --finetune {self.tuning.run} --data {data} --id {self.id}"
        return f"python -m digitcore train {self.config.to_options()} --id {self.id}"


def new_request(
    store: RunStore,
    config: TrainingConfig,
    run_id: str | None = None,
    reserve: Callable[[Request], bool] = lambda _: True,
    names: Collection[str] = (),
    by: str = "",
    tuning: Tuning | None = None,
) -> Request:
    """Return the request for a run under `run_id`, or under a new id such as "20261120-101500-simple_cnn".

    Its name is none of `names`: of equal ones, the second gets a number. `reserve` takes a request's id for this
    training alone and returns False where somebody else has it. Raises `BadRun` where the run can't be written, and
    where `run_id` is taken.
    """
    submitted = now()
    title = tuning.title if tuning else _default_name(config, submitted)
    name = _new_name(one_line(config.name) or title, names)
    plain = f"{config.network}-tuned" if tuning else config.network
    for candidate in [run_id] if run_id else new_ids(store, plain, submitted):
        store.check_writable(candidate)
        request = Request(candidate, name, config, submitted, by, tuning)
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
