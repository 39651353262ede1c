"""`evaluate`: how good a run is, in words or JSON."""

import json
from math import isfinite
from typing import Any

import click
import numpy as np

from digitcore.analysis.part import Part
from digitcore.analysis.writers import part_by_writer
from digitcore.base.text import count, decimal, percent
from digitcore.cli.common import labelled, load_reader
from digitcore.cli.writers import print_writers, writers_as_json
from digitcore.data.mnist import load_mnist
from digitcore.metrics.classification import Evaluation


@click.command()
@click.argument("run", required=False)
@click.option("--data", metavar="FILE", help="Labelled digits of your own instead: a file, or the name of a data set.")
@click.option("--by-writer", is_flag=True, help="Say whose digits of MNIST's test set it misreads.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def evaluate(run: str | None, data: str | None, by_writer: bool, as_json: bool) -> None:
    """Read the MNIST test set with RUN (the default run if not given) and print how well that went."""
    if data and by_writer:
        raise click.UsageError("Who wrote a digit is known of MNIST's test set alone: leave out --data or --by-writer.")
    classifier = load_reader(run)
    test = labelled(data, "test") if data else load_mnist().test
    probabilities = classifier.predict_proba(test.images)
    part = Part("test", probabilities, test.labels, np.arange(len(test)), None if data else test)
    writers = part_by_writer(part) if by_writer else None
    if as_json:
        more = _without_disputed_as_json(part) | (writers_as_json(writers) if writers else {})
        click.echo(json.dumps({"run": classifier.run.id} | _as_json(part.evaluation) | more))
        return
    _print(classifier.run.name, part, "digit" if data else "test digit")
    if writers:
        print_writers(writers)


def _print(name: str, part: Part, kind: str) -> None:
    figures, rest = part.evaluation, part.undisputed
    low, high = figures.interval.low, figures.interval.high
    click.echo(f"{name}: {percent(figures.accuracy)} of {count(figures.count, kind)} right", nl=False)
    click.echo(f" (95% interval {percent(low)} to {percent(high)}), {figures.errors} wrong")
    if rest:
        left_out = count(figures.count - rest.count, "digit")
        click.echo(f"without the {left_out} whose label fewer than three of five people chose: ", nl=False)
        click.echo(f"{percent(rest.accuracy)} of {rest.count:,}, {rest.errors} wrong")
    click.echo(f"cross-entropy {decimal(figures.loss)}, macro F1 {percent(figures.macro_f1)}, ", nl=False)
    click.echo(f"calibration error {percent(figures.calibration_error)}, ", nl=False)
    click.echo(f"right in two guesses {percent(float(figures.top[1]))}, in three {percent(float(figures.top[2]))}")
    click.echo("digit   right of   precision   recall       F1")
    for row in figures.digits:
        shares = f"{percent(row.precision):>9} {percent(row.recall):>8} {percent(row.f1):>8}"
        click.echo(f"{row.digit:5}  {row.right:6,} {row.support:4,}   {shares}")


def _without_disputed_as_json(part: Part) -> dict[str, Any]:
    rest = part.undisputed
    figures = rest and {"count": rest.count, "errors": rest.errors} | _finite({"accuracy": rest.accuracy})
    return {"without_disputed_labels": figures} if figures else {}


def _as_json(figures: Evaluation) -> dict[str, Any]:
    """Return the figures as JSON has them; what is no number becomes null."""
    shares = {
        "accuracy": figures.accuracy,
        "accuracy_low": figures.interval.low,
        "accuracy_high": figures.interval.high,
        "loss": figures.loss,
        "macro_f1": figures.macro_f1,
        "calibration_error": figures.calibration_error,
        "top_2": float(figures.top[1]),
        "top_3": float(figures.top[2]),
    }
    digits = [
        {"digit": row.digit, "support": row.support, "errors": row.errors}
        | _finite({"precision": row.precision, "recall": row.recall, "f1": row.f1})
        for row in figures.digits
    ]
    counts = {"count": figures.count, "errors": figures.errors}
    return counts | _finite(shares) | {"digits": digits, "confusion": figures.confusion.tolist()}


def _finite(values: dict[str, float]) -> dict[str, float | None]:
    return {name: value if isfinite(value) else None for name, value in values.items()}
