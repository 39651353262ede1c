"""`evaluate`: how good a run is, in words or JSON."""

import json
from math import isfinite
from typing import Any

import click

from digitcore.base.text import count, decimal, percent
from digitcore.cli.common import labelled, load_reader
from digitcore.data.mnist import load_mnist
from digitcore.metrics.classification import Evaluation


@click.command()
@click.argument("run", required=False)
@click.option("--data", metavar="FILE", help="Labelled digits of your own instead: a file, or the name of a data set.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def evaluate(run: str | None, data: str | None, as_json: bool) -> None:
    """Read the MNIST test set with RUN (the default run if not given) and print how well that went."""
    classifier = load_reader(run)
    test = labelled(data, "test") if data else load_mnist().test
    figures = Evaluation.of(classifier.predict_proba(test.images), test.labels)
    if as_json:
        click.echo(json.dumps({"run": classifier.run.id} | _as_json(figures)))
        return
    kind = "digit" if data else "test digit"
    low, high = figures.interval.low, figures.interval.high
    click.echo(f"{classifier.run.name}: {percent(figures.accuracy)} of {count(figures.count, kind)} right", nl=False)
    click.echo(f" (95% interval {percent(low)} to {percent(high)}), {figures.errors} wrong")
    click.echo(f"cross-entropy {decimal(figures.loss)}, macro F1 {percent(figures.macro_f1)}, ", nl=False)
    click.echo(f"calibration error {percent(figures.calibration_error)}, ", nl=False)
    click.echo(f"right in two guesses {percent(float(figures.top[1]))}, in three {percent(float(figures.top[2]))}")
    click.echo("digit   right of   precision   recall       F1")
    for row in figures.digits:
        shares = f"{percent(row.precision):>9} {percent(row.recall):>8} {percent(row.f1):>8}"
        click.echo(f"{row.digit:5}  {row.right:6,} {row.support:4,}   {shares}")


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
