"""The confusion matrix: right answers in one colour, mistakes in another, so that a few are seen among many."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from digitcore.base.images import DIGITS
from digitcore.base.text import count, percent
from digitcore.figures.chart import Chart, canvas
from digitcore.figures.theme import Theme, mix, readable_on
from digitcore.metrics.classification import by_digit, commonest_mistake, mistakes
from digitcore.metrics.intervals import ratio

HEIGHT = 520  # px
_SHORT = 3  # characters that fit into a cell on a phone at the usual size
_DIGITS = [str(digit) for digit in range(DIGITS)]


def confusion_chart(
    confusion: NDArray[np.int64],
    theme: Theme,
    *,
    shares: bool = False,
    errors_alone: bool = False,
    height: int = HEIGHT,
) -> Chart:
    """Draw a confusion matrix int64 (10, 10), true digit by row.

    With `shares`, cells hold the share of their row; with `errors_alone`, the diagonal is left out. `height` is in px.
    The last trace is a layer of invisible squares, one a cell, with (true digit, predicted digit, count) as custom
    data: they say what a cell is, be it empty or not.
    """
    values = _shares(confusion) if shares else confusion.astype(np.float64)
    diagonal = np.eye(DIGITS, dtype=bool)
    layers = [_Layer(values, ~diagonal & (confusion > 0), theme.wrong)]
    if not errors_alone:
        layers.append(_Layer(values, diagonal & (confusion > 0), theme.right))
    write = _share if shares else _count
    figure = _matrix(layers, write, theme, height)
    figure.add_trace(_hover_layer(confusion, theme))
    return Chart("confusion-matrix", confusion_title(confusion), _alt(confusion), figure, _table(confusion))


def difference_chart(
    confusions: tuple[NDArray[np.int64], NDArray[np.int64]],
    names: tuple[str, str],
    theme: Theme,
    *,
    shares: bool = False,
    errors_alone: bool = False,
    height: int = HEIGHT,
) -> Chart:
    """Draw one confusion matrix int64 (10, 10) less another, cells in one colour where the first network does better.

    Where the two have not read as many of each digit, shares of the rows are compared.
    """
    first, second = confusions
    shares = shares or not np.array_equal(first.sum(axis=1), second.sum(axis=1))
    values = _shares(first) - _shares(second) if shares else (first - second).astype(np.float64)
    diagonal = np.eye(DIGITS, dtype=bool)
    better = np.where(diagonal, values > 0, values < 0)
    seen = ~diagonal if errors_alone else np.ones_like(diagonal)
    most = float(np.abs(values[seen]).max())
    worse = (values != 0) & ~better
    layers = [_Layer(values, worse & seen, theme.wrong, most), _Layer(values, better & seen, theme.right, most)]
    figure = _matrix(layers, _signed_share if shares else _signed, theme, height)
    title = _difference_title(first, second, names)
    unit = "shares of their row" if shares else "counts"
    alt = f"{title}. Confusion matrix of {names[0]} less that of {names[1]}, in {unit}: {_changes(values, shares)}."
    return Chart("confusion-difference", title, alt, figure, _table(values))


def _difference_title(first: NDArray[np.int64], second: NDArray[np.int64], names: tuple[str, str]) -> str:
    wrong, others = (int(mistakes(each).sum()) for each in (first, second))
    if first.sum() != second.sum():
        rights = [percent(ratio(int(np.trace(each)), int(each.sum()))) for each in (first, second)]
        return f"{names[0]} reads {rights[0]} of its digits right, {names[1]} {rights[1]} of its own"
    if wrong == others:
        return f"As many mistakes: {wrong:,} by {names[0]} and by {names[1]}"
    than = "fewer mistake" if wrong < others else "more mistake"
    return f"{count(abs(wrong - others), than)}: {names[0]} {wrong:,}, {names[1]} {others:,}"


def _changes(values: NDArray[np.float64], shares: bool) -> str:
    write = _signed_share if shares else _signed
    order = np.argsort(-np.abs(values), axis=None, kind="stable")[:5]
    places = [divmod(int(place), DIGITS) for place in order if values.flat[place]]
    return (
        "; ".join(f"{truth} read as {said} {write(values[truth, said])}" for truth, said in places) or "no difference"
    )


def difference_labels(
    confusions: tuple[NDArray[np.int64], NDArray[np.int64]], names: tuple[str, str]
) -> list[list[str]]:
    """Say what each cell of a difference of two confusion matrices is."""
    return [
        [
            _cell_label(
                truth, said, ", ".join(f"{int(confusion[truth, said]):,} by {name}" for confusion, name in pairs)
            )
            for said in range(DIGITS)
        ]
        for pairs in [list(zip(confusions, names, strict=True))]
        for truth in range(DIGITS)
    ]


def _shares(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the cells as shares of their rows, float64 (10, 10)."""
    shares: NDArray[np.float64] = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    return shares


def _matrix(layers: list["_Layer"], write: Callable[[float], str], theme: Theme, height: int) -> go.Figure:
    figure = canvas(theme, height, showlegend=False)
    figure.add_traces([_heatmap(layer, theme) for layer in layers])
    # all at once: Plotly checks every annotation again whenever one is added
    figure.update_layout(annotations=[label for layer in layers for label in _labels(layer, theme, write)])
    axis = {"tickvals": _DIGITS, "type": "category", "showgrid": False, "showline": False}
    figure.update_xaxes(title_text="Read as", range=[-0.5, DIGITS - 0.5], **axis)
    figure.update_yaxes(title_text="True digit", range=[DIGITS - 0.5, -0.5], **axis)
    return figure


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
    """Some of the cells: their `values` float64 (10, 10), which are `shown`, and the colour of the largest.

    `most` is the largest there is, if it may lie in another layer.
    """

    values: NDArray[np.float64]
    shown: NDArray[np.bool_]
    colour: str
    most: float | None = None

    @property
    def depths(self) -> NDArray[np.float64]:
        """How deep each cell is coloured, in [0, 1]; the root brings out the small counts, which one looks for."""
        sizes = np.abs(np.where(self.shown, self.values, 0.0))
        most = sizes.max() if self.most is None else self.most
        depths: NDArray[np.float64] = np.sqrt(sizes / max(float(most), 1e-9))
        return depths


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


def _labels(layer: _Layer, theme: Theme, write: Callable[[float], str]) -> list[dict[str, Any]]:
    """Return the cells' values as annotations: text of a heatmap has one colour, that of a scatter dims on a click."""
    depths = layer.depths
    labels = []
    for truth, said in np.argwhere(layer.shown):
        text = write(float(layer.values[truth, said]))
        cell = mix(theme.paper, layer.colour, float(depths[truth, said]))
        font = {"size": 13 if len(text) <= _SHORT else 10.5, "color": readable_on(cell)}
        labels.append({"x": _DIGITS[said], "y": _DIGITS[truth], "text": text, "showarrow": False, "font": font})
    return labels


def _count(value: float) -> str:
    return f"{int(value)}"


def _share(value: float) -> str:
    return percent(value, 1).lstrip("<> ")  # a cell has no room for them


def _signed(value: float) -> str:
    return f"{value:+.0f}".replace("-", "−")


def _signed_share(value: float) -> str:
    return f"{100 * value:+.1f}".replace("-", "−")


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


def _table(confusion: NDArray[np.int64] | NDArray[np.float64]) -> pd.DataFrame:
    table = pd.DataFrame(confusion, columns=[f"read as {digit}" for digit in range(DIGITS)])
    table.insert(0, "true digit", range(DIGITS))
    return table
