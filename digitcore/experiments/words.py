"""What is equal between the runs of an experiment, and what exactly differs, in words."""

from collections.abc import Sequence

from digitcore.experiments.experiment import Experiment, Plan
from digitcore.runs.words import LABELS, in_words

_ALWAYS = ("digits held back", "seed")


def equal(experiment: Experiment) -> str:
    """Say what is equal and what isn't, as one sentence."""
    knobs = experiment.knobs
    same = ["first weights"] if "network" not in knobs else []
    same += _ALWAYS if "epochs" in knobs else (*_ALWAYS, "number of epochs")
    return f"Everything is equal but the {_and([_small(knob) for knob in knobs])}: the same {_and(same)}."


def differs(plan: Plan, experiment: Experiment) -> str:
    """Say what is special about one of the runs."""
    return ", ".join(_chosen(knob, in_words(knob, getattr(plan.config, knob))) for knob in experiment.knobs)


def _chosen(knob: str, value: str) -> str:
    return value if knob == "network" else f"{_small(knob)}: {value}"


def _small(knob: str) -> str:
    return LABELS[knob][0].lower() + LABELS[knob][1:]


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
