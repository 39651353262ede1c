"""One HTML file that tells all of a run and needs no network: figures, tables, misread digits."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import pandas as pd
from plotly.offline import get_plotlyjs

from digitcore.analysis import comparison, learning_curves
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.analysis.projection import Projection
from digitcore.analysis.summary import Fact, facts
from digitcore.base.png import data_url
from digitcore.base.text import count, percent
from digitcore.figures import LIGHT, Chart, digit_table, run_figures
from digitcore.metrics import mcnemar

_STYLE = Path(__file__).with_name("report.css")
_MOST_MISTAKES = 120  # pictures; a hundred kB of them, and more than anybody looks through
_SECTIONS = {  # by the names of the charts in them
    "Curves": ("accuracy-by-epoch", "loss-by-epoch", "learning-rate-by-epoch"),
    "Confusion matrix": ("confusion-matrix",),
    "By digit": ("errors-by-digit",),
    "Confidence": ("reliability", "confidence", "accuracy-by-coverage"),
    "What it learned": ("feature-map-pca", "feature-map-t-sne"),
    "Comparison": ("comparison-by-digit",),
}


def report(
    diagnosis: Diagnosis,
    other: Diagnosis | None = None,
    maps: Sequence[Projection] = (),
    milliseconds: float | None = None,
) -> str:
    """Return the report of a run as an HTML document of 5 MB, most of it plotly.js; compared with `other` if given.

    `maps` are of the test part; `milliseconds` is the time a digit, where it has been measured.
    """
    drawn = {chart.name: chart for chart in run_figures.charts(diagnosis, LIGHT, other, maps)}
    sections = [_head(diagnosis, facts(diagnosis, milliseconds))]
    for heading, names in _SECTIONS.items():
        parts = [_figure(drawn[name]) for name in names if name in drawn]
        if parts:
            sections.append(f"<section><h2>{heading}</h2>{_words(heading, diagnosis, other)}{''.join(parts)}</section>")
        if heading == "Confusion matrix" and diagnosis.test is not None:
            sections.append(_mistakes(diagnosis.test))
    return _document(diagnosis.run.name, sections)


def _document(title: str, sections: Iterable[str]) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}: how well it reads digits</title>"
        f"<style>{_STYLE.read_text(encoding='utf-8')}</style><script>{get_plotlyjs()}</script></head>"
        f"<body><main>{''.join(sections)}</main></body></html>\n"
    )


def _head(diagnosis: Diagnosis, figures: Sequence[Fact]) -> str:
    run = diagnosis.run
    troubles = "".join(f'<p class="trouble">{escape(trouble)}</p>' for trouble in diagnosis.troubles)
    entries = "".join(
        f"<div><dt>{escape(fact.label)}</dt><dd>{escape(fact.value)}</dd>"
        f'<dd class="quiet">{escape(fact.note)}</dd></div>'
        for fact in figures
    )
    return (
        f"<header><h1>{escape(run.name)}</h1>"
        f'<p class="quiet">Network {escape(run.network)}, run {escape(run.id)}, {escape(run.status)}, '
        f"trained {escape(run.finished[:10])}. Made by <code>{escape(run.command)}</code></p>{troubles}"
        f'<dl class="facts">{entries}</dl></header>'
    )


def _words(heading: str, diagnosis: Diagnosis, other: Diagnosis | None) -> str:
    """Return what is to be said before the figures of a section."""
    if heading == "Curves":
        return f"<p>{escape(learning_curves.trend(diagnosis.history).sentence)}</p>"
    if heading == "By digit":
        return _table(digit_table(comparison.digits_by_part(diagnosis)))
    if heading == "Comparison" and other:
        compared = comparison.compare_tests(diagnosis, other)
        if compared:
            return f"<p>{escape(mcnemar.in_words(compared.test, *comparison.names_of(diagnosis, other)))}</p>"
    return ""


def _figure(chart: Chart) -> str:
    drawn: str = chart.figure.to_html(
        full_html=False,
        include_plotlyjs=False,
        div_id=chart.name,
        config={"displaylogo": False, "responsive": True},
    )
    numbers = b64encode(chart.csv().encode()).decode("ascii")
    return (
        f'<figure><h3>{escape(chart.title)}</h3><div role="img" aria-label="{escape(chart.alt)}">{drawn}</div>'
        f'<figcaption><a download="{chart.name}.csv" href="data:text/csv;base64,{numbers}">'
        f"The numbers behind this figure</a></figcaption></figure>"
    )


def _mistakes(part: Part) -> str:
    members = part.mistakes()
    shown = members[:_MOST_MISTAKES]
    images = part.images(shown)
    heading = "<section><h2>Misread digits</h2>"
    if not len(members):
        return f"{heading}<p>There are none.</p></section>"
    if images is None:
        return f"{heading}<p>{count(len(members), 'digit')}; their pictures are not on this machine.</p></section>"
    first = "" if len(shown) == len(members) else f"The first {len(shown)} of "
    items = []
    for member, image in zip(shown, images, strict=True):
        truth, said = int(part.labels[member]), int(part.predictions[member])
        number = int(part.positions[member])
        items.append(
            f'<li><img src="{data_url(image)}" alt="Test digit {number}, a {truth} read as {said}">'
            f"<b>{truth} read as {said}</b><br>{percent(float(part.confidence[member]), 1)} sure<br>"
            f"{truth} got {percent(float(part.probabilities[member, truth]), 1)}<br>number {number:,}</li>"
        )
    words = f"<p>{first}{count(len(members), 'misread digit')}, the most confident errors first.</p>"
    return f'{heading}{words}<ul class="gallery">{"".join(items)}</ul></section>'


def _table(table: pd.DataFrame) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = []
    for row in table.itertuples(index=False):
        cells = [percent(value) if isinstance(value, float) else f"{value:,}" for value in row]
        rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
