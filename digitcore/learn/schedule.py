"""How the learning rate goes over a training, as a share of the chosen rate."""

from math import cos, pi

_WARM_UP = 0.3  # share of the steps over which one-cycle climbs
_START = 0.1  # where the climb begins
_END = 0.001  # where every falling schedule ends


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


def _fall(done: float) -> float:
    return _END + (1 - _END) * (1 + cos(pi * done)) / 2
