"""What a network makes of pictures before it decides: its features, and which pictures lie close together in them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitcore.analysis.cache import ArrayCache
from digitcore.base.images import to_network
from digitcore.data.mnist import Dataset
from digitcore.inference.graph import Graph
from digitcore.runs.record import LITERT_FILE, Run, fingerprint, reading
from digitcore.runs.training_part import as_learned, trained_with

_AT_ONCE = 1000  # pictures between two reports of progress; half a second of work for the slowest network
_ROWS = 8192  # of half-precision features that are widened at once: 20 MB


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The pictures that lie closest to one: `positions` int64 (K,) in the training data, `distances` float32 (K,)."""

    positions: NDArray[np.int64]
    distances: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class FeatureIndex:
    """The features, float16 (M, F), of the pictures a network learned from, which lie at `positions`, int64 (M,)."""

    positions: NDArray[np.int64]
    features: NDArray[np.float16]

    def nearest(self, features: NDArray[np.float32], count: int) -> Neighbours:
        """Return the `count` pictures whose features are closest to `features`, float32 (F,), the closest first.

        The distance is the Euclidean one. A picture that is in the index finds itself.
        """
        parts = [self.features[at : at + _ROWS].astype(np.float32) for at in range(0, len(self.features), _ROWS)]
        distances = np.concatenate([np.linalg.norm(part - features, axis=1) for part in parts])
        closest = np.argsort(distances, kind="stable")[:count]
        return Neighbours(self.positions[closest], distances[closest])


def open_graph(run: Run) -> Graph:
    """Return a run's network. Raises `BadRun` where it is damaged or does not tell its features."""
    with reading(run.id, LITERT_FILE):
        graph = Graph((run.folder / LITERT_FILE).read_bytes())
        graph.features(np.zeros((0, 28, 28), np.float32))
        return graph


def extract(
    graph: Graph, images: NDArray[np.uint8], on_progress: Callable[[float], None] | None = None
) -> NDArray[np.float32]:
    """Return the features float32 (N, F) of `images` uint8 (N, 28, 28); `on_progress` is told the share done."""
    parts = []
    for start in range(0, max(len(images), 1), _AT_ONCE):
        parts.append(graph.features(to_network(images[start : start + _AT_ONCE])))
        if on_progress:
            on_progress(min(1.0, (start + _AT_ONCE) / max(len(images), 1)))
    return np.concatenate(parts)


def learned_from(run: Run) -> tuple[Dataset, NDArray[np.int64]]:
    """Return the data a run was trained on, as it learned it, and the positions, int64, of those it learned from.

    Raises `BadRun`.
    """
    data, split = trained_with(run)
    return as_learned(run.config, data, split), split.train


def feature_index(run: Run, cache: ArrayCache, on_progress: Callable[[float], None] | None = None) -> FeatureIndex:
    """Return the features of all digits that a run learned from, computed once and kept. Raises `BadRun`."""
    key = f"{fingerprint(run)}-training"
    data, positions = learned_from(run)
    kept = cache.load(key)
    if kept and {"positions", "features"} <= set(kept) and np.array_equal(kept["positions"], positions):
        return FeatureIndex(kept["positions"], kept["features"])
    features = extract(open_graph(run), data.images[positions], on_progress).astype(np.float16)
    cache.save(key, {"positions": positions, "features": features})
    return FeatureIndex(positions, features)
