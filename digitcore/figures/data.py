"""Figures of a data set that no network has seen."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from digitcore.analysis.dataset_profile import Profile
from digitcore.base.images import DIGITS, SIDE
from digitcore.base.text import percent
from digitcore.figures.chart import Chart, canvas, rgba
from digitcore.figures.theme import Theme

_ACROSS = 5  # pictures in a row of a mosaic
_GAP = 2  # pixels of 28 between them


def class_chart(counts: Mapping[str, NDArray[np.int64]], theme: Theme) -> Chart:
    """Draw how many of each digit there are in each part; `counts` int64 (10,) by the part's name."""
    figure = canvas(theme, 360, barmode="group")
    for (part, numbers), colour in zip(counts.items(), (theme.right, theme.wrong, rgba(theme.ink, 0.4)), strict=False):
        figure.add_trace(
            go.Bar(
                x=[str(digit) for digit in range(DIGITS)],
                y=numbers,
                name=part,
                marker={"color": colour},
                hovertemplate=f"{part}: %{{y:,}}<extra></extra>",
            )
        )
    figure.update_xaxes(title_text="Digit", type="category", showgrid=False)
    figure.update_yaxes(title_text="Pictures", tickformat=",d", rangemode="tozero")
    total = np.sum(list(counts.values()), axis=0)
    most, least = int(total.argmax()), int(total.argmin())
    title = f"{most} is the commonest digit ({total[most]:,}), {least} the rarest ({total[least]:,})"
    told = "; ".join(f"{part}: {', '.join(f'{number:,}' for number in numbers)}" for part, numbers in counts.items())
    table = pd.DataFrame({"digit": range(DIGITS)} | dict(counts.items()))
    return Chart("class-counts", title, f"{title}. Pictures of the digits 0 to 9. {told}.", figure, table)


def mean_chart(profile: Profile, theme: Theme) -> Chart:
    """Draw the mean picture of each digit."""
    inks = [
        float(picture.mean()) if count else 0.0 for picture, count in zip(profile.means, profile.counts, strict=True)
    ]
    title = f"The mean {int(np.argmax(inks))} has the most ink, the mean {int(np.argmin(inks))} the least"
    told = ", ".join(f"{digit}: {ink:.1f}" for digit, ink in enumerate(inks))
    alt = f"Mean picture of each digit, two rows of five. Mean pixel value by digit, 0 to 255: {told}."
    return _mosaic("mean-pictures", title, alt, profile.means, "mean value", theme)


def variance_chart(profile: Profile, theme: Theme) -> Chart:
    """Draw the variance of each pixel within each digit."""
    spreads = [
        float(picture.mean()) if count else 0.0
        for picture, count in zip(profile.variances, profile.counts, strict=True)
    ]
    title = f"People differ most in how they write {int(np.argmax(spreads))}, least in {int(np.argmin(spreads))}"
    told = ", ".join(f"{digit}: {spread:,.0f}" for digit, spread in enumerate(spreads))
    alt = f"Variance of each pixel within each digit, two rows of five. Mean variance by digit: {told}."
    return _mosaic("variance-pictures", title, alt, profile.variances, "variance", theme)


def pixel_chart(profile: Profile, theme: Theme) -> Chart:
    """Draw how many pixels have each value, on an axis in powers of ten."""
    figure = canvas(theme, 360, showlegend=False, bargap=0)
    figure.add_trace(
        go.Bar(
            x=list(range(256)),
            y=[int(number) or None for number in profile.histogram],
            marker={"color": theme.right, "line": {"width": 0}},
            hovertemplate="value %{x}: %{y:,} pixels<extra></extra>",
        )
    )
    figure.update_xaxes(title_text="Pixel value, 0 is black", range=[-2, 257], tickvals=[0, 50, 100, 150, 200, 255])
    figure.update_yaxes(title_text="Pixels", type="log", tickformat=".0s", dtick=1)
    total = max(int(profile.histogram.sum()), 1)
    bright = int(profile.histogram[250:].sum()) / total
    title = f"{percent(profile.black, 1)} of all pixels are black, {percent(bright, 1)} nearly white"
    alt = f"{title} (250 and more). Mean {profile.mean:.1f}, standard deviation {profile.deviation:.1f}."
    table = pd.DataFrame({"value": range(256), "pixels": profile.histogram})
    return Chart("pixel-values", title, alt, figure, table)


def _mosaic(name: str, title: str, alt: str, pictures: NDArray[np.float64], unit: str, theme: Theme) -> Chart:
    """Lay ten pictures float64 (10, 28, 28) out in two rows of five, black at 0 as the digits themselves."""
    step = SIDE + _GAP
    sheet = np.full((2 * step - _GAP, _ACROSS * step - _GAP), np.nan)
    for digit, picture in enumerate(pictures):
        row, column = divmod(digit, _ACROSS)
        sheet[row * step : row * step + SIDE, column * step : column * step + SIDE] = picture
    figure = canvas(theme, 210, showlegend=False, margin={"l": 0, "r": 0, "t": 6, "b": 6})
    figure.add_trace(
        go.Heatmap(
            z=sheet,
            colorscale=[[0, "#000000"], [1, "#ffffff"]],
            showscale=False,
            hoverongaps=False,
            hovertemplate=f"{unit} %{{z:,.0f}}<extra></extra>",
        )
    )
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x", constrain="domain")
    rows, columns = np.divmod(np.arange(SIDE**2), SIDE)
    table = pd.DataFrame(
        {
            "digit": np.repeat(np.arange(DIGITS), SIDE**2),
            "row": np.tile(rows, DIGITS),
            "column": np.tile(columns, DIGITS),
            unit: pictures.ravel(),
        }
    )
    return Chart(name, title, alt, figure, table)
