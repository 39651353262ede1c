"""What is said of an experiment's runs: what is equal, what was measured, with which weights they began."""

from dataclasses import replace

from digitcore.experiments.experiment import Experiment
from digitcore.experiments.library import library
from digitcore.experiments.outcome import Outcome, recorded
from digitcore.experiments.words import first_weights, measured_with


def known(name: str) -> tuple[Experiment, Outcome]:
    experiment = library().find(name)
    assert experiment is not None
    outcome = recorded(experiment)
    assert outcome is not None
    return experiment, outcome


def test_equal_networks_are_said_to_have_begun_with_equal_weights() -> None:
    experiment, found = known("learning-rate")
    begun_with = found.runs["tiny"].first_weights
    said = first_weights(experiment, found)
    assert said == f"All began with equal weights, bit for bit: their fingerprint is {begun_with}."


def test_other_networks_are_said_to_have_begun_with_others() -> None:
    experiment, found = known("ladder")
    said = first_weights(experiment, found)
    assert said.startswith("Other networks begin with other weights; their fingerprints: Linear")
    assert len({run.first_weights for run in found.runs.values()}) == 3
    assert all(run.first_weights in said for run in found.runs.values())


def test_of_runs_of_earlier_versions_nothing_is_said() -> None:
    experiment, found = known("learning-rate")
    older = replace(found, runs={**found.runs, "huge": replace(found.runs["huge"], first_weights="")})
    assert first_weights(experiment, older) == ""


def test_what_is_measured_after_the_last_epoch_is_told_from_what_is_measured_of_the_weights_that_are_kept() -> None:
    assert measured_with(known("learning-rate")[0]).endswith("with the weights of its ringed epoch.")
    assert measured_with(known("hundred-digits")[0]).endswith("what it says of the end is after the last.")
