"""How the learning rate and the distortions change during a training, as shares of what was chosen."""

from math import cos, pi

_WARM_UP = 0.3  # share of the steps over which one-cycle climbs
_START = 0.1  # where the climb begins
_END = 0.001  # where every falling schedule ends
_EASING = 0.25  # share of the steps over which distortions ease off
_MILDEST = 0.2  # where they end


def share_of_rate(schedule: str, step: int, steps: int) -> float:
    """Return the factor on the chosen learning rate at `step` (from 0) of `steps`.

    "constant" is 1 throughout; "cosine" falls from 1 by half a cosine (Loshchilov and Hutter 2017, without restarts);
    "one_cycle" climbs in a line over the first 30% and then falls likewise (Smith and Topin 2018).
    """
    if schedule == "constant":
        return 1.0
    done = step / max(steps - 1, 1)
    if schedule == "cosine":
        return _fall(done)
    if done < _WARM_UP:
        return _START + (1 - _START) * done / _WARM_UP
    return _fall((done - _WARM_UP) / (1 - _WARM_UP))


def share_of_distortion(step: int, steps: int) -> float:
    """Return the factor on the chosen distortion at `step` (from 0) of `steps`.

    It is 1 until the last quarter of the steps, over which it falls in a line to 0.2: a network that has learned from
    the wildest digits ends with ones that people do write.
    """
    left = 1 - step / max(steps - 1, 1)
    return min(1.0, _MILDEST + (1 - _MILDEST) * left / _EASING)


def _fall(done: float) -> float:
    return _END + (1 - _END) * (1 + cos(pi * done)) / 2
