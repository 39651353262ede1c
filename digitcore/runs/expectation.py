"""What a training will take and come to, told from the runs that there are."""

from collections.abc import Iterable
from dataclasses import dataclass

from digitcore.runs.config import TrainingConfig
from digitcore.runs.record import Run

_SLOWER = (
    "network",
    "layers",
    "batch_size",
    "augmentation",
    "non_digits",
)  # choices that decide how long a digit takes


@dataclass(frozen=True)
class Expectation:
    """Seconds spent in epochs, and the share of test digits read right; None where no run tells."""

    seconds: float | None
    here: bool  # whether the time was taken on this machine: of the runs that came with the app it was not
    accuracy: float | None


def expectation(config: TrainingConfig, digits: int, runs: Iterable[Run]) -> Expectation:
    """Return what to expect of training `config` on as many digits.

    The time is that of the latest finished run alike in what decides the pace, scaled to epochs and digits, rather one
    made here than one shipped. The accuracy is that of the latest run of equal choices.
    """
    today = config.architecture.parameters  # earlier versions had other layers under some of the names
    finished = [run for run in runs if run.status == "finished" and run.parameters == today]
    finished.sort(key=lambda run: run.finished)
    equal = [run for run in finished if run.test.known and _plain(run.config) == _plain(config)]
    alike = [run for run in finished if all(_same(run.config, config, name) for name in _SLOWER)]
    pace = max(alike, key=lambda run: (not run.shipped, run.finished), default=None)
    return Expectation(
        seconds=_scaled(pace, config.epochs * digits) if pace else None,
        here=pace is not None and not pace.shipped,
        accuracy=equal[-1].test.accuracy if equal else None,
    )


def _plain(config: TrainingConfig) -> TrainingConfig:
    return config.but(name="", seed=0)


def _same(one: TrainingConfig, other: TrainingConfig, name: str) -> bool:
    return bool(getattr(one, name) == getattr(other, name))


def _scaled(run: Run, digits: int) -> float:
    return run.seconds * digits / (run.config.epochs * run.learned_from)
