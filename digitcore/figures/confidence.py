"""How far a network's confidence can be trusted, drawn three ways."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from digitcore.base.text import count, percent
from digitcore.figures.chart import Chart, canvas, rgba
from digitcore.figures.theme import Theme
from digitcore.metrics.intervals import ratio, wilson_interval
from digitcore.metrics.reliability import BINS, ConfidenceCounts, Coverage, Reliability

_MOST_POINTS = 400  # of a curve; more than there are pixels to show them
_LEAST_COVERAGE = 0.5  # below, a usable network has nothing left to lose
_LEFT_OUT = 0.02  # the share that the title speaks of


def reliability_chart(found: Reliability, theme: Theme) -> Chart:
    """Draw accuracy against confidence, a bar a bin; a perfectly calibrated network follows the diagonal."""
    filled = found.counts > 0
    middles, width = (found.edges[:-1] + found.edges[1:]) / 2, 1 / len(found.counts)
    figure = canvas(theme, 360, barmode="overlay", bargap=0.05)
    figure.add_trace(
        go.Bar(
            x=middles[filled],
            y=found.accuracy[filled],
            width=width * 0.92,
            name="share that is right",
            marker={"color": rgba(theme.right, 0.55), "line": {"color": theme.right, "width": 1}},
            error_y=_error_bars(found, theme),
            customdata=np.stack([found.confidence[filled], found.counts[filled]], axis=1),
            hovertemplate="%{customdata[1]:,} digits, %{customdata[0]:.1%} sure: %{y:.1%} right<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[0, 1],
            y=[0, 1],
            name="perfectly calibrated",
            mode="lines",
            line={"color": theme.ink, "width": 1.5, "dash": "dash"},
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(title_text=f"Confidence ({BINS} bins)", tickformat=".0%", range=[0, 1.02], dtick=0.2)
    figure.update_yaxes(title_text="Share that is right", tickformat=".0%", range=[0, 1.05], dtick=0.2)
    table = pd.DataFrame(
        {
            "from": found.edges[:-1],
            "to": found.edges[1:],
            "digits": found.counts,
            "mean confidence": found.confidence,
            "share right": found.accuracy,
        }
    )
    return Chart("reliability", _reliability_title(found), _reliability_alt(found), figure, table)


def confidence_chart(found: ConfidenceCounts, theme: Theme) -> Chart:
    """Draw how many right and wrong answers have each confidence, on an axis in powers of ten."""
    middles = (found.edges[:-1] + found.edges[1:]) / 2
    figure = canvas(theme, 360, barmode="group", bargap=0.1)
    for name, counts, colour in (("right", found.right, theme.right), ("wrong", found.wrong, theme.wrong)):
        figure.add_trace(
            go.Bar(
                x=middles,
                y=[int(number) or None for number in counts],  # a logarithm has no place for 0
                name=name,
                marker={"color": colour},
                hovertemplate=f"%{{x:.1%}} sure: %{{y:,}} {name}<extra></extra>",
            )
        )
    figure.update_xaxes(title_text="Confidence", tickformat=".0%", range=[0, 1.02], dtick=0.2)
    figure.update_yaxes(title_text="Digits", type="log", tickformat=",d", dtick=1)
    table = pd.DataFrame({"from": found.edges[:-1], "to": found.edges[1:], "right": found.right, "wrong": found.wrong})
    right, wrong = (ratio(int(counts[-1]), int(counts.sum())) for counts in (found.right, found.wrong))
    least = percent(float(found.edges[-2]), 0)
    title = f"Over {least} sure: {percent(right, 1)} of the right answers, {percent(wrong, 1)} of the wrong ones"
    alt = f"{title}. There are {found.right.sum():,} right and {found.wrong.sum():,} wrong answers."
    return Chart("confidence", title, alt, figure, table)


def coverage_chart(found: Coverage, theme: Theme) -> Chart:
    """Draw how accurate a network is on the share of digits it is surest of."""
    kept = _thinned(found)
    table = pd.DataFrame(
        {
            "share answered": found.coverage[kept],
            "accuracy": found.accuracy[kept],
            "least confidence": found.threshold[kept],
        }
    )
    figure = canvas(theme, 360, showlegend=False)
    figure.add_trace(
        go.Scatter(
            x=table["share answered"],
            y=table["accuracy"],
            mode="lines",
            line={"color": theme.right, "width": 2.5},
            customdata=table["least confidence"],
            hovertemplate="the surest %{x:.1%}: %{y:.2%} right<br>the rest: below %{customdata:.1%}<extra></extra>",
        )
    )
    figure.update_xaxes(title_text="Share it answers", tickformat=".0%", range=[1.005, _LEAST_COVERAGE])
    figure.update_yaxes(title_text="Accuracy", tickformat=".2%")
    title = _coverage_title(found)
    return Chart("accuracy-by-coverage", title, f"{title}.", figure, table)


def _reliability_title(found: Reliability) -> str:
    if not found.counts.sum():
        return "There are no digits to judge confidence by"
    filled, total = found.counts > 0, found.counts.sum()
    confidence = float((found.confidence[filled] * found.counts[filled]).sum() / total)
    accuracy = float((found.accuracy[filled] * found.counts[filled]).sum() / total)
    return (
        f"It is {percent(confidence)} sure on average and right {percent(accuracy)} of the time; "
        f"calibration error {percent(found.error)}"
    )


def _reliability_alt(found: Reliability) -> str:
    told = [
        f"{percent(float(found.confidence[place]), 0)} sure, {percent(float(found.accuracy[place]), 0)} right "
        f"({count(int(found.counts[place]), 'digit')})"
        for place in np.flatnonzero(found.counts)
    ]
    return f"Reliability diagram with {len(found.counts)} bins of equal width. {'; '.join(told)}."


def _error_bars(found: Reliability, theme: Theme) -> dict[str, object]:
    """Return Wilson's 95% interval of each filled bin: some hold a single digit."""
    filled = np.flatnonzero(found.counts)
    intervals = [
        wilson_interval(round(float(found.accuracy[place]) * int(found.counts[place])), int(found.counts[place]))
        for place in filled
    ]
    above = [interval.high - float(found.accuracy[place]) for interval, place in zip(intervals, filled, strict=True)]
    below = [float(found.accuracy[place]) - interval.low for interval, place in zip(intervals, filled, strict=True)]
    return {"array": above, "arrayminus": below, "color": theme.quiet, "thickness": 1.2, "width": 3}


def _coverage_title(found: Coverage) -> str:
    if not len(found.coverage):
        return "There are no digits to leave out"
    point = found.covering(1 - _LEFT_OUT)
    return (
        f"Leaving out the least certain {percent(1 - float(found.coverage[point]), 1)} leaves "
        f"{percent(float(found.accuracy[point]))} right, instead of {percent(float(found.accuracy[-1]))}"
    )


def _thinned(found: Coverage) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    shown = np.flatnonzero(found.coverage >= _LEAST_COVERAGE)
    if len(shown) <= _MOST_POINTS:
        return shown
    return shown[np.unique(np.linspace(0, len(shown) - 1, _MOST_POINTS).astype(np.int64))]
