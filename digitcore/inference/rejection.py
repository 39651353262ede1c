"""Whether a picture looks like a digit, judged by the network's features and logits."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from digitcore.base.npz import read_npz
from digitcore.inference.graph import Outputs

FARTHEST = 6.0  # standard deviations from the mean: nothing is learned of what lies farther out, so it counts as this


@dataclass(frozen=True, eq=False)
class Rejection:
    """A network of one hidden layer beside the one that reads: from its features and logits to a likeness.

    A likeness in [0, 1] says how much a picture looks like a digit; one with less than `threshold` is rejected.
    The D inputs are those of `inputs`. Fitted by `training.rejection`.
    """

    centre: NDArray[np.float32]  # (D,), the inputs' means
    spread: NDArray[np.float32]  # (D,), their standard deviations
    hidden: NDArray[np.float32]  # (D, H)
    hidden_bias: NDArray[np.float32]  # (H,)
    output: NDArray[np.float32]  # (H,)
    output_bias: NDArray[np.float32]  # ()
    threshold: float  # in [0, 1]

    def likeness(self, outputs: Outputs) -> NDArray[np.float32]:
        """Return how much each of N pictures looks like a digit, float32 (N,) in [0, 1]."""
        return as_likeness(self.log_odds(outputs))

    def log_odds(self, outputs: Outputs) -> NDArray[np.float32]:
        """Return the same before it is squeezed into [0, 1], float32 (N,) in nats: above 0 it is more like a digit."""
        hidden = np.maximum(self.standardised(inputs(outputs)) @ self.hidden + self.hidden_bias, 0)
        log_odds: NDArray[np.float32] = hidden @ self.output + self.output_bias
        return log_odds

    def standardised(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return inputs float32 (N, D) with mean 0 and standard deviation 1, none of them far out."""
        return np.clip((values - self.centre) / self.spread, -FARTHEST, FARTHEST)

    def save(self, file: Path) -> None:
        """Write it as an .npz of 10 to 150 kB."""
        arrays: dict[str, Any] = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        np.savez_compressed(file, **arrays)

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read what `save` wrote. Raises `OSError`, `ValueError` or `KeyError` where the file is something else."""
        arrays = read_npz(file)
        parts: dict[str, Any] = {entry.name: arrays[entry.name] for entry in fields(cls)}
        width, neurons = parts["hidden"].shape
        shapes = [(width,), (width,), (width, neurons), (neurons,), (neurons,), (), ()]
        if [part.shape for part in parts.values()] != shapes or not all(map(_all_finite, parts.values())):
            raise ValueError("The parts of the score do not fit together.")
        return cls(**{**parts, "threshold": float(parts["threshold"])})


def as_likeness(log_odds: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the likenesses in [0, 1] of log-odds of any shape."""
    likeness: NDArray[np.float32] = 0.5 + 0.5 * np.tanh(0.5 * log_odds)  # by tanh, which can't overflow
    return likeness


def _all_finite(part: NDArray[Any]) -> bool:
    return bool(np.isfinite(part).all())


def inputs(outputs: Outputs) -> NDArray[np.float32]:
    """Return what a likeness is computed from, float32 (N, D) with D = F + 12.

    The features, the logits in descending order, their log-sum-exp (Liu et al., "Energy-based Out-of-distribution
    Detection", 2020) and the entropy of their softmax, in nats.
    """
    ordered = np.sort(outputs.logits, axis=1)[:, ::-1]
    powers = np.exp(ordered - ordered[:, :1])
    total = powers.sum(axis=1, keepdims=True)
    energy = ordered[:, :1] + np.log(total)
    entropy = energy - (powers * ordered).sum(axis=1, keepdims=True) / total
    return np.concatenate([outputs.features, ordered, energy, entropy], axis=1)
