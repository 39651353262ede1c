"""What is equal between the runs of an experiment, and what exactly differs, in words."""

from collections.abc import Sequence

from digitcore.experiments.experiment import Experiment, Plan
from digitcore.experiments.measures import MEASURES
from digitcore.experiments.outcome import Outcome
from digitcore.runs.words import LABELS, in_words

_ALWAYS = ("digits held back", "seed")


def equal(experiment: Experiment) -> str:
    """Say what is equal and what isn't, as one sentence."""
    knobs = experiment.knobs
    same = ["first weights"] if "network" not in knobs else []
    same += _ALWAYS if "epochs" in knobs else (*_ALWAYS, "number of epochs")
    return f"Everything is equal but {_knobs(experiment)}: the same {_and(same)}."


def marked(experiment: Experiment) -> str:
    """Say what the marked lines in the runs' programs are."""
    return f"The programs are the same but for the marked lines, which set {_knobs(experiment)}."


def differs(plan: Plan, experiment: Experiment) -> str:
    """Say what is special about one of the runs."""
    return ", ".join(_chosen(knob, in_words(knob, getattr(plan.config, knob))) for knob in experiment.knobs)


def measured_with(experiment: Experiment) -> str:
    """Say with which weights the figures were measured: the curves may end elsewhere."""
    words = "Each network is measured with the weights of its ringed epoch"
    at_the_end = any(MEASURES[call.measure].at_the_end for call in experiment.measures)
    return f"{words}; what it says of the end is after the last." if at_the_end else f"{words}."


def first_weights(experiment: Experiment, found: Outcome) -> str:
    """Say whether the runs began with equal weights, as their fingerprints show; nothing where one is not known."""
    prints = {plan.title: found.runs[plan.name].first_weights for plan in experiment.runs}
    if not all(prints.values()):
        return ""
    if len(set(prints.values())) == 1:
        return f"All began with equal weights, bit for bit: their fingerprint is {next(iter(prints.values()))}."
    listed = _and([f"{title} {fingerprint}" for title, fingerprint in prints.items()])
    return f"Other networks begin with other weights; their fingerprints: {listed}."


def _knobs(experiment: Experiment) -> str:
    return f"the {_and([_small(knob) for knob in experiment.knobs])}"


def _chosen(knob: str, value: str) -> str:
    return value if knob == "network" else f"{_small(knob)}: {value}"


def _small(knob: str) -> str:
    return LABELS[knob][0].lower() + LABELS[knob][1:]


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
