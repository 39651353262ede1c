"""What came of an experiment: the curves and figures of its runs, now or when it was recorded."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from digitcore.base.errors import DAMAGED
from digitcore.experiments import exhibits, measures
from digitcore.experiments.examined import Examined
from digitcore.experiments.experiment import LETTERS, Choice, Experiment
from digitcore.runs.config import TrainingConfig
from digitcore.runs.record import Run

RECORDED = Path(__file__).parent / "recorded"
_EXACT = 5  # decimals of what is kept

Points = list[list[float]]  # epochs done, accuracy


@dataclass(frozen=True)
class RunOutcome:
    """What came of one run: curves [epochs done, accuracy], what was measured, and what it says of some pictures."""

    training: Points
    validation: Points
    epochs: int
    kept: int  # the epoch whose weights are measured
    first_weights: str  # the fingerprint of those it began with; empty where none is known
    seconds: float
    values: dict[str, float]  # by a measure's key
    pictures: dict[str, Any] | None

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return what was kept, which anybody may have written; raises whatever is wrong with it."""
        return cls(
            training=_points(values["training"]),
            validation=_points(values["validation"]),
            epochs=int(values["epochs"]),
            kept=int(values["kept"]),
            first_weights=str(values["first_weights"]),
            seconds=float(values["seconds"]),
            values={str(key): float(value) for key, value in values["values"].items()},
            pictures=exhibits.checked(values["pictures"]),
        )


@dataclass(frozen=True)
class Outcome:
    """What came of all runs of an experiment with one seed, by the runs' names."""

    seed: int
    finished: str  # ISO 8601, UTC
    runs: dict[str, RunOutcome]

    @property
    def values(self) -> dict[str, dict[str, float]]:
        """What was measured, as formulas take it."""
        return {name: run.values for name, run in self.runs.items()}

    def answer(self, experiment: Experiment) -> str | float | None:
        """Return what happened, in the terms of the prediction: an option's letter, or a point in percent.

        None where no option came out.
        """
        prediction = experiment.prediction
        if isinstance(prediction, Choice):
            pairs = zip(LETTERS, prediction.options, strict=False)
            return next((letter for letter, option in pairs if option.when.holds(self.values)), None)
        return 100 * prediction.of.value(self.values)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return the outcome of which `to_json` made these values; raises whatever is wrong with others."""
        runs = {str(name): RunOutcome.from_json(run) for name, run in values["runs"].items()}
        return cls(int(values["seed"]), str(values["finished"]), runs)


def _points(values: Any) -> Points:
    return [[float(epoch), float(accuracy)] for epoch, accuracy in values]


def examine(experiment: Experiment, run: Run) -> RunOutcome:
    """Measure a finished run. Takes some seconds; raises `BadRun` where a file of it is missing or damaged."""
    examined = Examined(run)
    rows = run.history()
    values = {key: round(measures.take(call, examined), _EXACT) for key, call in experiment.calls().items()}
    return RunOutcome(
        training=[[row.epoch, round(row.accuracy, _EXACT)] for row in rows],
        validation=[[row.epoch, round(row.val_accuracy, _EXACT)] for row in rows],
        epochs=run.config.epochs,
        kept=run.best_epoch,
        first_weights=run.first_weights,
        seconds=run.seconds,
        values=values,
        pictures=exhibits.show(experiment.exhibit, examined) if experiment.exhibit else None,
    )


def recorded(experiment: Experiment) -> Outcome | None:
    """Return the outcome that came with the app; None where there is none that fits the experiment as it is now."""
    file = RECORDED / f"{experiment.id}.json"
    try:
        outcome, configs = _read(file)
    except (*DAMAGED,):
        return None
    expected = {name: config.to_json() for name, config in experiment.seeded(outcome.seed).items()}
    fits = all(set(experiment.calls()) <= set(run.values) for run in outcome.runs.values())
    return outcome if configs == expected and fits else None


@lru_cache(maxsize=32)
def _read(file: Path) -> tuple[Outcome, dict[str, Any]]:
    values = json.loads(file.read_text(encoding="utf-8"))
    configs = {name: TrainingConfig.from_json(config).to_json() for name, config in values["configs"].items()}
    return Outcome.from_json(values["outcome"]), configs


def record_text(experiment: Experiment, outcome: Outcome) -> str:
    """Return the content of the file of a recorded outcome."""
    configs = {name: config.to_json() for name, config in experiment.seeded(outcome.seed).items()}
    return json.dumps({"configs": configs, "outcome": outcome.to_json()}, separators=(",", ":")) + "\n"
