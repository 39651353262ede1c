"""All trained runs in a table: sort, select, compare curves, rename, delete, download."""

from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from digitcore.base.csv import csv
from digitcore.base.errors import BadRun
from digitcore.base.text import distinct
from digitcore.classroom.rights import is_ones_own
from digitcore.figures import accuracy_chart, loss_chart
from digitcore.runs.history import EpochRow
from digitcore.runs.record import Run
from digitcore.runs.store import RunStore
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.active_network import offered_runs
from digitcore.ui.train import run_actions as actions

_SELECT = "Select a run to see its curves and what can be done with it; select several to compare them."
_CHART = 440  # px; two side by side where there is room
_COLUMNS = {
    "Epochs": st.column_config.NumberColumn(format="%d", width="small"),
    "Parameters": st.column_config.NumberColumn(format="localized", width="small"),
    "Validation": st.column_config.NumberColumn(format="%.2f%%", help="Accuracy on validation digits.", width="small"),
    "Test": st.column_config.NumberColumn(
        format="%.2f%%", help="Accuracy on MNIST's 10,000 test digits.", width="small"
    ),
    "Time": st.column_config.NumberColumn(format="%.0f s", help="Spent in epochs.", width="small"),
}


def runs_table() -> None:
    """Show the runs, and below them the curves of those selected and what can be done with one."""
    store = RunStore.open()
    runs = newest_first(offered_runs())
    if troubles := store.damaged():
        notices.warning(damage_line(troubles))
    chosen = _table(runs, store.default_id())
    if not chosen:
        st.caption(_SELECT)
        return
    if len(chosen) == 1:
        _actions(chosen[0], store)
    _curves(chosen)


def newest_first(runs: Iterable[Run]) -> list[Run]:
    """Return runs in the order of the table."""
    return sorted(runs, key=lambda run: run.finished, reverse=True)


def damage_line(troubles: dict[str, str]) -> str:
    """Return one line that names the runs that can't be read, and what is wrong with the first."""
    names = ", ".join(troubles)
    first = next(iter(troubles.values()))
    return f"Left out of the table, since they can't be read: {names}. {first}" if len(troubles) > 1 else first


def _table(runs: Sequence[Run], default_id: str) -> list[Run]:
    when = st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", timezone=st.context.timezone)
    rows = run_rows(runs, default_id)
    event = st.dataframe(
        rows,
        hide_index=True,
        column_config=_COLUMNS | {"When": when},
        on_select="rerun",
        selection_mode="multi-row",
        key=table_key(runs),
    )
    charts.tools("All runs", csv(rows), "runs", "runs")
    return [runs[row] for row in event["selection"]["rows"]]


def table_key(runs: Sequence[Run]) -> str:
    """Return the key of the table: a selection is kept by row number, so other runs in the table need another one."""
    return f"runs-{hash(tuple(run.id for run in runs))}"


def run_rows(runs: Sequence[Run], default_id: str) -> pd.DataFrame:
    """Return a row a run: accuracies in percent, times in s, dates in UTC."""
    return pd.DataFrame(
        [
            {
                "Name": run.name,
                "Network": run.config.architecture.title,
                "Epochs": run.epochs,
                "Parameters": run.parameters,
                "Validation": 100 * run.validation.accuracy,
                "Test": 100 * run.test.accuracy,
                "Time": run.seconds,
                "When": pd.Timestamp(run.finished),
                "Note": _note(run, default_id),
            }
            for run in runs
        ]
    )


def _history(run: Run) -> tuple[EpochRow, ...]:
    try:
        return run.history()
    except BadRun:
        return ()


def _note(run: Run, default_id: str) -> str:
    own, ended = is_ones_own(run.by), run.status != "finished"
    notes = {"yours": own, "default": run.id == default_id, "shipped": run.shipped, run.status: ended}
    return ", ".join(note for note, true in notes.items() if true)


def _actions(run: Run, store: RunStore) -> None:
    with st.container(horizontal=True):
        actions.use_button(run, "table")
        actions.default_button(run, store, "table")
        actions.diagnose_button(run, "table")
        actions.rename_button(run)
        actions.delete_button(run, store)
        with st.popover("Download"):
            actions.download_buttons(run)
    if reason := actions.why_kept(run, store):
        st.caption(reason)


def _curves(chosen: Sequence[Run]) -> None:
    histories = named_histories(chosen)
    if not any(histories.values()):
        st.caption("No epoch had ended, so there are no curves.")
        return
    theme = charts.theme()
    with st.container(horizontal=True, gap="medium"):
        for chart in (accuracy_chart(histories, theme), loss_chart(histories, theme)):
            with st.container(width=_CHART):
                charts.show(chart, f"runs-{chart.name}")


def named_histories(runs: Sequence[Run]) -> dict[str, tuple[EpochRow, ...]]:
    """Return the epochs of `runs` by name; runs of the same name get their id beside it."""
    labels = distinct({run.id: run.name for run in runs})
    return {labels[run.id]: _history(run) for run in runs}
