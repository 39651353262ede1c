"""How the learning rate and the distortions change during a training, as shares of what was chosen."""

from math import cos, pi

WARM_UP = 0.3  # share of the steps over which one-cycle climbs
START = 0.1  # where the climb begins
END = 0.001  # where every falling schedule ends
EASING = 0.25  # share of the steps over which distortions ease off
MILDEST = 0.2  # where they end


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
    if done < WARM_UP:
        return START + (1 - START) * done / WARM_UP
    return _fall((done - WARM_UP) / (1 - WARM_UP))


def share_of_distortion(step: int, steps: int) -> float:
    """Return the factor on the chosen distortion at `step` (from 0) of `steps`.

    It is 1 until the last quarter of the steps, over which it falls in a line to 0.2: a network that has learned from
    the wildest digits ends with ones that people do write.
    """
    left = 1 - step / max(steps - 1, 1)
    return min(1.0, MILDEST + (1 - MILDEST) * left / EASING)


def _fall(done: float) -> float:
    return END + (1 - END) * (1 + cos(pi * done)) / 2
