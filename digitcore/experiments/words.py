"""What is equal between the runs of an experiment, and what exactly differs, in words."""

from collections.abc import Sequence
from typing import Any

from digitcore.experiments.experiment import Experiment, Plan
from digitcore.networks import NETWORKS

_FIRST_WEIGHTS = "first weights"


def equal(experiment: Experiment) -> str:
    """Say what is equal and what isn't, as one sentence."""
    knobs = [_name(knob) for knob in experiment.knobs]
    weights = [] if "network" in experiment.knobs else [_FIRST_WEIGHTS]
    same = [*weights, "seed", "number of epochs"] if "epochs" not in experiment.knobs else [*weights, "seed"]
    return f"Everything is equal but the {_and(knobs)}: the same {_and(same)}, and all other choices."


def differs(plan: Plan, experiment: Experiment) -> str:
    """Say what is special about one of the runs."""
    return ", ".join(_value(knob, getattr(plan.config, knob)) for knob in experiment.knobs)


def _name(knob: str) -> str:
    return {"train_size": "number of training digits", "non_digits": "non-digits mixed in"}.get(
        knob, knob.replace("_", " ")
    )


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _value(knob: str, value: Any) -> str:
    if knob == "network":
        return NETWORKS[value].title
    if knob == "train_size":
        return f"{value:,} training digits" if value else "all training digits"
    if isinstance(value, bool):
        return f"{'with' if value else 'without'} {_name(knob)}"
    if isinstance(value, float):
        return f"{_name(knob)} {value:.6f}".rstrip("0").rstrip(".")
    return f"{_name(knob)} {value or 'none'}"
