"""Accuracy against the strength of each corruption, a small figure for each, worst first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from digitcore.analysis.corruptions import CLEAN, NETWORK
from digitcore.analysis.robustness import Cell, Robustness, Row
from digitcore.base.text import percent
from digitcore.figures.chart import NAME, Chart, canvas, plain
from digitcore.figures.theme import Theme

_ACROSS = 2  # panels in a row: they can be read on a phone, too
_PANEL, _BETWEEN = 116, 80  # px: its height, and the room below it for numbers, their scale and the next one's name
_LEGEND_LINE, _TOP, _BOTTOM = 24, 36, 56  # px: a line of the legend, the room below it, and below the last panels
_MOST_TICKS = 5  # of a panel, beside each other on a phone
_DASHES = {NETWORK: "solid"}  # of a route's lines; with preparation they are dotted

Measured = Mapping[str, Robustness]  # by the name of the run; the first is the one that is looked at


@dataclass(frozen=True)
class _Panel:
    """One corruption, on the route or routes on which it is measured; `strengths` in ascending order."""

    name: str
    scale: str
    strengths: tuple[float, ...]


def robustness_chart(found: Measured, theme: Theme) -> Chart:
    """Draw accuracy against strength, for one or more runs; the panels in the order of the first one's worst cell."""
    first = next(iter(found.values()))
    panels = _panels(first)
    places = {panel.name: place for place, panel in enumerate(panels)}
    figure = _grid(theme, panels, legend_lines=1 if len(found) == 1 else 2 * len(found))
    for (name, measured), colour in zip(found.items(), theme.series, strict=False):
        prefix = f"{plain(name)}, " if len(found) > 1 else ""
        for row in measured.rows:
            line = _line(row, measured, f"{prefix}{row.corruption.route}", colour)
            figure.add_trace(line, **_cell(places[row.corruption.name]))
    _name_lines_once(figure)
    lowest = min(cell.accuracy for measured in found.values() for cell in measured.cells)
    figure.update_yaxes(range=[int(10 * lowest) / 10 - 0.04, 1.04], tickformat=".0%", nticks=4)
    return Chart("robustness", _title(found), _alt(found), figure, _table(found))


def robustness_table(found: Measured) -> pd.DataFrame:
    """Return a row a corruption and route, worst first: where it is worst, and what was read there.

    Shares are in [0, 1]; of the other runs there is the accuracy in the same cell.
    """
    (_, first), *others = found.items()
    rows = []
    for row in first.rows:
        worst = row.worst
        values: dict[str, object] = {"corruption": row.corruption.name, "way": row.corruption.route}
        values |= {"worst at": worst.label, "read right": worst.accuracy}
        values |= {f"{other} there": each.at(worst.corruption, worst.strength).accuracy for other, each in others}
        values |= {"at least": worst.interval.low, "at most": worst.interval.high, "mean": row.mean}
        rows.append(values)
    return pd.DataFrame(rows)


def _panels(found: Robustness) -> list[_Panel]:
    panels: dict[str, _Panel] = {}
    for row in found.rows:
        each = row.corruption
        known = panels[each.name].strengths if each.name in panels else (each.neutral,)
        panels[each.name] = _Panel(each.name, each.scale, tuple(sorted({*known, *each.strengths})))
    return list(panels.values())


def _grid(theme: Theme, panels: list[_Panel], legend_lines: int) -> go.Figure:
    down = -(-len(panels) // _ACROSS)
    top, inner = legend_lines * _LEGEND_LINE + _TOP, down * (_PANEL + _BETWEEN) - _BETWEEN
    figure = canvas(theme, top + inner + _BOTTOM)
    axis = figure.layout.xaxis.to_plotly_json()
    figure.set_subplots(
        down,
        _ACROSS,
        subplot_titles=[f"<b>{panel.name}</b>" for panel in panels],
        horizontal_spacing=0.06,
        vertical_spacing=_BETWEEN / inner if down > 1 else 0,
    )
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    figure.update_layout(margin={"l": 8, "r": 12, "t": top, "b": _BOTTOM}, legend_y=1 + (_TOP - 4) / inner)
    figure.update_annotations(font={"size": 14, "color": theme.ink})
    for place, panel in enumerate(panels):
        figure.update_xaxes(title_text=panel.scale, **_ticks(panel), **_cell(place))
    figure.update_xaxes(title_font_size=12, tickangle=0)
    figure.update_yaxes(title_text="Read right", title_font_size=12, col=1)
    figure.update_yaxes(showticklabels=False, col=2)  # all panels have the same
    return figure


def _cell(place: int) -> dict[str, int]:
    """Return where a panel stands in the grid, as Plotly counts."""
    return {"row": place // _ACROSS + 1, "col": place % _ACROSS + 1}


def _ticks(panel: _Panel) -> dict[str, object]:
    shown = [strength for strength in panel.strengths if len(panel.strengths) <= _MOST_TICKS or strength % 1 == 0]
    if len(shown) > _MOST_TICKS:
        shown = [shown[0], shown[len(shown) // 2], shown[-1]]
    return {"tickvals": shown, "ticktext": [f"{strength:g}" for strength in shown]}


def _line(row: Row, measured: Robustness, name: str, colour: str) -> go.Scatter:
    """Return the line of a corruption; the clean digits stand at the strength that changes nothing."""
    each = row.corruption
    plain_digits = measured.clean(each.route)
    points = [(each.neutral, plain_digits), *((cell.strength, cell) for cell in row.cells)]
    points.sort(key=lambda point: point[0])
    cells = [cell for _, cell in points]
    return go.Scatter(
        x=[strength for strength, _ in points],
        y=[cell.accuracy for cell in cells],
        name=name,
        legendgroup=name,
        mode="lines+markers",
        line={"color": colour, "width": 2.5, "dash": _DASHES.get(each.route, "dot")},
        marker={"size": 6},
        customdata=["as it is" if cell is plain_digits else cell.label for cell in cells],
        hovertemplate=f"{each.name}, %{{customdata}}: %{{y:.2%}} right<br>{NAME}<extra></extra>",
    )


def _name_lines_once(figure: go.Figure) -> None:
    named: set[str] = set()
    for line in figure.data:
        line.showlegend = line.name not in named
        named.add(line.name)


def _title(found: Measured) -> str:
    name, first = next(iter(found.items()))
    worst = first.rows[0].worst
    each = worst.corruption
    by_whom = "by the network alone" if each.route == NETWORK else "with preparation"
    right, clean = percent(worst.accuracy, 1), percent(first.clean(each.route).accuracy, 1)
    finding = f"{each.name} ({worst.label}) is read worst: {right} right {by_whom}, {clean} clean"
    return f"{name}: {finding[0].lower()}{finding[1:]}" if len(found) > 1 else finding


def _alt(found: Measured) -> str:
    told = []
    for name, measured in found.items():
        rows = "; ".join(
            f"{row.corruption.name}, {row.corruption.route}: "
            + ", ".join(f"{cell.label} {percent(cell.accuracy, 1)}" for cell in row.cells)
            for row in measured.rows
        )
        told.append(f"{name}, clean {percent(measured.clean().accuracy, 1)}. {rows}.")
    return f"Share of digits read right by corruption and strength, worst first. {' '.join(told)}"


def _table(found: Measured) -> pd.DataFrame:
    return pd.DataFrame([_record(name, cell) for name, measured in found.items() for cell in _in_order(measured)])


def _in_order(measured: Robustness) -> Iterator[Cell]:
    """Yield the clean digits, then every row's cells, worst row first."""
    yield from (cell for cell in measured.cells if cell.corruption in CLEAN)
    for row in measured.rows:
        yield from row.cells


def _record(name: str, cell: Cell) -> dict[str, object]:
    each = cell.corruption
    return {
        "run": name,
        "corruption": each.name,
        "way": each.route,
        "strength": cell.strength,
        "scale": each.scale,
        "right": cell.right,
        "digits": cell.count,
        "accuracy": cell.accuracy,
    }
