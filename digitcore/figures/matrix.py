"""The confusion matrix: right answers in one colour, mistakes in another, so that a few are seen among many."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from digitcore.base.images import DIGITS
from digitcore.base.text import percent
from digitcore.figures.chart import Chart, canvas
from digitcore.figures.theme import Theme, mix, readable_on
from digitcore.metrics.classification import by_digit, commonest_mistake, mistakes
from digitcore.metrics.intervals import ratio

_SHORT = 3  # characters that fit into a cell on a phone at the usual size
_DIGITS = [str(digit) for digit in range(DIGITS)]


def confusion_chart(
    confusion: NDArray[np.int64], theme: Theme, *, shares: bool = False, errors_alone: bool = False
) -> Chart:
    """Draw a confusion matrix int64 (10, 10), true digit by row.

    With `shares`, cells hold the share of their row; with `errors_alone`, the diagonal is left out. The last trace is a
    layer of invisible squares, one a cell, with (true digit, predicted digit, count) as custom data: they say what a
    cell is, be it empty or not.
    """
    figure = canvas(theme, 520, showlegend=False)
    rows = np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    values = confusion / rows if shares else confusion.astype(np.float64)
    diagonal = np.eye(DIGITS, dtype=bool)
    layers = [_Layer(values, ~diagonal & (confusion > 0), theme.wrong)]
    if not errors_alone:
        layers.append(_Layer(values, diagonal & (confusion > 0), theme.right))
    figure.add_traces([_heatmap(layer, theme) for layer in layers])
    # all at once: Plotly checks every annotation again whenever one is added
    figure.update_layout(annotations=[label for layer in layers for label in _labels(layer, theme, shares)])
    figure.add_trace(_hover_layer(confusion, theme))
    axis = {"tickvals": _DIGITS, "type": "category", "showgrid": False, "showline": False}
    figure.update_xaxes(title_text="Read as", range=[-0.5, DIGITS - 0.5], **axis)
    figure.update_yaxes(title_text="True digit", range=[DIGITS - 0.5, -0.5], **axis)
    return Chart("confusion-matrix", confusion_title(confusion), _alt(confusion), figure, _table(confusion))


def confusion_title(confusion: NDArray[np.int64]) -> str:
    """State the commonest mistake."""
    if not confusion.sum():
        return "No digits were read"
    found = commonest_mistake(confusion)
    if found is None:
        return f"All {confusion.sum():,} digits are read right"
    times = int(confusion[found])
    if times == 1:
        errors = confusion.sum() - np.trace(confusion)
        return f"No mistake is made twice: {errors:,} of {confusion.sum():,} digits are misread"
    others = int((mistakes(confusion) == times).sum()) - 1
    also = f", as often as {others} other mistake{'s' if others > 1 else ''}" if others else ""
    return f"{found[0]} is most often read as {found[1]} ({times:,} times{also})"


def cell_labels(confusion: NDArray[np.int64]) -> list[list[str]]:
    """Say what each cell of a confusion matrix is, as its hover text does."""
    return [
        [_cell_label(truth, said, f"{times:,}") for said, times in enumerate(row)]
        for truth, row in enumerate(confusion)
    ]


def _cell_label(truth: object, said: object, times: str) -> str:
    return f"A {truth} read as {said}: {times}"


@dataclass(frozen=True, eq=False)
class _Layer:
    """Some of the cells: their `values` float64 (10, 10), which are `shown`, and the colour of the largest."""

    values: NDArray[np.float64]
    shown: NDArray[np.bool_]
    colour: str

    @property
    def depths(self) -> NDArray[np.float64]:
        """How deep each cell is coloured, in [0, 1]; the root brings out the small counts, which one looks for."""
        roots: NDArray[np.float64] = np.sqrt(np.where(self.shown, self.values, 0.0))
        return roots / max(float(roots.max()), 1e-9)


def _heatmap(layer: _Layer, theme: Theme) -> go.Heatmap:
    return go.Heatmap(
        z=np.where(layer.shown, layer.depths, np.nan),
        x=_DIGITS,
        y=_DIGITS,
        colorscale=[[0, theme.paper], [1, layer.colour]],
        zmin=0,
        zmax=1,
        showscale=False,
        xgap=2,
        ygap=2,
        hoverinfo="skip",
    )


def _labels(layer: _Layer, theme: Theme, shares: bool) -> list[dict[str, Any]]:
    """Return the cells' values as annotations: text of a heatmap has one colour, that of a scatter dims on a click."""
    depths = layer.depths
    labels = []
    for truth, said in np.argwhere(layer.shown):
        text = _label(layer.values[truth, said], shares)
        cell = mix(theme.paper, layer.colour, float(depths[truth, said]))
        font = {"size": 13 if len(text) <= _SHORT else 10.5, "color": readable_on(cell)}
        labels.append({"x": _DIGITS[said], "y": _DIGITS[truth], "text": text, "showarrow": False, "font": font})
    return labels


def _label(value: float, shares: bool) -> str:
    return percent(value, 1 if value < 0.9995 else 0) if shares else f"{int(value)}"


def _hover_layer(confusion: NDArray[np.int64], theme: Theme) -> go.Scatter:
    truths, said = np.divmod(np.arange(DIGITS**2), DIGITS)
    return go.Scatter(
        x=[_DIGITS[digit] for digit in said],
        y=[_DIGITS[digit] for digit in truths],
        customdata=np.stack([truths, said, confusion.ravel()], axis=1).tolist(),
        mode="markers",
        marker={"symbol": "square", "size": 30, "color": theme.ink, "opacity": 0},
        hovertemplate=_cell_label("%{customdata[0]}", "%{customdata[1]}", "%{customdata[2]:,}") + "<extra></extra>",
    )


def _alt(confusion: NDArray[np.int64]) -> str:
    wrong = mistakes(confusion)
    order = np.argsort(-wrong, axis=None, kind="stable")[:5]
    pairs = [(*np.unravel_index(int(place), wrong.shape), int(wrong.flat[place])) for place in order]
    told = "; ".join(f"{truth} read as {said} {times:,} times" for truth, said, times in pairs if times)
    recalls = ", ".join(f"{row.digit}: {percent(row.recall, 1)}" for row in by_digit(confusion))
    overall = percent(ratio(int(np.trace(confusion)), int(confusion.sum())))
    return (
        f"Confusion matrix of {confusion.sum():,} digits, {overall} right. Commonest mistakes: {told or 'none'}. "
        f"Right by digit: {recalls}."
    )


def _table(confusion: NDArray[np.int64]) -> pd.DataFrame:
    table = pd.DataFrame(confusion, columns=[f"read as {digit}" for digit in range(DIGITS)])
    table.insert(0, "true digit", range(DIGITS))
    return table
