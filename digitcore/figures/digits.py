"""Figures with a bar, or a few, for each of the ten digits."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from digitcore.base.images import DIGITS
from digitcore.base.text import chance, count, percent
from digitcore.figures.chart import NAME, Chart, canvas, plain, rgba
from digitcore.figures.theme import Theme
from digitcore.metrics.classification import DigitFigures
from digitcore.metrics.mcnemar import Comparison


def by_errors(figures: Sequence[DigitFigures]) -> list[DigitFigures]:
    """Return the digits with the fewest errors first, as a course would list them; ties go to the smaller digit."""
    return sorted(figures, key=lambda row: (row.errors, row.digit))


def error_chart(parts: Mapping[str, Sequence[DigitFigures]], theme: Theme, *, of_runs: bool = False) -> Chart:
    """Draw the error rate of each digit, a bar for each part; the digits in the order of the first part's errors.

    With `of_runs`, the parts are those of several runs by their names.
    """
    order = by_errors(next(iter(parts.values())))
    figure = canvas(theme, 360, barmode="group")
    colours = theme.series if of_runs else _part_colours(theme)
    for (part, figures), colour in zip(parts.items(), colours, strict=False):
        rows = [figures[row.digit] for row in order]
        figure.add_trace(
            go.Bar(
                x=[str(row.digit) for row in rows],
                y=[row.error_rate if row.support else None for row in rows],
                name=plain(part),
                marker={"color": colour},
                customdata=[(row.errors, row.support) for row in rows],
                hovertemplate=NAME + ": %{customdata[0]:,} of %{customdata[1]:,} misread (%{y:.2%})<extra></extra>",
            )
        )
    figure.update_xaxes(title_text="Digit, fewest errors first", type="category", showgrid=False)
    figure.update_yaxes(title_text="Share misread", tickformat=".1%", rangemode="tozero")
    title = f"{next(iter(parts))}: {error_title(order)}" if of_runs else error_title(order)
    return Chart("errors-by-digit", title, _error_alt(parts), figure, digit_table(parts))


def digit_table(parts: Mapping[str, Sequence[DigitFigures]]) -> pd.DataFrame:
    """Return precision, recall, F1, support and errors, a row a digit, the fewest errors first.

    The figures are those of the first part; of the others there is the error rate.
    """
    first, *others = parts.items()
    rows = []
    for row in by_errors(first[1]):
        values: dict[str, float] = {"digit": row.digit, "errors": row.errors, "support": row.support}
        values |= {"precision": row.precision, "recall": row.recall, "F1": row.f1}
        values |= {f"{first[0]} error": row.error_rate}
        rows.append(values | {f"{part} error": figures[row.digit].error_rate for part, figures in others})
    return pd.DataFrame(rows)


def comparison_chart(comparison: Comparison, labels: NDArray[np.int64], names: tuple[str, str], theme: Theme) -> Chart:
    """Draw, for each digit, how many each of two networks gets right that the other doesn't."""
    counts = [
        np.bincount(labels[positions], minlength=DIGITS)
        for positions in (comparison.only_first, comparison.only_second)
    ]
    figure = canvas(theme, 320, barmode="group")
    for name, values, colour in zip(names, counts, theme.series, strict=False):
        figure.add_trace(
            go.Bar(
                x=[str(digit) for digit in range(DIGITS)],
                y=values,
                name=f"only {plain(name)}",
                marker={"color": colour},
                hovertemplate="%{y} digits<extra></extra>",
            )
        )
    figure.update_xaxes(title_text="Digit", type="category", showgrid=False)
    figure.update_yaxes(title_text="Read right by one alone", rangemode="tozero", tickformat="d")
    told = [f"{count(len(only), 'digit')}" for only in (comparison.only_first, comparison.only_second)]
    title = f"{names[0]} alone reads {told[0]}, {names[1]} alone {told[1]}"
    listed = "; ".join(f"{digit}: {counts[0][digit]} and {counts[1][digit]}" for digit in range(DIGITS))
    table = pd.DataFrame({"digit": range(DIGITS), f"only {names[0]}": counts[0], f"only {names[1]}": counts[1]})
    return Chart("comparison-by-digit", title, f"{title}. By digit: {listed}.", figure, table)


def probability_chart(probabilities: NDArray[np.float32], truth: int | None, theme: Theme) -> Chart:
    """Draw the ten probabilities, float (10,), that a network gives to one picture whose digit is `truth`."""
    said = int(probabilities.argmax())
    colours = [
        theme.right if digit == truth else theme.wrong if digit == said else rgba(theme.ink, 0.35)
        for digit in range(DIGITS)
    ]
    figure = canvas(theme, 260, showlegend=False, bargap=0.2)
    figure.add_trace(
        go.Bar(
            x=[str(digit) for digit in range(DIGITS)],
            y=probabilities,
            marker={"color": colours},
            text=[chance(float(share)) if share >= 0.0005 else "" for share in probabilities],
            textposition="outside",
            cliponaxis=False,
            customdata=[chance(float(share)) for share in probabilities],
            hovertemplate="%{x}: %{customdata}<extra></extra>",
        )
    )
    figure.update_xaxes(title_text="Digit", type="category", showgrid=False)
    figure.update_yaxes(title_text="Probability", tickformat=".0%", range=[0, 1.1], tickvals=[0, 0.5, 1])
    title = f"Read as {said} with {chance(float(probabilities[said]))}"
    if truth is not None and truth != said:
        title += f"; its true digit, {truth}, got {chance(float(probabilities[truth]))}"
    listed = ", ".join(f"{digit}: {chance(float(share))}" for digit, share in enumerate(probabilities))
    table = pd.DataFrame({"digit": range(DIGITS), "probability": probabilities})
    return Chart("probabilities", title, f"{title}. Probabilities: {listed}.", figure, table)


def _part_colours(theme: Theme) -> tuple[str, ...]:
    return theme.wrong, theme.right, rgba(theme.ink, 0.35)


def error_title(figures: Sequence[DigitFigures]) -> str:
    """State which digits fare worst and best."""
    order = by_errors(figures)
    hardest, easiest = order[-1], next((row for row in order if row.support), order[0])
    if not hardest.errors:
        return "No digit is ever misread"
    return (
        f"{hardest.digit} is misread most, {hardest.errors:,} of {hardest.support:,} "
        f"({percent(hardest.error_rate, 1)}), {easiest.digit} least, {easiest.errors:,} of {easiest.support:,}"
    )


def _error_alt(parts: Mapping[str, Sequence[DigitFigures]]) -> str:
    told = [
        f"{part}: " + ", ".join(f"{row.digit} {percent(row.error_rate, 2)}" for row in figures)
        for part, figures in parts.items()
    ]
    return "Share of each digit that is misread. " + "; ".join(told) + "."
