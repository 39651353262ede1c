"""The commands that tell how good a run is: `evaluate` in words or JSON, `visualize` as figures and a report."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitcore.base.errors import BadRun
from digitcore.base.figure_options import FORMATS, LIGHT, THEMES
from digitcore.base.files import write_whole
from digitcore.cli.common import writing_to
from digitcore.runs.store import RunStore

if TYPE_CHECKING:  # pandas and Plotly take half a second, which only `visualize` needs
    from digitcore.analysis.diagnosis import Diagnosis
    from digitcore.analysis.projection import Projection
    from digitcore.figures import Chart


REPORT_FILE = "report.html"


@click.command()
@click.argument("run", required=False)
@click.option(
    "-o", "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.  [figures/RUN]"
)
@click.option("--format", "file_format", type=click.Choice(FORMATS), default="png", show_default=True)
@click.option("--theme", type=click.Choice(THEMES), default=LIGHT, show_default=True)
@click.option("--compare", "other", metavar="RUN", help="A second run to compare it with.")
@click.option("--maps/--no-maps", default=True, help="Projections of the features; the first time takes half a minute.")
@click.option("--json", "as_json", is_flag=True, help="Print the written files as JSON.")
def visualize(
    run: str | None, out: Path | None, file_format: str, theme: str, other: str | None, maps: bool, as_json: bool
) -> None:
    """Write the figures of RUN (the default run if not given), and all of them in one HTML report.

    PNG and SVG need Chrome or Chromium; without one, the figures are written as HTML. No network is needed.
    """
    from digitcore import figures
    from digitcore.analysis import comparison
    from digitcore.analysis.diagnosis import Diagnosis
    from digitcore.figures import run_figures
    from digitcore.figures.report import report

    store = RunStore.open()
    diagnosis = Diagnosis.of(store.get(run or store.default_id()))
    second = Diagnosis.of(store.get(other)) if other else None
    for trouble in (*diagnosis.troubles, *(second.troubles if second else ())):
        click.echo(trouble, err=True)
    if second and comparison.compare_tests(diagnosis, second) is None:
        click.echo(
            "The two runs were not tested on the same digits, so they are not compared digit by digit.", err=True
        )
    found = _maps(diagnosis, store) if maps else []
    drawn = run_figures.charts(diagnosis, figures.THEMES[theme], second, found)
    folder = out or Path("figures") / diagnosis.run.id
    files = _write(drawn, folder, file_format, report(diagnosis, second, found, _milliseconds(diagnosis)))
    if as_json:
        titles = {chart.name: chart.title for chart in drawn}
        click.echo(json.dumps([{"file": str(file), "title": titles.get(file.stem, "")} for file in files]))
        return
    for file in files:
        click.echo(file)


def _maps(diagnosis: "Diagnosis", store: RunStore) -> "list[Projection]":
    from digitcore.analysis.cache import ArrayCache
    from digitcore.analysis.projection import METHODS, projection

    cache = ArrayCache.beside(store)
    if diagnosis.test is None or not len(diagnosis.test):
        return []
    try:
        click.echo("Projecting the features …", err=True)
        return [projection(diagnosis.run, diagnosis.test, method, cache) for method in METHODS]
    except BadRun as error:
        click.echo(str(error), err=True)
        return []


def _milliseconds(diagnosis: "Diagnosis") -> float | None:
    from digitcore.analysis.features import open_graph
    from digitcore.analysis.summary import measure_milliseconds

    try:
        return measure_milliseconds(open_graph(diagnosis.run))
    except BadRun as error:
        click.echo(str(error), err=True)
        return None


def _write(drawn: "Sequence[Chart]", folder: Path, file_format: str, whole: str) -> list[Path]:
    from digitcore.figures.files import NoChrome, write_charts

    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / REPORT_FILE, whole)
        try:
            files = write_charts(list(drawn), folder, file_format)
        except NoChrome as error:
            click.echo(f"{error} HTML was written.", err=True)
            files = write_charts(list(drawn), folder, "html")
    return [*files, folder / REPORT_FILE]
