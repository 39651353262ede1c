"""The commands that tell how good a run is: `evaluate` in words or JSON, `visualize` as figures and a report."""

import json
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from digitcore.commands.common import labelled, load_reader
from digitcore.datasets import load_mnist
from digitcore.errors import BadConfig, BadRun
from digitcore.evaluation import Evaluation
from digitcore.runs import RunStore
from digitcore.words import count, decimal, percent

if TYPE_CHECKING:  # pandas and Plotly take half a second, which only `visualize` needs
    from digitcore.diagnosis import Diagnosis
    from digitcore.embedding import FeatureMap
    from digitcore.figures import Chart

FORMATS, THEMES = ("png", "svg", "html"), ("light", "dark")
REPORT_FILE = "report.html"


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
    click.echo(f"cross-entropy {decimal(figures.loss)}, macro F1 {decimal(figures.macro_f1)}, ", nl=False)
    click.echo(f"calibration error {percent(figures.calibration_error)}, ", nl=False)
    click.echo(f"right in two guesses {percent(float(figures.top[1]))}, in three {percent(float(figures.top[2]))}")
    click.echo("digit   right of   precision   recall       F1")
    for row in figures.digits:
        shares = f"{percent(row.precision):>9}  {percent(row.recall):>7}  {decimal(row.f1):>7}"
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


@click.command()
@click.argument("run", required=False)
@click.option(
    "-o", "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.  [figures/RUN]"
)
@click.option("--format", "file_format", type=click.Choice(FORMATS), default="png", show_default=True)
@click.option("--theme", type=click.Choice(THEMES), default="light", show_default=True)
@click.option("--compare", "other", metavar="RUN", help="A second run to lay beside it.")
@click.option("--maps/--no-maps", default=True, help="Feature maps; the first time they take half a minute.")
@click.option("--json", "as_json", is_flag=True, help="Print the written files as JSON.")
def visualize(
    run: str | None, out: Path | None, file_format: str, theme: str, other: str | None, maps: bool, as_json: bool
) -> None:
    """Write the figures of RUN (the default run if not given), and all of them in one HTML report.

    PNG and SVG are drawn by a Chrome or Chromium; where there is none, the figures become HTML files. Everything works
    with no network.
    """
    from digitcore import figures, portfolio
    from digitcore.diagnosis import Diagnosis
    from digitcore.report import report

    store = RunStore.open()
    diagnosis = Diagnosis.of(store.get(run or store.default_id()))
    second = Diagnosis.of(store.get(other)) if other else None
    for trouble in (*diagnosis.troubles, *(second.troubles if second else ())):
        click.echo(trouble, err=True)
    if second and portfolio.compare_tests(diagnosis, second) is None:
        click.echo(
            "The two runs were not tested on the same digits, so they are not compared digit by digit.", err=True
        )
    found = _maps(diagnosis, store) if maps else []
    drawn = portfolio.charts(diagnosis, figures.THEMES[theme], second, found)
    folder = out or Path("figures") / diagnosis.run.id
    files = _write(drawn, folder, file_format, report(diagnosis, second, found, _milliseconds(diagnosis)))
    if as_json:
        titles = {chart.name: chart.title for chart in drawn}
        click.echo(json.dumps([{"file": str(file), "title": titles.get(file.stem, "")} for file in files]))
        return
    for file in files:
        click.echo(file)


def _maps(diagnosis: "Diagnosis", store: RunStore) -> "list[FeatureMap]":
    from digitcore.cache import ArrayCache
    from digitcore.embedding import METHODS, feature_map

    cache = ArrayCache.beside(store)
    if diagnosis.test is None or not len(diagnosis.test):
        return []
    try:
        click.echo("Laying out the feature maps …", err=True)
        return [feature_map(diagnosis.run, diagnosis.test, method, cache) for method in METHODS]
    except BadRun as error:
        click.echo(str(error), err=True)
        return []


def _milliseconds(diagnosis: "Diagnosis") -> float | None:
    from digitcore.features import open_graph
    from digitcore.glance import measure_milliseconds

    try:
        return measure_milliseconds(open_graph(diagnosis.run))
    except BadRun as error:
        click.echo(str(error), err=True)
        return None


def _write(drawn: "Sequence[Chart]", folder: Path, file_format: str, whole: str) -> list[Path]:
    from digitcore.figures.files import NoChrome, write_charts

    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / REPORT_FILE).write_text(whole, encoding="utf-8")
        try:
            files = write_charts(list(drawn), folder, file_format)
        except NoChrome as error:
            click.echo(f"{error} HTML was written.", err=True)
            files = write_charts(list(drawn), folder, "html")
    except OSError as error:
        raise BadConfig(f"Figures can't be written to {folder}: {error.strerror or error}.") from error
    return [*files, folder / REPORT_FILE]
