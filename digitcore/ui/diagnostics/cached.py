"""What the Diagnostics page keeps between reruns, for all sessions."""

import streamlit as st

from digitcore.analysis.cache import ArrayCache
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.features import FeatureIndex, feature_index, open_graph
from digitcore.analysis.part import Part
from digitcore.analysis.projection import METHODS, Projection, kept_projection, projection
from digitcore.analysis.robustness import Robustness, robustness
from digitcore.analysis.summary import measure_milliseconds
from digitcore.base.errors import BadRun
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.graph import Graph
from digitcore.runs.record import Run, fingerprint, stamp
from digitcore.runs.store import RunStore
from digitcore.ui.shared.background import Report, Task
from digitcore.ui.shared.waiting import workshop

_RUNS_KEPT = 12  # a run's record takes about a megabyte
_NETWORKS_KEPT = 4


def diagnose(run: Run) -> Diagnosis:
    """Return what a run's files tell; they are read once, and again when one of them changes."""
    return _diagnose(run, stamp(run.folder))


@st.cache_resource(max_entries=_RUNS_KEPT, show_spinner=False)
def _diagnose(_run: Run, stamp: tuple[object, ...]) -> Diagnosis:  # noqa: ARG001 - the cache's key
    found = Diagnosis.of(_run)
    for part in (found.test, found.validation):
        if part is not None:
            _ = part.evaluation  # computed here, once for all sessions
    return found


def graph(run: Run) -> Graph:
    """Return a run's network. Raises `BadRun`."""
    return _graph(run, fingerprint(run))


@st.cache_resource(max_entries=_NETWORKS_KEPT, show_spinner=False)
def _graph(_run: Run, key: str) -> Graph:  # noqa: ARG001 - the cache's key
    return open_graph(_run)


def milliseconds(run: Run) -> float | None:
    """Return how long a run's network takes for a digit, in ms, measured once; None where it can't be read."""
    try:
        return _milliseconds(run, fingerprint(run))
    except BadRun:
        return None


@st.cache_resource(max_entries=100, show_spinner=False)
def _milliseconds(_run: Run, key: str) -> float:  # noqa: ARG001 - the cache's key
    return measure_milliseconds(graph(_run))


def projection_task(run: Run, part: Part, method: str) -> Task[Projection]:
    """Return the computation of the projection of a part's features, begun if need be. Raises `BadRun`."""
    cache = _cache()

    def work(report: Report) -> Projection:
        return projection(run, part, method, cache, report)

    # t-SNE takes many seconds: what else one looks at is not to wait for it
    return workshop(method).task((fingerprint(run), part.name, method), work)


def index_task(run: Run) -> Task[FeatureIndex]:
    """Return the computation of the features of all that a run learned from, begun if need be. Raises `BadRun`."""
    cache = _cache()

    def work(report: Report) -> FeatureIndex:
        words = "The network looks once at every digit it learned from"
        return feature_index(run, cache, lambda share: report(share, words))

    return workshop().task((fingerprint(run), "training"), work)


def robustness_task(run: Run) -> Task[Robustness]:
    """Return the measurement of what a run can bear, begun if need be. Raises `BadRun`."""
    cache = _cache()

    def work(report: Report) -> Robustness:
        return robustness(DigitClassifier.load(run), cache, report)

    return workshop().task((fingerprint(run), "robustness"), work)


def known_projections(run: Run, part: Part) -> list[Projection]:
    """Return the projections that have been computed already."""
    try:
        found = [kept_projection(run, part, method, _cache()) for method in METHODS]
    except BadRun:
        return []
    return [each for each in found if each is not None]


def _cache() -> ArrayCache:
    return ArrayCache.beside(RunStore.open())
