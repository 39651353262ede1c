"""What is told of a job: by its worker, a class for each message, how it travels and what it changes; and by the thread
that follows it, an `Event`."""

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import DIGITS
from digitcore.jobs.job import REPORTED, Job, Point, State
from digitcore.runs.history import BatchDone, EpochRow, SampleGuess


@dataclass(frozen=True)
class StateChange:
    """The job stands somewhere else now; `message` says so in a sentence."""

    state: State
    message: str


@dataclass(frozen=True)
class BatchReport:
    """A batch was made; those in between may go unreported."""

    batch: BatchDone
    elapsed: float  # s of training, pauses not counted


@dataclass(frozen=True, eq=False)
class EpochReport:
    """An epoch ended, and its checkpoint can be fetched."""

    row: EpochRow
    confusion: NDArray[np.int64]  # (10, 10) of the validation part
    elapsed: float  # s of training, pauses not counted


@dataclass(frozen=True)
class WeightsKept:
    """The weights as they are after so many steps can be fetched."""

    step: int
    fingerprint: str


@dataclass(frozen=True)
class Measuring:
    """The learning is over: `what`, a phrase, is being measured, and `share` in [0, 1] of all that is to be."""

    what: str
    share: float


Message = StateChange | BatchReport | SampleGuess | EpochReport | WeightsKept | Measuring


@dataclass(frozen=True)
class Over:
    """The job has ended; `message` is the sentence that says why."""

    state: State
    message: str


@dataclass(frozen=True)
class Gone:
    """Nobody does the job any more, since a process was killed or a cluster begun anew."""


@dataclass(frozen=True)
class Unreachable:
    """The line to the cluster is cut. The job may go on, and is being looked for."""


@dataclass(frozen=True)
class Found:
    """The cluster has the job still, or again; `messages` are what it has reported, as far as the cluster knows."""

    messages: tuple[Message, ...]


@dataclass(frozen=True)
class KnownThere:
    """A cluster knows the job, which nobody follows."""


@dataclass(frozen=True)
class Event:
    """What happened to an attempt at a job."""

    run_id: str
    attempt: str
    what: Message | Over | Gone | Unreachable | Found | KnownThere


_KINDS: dict[str, type[Message]] = {kind.__name__: kind for kind in get_args(Message)}
_KIND = "kind"  # the entry that names the class
_LONGEST = 1000  # characters of a sentence
_MOST_GUESSES = 100  # digits; a training sends thirty


def to_plain(message: Message) -> dict[str, Any]:
    """Return a message as values that MessagePack can hold."""
    return {_KIND: type(message).__name__, **_plain(message)}


def from_plain(values: dict[str, Any]) -> Message:
    """Return the message of which `to_plain` made these values.

    Raises `ValueError` for another version's, and for what no page could show.
    """
    try:
        message: Message = _typed(_KINDS[values[_KIND]], values)
        _check_arrays(message)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"A message of the cluster can't be read: {error!r}.") from error
    return message


def applied(job: Job, message: Message) -> Job:
    """Return the job as it stands after a message. That it has ended is not the worker's to say."""
    match message:
        case StateChange() if message.state not in REPORTED:
            return job
        case StateChange():
            return replace(job, state=message.state, message=message.message, place=None)
        case BatchReport():
            return _with_batch(job, message)
        case SampleGuess():
            return replace(job, sample=message)
        case EpochReport():
            return _with_epoch(job, message)
        case WeightsKept():
            return replace(job, weights_step=message.step, fingerprint=message.fingerprint)
        case Measuring():
            return replace(job, state=State.FINISHING, message=message.what, measured=message.share, place=None)


def _with_batch(job: Job, message: BatchReport) -> Job:
    batch = message.batch
    at = batch.epoch - 1 + batch.batch / batch.batches
    # of the first epoch alone is there a curve by batch; a job that moved to another worker does some of it again
    kept = tuple(point for point in job.trace if point.at < min(at, 1))
    trace = (*kept, Point(at, batch.accuracy, batch.loss))
    return replace(job, batch=batch, trace=trace, elapsed=message.elapsed)


def _with_epoch(job: Job, message: EpochReport) -> Job:
    history = (*job.history[: message.row.epoch - 1], message.row)
    fresh = job.fresh_epochs + 1
    return replace(job, history=history, confusion=message.confusion, elapsed=message.elapsed, fresh_epochs=fresh)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {entry.name: _plain(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.value if isinstance(value, State) else value


def _typed(kind: Any, value: Any) -> Any:
    """Return a plain value as what the annotation of its field says."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _typed(hint, value[name]) for name, hint in hints.items()})  # type: ignore[operator]
    if kind is str and len(value) > _LONGEST:
        raise ValueError(f"{len(value)} characters")
    if get_origin(kind) is np.ndarray:
        (number,) = get_args(get_args(kind)[1])  # NDArray[number] is ndarray[shape, dtype[number]]
        return np.array(value, number)
    return kind(value)


def _check_arrays(message: Message) -> None:
    match message:
        case EpochReport() if message.confusion.shape != (DIGITS, DIGITS):
            raise ValueError(f"a confusion matrix of {message.confusion.shape}")
        case SampleGuess():
            digits = len(message.positions)
            shapes = [message.positions.shape, message.labels.shape, message.probabilities.shape]
            if digits > _MOST_GUESSES or shapes != [(digits,), (digits,), (digits, DIGITS)]:
                raise ValueError(f"guesses of {shapes}")
