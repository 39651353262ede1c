"""How sure a network says it is, brought in line with how often it is right."""

import numpy as np
from numpy.typing import NDArray

_BOUNDS = 0.1, 10.0  # of a temperature
_PRECISION = 1e-6  # of its logarithm: finer than its effect on any probability that is shown


def softmax(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float32]:
    """Return probabilities float32 (N, 10) of `logits` (N, 10); a `temperature` above 1 makes them less certain."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    probabilities: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return probabilities


def fit_temperature(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Return the temperature, between 0.1 and 10, at which the cross-entropy of `logits` (N, 10) is least.

    Guo et al., "On Calibration of Modern Neural Networks" (2017), section 4.2. To be fitted on the validation part. The
    loss has one minimum in 1/temperature, so Brent's method finds it.
    """
    from scipy.optimize import minimize_scalar  # late: all who read digits import this module, and none of them fits

    found = minimize_scalar(
        lambda point: _loss(logits, labels, float(np.exp(point))),
        bounds=np.log(_BOUNDS),
        method="bounded",
        options={"xatol": _PRECISION},
    )
    return float(np.exp(found.x))


def _loss(logits: NDArray[np.float32], labels: NDArray[np.int64], temperature: float) -> float:
    scaled = logits.astype(np.float64) / temperature
    top = scaled.max(axis=1)
    log_sum = top + np.log(np.exp(scaled - top[:, np.newaxis]).sum(axis=1))
    return float((log_sum - scaled[np.arange(len(labels)), labels]).mean())
