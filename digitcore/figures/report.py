"""One HTML file that tells all of a run and needs no network: figures, tables, misread digits."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from plotly.offline import get_plotlyjs

from digitcore.analysis import comparison, learning_curves
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.analysis.projection import Projection
from digitcore.analysis.summary import facts
from digitcore.base.images import Grey
from digitcore.base.png import data_url
from digitcore.base.text import chance, count, percent
from digitcore.figures import LIGHT, Chart, digit_table, run_figures
from digitcore.metrics import mcnemar

_FOLDER = Path(__file__).parent
_TEMPLATE, _STYLE = "report.html", "report.css"
_MOST_MISTAKES = 120  # pictures; a hundred kB of them, and more than anybody looks through
_SECTIONS = {  # by the names of the charts in them
    "Curves": ("accuracy-by-epoch", "loss-by-epoch", "learning-rate-by-epoch"),
    "Confusion matrix": ("confusion-matrix",),
    "By digit": ("errors-by-digit",),
    "Writers": ("errors-by-group", "errors-along-test-set", "errors-by-writer"),
    "Confidence": ("reliability", "confidence", "accuracy-by-coverage"),
    "What it learned": ("feature-map-pca", "feature-map-t-sne"),
    "Comparison": ("confusion-difference", "comparison-by-digit"),
}


@dataclass(frozen=True)
class _Mistake:
    """A misread digit: its place in the test set, what it is and what it was read as, and how sure the network was."""

    number: int
    truth: int
    said: int
    confidence: float
    of_truth: float
    image: Grey
    doubt: str  # what people say who dispute the label; empty where nobody does


@dataclass(frozen=True)
class _Section:
    """What stands under one heading, from the top; what is empty is left out."""

    heading: str
    sentence: str = ""
    table: pd.DataFrame | None = None
    charts: Sequence[Chart] = ()
    mistakes: Sequence[_Mistake] = ()


def report(
    diagnosis: Diagnosis,
    other: Diagnosis | None = None,
    maps: Sequence[Projection] = (),
    milliseconds: float | None = None,
) -> str:
    """Return the report of a run as an HTML document of 5 MB, most of it plotly.js; compared with `other` if given.

    `maps` are of the test part; `milliseconds` is the time a digit, where it has been measured.
    """
    charts = run_figures.charts(diagnosis, LIGHT, other, maps)
    return (
        _templates()
        .get_template(_TEMPLATE)
        .render(
            run=diagnosis.run,
            troubles=diagnosis.troubles,
            facts=facts(diagnosis, milliseconds),
            sections=_sections(diagnosis, other, {chart.name: chart for chart in charts}),
            style=(_FOLDER / _STYLE).read_text(encoding="utf-8"),
            plotly=get_plotlyjs(),
        )
    )


def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {
        "percent": percent,
        "chance": chance,
        "data_url": data_url,
        "csv_url": _csv_url,
        "drawn": _drawn,
    }
    return templates


def _sections(diagnosis: Diagnosis, other: Diagnosis | None, charts: dict[str, Chart]) -> Iterator[_Section]:
    for heading, names in _SECTIONS.items():
        drawn = [charts[name] for name in names if name in charts]
        if drawn:
            table = digit_table(comparison.digits_by_part(diagnosis)) if heading == "By digit" else None
            yield _Section(heading, _sentence(heading, diagnosis, other), table, drawn)
        if heading == "Confusion matrix" and diagnosis.test is not None:
            yield _misread(diagnosis.test)


def _sentence(heading: str, diagnosis: Diagnosis, other: Diagnosis | None) -> str:
    """Return what is to be said before the figures of a section."""
    if heading == "Curves":
        return " ".join(
            [learning_curves.trend(diagnosis.history).sentence, *learning_curves.differences(diagnosis.run)]
        )
    if heading == "Comparison" and other:
        compared = comparison.compare_tests(diagnosis, other)
        if compared:
            return mcnemar.in_words(compared.test, *comparison.names_of(diagnosis, other))
    return ""


def _misread(part: Part) -> _Section:
    heading = "Misread digits"
    members = part.mistakes()
    shown = members[:_MOST_MISTAKES]
    images = part.images(shown)
    if not len(members):
        return _Section(heading, "There are none.")
    if images is None:
        return _Section(heading, f"{count(len(members), 'digit')}; their pictures are not on this machine.")
    first = "" if len(shown) == len(members) else f"The first {len(shown)} of "
    sentence = f"{first}{count(len(members), 'misread digit')}, the most confident errors first."
    mistakes = [_mistake(part, member, image) for member, image in zip(shown.tolist(), images, strict=True)]
    return _Section(heading, sentence, mistakes=mistakes)


def _mistake(part: Part, member: int, image: Grey) -> _Mistake:
    truth, vote = int(part.labels[member]), part.vote(member)
    return _Mistake(
        number=int(part.positions[member]),
        truth=truth,
        said=int(part.predictions[member]),
        confidence=float(part.confidence[member]),
        of_truth=float(part.probabilities[member, truth]),
        image=image,
        doubt=vote.in_words() if vote else "",
    )


def _drawn(chart: Chart) -> str:
    drawn: str = chart.figure.to_html(
        full_html=False,
        include_plotlyjs=False,
        div_id=chart.name,
        config={"displaylogo": False, "responsive": True},
    )
    return drawn


def _csv_url(chart: Chart) -> str:
    return "data:text/csv;base64," + b64encode(chart.csv().encode()).decode("ascii")
