"""Curves by epoch: accuracy, loss and learning rate, of one run or of several."""

from collections.abc import Mapping, Sequence
from math import isfinite

import pandas as pd
import plotly.graph_objects as go

from digitcore.base.text import decimal, percent
from digitcore.figures.chart import NAME, Chart, canvas, plain
from digitcore.figures.theme import Theme
from digitcore.runs.history import EpochRow, best_row

_ONE_TWO_FIVE = [step * 10.0**power for power in range(-6, 6) for step in (1, 2, 5)]

Histories = Mapping[str, Sequence[EpochRow]]  # by the name of the run; the first is the one that is looked at


def accuracy_chart(histories: Histories, theme: Theme) -> Chart:
    """Draw training and validation accuracy; the best epoch of each run is marked. At least one run has an epoch."""
    figure = _curves(histories, theme, "accuracy")
    figure.update_yaxes(title_text="Accuracy", tickformat=".1%")
    rows = _first(histories)
    best = best_row(rows)
    finding = f"best in epoch {best.epoch} of {len(rows)}, {percent(best.val_accuracy)} right on validation"
    title = _headline(histories, finding)
    alt = f"Accuracy by epoch. {_told(histories, 'accuracy')}"
    return Chart("accuracy-by-epoch", title, alt, figure, _table(histories, "accuracy", "val_accuracy"))


def loss_chart(histories: Histories, theme: Theme) -> Chart:
    """Draw training and validation loss, on an axis in powers of ten. At least one run has an epoch."""
    figure = _curves(histories, theme, "loss")
    figure.update_yaxes(title_text="Cross-entropy, nats", type="log", tickvals=_ONE_TWO_FIVE, tickformat="~g")
    lowest = min(_first(histories), key=lambda row: row.val_loss if isfinite(row.val_loss) else float("inf"))
    title = _headline(
        histories, f"validation loss is lowest after epoch {lowest.epoch}: {decimal(lowest.val_loss)} nats"
    )
    alt = f"Loss by epoch. {_told(histories, 'loss')}"
    return Chart("loss-by-epoch", title, alt, figure, _table(histories, "loss", "val_loss"))


def learning_rate_chart(histories: Histories, theme: Theme) -> Chart:
    """Draw the learning rate at the end of each epoch."""
    figure = canvas(theme, 220, showlegend=len(histories) > 1)
    for (name, rows), colour in zip(histories.items(), _colours(histories, theme), strict=True):
        epochs, rates = [row.epoch for row in rows], [row.learning_rate for row in rows]
        figure.add_trace(_line(plain(name), epochs, rates, colour, "solid", "epoch %{x}: %{y:.3g}"))
    figure.update_xaxes(**_epoch_axis(histories))
    figure.update_yaxes(title_text="Learning rate", tickformat="~g", rangemode="tozero", nticks=4)
    rates = [row.learning_rate for row in _first(histories)]
    if max(rates) == min(rates):
        title = _headline(histories, f"the learning rate stayed at {rates[0]:.3g}")
    else:
        title = _headline(histories, f"the learning rate peaked at {max(rates):.2g} and ended at {rates[-1]:.2g}")
    alt = f"Learning rate by epoch. {title}."
    return Chart("learning-rate-by-epoch", title, alt, figure, _table(histories, "learning_rate"))


def _headline(histories: Histories, finding: str) -> str:
    """Return a finding about the first run as a title; it names the run where there are several."""
    name = next(name for name, rows in histories.items() if rows)
    return f"{name}: {finding}" if len(histories) > 1 else finding[0].upper() + finding[1:]


def _curves(histories: Histories, theme: Theme, figure_name: str) -> go.Figure:
    figure = canvas(theme, 340)
    several = len(histories) > 1
    for (name, rows), colour in zip(histories.items(), _colours(histories, theme), strict=True):
        epochs = [row.epoch for row in rows]
        prefix = f"{plain(name)}, " if several else ""
        style = ".2%" if figure_name == "accuracy" else ".4f"
        hover = f"epoch %{{x}}: %{{y:{style}}}"
        of_validation = [getattr(row, f"val_{figure_name}") for row in rows]
        of_training = [getattr(row, figure_name) for row in rows]
        training_colour = colour if several else theme.wrong
        figure.add_trace(_line(f"{prefix}validation", epochs, of_validation, colour, "solid", hover))
        figure.add_trace(_line(f"{prefix}training", epochs, of_training, training_colour, "dot", hover))
        if rows:
            figure.add_trace(_best_mark(best_row(rows), f"val_{figure_name}", colour))
    figure.update_xaxes(**_epoch_axis(histories))
    return figure


def _line(name: str, epochs: Sequence[int], values: Sequence[float], colour: str, dash: str, hover: str) -> go.Scatter:
    return go.Scatter(
        x=list(epochs),
        y=[value if isfinite(value) else None for value in values],
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": 2.5, "dash": dash},
        marker={"size": 6},
        hovertemplate=f"{NAME}, {hover}<extra></extra>",
    )


def _best_mark(best: EpochRow, figure_name: str, colour: str) -> go.Scatter:
    value = getattr(best, figure_name)
    return go.Scatter(
        x=[best.epoch],
        y=[value if isfinite(value) else None],
        name="best epoch",
        mode="markers",
        cliponaxis=False,  # the last epoch stands at the very edge
        marker={"size": 15, "symbol": "circle-open", "color": colour, "line": {"width": 3}},
        showlegend=False,
        hovertemplate=f"epoch {best.epoch} was kept<extra></extra>",
    )


def _epoch_axis(histories: Histories) -> dict[str, object]:
    last = max((len(rows) for rows in histories.values()), default=1)
    step = max(1, round(last / 8))
    return {"title_text": "Epoch", "tick0": 1 if step == 1 else 0, "dtick": step, "range": [0.6, last + 0.4]}


def _colours(histories: Histories, theme: Theme) -> list[str]:
    return [theme.series[index % len(theme.series)] for index in range(len(histories))]


def _first(histories: Histories) -> Sequence[EpochRow]:
    return next(rows for rows in histories.values() if rows)


def _told(histories: Histories, figure_name: str) -> str:
    write = percent if figure_name == "accuracy" else decimal
    sentences = []
    for name, rows in histories.items():
        if not rows:
            continue
        training = [getattr(row, figure_name) for row in rows]
        validation = [getattr(row, f"val_{figure_name}") for row in rows]
        sentences.append(
            f"{name}: training from {write(training[0])} to {write(training[-1])}, validation from "
            f"{write(validation[0])} to {write(validation[-1])}, best epoch {best_row(rows).epoch} of {len(rows)}."
        )
    return " ".join(sentences)


def _table(histories: Histories, *columns: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"run": name, "epoch": row.epoch} | {column: getattr(row, column) for column in columns}
            for name, rows in histories.items()
            for row in rows
        ]
    )
