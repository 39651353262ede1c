"""A figure on a page: title as text, drawing, words for those who can't see it, and a way to take it along."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from digitcore.base.csv import csv as as_csv
from digitcore.figures import DARK, LIGHT, Chart, Theme
from digitcore.ui.shared import components
from digitcore.ui.shared.navigation import BIG_SCREEN_KEY
from digitcore.ui.shared.notices import plain_markdown

_CELL = "cell"  # of a matrix, in the page's address
_MAP_TOOLS = ["zoomIn2d", "zoomOut2d", "resetScale2d", "lasso2d", "pan2d"]


_LARGER, _HIGHER = 1.5, 1.25  # times the usual text and height, on a big screen: a matrix is to fit into it


def theme() -> Theme:
    """Return the colours for the paper that this browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def show(chart: Chart, key: str) -> None:
    """Show a figure that is only looked at; `key` is its own on the page."""
    with _frame(chart, key):
        st.plotly_chart(_fitting(chart), theme=None, key=key, config=_config(chart), alt=chart.alt)
    tools(chart.title, chart.csv(), chart.name, key, chart_key=_frame_key(key), whose=chart.whose)


def show_matrix(
    chart: Chart, key: str, cells_key: str, labels: Sequence[Sequence[str]], first: tuple[int, int] | None
) -> tuple[int, int] | None:
    """Show a matrix whose cells answer a click and the keyboard; return row and column of the chosen one.

    `labels` says of every cell what is in it. The choice is kept under `cells_key`; until there is one it is `first`,
    which may be None.
    """
    pressed = _cell(components.state_of(cells_key, "cell"), labels)
    if pressed:
        st.query_params[_CELL] = "-".join(map(str, pressed))
    chosen = pressed or _cell_in_address(labels) or first
    with _frame(chart, key):
        st.plotly_chart(_fitting(chart), theme=None, key=key, config=_config(chart), alt=chart.alt)
        data = {"name": chart.title, "labels": labels, "chosen": chosen}
        components.matrix_cells(key=cells_key, data=data, on_cell_change=lambda: None)
    tools(chart.title, chart.csv(), chart.name, key, chart_key=_frame_key(key), whose=chart.whose)
    return chosen


def _cell_in_address(labels: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """Return the cell that a link names, as "4-9" for row 4 and column 9."""
    row, _, column = st.query_params.get(_CELL, "").partition("-")
    if not (row.isdecimal() and column.isdecimal() and len(row + column) < 5):
        return None
    return _cell([int(row), int(column)], labels)


def _cell(value: object, labels: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    match value:
        case [int(row), int(column)] if 0 <= row < len(labels) and 0 <= column < len(labels[row]):
            return int(row), int(column)
    return None


def show_map(chart: Chart, key: str) -> list[dict[str, Any]]:
    """Show a figure whose marks answer a click or a lasso; return the chosen ones as Plotly describes them."""
    with _frame(chart, key):
        state = st.plotly_chart(
            _fitting(chart),
            theme=None,
            key=key,
            config=_config(chart, lasso=True),
            alt=chart.alt,
            on_select="rerun",
            selection_mode=("points", "lasso"),
        )
    tools(chart.title, chart.csv(), chart.name, key, chart_key=_frame_key(key), whose=chart.whose)
    return chosen_points(state)


def chosen_points(state: object) -> list[dict[str, Any]]:
    """Return the marks in what a browser sends of a figure, which may be anything."""
    selection = dict.get(state, "selection") if isinstance(state, dict) else None
    points = selection.get("points") if isinstance(selection, dict) else None
    return [point for point in points if isinstance(point, dict)] if isinstance(points, list) else []


def show_table(table: pd.DataFrame, title: str, name: str, key: str, **options: Any) -> None:
    """Show a table under its title, with a way to take it along as `name`.csv."""
    st.header(title, anchor=False)
    st.dataframe(table, hide_index=True, alt=title, key=key, **options)
    tools(title, as_csv(table), name, key)


def tools(title: str, csv: str, name: str, key: str, chart_key: str | None = None, whose: str = "") -> None:
    """Show the buttons that save numbers and, of a figure, the picture, under `name`."""
    data = {"title": title, "whose": whose, "csv": csv, "file": name, "chart": chart_key, "paper": theme().paper}
    components.figure_tools(key=f"{key}-tools", data=data, on_repaint_change=lambda: None)


def _fitting(chart: Chart) -> Any:
    """Return the drawing of a figure for the screen that it is shown on."""
    return chart.enlarged(_LARGER, height=_HIGHER) if st.session_state.get(BIG_SCREEN_KEY) else chart.figure


def _frame(chart: Chart, key: str) -> Any:
    frame = st.container(key=_frame_key(key), gap="small")
    frame.header(plain_markdown(chart.title), anchor=False)
    return frame


def _frame_key(key: str) -> str:
    return f"figure-{key}"


def _config(chart: Chart, *, lasso: bool = False) -> dict[str, Any]:
    shown = ["toImage", *(_MAP_TOOLS if lasso else [])]
    return {
        "displaylogo": False,
        "modeBarButtons": [shown],
        "displayModeBar": True if lasso else "hover",
        "scrollZoom": False,
        # two quick clicks on two marks are two choices, and not the double click that would undo both
        "doubleClick": False,
        "doubleClickDelay": 1,
        "toImageButtonOptions": {"format": "png", "filename": chart.name, "scale": 2},
    }
