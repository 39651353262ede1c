"""Scores of how much a picture is like the digits that a network learned: higher is more like a digit.

Those that are fitted, are fitted to training digits alone; which is best is for validation and painted drawings to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp
from scipy.stats import rankdata

from digitcore.inference.graph import Outputs
from digitcore.inference.rejection import Rejection

Values = npt.NDArray[np.float64]
Score = Callable[[Outputs], Values]  # (N,) of N pictures

_NEIGHBOURS = 10
_RIDGE = 1e-3  # of the mean variance, added to each, so that a covariance has an inverse
_FARTHEST, _NEAREST = -30.0, 5.0  # quartile ranges from validation's median; what lies farther counts as this
_FLATNESS = 1e-4  # of the logistic regression's weights
_ROUNDS = 60  # of Newton's method, which is done after ten


@dataclass(frozen=True, eq=False)
class Gaussians:
    """One Gaussian a digit with one covariance for all, and one for all digits together.

    Lee et al., "A Simple Unified Framework for Detecting Out-of-Distribution Samples" (2018); less that of all:
    Ren et al., "A Simple Fix to Mahalanobis Distance for Improving Near-OOD Detection" (2021).
    """

    means: Values
    inverse: Values
    mean: Values
    whole_inverse: Values

    @classmethod
    def of(cls, features: Values, labels: npt.NDArray[np.integer]) -> Gaussians:
        means = np.stack([features[labels == digit].mean(axis=0) for digit in np.unique(labels)])
        mean = features.mean(axis=0)
        return cls(means, _inverse(features - means[labels]), mean, _inverse(features - mean))

    def distance(self, features: Values) -> Values:
        """Return the squared Mahalanobis distance to the nearest digit's mean, (N,)."""
        return np.stack([_squared(features - mean, self.inverse) for mean in self.means]).min(axis=0)

    def relative(self, features: Values) -> Values:
        return self.distance(features) - _squared(features - self.mean, self.whole_inverse)


def _inverse(deviations: Values) -> Values:
    covariance = deviations.T @ deviations / len(deviations)
    ridge = _RIDGE * np.trace(covariance) / len(covariance)
    return np.asarray(np.linalg.inv(covariance + ridge * np.eye(len(covariance))))


def _squared(deviations: Values, inverse: Values) -> Values:
    return np.asarray(((deviations @ inverse) * deviations).sum(axis=1))


def simple_scores(rejection: Rejection, learned: Outputs, labels: npt.NDArray[np.integer]) -> dict[str, Score]:
    """Return the scores by name; `learned` are a network's outputs for training digits of those labels."""
    gaussians = Gaussians.of(learned.features.astype(np.float64), labels)
    bank = _unit(learned.features)
    return {
        "likeness, as shipped": lambda outputs: rejection.log_odds(outputs).astype(np.float64),
        "greatest softmax": lambda outputs: outputs.logits.max(axis=1) - _energy(outputs),
        "greatest logit": lambda outputs: outputs.logits.max(axis=1).astype(np.float64),
        "energy": _energy,
        "Mahalanobis": lambda outputs: -gaussians.distance(outputs.features.astype(np.float64)),
        "relative Mahalanobis": lambda outputs: -gaussians.relative(outputs.features.astype(np.float64)),
        "nearest neighbours": lambda outputs: _nearness(bank, outputs),
    }


def _energy(outputs: Outputs) -> Values:
    """Liu et al., "Energy-based Out-of-distribution Detection" (2020), with its sign changed."""
    return np.asarray(logsumexp(outputs.logits.astype(np.float64), axis=1))


def _nearness(bank: Values, outputs: Outputs) -> Values:
    """Sun et al., "Out-of-Distribution Detection with Deep Nearest Neighbors" (2022)."""
    likeness = _unit(outputs.features) @ bank.T
    return np.asarray(np.partition(likeness, -_NEIGHBOURS, axis=1)[:, -_NEIGHBOURS])


def _unit(features: npt.NDArray[np.float32]) -> Values:
    lengths = np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-9)  # 0 where nothing is active
    return np.asarray(features / lengths, np.float64)


def combined(scores: Mapping[str, Score], digits: Outputs, others: Outputs) -> Score:
    """Return a logistic regression over scores, fitted to validation digits and painted drawings, each half of it."""
    spreads = {name: np.percentile(score(digits), (25, 50, 75)) for name, score in scores.items()}

    def inputs(outputs: Outputs) -> Values:
        columns = [
            np.clip((score(outputs) - spreads[name][1]) / np.ptp(spreads[name]), _FARTHEST, _NEAREST)
            for name, score in scores.items()
        ]
        return np.stack([*columns, np.ones(len(outputs.logits))], axis=1)

    weights = _regression(inputs(digits), inputs(others))
    return lambda outputs: inputs(outputs) @ weights


def _regression(digits: Values, others: Values) -> Values:
    values = np.concatenate([digits, others])
    wanted = np.repeat([1.0, 0.0], [len(digits), len(others)])
    share = np.repeat([0.5 / len(digits), 0.5 / len(others)], [len(digits), len(others)])
    weights = np.zeros(values.shape[1])
    for _ in range(_ROUNDS):
        said = 1 / (1 + np.exp(-values @ weights))
        slope = values.T @ (share * (said - wanted)) + _FLATNESS * weights
        curvature = (values.T * (share * said * (1 - said))) @ values + _FLATNESS * np.eye(len(weights))
        weights -= np.linalg.solve(curvature, slope)
    return weights


def auroc(digits: Values, others: Values) -> float:
    """Return the chance, in [0, 1], that a digit scores higher than what is none; ties count half."""
    ranks = rankdata(np.concatenate([digits, others]))[: len(digits)]
    return float((ranks.sum() - len(digits) * (len(digits) + 1) / 2) / (len(digits) * len(others)))


def accepted(digits: Values, others: Values, kept: float) -> float:
    """Return the share of what is no digit that is accepted where a share `kept` of the digits is, both in [0, 1]."""
    return float((others >= np.quantile(digits, 1 - kept)).mean())
