"""A run at a glance: the few figures that say how good, how large and how fast it is."""

import time
from dataclasses import dataclass
from statistics import median

import numpy as np

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.base.images import SIDE
from digitcore.base.text import DASH, count, decimal, duration, percent
from digitcore.inference.graph import Graph
from digitcore.runs.record import NOT_TESTED, Run
from digitcore.runs.words import peculiarities

UNDISPUTED = "Without disputed"
_TIMED_READINGS = 50  # the median of as many is steady; they take a few milliseconds


@dataclass(frozen=True)
class Fact:
    """A figure as it is shown: what it is, its value in words, and a line that explains it."""

    label: str
    value: str
    note: str


def facts(diagnosis: Diagnosis, milliseconds: float | None = None) -> tuple[Fact, ...]:
    """Return the figures of a run; `milliseconds` a digit, where that has been measured.

    Where the predictions can't be read, those that `run.json` holds are given and the others are a dash.
    """
    return (*_test_facts(diagnosis), *_run_facts(diagnosis, milliseconds))


def _test_facts(diagnosis: Diagnosis) -> tuple[Fact, ...]:
    if diagnosis.test is None:
        score = diagnosis.run.test
        note = "From the run's record; its predictions can't be read." if score.known else NOT_TESTED
        errors = (f"{score.errors:,}", f"Of {score.count:,} test digits. {note}") if score.known else (DASH, note)
        return (
            Fact("Test accuracy", percent(score.accuracy), note),
            Fact("Errors", *errors),
            Fact(UNDISPUTED, DASH, note),
            Fact("Test loss", decimal(score.loss), note),
            *(Fact(label, DASH, note) for label in ("Macro F1", "Calibration error", "Right in two guesses")),
        )
    figures = diagnosis.test.evaluation
    low, high = figures.interval.low, figures.interval.high
    return (
        Fact("Test accuracy", percent(figures.accuracy), f"95% interval: {percent(low)} to {percent(high)} (Wilson)."),
        Fact("Errors", f"{figures.errors:,}", f"Of {figures.count:,} test digits."),
        _undisputed_fact(diagnosis.test),
        Fact(
            "Test loss",
            decimal(figures.loss),
            (
                "Mean cross-entropy: how surprised it is by the true digits. It is counted in nats: 0 is certain and "
                "right, 2.3 is guessing among ten."
            ),
        ),
        Fact(
            "Macro F1",
            percent(figures.macro_f1),
            "F1 is high only for a digit that is rarely missed and rarely named by mistake. This is its mean over the "
            "ten digits, each counted alike.",
        ),
        Fact(
            "Calibration error",
            percent(figures.calibration_error),
            "How far its confidence is from how often it is right: 0% if, of all digits of which it is 90% sure, 90% "
            "are right. The mean gap over 15 bins of equal width.",
        ),
        Fact(
            "Right in two guesses",
            percent(float(figures.top[1])),
            f"The true digit is among the two likeliest; among the three likeliest: {percent(float(figures.top[2]))}.",
        ),
    )


def _undisputed_fact(part: Part) -> Fact:
    figures, rest = part.evaluation, part.undisputed
    if rest is None:
        return Fact(UNDISPUTED, DASH, "Which labels are disputed is known of MNIST's test set alone.")
    left_out, errors = figures.count - rest.count, figures.errors - rest.errors
    return Fact(
        UNDISPUTED,
        percent(rest.accuracy),
        f"Test accuracy without the {count(left_out, 'digit')} whose label fewer than three of five people chose when "
        f"they were asked; {errors:,} of its {count(figures.errors, 'error')} are among these.",
    )


def _run_facts(diagnosis: Diagnosis, milliseconds: float | None) -> tuple[Fact, ...]:
    run = diagnosis.run
    epochs = f"{count(run.epochs, 'epoch')}, {run.learned_from:,} digits each." if run.epochs else "Less than an epoch."
    epochs = " ".join((epochs, *peculiarities(run.config)))
    speed = DASH if milliseconds is None else f"{milliseconds:.2f} ms"
    return (
        Fact("Training time", duration(run.seconds), epochs),
        Fact("Parameters", f"{run.parameters:,}", "The numbers it has learned."),
        Fact("Time per digit", speed, "From 28×28 to probabilities, measured on this machine."),
        Fact("Real digits rejected", DASH if run.rejected is None else percent(run.rejected), _rejected_note(run)),
    )


def _rejected_note(run: Run) -> str:
    if run.rejected is None:
        return "It has not learned to tell what is no digit."
    return "Validation digits that don't look like one to it: the price for rejecting scribbles and letters."


def measure_milliseconds(graph: Graph) -> float:
    """Return how long a network takes to read one digit on this machine, in ms: the median of 50 readings."""
    blank = np.zeros((1, SIDE, SIDE), np.float32)
    times = []
    for _ in range(_TIMED_READINGS):
        start = time.perf_counter()
        graph.logits(blank)
        times.append(time.perf_counter() - start)
    return median(times) * 1e3
