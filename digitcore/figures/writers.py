"""Whom a network fails: errors by group, along the test set, and by writer."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from digitcore.analysis.writers import ByWriter, Group, Writer
from digitcore.base.text import count, percent
from digitcore.data.writers import EMPLOYEES, STUDENTS
from digitcore.figures.chart import NAME, Chart, canvas, plain
from digitcore.figures.theme import Theme
from digitcore.runs.words import option_words

Found = Mapping[str, ByWriter]  # by the name of the run; the first is the one that is looked at

_SYMBOLS = {STUDENTS: "circle", EMPLOYEES: "diamond"}
_APART = 0.07  # of an error: how far marks lie apart that would lie on each other
_WIDEST = 0.66  # of an error: all of them, so that nobody takes them for another number of errors
_TICKS = (5, 10, 20, 50, 100, 200)
_HALF = 5_000  # test digits before the groups change
_in_words = option_words("writers")


def group_chart(found: Found, theme: Theme) -> Chart:
    """Draw the share that is misread of students' and of employees' digits, with its interval."""
    figure = canvas(theme, 260, showlegend=len(found) > 1)
    for at, ((name, each), colour) in enumerate(zip(found.items(), theme.series, strict=False)):
        figure.add_trace(_group_marks(name, each.groups, colour, 0.24 * (at - (len(found) - 1) / 2)))
    names = [_in_words(group.group) for group in next(iter(found.values())).groups]
    figure.update_xaxes(title_text="Share misread, and its 95% interval", tickformat=".1%", rangemode="tozero")
    figure.update_yaxes(title_text="Written by", tickvals=[0, 1], ticktext=names, range=[1.5, -0.5], showgrid=False)
    title = _of_runs(found, _group_title)
    return Chart("errors-by-group", title, f"{title}. {_group_alt(found)}", figure, _group_table(found))


def _group_marks(name: str, groups: Sequence[Group], colour: str, shift: float) -> go.Scatter:
    known = [(place, group) for place, group in enumerate(groups) if group.digits]
    shares = [group.error_rate for _, group in known]
    return go.Scatter(
        x=shares,
        y=[place + shift for place, _ in known],
        name=plain(name),
        mode="markers",
        marker={"size": 11, "color": colour},
        error_x={
            "array": [group.interval.high - share for (_, group), share in zip(known, shares, strict=True)],
            "arrayminus": [share - group.interval.low for (_, group), share in zip(known, shares, strict=True)],
            "color": colour,
            "thickness": 2,
            "width": 5,
        },
        customdata=[(group.errors, group.digits) for _, group in known],
        hovertemplate="%{customdata[0]:,} of %{customdata[1]:,} misread (%{x:.2%})<extra></extra>",
    )


def _group_title(found: ByWriter) -> str:
    students, employees = found.groups
    return (
        f"Of students' digits {students.errors:,} of {students.digits:,} are misread, of Census employees' "
        f"{employees.errors:,} of {employees.digits:,}"
    )


def _group_alt(found: Found) -> str:
    told = [
        f"{name}, {_in_words(group.group).lower()}: {percent(group.error_rate)}, 95% interval "
        f"{percent(group.interval.low)} to {percent(group.interval.high)}"
        for name, each in found.items()
        for group in each.groups
    ]
    return f"{'; '.join(told)}."


def _group_table(found: Found) -> pd.DataFrame:
    rows = [
        {
            "run": name,
            "written by": _in_words(group.group),
            "writers": group.writers,
            "digits": group.digits,
            "misread": group.errors,
            "share": group.error_rate,
            "at least": group.interval.low,
            "at most": group.interval.high,
        }
        for name, each in found.items()
        for group in each.groups
    ]
    return pd.DataFrame(rows)


def halves_chart(found: Found, theme: Theme) -> Chart:
    """Draw how the errors add up from the first test digit to the last."""
    figure = canvas(theme, 260, showlegend=len(found) > 1)
    for (name, each), colour in zip(found.items(), theme.series, strict=False):
        figure.add_trace(
            go.Scatter(
                x=[0, *each.mistakes.tolist(), each.digits],
                y=[*range(len(each.mistakes) + 1), len(each.mistakes)],
                name=plain(name),
                mode="lines",
                line={"color": colour, "width": 2.5, "shape": "hv"},
                hovertemplate="%{y:,} misread up to number %{x:,}<extra></extra>",
            )
        )
    top = max(len(each.mistakes) for each in found.values())
    figure.add_vline(x=_HALF, line={"color": theme.quiet, "width": 1, "dash": "dot"})
    for words, side in (("by students", "right"), ("by employees", "left")):
        figure.add_annotation(x=_HALF, y=1, yref="paper", text=words, xanchor=side, yanchor="top")
    figure.update_annotations(showarrow=False, borderpad=4, font={"size": 13, "color": theme.quiet})
    figure.update_xaxes(title_text="Place in the test set", tickformat=",d", dtick=_HALF / 2, showgrid=False)
    figure.update_yaxes(title_text="Misread so far", range=[0, 1.2 * top + 1], tickformat=",d", nticks=6)
    title = _of_runs(found, _halves_title)
    table = [(name, place) for name, each in found.items() for place in each.mistakes.tolist()]
    alt = f"{title}. The errors add up faster before number {_HALF:,}, where students' digits end, or after it."
    return Chart("errors-along-test-set", title, alt, figure, pd.DataFrame(table, columns=["run", "misread"]))


def _halves_title(found: ByWriter) -> str:
    first = int((found.mistakes < _HALF).sum())
    return f"{first:,} of {count(len(found.mistakes), 'error')} lie in the first half of the test set"


def writer_chart(found: ByWriter, theme: Theme) -> Chart:
    """Draw a mark a writer: how many digits they wrote and how many are misread, below what chance allows."""
    figure = canvas(theme, 380)
    places = _places(found.writers)
    for group, colour in zip((STUDENTS, EMPLOYEES), (theme.series[0], theme.series[1]), strict=True):
        figure.add_trace(_writer_marks(group, found, places, colour))
    figure.add_trace(_limit(found, theme))
    fewest, most = (pick(each.digits for each in found.writers) for pick in (min, max))
    figure.update_xaxes(
        title_text="Digits they wrote (test set)",
        type="log",
        range=[np.log10(fewest * 0.92), np.log10(most * 1.09)],
        tickvals=[tick for tick in _TICKS if fewest * 0.92 <= tick <= most * 1.09],
        showgrid=False,
    )
    top = max(found.writers[0].errors, found.most_by_chance(most) + 0.5)
    step = max(1, round(top / 5))
    figure.update_yaxes(title_text="Of these, misread", dtick=step, tickformat="d", range=[-0.6, top + 0.6])
    title = _writer_title(found)
    return Chart("errors-by-writer", title, f"{title}. {_writer_alt(found)}", figure, writer_table(found))


def writer_table(found: ByWriter) -> pd.DataFrame:
    """Return a row a writer, the most errors first: how many digits, how many misread, the share and its interval."""
    rows = [
        {
            "writer": each.person,
            "group": _in_words(each.group),
            "digits": each.digits,
            "misread": each.errors,
            "share": each.error_rate,
            "at least": each.interval.low,
            "at most": each.interval.high,
            "chance allows": found.most_by_chance(each.digits),
        }
        for each in found.writers
    ]
    return pd.DataFrame(rows)


def _places(writers: Sequence[Writer]) -> dict[int, float]:
    """Return how high each person's mark lies: at the errors, a little apart from others who have as many."""
    crowd = Counter((each.digits, each.errors) for each in writers)
    seen: Counter[tuple[int, int]] = Counter()
    places = {}
    for each in writers:
        key = each.digits, each.errors
        apart = min(_APART, _WIDEST / crowd[key])
        places[each.person] = each.errors + apart * (seen[key] - (crowd[key] - 1) / 2)
        seen[key] += 1
    return places


def _writer_marks(group: str, found: ByWriter, places: Mapping[int, float], colour: str) -> go.Scatter:
    inside = [each for each in found.writers if each.group == group]
    return go.Scatter(
        x=[each.digits for each in inside],
        y=[places[each.person] for each in inside],
        name=_in_words(group),
        mode="markers",
        marker={"size": 7, "color": colour, "symbol": _SYMBOLS[group], "opacity": 0.75},
        customdata=[
            (each.person, each.errors, each.digits, percent(each.interval.low, 0), percent(each.interval.high, 0))
            for each in inside
        ],
        hovertemplate="writer %{customdata[0]}: %{customdata[1]} of %{customdata[2]} misread, "
        "95% interval %{customdata[3]} to %{customdata[4]}<extra>" + NAME + "</extra>",
    )


def _limit(found: ByWriter, theme: Theme) -> go.Scatter:
    digits = range(min(each.digits for each in found.writers), max(each.digits for each in found.writers) + 1)
    return go.Scatter(
        x=[each - 0.5 for each in digits],
        y=[found.most_by_chance(each) + 0.5 for each in digits],
        name="the most that luck allows",
        mode="lines",
        line={"color": theme.ink, "width": 1.5, "dash": "dash", "shape": "hv"},
        hoverinfo="skip",
    )


def _writer_title(found: ByWriter) -> str:
    beyond, failed = found.beyond_chance, found.failed
    if not failed:
        return "No writer has a single digit misread"
    scattered = (
        f"{count(len(found.mistakes), 'error')} in the digits of {len(failed):,} of {len(found.writers):,} writers"
    )
    if not beyond:
        return f"{scattered}: no more in anybody's than luck explains"
    worst = beyond[0]
    who = "one writer fails" if len(beyond) == 1 else f"{len(beyond)} writers fare"
    return f"{scattered}; {who} worse than luck explains, writer {worst.person} with {worst.errors} of {worst.digits}"


def _writer_alt(found: ByWriter) -> str:
    by_errors = Counter(each.errors for each in found.writers)
    told = [f"{errors} misread: {count(by_errors[errors], 'writer')}" for errors in sorted(by_errors)]
    return f"{'; '.join(told)}."


def _of_runs(found: Found, title: Callable[[ByWriter], str]) -> str:
    """Return the title of the first run's figure, with its name where there are others."""
    name, first = next(iter(found.items()))
    told = title(first)
    return f"{name}: {told[0].lower()}{told[1:]}" if len(found) > 1 else told
