"""What makes up every figure: the drawing, a description in words, and the numbers behind it."""

import textwrap
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from digitcore.base.csv import csv
from digitcore.figures.theme import FONT, Theme, channels

# a trace's own name in what is shown over its marks; written out, Plotly would fill in any %{…} that is part of it
NAME = "%{fullData.name}"
_TITLE_WIDTH = 76  # characters that fit on a line of a picture 900 px wide
_NAME_WIDTH = 100  # characters of the line below it, which are smaller
_TITLE_LINE, _LEGEND_LINE = 24, 40  # px


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure to show, to save or to read aloud.

    `title` states what it shows; `alt` says in words what the eye would see; `data` holds the numbers, a row a mark or
    a row a digit; `whose` names the run or the data it is of, for those who see it far from the page. `figure` itself
    bears no title, since a page sets it as text that can wrap.
    """

    name: str  # of its file, without the ending
    title: str
    alt: str
    figure: go.Figure
    data: pd.DataFrame
    whose: str = ""

    def of(self, *names: str) -> "Chart":
        """Return the figure as one of the runs or the data of these names."""
        return replace(self, whose=" and ".join(names))

    def with_title(self) -> go.Figure:
        """Return a copy of the figure with the title, and whose it is, in the picture, for a file of its own."""
        lines = [plain(line) for line in textwrap.wrap(self.title, _TITLE_WIDTH)]
        if self.whose:
            lines.append(f'<span style="font-size: 14px">{plain(_short(self.whose))}</span>')
        figure = go.Figure(self.figure)
        room = _TITLE_LINE * len(lines) + _LEGEND_LINE
        figure.update_layout(
            title={
                "text": "<br>".join(lines),
                "x": 0,
                "xref": "paper",
                "xanchor": "left",
                "y": 1,
                "yanchor": "top",
                "pad": {"t": 16},
                "font": {"size": 18},
            },
            height=(figure.layout.height or 450) + room,
            margin_t=(figure.layout.margin.t or 0) + room,
        )
        return figure

    def enlarged(self, factor: float, *, height: float) -> go.Figure:
        """Return a copy with text and marks `factor` times as large and the whole `height` times, for a projector."""
        figure = go.Figure(self.figure)
        layout = figure.layout
        figure.update_layout(
            height=(layout.height or 450) * height,
            margin={side: (layout.margin[side] or 0) * factor for side in "lrtb"},
            font_size=layout.font.size * factor,
            hoverlabel_font_size=layout.font.size * factor,
        )
        for axis in (*figure.select_xaxes(), *figure.select_yaxes()):
            axis.title.font.size = (axis.title.font.size or layout.font.size / factor) * factor
        for words in layout.annotations:
            words.font.size = (words.font.size or layout.font.size / factor) * factor
        for lines in figure.select_traces({"type": "scatter"}):
            lines.update(line_width=lines.line.width and lines.line.width * factor)
            if lines.marker.size is not None:
                lines.marker.size = lines.marker.size * factor
        return figure

    def csv(self) -> str:
        """Return the numbers as comma-separated values with a header."""
        return csv(self.data)


def _short(text: str) -> str:
    """Return a line that fits below a title."""
    return text if len(text) <= _NAME_WIDTH else f"{text[: _NAME_WIDTH - 1]}…"


def canvas(theme: Theme, height: int, **layout: Any) -> go.Figure:
    """Return an empty figure in the style that all share; `height` in px."""
    axis = {
        "gridcolor": theme.grid,
        "linecolor": theme.grid,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"color": theme.quiet},
        "title": {"font": {"size": 14, "color": theme.quiet}, "standoff": 8},
        "automargin": True,
        "fixedrange": True,  # a swipe over the figure scrolls the page
    }
    figure = go.Figure(
        layout={
            "template": "none",
            "height": height,
            "margin": {"l": 48, "r": 12, "t": 12, "b": 44},
            "font": {"family": FONT, "size": 14, "color": theme.ink},
            "paper_bgcolor": theme.paper,
            "plot_bgcolor": theme.paper,
            "colorway": list(theme.series),
            "hoverlabel": {"font": {"family": FONT, "size": 14}},
            "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
            "dragmode": False,
            "hovermode": "closest",
            "bargap": 0.25,
            "xaxis": axis,
            "yaxis": axis,
        }
    )
    return figure.update_layout(**layout)


def plain(text: str) -> str:
    """Return `text` so that Plotly, which takes some HTML and TeX, shows it as it is: people name runs as they like."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("$", "&#36;")


def rgba(colour: str, opacity: float) -> str:
    """Return "#rrggbb" with an opacity in [0, 1]."""
    return f"rgba({','.join(map(str, channels(colour)))},{opacity:g})"
