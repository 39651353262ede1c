"""What is kept between reruns: loaded networks for everyone, the rest for one browser session alone."""

from dataclasses import dataclass

import streamlit as st

from digitcore.base.errors import DigitcoreError
from digitcore.inference.classifier import DigitClassifier
from digitcore.runs.record import Run, of_experiment
from digitcore.runs.store import RunStore

READER_KEY = "reader"
RUNS_KEY = "known-runs"
NETWORKS_KEPT = 8  # a loaded network takes a few megabytes


@dataclass(frozen=True)
class Reader:
    """The network that reads in this browser session; `note` says why, if it is not the one asked for.

    `stamp` changes with the files of what was asked for and of the default.
    """

    classifier: DigitClassifier
    note: str | None
    stamp: tuple[object, ...]
    chosen: str


def load_default() -> DigitClassifier:
    """Return the network that reads unless another is picked. Raises `BadRun` where no shipped one can be loaded."""
    store = RunStore.open()
    default_id = store.default_id()
    return _default(default_id, store.stamp(default_id))


@st.cache_resource(max_entries=NETWORKS_KEPT, show_spinner=False)
def _default(default_id: str, stamp: tuple[object, ...]) -> DigitClassifier:  # noqa: ARG001 - the cache's key
    return DigitClassifier.load()


@st.cache_resource(max_entries=NETWORKS_KEPT, show_spinner=False)
def _load(run_id: str, stamp: tuple[object, ...]) -> DigitClassifier:  # noqa: ARG001 - the cache's key
    return DigitClassifier.load(run_id)


def network_of(run_id: str) -> DigitClassifier:
    """Return a run's network, loaded once for all sessions. Raises `RunNotFound` or `BadRun`."""
    return _load(run_id, RunStore.open().stamp(run_id))


def open_reader(chosen: str, default: DigitClassifier) -> Reader:
    """Return the network of the run `chosen`; where that is damaged, `default`, with a sentence that says so.

    It is loaded once for all sessions, and again whenever its files have changed.
    """
    stamp = _stamp(chosen)
    if chosen == default.run.id:
        return Reader(default, default.notice, stamp, chosen)
    try:
        return Reader(network_of(chosen), None, stamp, chosen)
    except DigitcoreError as error:
        return Reader(default, f"{error} Until then {default.run.name!r} reads.", stamp, chosen)


def _stamp(chosen: str) -> tuple[object, ...]:
    store = RunStore.open()
    default_id = store.default_id()
    return default_id, store.stamp(default_id), store.stamp(chosen)


def keep_up_with_files() -> None:
    """Run the page again if another network, name or notice is to be shown than when it was last run.

    For fragments that ask for themselves to be run, which know only what the page knew.
    """
    if is_outdated(reader()):
        st.rerun()


def is_outdated(current: Reader) -> bool:
    """Return whether another network, name or notice is to be shown than this one."""
    return _stamp(current.chosen) != current.stamp


def set_reader(reader: Reader) -> None:
    """Keep the network that reads, for the page that runs next."""
    st.session_state[READER_KEY] = reader


def reader() -> Reader:
    """Return the network that reads in this session."""
    current: Reader = st.session_state[READER_KEY]
    return current


def read_runs(store: RunStore) -> list[Run]:
    """Read all runs; for whoever is the first to need them when a page is made, which is the sidebar."""
    runs: list[Run] = store.list()
    st.session_state[RUNS_KEY] = runs
    return runs


def known_runs() -> list[Run]:
    """Return the runs as they were read for this page."""
    known: list[Run] | None = st.session_state.get(RUNS_KEY)
    return read_runs(RunStore.open()) if known is None else known


def offered_runs(*chosen: str) -> tuple[Run, ...]:
    """Return the runs to choose from: of those that experiments made, only the `chosen` ones."""
    return tuple(run for run in known_runs() if run.id in chosen or not of_experiment(run.id))
