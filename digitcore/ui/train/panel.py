"""What the training panel shows of a job, in the form its JavaScript takes: words, curves, guesses and mistakes."""

from collections.abc import Sequence
from functools import lru_cache
from math import isfinite
from typing import Any

import numpy as np

from digitcore.analysis.commentary import commentary
from digitcore.base.errors import BadDataset
from digitcore.base.images import DIGITS, SIDE
from digitcore.base.png import sheet
from digitcore.base.text import count, duration
from digitcore.classroom.rights import is_ones_own
from digitcore.data.mnist import MNIST, Dataset
from digitcore.data.samples import HARD, ORDINARY, first_of_each
from digitcore.data.store import DataStore
from digitcore.figures import confusion_title
from digitcore.jobs import Job, SampleGuess, State
from digitcore.runs.history import EpochRow
from digitcore.ui.shared import components
from digitcore.ui.shared.weights import UNCHANGED_BY_DRAWING, live_weights_address, run_weights_address

PANEL_KEY = "training-panel"
MOST_POINTS = 120  # of the first epoch's curve: more than one for every third pixel of it

# what is said while nothing is being trained, so that one knows what to look for
EMPTY_STATUS = "Nothing is being trained"
EMPTY_MESSAGE = "Pick a recipe and press Train. Then you can watch it learn here:"
HINTS = {
    "accuracy": "The share it reads right: steep at first, then by tenths of a percent.",
    "loss": "How wrong its probabilities are. If validation rises again, it has begun to learn by heart.",
    "digits": "Digits it never learns from. Watch its guesses turn right, the odd ones last.",
    "confusion": "Which digit is taken for which: right ones on the diagonal, mistakes beside it.",
}

UNREAD = "Press Train: a network will read it while it learns."
WAITS = "Read as soon as the network has made its first steps."

_ENDED_WORDS = {
    State.FINISHED: "Finished",
    State.STOPPED: "Stopped",
    State.INTERRUPTED: "Interrupted",
    State.FAILED: "Failed",
}


def training_panel(job: Job | None, jobs: Sequence[Job], *, arrived: bool = False) -> None:
    """Show how `job` goes, and who else of `jobs` waits or trains; without a job, what will be seen.

    `arrived` says that it was this session which started the job: the panel comes into view.
    """
    shown = empty_data() if job is None else panel_data(job, jobs)
    components.training_panel(key=PANEL_KEY, data={**shown, "arrived": job.id if job and arrived else ""})


def empty_data() -> dict[str, Any]:
    """Return a panel with nothing on it but hints and the digits that wait for a guess."""
    return {
        "state": "empty",
        "status": EMPTY_STATUS,
        "message": EMPTY_MESSAGE,
        "epoch": 0,
        "epochs": 1,
        "epochs_done": 0,
        "overall": _bar(0.0, "", ""),
        "current": _bar(0.0, "", ""),
        "queue": [],
        "curves": {"training": [], "validation": [], "tail": None},
        "digits": _unguessed(MNIST),
        "confusion": None,
        "fingerprint": _fingerprint(""),
        "own": {"weights": None, "step": 0, "words": UNREAD},
        "hints": HINTS,
        "now": "",
    }


def panel_data(job: Job, jobs: Sequence[Job]) -> dict[str, Any]:
    """Return all that is shown of `job`; `jobs` are all that there are, oldest first."""
    return {
        "state": str(job.state),
        "status": status(job),
        "message": message(job),
        "epoch": job.epoch,
        "epochs": job.config.epochs,
        "epochs_done": len(job.history),
        "overall": _bar(job.share, _time_taken(job), _time_left(job)),
        "current": _current(job),
        "queue": queue_rows(job, jobs),
        "curves": curves(job),
        "digits": _digits(job.sample, job.config.data),
        "confusion": _confusion(job),
        "fingerprint": _fingerprint("" if job.ended else job.fingerprint),
        "own": own_digit(job),
        "hints": None,
        "now": commentary(job.history, job.batch, job.confusion) if job.state in (State.TRAINING, State.PAUSED) else "",
    }


def _fingerprint(shown: str) -> dict[str, str]:
    return {"shown": shown, "words": UNCHANGED_BY_DRAWING}


def status(job: Job) -> str:
    """Say in a few words where a job stands."""
    match job.state:
        case State.TRAINING:
            return f"Epoch {job.epoch} of {job.config.epochs}"
        case State.PAUSED:
            return f"Paused in epoch {job.epoch} of {job.config.epochs}"
        case State.WAITING | State.STARTING | State.FINISHING:
            return job.message
        case State.UNREACHABLE:
            return f"Out of reach in epoch {job.epoch} of {job.config.epochs}"
    return _ENDED_WORDS[job.state]


def message(job: Job) -> str:
    """Say what else there is to say: a wish that is being met, or how it ended."""
    if job.state is State.FINISHED:
        return f"{count(len(job.history), 'epoch')} in {duration(job.elapsed)}." if job.elapsed else ""
    plain = {State.TRAINING: "Training", State.PAUSED: "Paused"}
    said_already = job.state in (State.WAITING, State.STARTING, State.FINISHING)
    return "" if said_already or job.message == plain.get(job.state) else job.message


def _bar(share: float, left: str, right: str) -> dict[str, Any]:
    return {"share": round(share, 4), "left": left, "right": right}


def _current(job: Job) -> dict[str, Any]:
    """Return the bar of the epoch under way or, once the learning is over, of the measuring."""
    if job.state is State.FINISHING:
        return _bar(job.measured, f"{job.measured:.0%} measured", "")
    return _bar(job.epoch_share, _batches(job), _pace(job))


def _time_taken(job: Job) -> str:
    return f"{_whole(job.elapsed)} taken" if job.elapsed else ""


def _time_left(job: Job) -> str:
    left = job.seconds_left
    if left is None or job.state not in (State.TRAINING, State.PAUSED):
        return ""
    return f"about {_whole(left)} left"


def _whole(seconds: float) -> str:
    """Return a time without tenths, which nobody could read while they run."""
    return f"{round(seconds)} s" if seconds < 59.5 else duration(seconds)


def _batches(job: Job) -> str:
    if job.batch is None:
        return ""
    made = round(job.epoch_share * job.batch.batches)
    return f"batch {made:,} of {job.batch.batches:,}"


def _pace(job: Job) -> str:
    if job.batch is None or job.state is not State.TRAINING:
        return ""
    return f"{float(f'{job.batch.images_per_second:.2g}'):,.0f} images/s"


def queue_rows(followed: Job, jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """Return the jobs under way, a row each, where there are others beside `followed`."""
    active = [job for job in jobs if not job.ended]
    if not any(job.id != followed.id for job in active):
        return []
    return [
        {
            "name": _named(job),
            "words": _place(job),
            "share": round(job.share, 4),
            "followed": job.id == followed.id,
        }
        for job in active
    ]


def _named(job: Job) -> str:
    return f"{job.name} (yours)" if is_ones_own(job.by) else job.name


def _place(job: Job) -> str:
    if job.place:
        return f"number {job.place} in line"
    return f"{job.share:.0%}" if job.state is State.TRAINING else str(job.state)


def curves(job: Job) -> dict[str, Any]:
    """Return the curves as points [epochs done, accuracy, loss]: by batch in the first epoch, by epoch after it.

    `tail` is where the epoch under way stands; a value that is no number becomes None.
    """
    first = _thinned([[point.at, point.accuracy, point.loss] for point in job.trace if point.at < 1])
    training = [*first, *([row.epoch, row.accuracy, row.loss] for row in job.history)]
    validation = [[row.epoch, row.val_accuracy, row.val_loss] for row in job.history]
    last = job.trace[-1] if job.trace else None
    tail = [last.at, last.accuracy, last.loss] if last and last.at > max(1, len(job.history)) else None
    return {
        "training": [_rounded(point) for point in training],
        "validation": [_rounded(point) for point in validation],
        "tail": _rounded(tail) if tail else None,
    }


def _thinned(points: list[list[float]]) -> list[list[float]]:
    if len(points) <= MOST_POINTS:
        return points
    return [points[round(index)] for index in np.linspace(0, len(points) - 1, MOST_POINTS)]


def _rounded(point: Sequence[float]) -> list[float | None]:
    return [round(value, 5) if isfinite(value) else None for value in point]


def _digits(sample: SampleGuess | None, choice: str) -> dict[str, Any]:
    if sample is None:
        return _unguessed(choice)
    return {
        "sprite": _sprite(choice, _key(choice), tuple(sample.positions.tolist())),
        "labels": sample.labels.tolist(),
        "guesses": sample.probabilities.argmax(axis=1).tolist(),
        "confidences": sample.probabilities.max(axis=1).round(3).astype(float).tolist(),
        "words": _right(sample),
    }


def _right(sample: SampleGuess) -> str:
    """Say how many guesses are right, and how many of the hard ones."""
    right = sample.probabilities.argmax(axis=1) == sample.labels
    words = f"{right.sum()} of {len(right)} right"
    if len(right) != DIGITS * (ORDINARY + HARD):  # of a data set with few digits
        return words
    hard = right.reshape(DIGITS, -1)[:, ORDINARY:]
    return f"{words}, {hard.sum()} of the {hard.size} hard ones"


def _unguessed(choice: str) -> dict[str, Any]:
    key = _key(choice)
    first = _first(choice, key)
    sprite = _sprite(choice, key, tuple(first))
    return {"sprite": sprite, "labels": list(first.values()), "guesses": None, "confidences": None, "words": ""}


def _confusion(job: Job) -> dict[str, Any] | None:
    if job.confusion is None or not job.history:
        return None
    return {
        "epoch": len(job.history),
        "counts": job.confusion.tolist(),
        "words": f"{_after(job.history)}: {_small_start(confusion_title(job.confusion))}.",
    }


def _after(history: Sequence[EpochRow]) -> str:
    return f"After epoch {len(history)}"


def _small_start(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:] if sentence[:1].isalpha() else sentence


def own_digit(job: Job) -> dict[str, Any]:
    """Return who reads the visitor's own digit: the network as it is after some steps, or the finished run."""
    if job.state in (State.FINISHED, State.STOPPED):
        weights = run_weights_address(job.id)
        return {"weights": weights, "step": job.weights_step, "words": "by the finished network" if weights else UNREAD}
    if job.ended or not job.weights_step:
        return {"weights": None, "step": 0, "words": UNREAD if job.ended else WAITS}
    words = f"after {count(job.weights_step, 'step')}"
    return {"weights": live_weights_address(job.id, job.weights_step), "step": job.weights_step, "words": words}


def _key(choice: str) -> str:
    """Return the key of the digits that a job learns from, under which what is shown of them is kept: a page asks for
    it twice a second, and the digits themselves may have 235 MB."""
    try:
        return DataStore.open().key(choice)
    except BadDataset:  # removed since
        return ""


def _data(choice: str) -> Dataset:
    """Return what a job learns from; nothing where that has been removed since."""
    try:
        return DataStore.open().training_data(choice)
    except BadDataset:
        return Dataset.of(choice, np.zeros((0, SIDE, SIDE), np.uint8), np.zeros(0, np.int64))


@lru_cache(maxsize=16)
def _first(choice: str, key: str) -> dict[int, int]:  # noqa: ARG001 - other digits may get the same name
    """Return the labels, by position, of the digits at which a job will guess."""
    labels = _data(choice).labels
    return {position: int(labels[position]) for position in first_of_each(labels).tolist()}


@lru_cache(maxsize=16)
def _sprite(choice: str, key: str, positions: tuple[int, ...]) -> str:  # noqa: ARG001
    """Return the digits at `positions`, at most 32, side by side in one PNG, as a data URL; black if missing."""
    data = _data(choice)
    images = np.zeros((len(positions), SIDE, SIDE), np.uint8)
    known = [place for place, position in enumerate(positions) if position < len(data)]
    images[known] = data.images[[positions[place] for place in known]]
    return sheet(images).url if len(images) else ""
