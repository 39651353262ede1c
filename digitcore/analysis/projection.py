"""A network's features laid out on a plane, so that what it takes for alike lies side by side."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.analysis.cache import ArrayCache
from digitcore.analysis.features import extract, open_graph
from digitcore.analysis.part import Part
from digitcore.base.errors import BadRun
from digitcore.runs.record import Run, fingerprint

METHODS = ("PCA", "t-SNE")
_SAMPLES = 1500  # random digits: they fill the map, and a browser draws them in a tenth of a second
_MOST_ERRORS = 500
_STEPS = 1000  # of t-SNE, scikit-learn's number
_ONE_AT_A_TIME = threading.Lock()
_PERPLEXITY = 30.0  # neighbours that t-SNE minds; van der Maaten and Hinton (2008) advise 5 to 50


@dataclass(frozen=True, eq=False)
class Projection:
    """Where some samples of a part lie: `members` int64 (M,) in that part, `points` float32 (M, 2).

    `explained` is the share of the features' variance that the plane shows, in [0, 1]; None for t-SNE, whose distances
    mean no more than near and far.
    """

    method: str
    members: NDArray[np.int64]
    points: NDArray[np.float32]
    explained: float | None


def choose_members(part: Part, size: int = _SAMPLES, seed: int = 0) -> NDArray[np.int64]:
    """Return `size` random samples, and beside them every misread one (at most 500), ascending."""
    rng = np.random.default_rng(seed)
    drawn = rng.permutation(len(part))[:size]
    return np.union1d(drawn, part.mistakes()[:_MOST_ERRORS])


def pca(features: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Return `features` float (N, F) on their two principal components, float32 (N, 2), and the variance they explain.

    Each component points the way in which its largest weight is positive, so that the same features give the same map.
    """
    # scikit-learn's PCA, to which a unit test holds this, is no faster, takes a second to load, and divides by 0 where
    # there is but one sample or all are the same
    centred = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)
    covariance = centred.T @ centred
    variances, components = np.linalg.eigh(covariance)  # ascending
    plane = components[:, :-3:-1]
    plane = plane * np.sign(plane[np.abs(plane).argmax(axis=0), np.arange(plane.shape[1])])
    points = np.zeros((len(features), 2), np.float32)
    points[:, : plane.shape[1]] = centred @ plane  # a single feature has but one component
    total = float(variances.sum())
    return points, float(variances[:-3:-1].sum()) / total if total > 0 else 1.0


def tsne(
    features: NDArray[np.float32], seed: int = 0, on_step: Callable[[float], None] | None = None
) -> NDArray[np.float32]:
    """Return `features` float (N, F) laid out by t-SNE, float32 (N, 2); takes about five seconds for 1,500.

    `on_step` is told after every step which share of them is done, in [0, 1].

    L. van der Maaten and G. Hinton, "Visualizing Data using t-SNE" (2008), as scikit-learn has it (Barnes and Hut).
    """
    if len(features) < 5:  # too few to have neighbourhoods
        return pca(features)[0]
    from sklearn.manifold import TSNE  # takes a second to import, and nothing else needs it

    perplexity = min(_PERPLEXITY, (len(features) - 1) / 3)
    # PCA's own coordinates as a start keep the large groups where they lie; the usual scale of 1e-4 is van der Maaten's
    start = pca(features)[0]
    start = start / max(float(start[:, 0].std()), 1e-12) * 1e-4
    layout = TSNE(perplexity=perplexity, init=start, random_state=seed, max_iter=_STEPS)
    with _counted_steps(on_step):
        points: NDArray[np.float32] = layout.fit_transform(features)
    return points


@contextmanager
def _counted_steps(on_step: Callable[[float], None] | None) -> Iterator[None]:
    """Report each step of scikit-learn's t-SNE: it can't be asked to, but computes the gradient once in each."""
    from sklearn.manifold import _t_sne

    gradient, steps = _t_sne._kl_divergence_bh, count(1)

    def counted(*given: Any, **more: Any) -> Any:
        if on_step is not None:
            on_step(min(next(steps) / _STEPS, 1.0))
        return gradient(*given, **more)

    with _ONE_AT_A_TIME:
        _t_sne._kl_divergence_bh = counted
        try:
            yield
        finally:
            _t_sne._kl_divergence_bh = gradient


def kept_projection(run: Run, part: Part, method: str, cache: ArrayCache) -> Projection | None:
    """Return the map of a part's features if it has been computed before. Raises `BadRun`."""
    members = choose_members(part)
    kept = cache.load(_key(run, part, method))
    if not kept or not _fits(kept, members):
        return None
    explained = float(kept["explained"])
    return Projection(method, members, kept["points"], None if np.isnan(explained) else explained)


def projection(
    run: Run, part: Part, method: str, cache: ArrayCache, on_progress: Callable[[float, str], None] | None = None
) -> Projection:
    """Return the map of a part's features by one of `METHODS`, computed once and kept. Raises `BadRun`."""
    kept = kept_projection(run, part, method, cache)
    if kept:
        return kept
    report = on_progress or (lambda _share, _words: None)
    members = choose_members(part)
    images = part.images(members)
    if images is None:
        raise BadRun(f"The pictures of the {part.name} part of {run.id!r} are not on this machine: there is no map.")
    until = 1.0 if method == "PCA" else 0.1  # of the bar; the rest is t-SNE's
    words = f"The network looks at {len(members):,} digits"
    features = extract(open_graph(run), images, lambda share: report(until * share, words))
    found = _lay_out(features, members, method, report)
    explained = np.array(np.nan if found.explained is None else found.explained)
    cache.save(_key(run, part, method), {"members": members, "points": found.points, "explained": explained})
    return found


def _key(run: Run, part: Part, method: str) -> str:
    return f"{fingerprint(run)}-{part.name}-{method.lower()}"


def _lay_out(
    features: NDArray[np.float32], members: NDArray[np.int64], method: str, report: Callable[[float, str], None]
) -> Projection:
    if method == "PCA":
        points, explained = pca(features)
        return Projection(method, members, points, explained)
    words = f"t-SNE arranges {len(members):,} digits by likeness"
    report(0.1, words)
    return Projection(method, members, tsne(features, on_step=lambda share: report(0.1 + 0.9 * share, words)), None)


def _fits(kept: dict[str, NDArray[Any]], members: NDArray[np.int64]) -> bool:
    return (
        {"members", "points", "explained"} <= set(kept)
        and np.array_equal(kept["members"], members)
        and kept["points"].shape == (len(members), 2)
    )
