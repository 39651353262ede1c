"""How sure a network says it is, brought in line with how often it is right."""

import numpy as np
from numpy.typing import NDArray

_GRID = 33  # points a round
_ROUNDS = 4  # each round looks closer around the best point of the one before


def softmax(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float32]:
    """Return probabilities float32 (N, 10) of `logits` (N, 10); a `temperature` above 1 makes them less certain."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    probabilities: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return probabilities


def fit_temperature(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Return the temperature, between 0.1 and 10, at which the cross-entropy of `logits` (N, 10) is least.

    Guo et al., "On Calibration of Modern Neural Networks" (2017), section 4.2. To be fitted on the validation part. The
    loss has one minimum in 1/temperature, so closing in on the best grid point finds it.
    """
    low, high = np.log(0.1), np.log(10.0)
    best = 0.0
    for _ in range(_ROUNDS):
        grid = np.linspace(low, high, _GRID)
        losses = [_loss(logits, labels, float(np.exp(point))) for point in grid]
        best = float(grid[int(np.argmin(losses))])
        spacing = (high - low) / (_GRID - 1)
        low, high = best - spacing, best + spacing
    return float(np.exp(np.clip(best, np.log(0.1), np.log(10.0))))


def _loss(logits: NDArray[np.float32], labels: NDArray[np.int64], temperature: float) -> float:
    scaled = logits.astype(np.float64) / temperature
    top = scaled.max(axis=1)
    log_sum = top + np.log(np.exp(scaled - top[:, np.newaxis]).sum(axis=1))
    return float((log_sum - scaled[np.arange(len(labels)), labels]).mean())
