"""Every figure of a small fixed run: its title, words, numbers and what is drawn are kept, but for how large."""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite, nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from digitcore import figures
from digitcore.analysis.dataset_profile import Profile
from digitcore.analysis.part import Part
from digitcore.analysis.projection import Projection
from digitcore.analysis.robustness import SETTINGS, Cell, Robustness
from digitcore.data.mnist import Dataset
from digitcore.figures import DARK, LIGHT, Chart
from digitcore.metrics.classification import Evaluation
from digitcore.metrics.mcnemar import compare
from digitcore.metrics.reliability import confidence_counts, coverage, reliability
from digitcore.runs.history import EpochRow
from harness.kept import differences, kept_text

KEPT = Path(__file__).with_name("kept")
LAYOUT = {  # how large, far apart and faint things are drawn, which is looked at
    *("height", "width", "size", "margin", "opacity", "standoff", "pad", "borderpad", "thickness", "template"),
    *("bargap", "xgap", "ygap", "nticks", "tickangle", "domain"),
}
MOST = 40  # of a list, longer ones are summed up

RNG = np.random.default_rng(11)
LABELS = RNG.integers(0, 9, 150)  # no nines
PROBABILITIES = np.float32(0.35) * RNG.dirichlet(np.full(10, 0.4), 150).astype(np.float32)
PROBABILITIES[np.arange(150), np.where(RNG.random(150) < 0.85, LABELS, (LABELS + 3) % 10)] += np.float32(0.65)
OTHERS = np.roll(PROBABILITIES, 1, axis=1)
OTHERS[:120] = PROBABILITIES[:120]
PART = Part("test", PROBABILITIES, LABELS, np.arange(1000, 1150), None)
ROW = EpochRow(1, 0.5, 0.8, 0.6, 0.82, 1e-3, 1.0)
HISTORY = [
    replace(
        ROW,
        epoch=at + 1,
        loss=0.5 / (at + 1),
        accuracy=0.8 + 0.01 * at,
        val_loss=0.6 - 0.1 * at + 0.015 * at**2,
        val_accuracy=0.82 + 0.03 * at - 0.003 * at**2,
        learning_rate=1e-3 * min(at + 1, 9 - at),
    )
    for at in range(9)
]
ENDED = [replace(ROW, epoch=1, learning_rate=2e-3), replace(ROW, epoch=2, loss=nan, val_loss=nan, learning_rate=2e-3)]
MEASURED = Robustness(tuple(Cell(each, strength, 95 - at, 100) for at, (each, strength) in enumerate(SETTINGS)))
WORSE = Robustness(tuple(replace(cell, right=at % 50 + 3) for at, cell in enumerate(MEASURED.cells)))
HISTORIES = {"one": {"A": HISTORY}, "two": {"A <b>": [], "B": ENDED, "C": HISTORY}, "short": {"A": HISTORY[:1]}}


def curves() -> Iterator[Chart]:
    for histories in HISTORIES.values():
        yield figures.accuracy_chart(histories, LIGHT)
        yield figures.loss_chart(histories, LIGHT)
        yield figures.learning_rate_chart(histories, LIGHT)


def confusions() -> Iterator[Chart]:
    confusion = PART.evaluation.confusion
    yield figures.confusion_chart(confusion, LIGHT)
    yield figures.confusion_chart(confusion, DARK, shares=True)
    yield figures.confusion_chart(50 * confusion, LIGHT, errors_alone=True)
    yield figures.confusion_chart(np.diag(np.full(10, 1_200)), LIGHT, shares=True)
    yield figures.confusion_chart(np.eye(10, dtype=np.int64) + np.eye(10, k=1, dtype=np.int64), LIGHT)


def digits() -> Iterator[Chart]:
    of_others = Evaluation.of(OTHERS, LABELS).digits
    yield figures.error_chart({"test": PART.evaluation.digits, "validation": of_others}, LIGHT)
    yield figures.comparison_chart(
        compare(LABELS, PROBABILITIES.argmax(axis=1), OTHERS.argmax(axis=1)), LABELS, ("A & B", "C"), DARK
    )
    yield figures.probability_chart(PROBABILITIES[0], int(LABELS[0]), LIGHT)
    yield figures.probability_chart(PROBABILITIES[0], (int(PROBABILITIES[0].argmax()) + 2) % 10, LIGHT)
    yield figures.probability_chart(np.array([0.0005, 0.0004, 0.9991, *[0] * 7], np.float32), None, DARK)


def confidence() -> Iterator[Chart]:
    yield figures.reliability_chart(reliability(PROBABILITIES, LABELS), LIGHT)
    yield figures.confidence_chart(confidence_counts(PROBABILITIES, LABELS), LIGHT)
    yield figures.coverage_chart(coverage(PROBABILITIES, LABELS), LIGHT)
    many = np.random.default_rng(3).dirichlet(np.full(10, 0.1), 1_000).astype(np.float32)
    yield figures.coverage_chart(coverage(many, many.argmax(axis=1) // 2), DARK)


def data() -> Iterator[Chart]:
    rng = np.random.default_rng(4)
    images = np.where(rng.random((60, 28, 28)) < 0.6, 0, rng.integers(0, 256, (60, 28, 28))).astype(np.uint8)
    profile = Profile.of(Dataset.of("few", images, rng.integers(0, 9, 60)))
    yield figures.class_chart({"train": 3 * profile.counts, "test": profile.counts}, LIGHT)
    yield figures.mean_chart(profile, LIGHT)
    yield figures.variance_chart(profile, DARK)
    yield figures.pixel_chart(profile, LIGHT)


def projections() -> Iterator[Chart]:
    points = np.random.default_rng(5).normal(size=(50, 2)).astype(np.float32)
    members = np.arange(0, 150, 3)
    yield figures.projection_chart(Projection("PCA", members, points, 0.4), PART, LIGHT)
    yield figures.projection_chart(Projection("t-SNE", members, points, None), PART, DARK)


def robustness() -> Iterator[Chart]:
    yield figures.robustness_chart({"A": MEASURED}, LIGHT)
    yield figures.robustness_chart({"A <b>": WORSE, "B": MEASURED}, DARK)


def told(chart: Chart) -> dict[str, Any]:
    """What a chart says, as JSON has it."""
    drawn = chart.figure.to_plotly_json()
    whole = {"name": chart.name, "title": chart.title, "alt": chart.alt, "in the picture": titled(chart)}
    return whole | {
        "numbers": of_table(chart.data),
        "traces": bare(list(drawn["data"])),
        "layout": bare(drawn["layout"]),
    }


def titled(chart: Chart) -> Any:
    layout = chart.with_title().layout
    return bare(layout.title.to_plotly_json())


def of_table(table: pd.DataFrame) -> Any:
    return {column: bare(table[column].tolist()) for column in table}


def bare(value: Any) -> Any:
    """What is drawn, without its sizes; a long list as its length, ends, sum and the sum of each times its place."""
    if isinstance(value, Mapping) and "bdata" in value:  # as Plotly sends arrays
        return bare(np.frombuffer(b64decode(value["bdata"]), value["dtype"]))
    if isinstance(value, Mapping):
        return {name: bare(each) for name, each in value.items() if name not in LAYOUT}
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return summed(value) if len(value) > MOST else [bare(each) for each in value]
    if isinstance(value, float | np.floating):
        return float(f"{value:.6g}") if isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value


def summed(values: list[Any] | tuple[Any, ...]) -> Any:
    if any(isinstance(each, str | Mapping) for each in values):
        return [bare(each) for each in values]
    numbers = np.nan_to_num(np.array(values, float), nan=-1.0)
    places = np.arange(1, numbers.size + 1)
    ends = [bare(values[0]), bare(values[-1])] if numbers.ndim == 1 else list(numbers.shape)
    return {"values": len(values), "ends": ends, "sum": bare(numbers.sum()), "placed": bare(numbers.ravel() @ places)}


@pytest.mark.parametrize(
    "charts", [curves, confusions, digits, confidence, data, projections, robustness], ids=lambda make: make.__name__
)
def test_what_a_figure_says_and_draws_is_what_is_kept(charts: Any) -> None:
    found = json.loads(json.dumps([told(chart) for chart in charts()]))
    assert differences(found, kept_text(KEPT / f"{charts.__name__}.json", found)) == {}


def test_the_tables_beside_the_figures_are_what_is_kept() -> None:
    parts = {"test": PART.evaluation.digits, "validation": Evaluation.of(OTHERS, LABELS).digits}
    tables = {
        "digits": of_table(figures.digit_table(parts)),
        "robustness": of_table(figures.robustness_table({"A": WORSE, "B": MEASURED})),
        "members": of_table(PART.table(PART.mistakes())),
    }
    assert differences(tables, kept_text(KEPT / "tables.json", tables)) == {}


@pytest.mark.parametrize(("lowest", "begins"), [(30, 0.3), (39, 0.3)])
def test_the_axis_of_robustness_begins_at_the_tenth_below_what_is_worst(lowest: int, begins: float) -> None:
    cells = tuple(replace(cell, right=lowest if at == 9 else 100) for at, cell in enumerate(MEASURED.cells))
    axis = figures.robustness_chart({"A": Robustness(cells)}, LIGHT).figure.layout.yaxis
    assert axis.range == pytest.approx((begins - 0.04, 1.04))
