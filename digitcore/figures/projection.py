"""The feature space as a map: a dot a digit, the misread ones marked."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from digitcore.analysis.part import Part
from digitcore.analysis.projection import Projection
from digitcore.base.images import DIGITS
from digitcore.base.text import count, percent
from digitcore.figures.chart import Chart, canvas, rgba
from digitcore.figures.theme import Theme


def projection_chart(found: Projection, part: Part, theme: Theme) -> Chart:
    """Draw a map coloured by true digit, its number written over each group, with a cross on what is misread.

    Every dot's custom data is (its place in the part, its position in the data set, true digit, predicted digit).
    """
    labels, said = part.labels[found.members], part.predictions[found.members]
    wrong = labels != said
    figure = canvas(theme, 600)
    # numbers and a scale in steps: Plotly would check thousands of colours one by one
    steps = [(edge / DIGITS, colour) for digit, colour in enumerate(theme.digits) for edge in (digit, digit + 1)]
    colours = {"color": labels[~wrong], "cmin": 0, "cmax": DIGITS - 1, "colorscale": steps}
    figure.add_trace(_dots(found, part, ~wrong, {**colours, "size": 5, "opacity": 0.75}))
    crosses = {"color": theme.ink, "size": 9, "symbol": "x-thin-open", "opacity": 1.0, "line": {"width": 2}}
    figure.add_trace(_dots(found, part, wrong, crosses).update(name="misread", showlegend=True))
    groups = [_label(found.points[labels == digit], int(digit), theme) for digit in np.unique(labels)]
    figure.update_layout(annotations=groups)
    names = ("first component", "second component") if found.method == "PCA" else ("", "")
    for axis, name in zip((figure.update_xaxes, figure.update_yaxes), names, strict=True):
        axis(title_text=name, showticklabels=False, showgrid=False, fixedrange=False)
    figure.update_yaxes(scaleanchor="x")
    return Chart(
        f"feature-map-{found.method.lower()}", _title(found, wrong), _alt(found, labels), figure, _table(found, part)
    )


def _dots(found: Projection, part: Part, chosen: NDArray[np.bool_], marker: dict[str, Any]) -> go.Scatter:
    members = found.members[chosen]
    columns = [members, part.positions[members], part.labels[members], part.predictions[members]]
    return go.Scatter(
        x=found.points[chosen, 0],
        y=found.points[chosen, 1],
        customdata=np.stack(columns, axis=1).tolist(),  # of an array, a click would bring no list back
        mode="markers",
        showlegend=False,  # each group bears its digit
        marker=marker,
        unselected={"marker": {"opacity": marker["opacity"]}},
        hovertemplate="a %{customdata[2]} read as %{customdata[3]}<br>number %{customdata[1]:,}<extra></extra>",
    )


def _label(points: NDArray[np.float32], digit: int, theme: Theme) -> dict[str, object]:
    middle = np.median(points, axis=0)
    return {
        "x": float(middle[0]),
        "y": float(middle[1]),
        "text": f"<b>{digit}</b>",
        "showarrow": False,
        "font": {"size": 20, "color": theme.ink},
        "bgcolor": rgba(theme.paper, 0.75),
        "borderpad": 2,
    }


def _title(found: Projection, wrong: NDArray[np.bool_]) -> str:
    if found.explained is not None:
        share = percent(found.explained, 0)
        return f"Two directions hold {share} of the features' variance over {len(found.members):,} digits"
    return f"{len(found.members):,} digits laid out by likeness, {count(int(wrong.sum()), 'misread one')} marked"


def _alt(found: Projection, labels: NDArray[np.int64]) -> str:
    middles = {int(digit): np.median(found.points[labels == digit], axis=0) for digit in np.unique(labels)}
    nearest = []
    for digit, middle in middles.items():
        others = {other: float(np.linalg.norm(place - middle)) for other, place in middles.items() if other != digit}
        if others:
            nearest.append(f"{digit} lies nearest to {min(others, key=lambda other: others[other])}")
    return f"Map of the network's features by {found.method}, a dot a digit. {', '.join(nearest)}."


def _table(found: Projection, part: Part) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "position": part.positions[found.members],
            "x": found.points[:, 0],
            "y": found.points[:, 1],
            "true digit": part.labels[found.members],
            "read as": part.predictions[found.members],
            "confidence": part.confidence[found.members],
        }
    )
