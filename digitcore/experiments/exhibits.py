"""Pictures that every run of an experiment reads, so that one sees in single cases what the figures say of many."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.base.png import PNG_URL, sheet
from digitcore.data.mnist import load_mnist
from digitcore.experiments.examined import Examined, cornered, mixed, noise, nonsense, painted
from digitcore.experiments.experiment import Exhibit

_SHOWN = 8
Pictures = tuple[NDArray[np.uint8], NDArray[np.int64]]  # (N, 28, 28), and what each is; -1: no digit
_TYPICAL = 20  # of the pairs of digits: not the most alike
_NONE = -1
_MOST = 32  # in one row of a sheet


@dataclass(frozen=True)
class Collection:
    """Pictures under a title, which has a place for each of the digits that it takes."""

    title: str
    pictures: Callable[..., Pictures]
    numbers: int = 0


def _digits(_: Examined, digit: int) -> Pictures:
    test = load_mnist().test
    members = np.flatnonzero(test.labels == digit)
    chosen = members[np.linspace(0, len(members) - 1, _SHOWN).astype(int)]
    return test.images[chosen], test.labels[chosen]


def _test_digits(_: Examined) -> Pictures:
    """Plain digits first, then odder ones, so that networks differ in how far they get."""
    test = load_mnist().test
    chosen = [0, 2, 18, 33, 61, 115, 8, 247]
    return test.images[chosen], test.labels[chosen]


def _corner(_: Examined) -> Pictures:
    images, labels = cornered()
    return images[:_SHOWN], labels[:_SHOWN]


def _between(_: Examined, first: int, second: int) -> Pictures:
    images = mixed(first, second)[_TYPICAL]
    labels = np.full(len(images), _NONE)  # in between it is neither the one nor the other
    labels[[0, -1]] = first, second
    return images, labels


def _painted(_: Examined) -> Pictures:
    images, labels = painted()
    chosen = np.linspace(0, len(images) - 1, _SHOWN).astype(int)
    return images[chosen], labels[chosen]


def _nonsense(examined: Examined) -> Pictures:
    images = [noise()[:1], nonsense()[: _SHOWN - 1]]
    if examined.has_patterns:
        images.append(examined.patterns[[3, 8]])
    shown = np.concatenate(images)
    return shown, np.full(len(shown), _NONE)


def _patterns(examined: Examined) -> Pictures:
    return examined.patterns, np.full(len(examined.patterns), _NONE)


EXHIBITS: dict[str, Collection] = {
    "hard_digits": Collection("The same eight test digits, read by each", _test_digits),
    "digits": Collection("Eight of the test digits that are a {0}", _digits, 1),
    "corner": Collection("Test digits pushed into the corner", _corner),
    "between": Collection("From a {0} to a {1} in equal steps", _between, 2),
    "unusual": Collection("Digits as other people write them", _painted),
    "nonsense": Collection("Nonsense of several kinds", _nonsense),
    "patterns": Collection("Made of noise, step by step along the gradient, to be read as 0, 1, 2 …", _patterns),
}


def exhibit_title(exhibit: Exhibit) -> str:
    return EXHIBITS[exhibit.name].title.format(*exhibit.numbers)


def show(exhibit: Exhibit, examined: Examined) -> dict[str, Any]:
    """Return the pictures as one sheet and, for each, what the run says of it: ready for JSON.

    `digits` has None where it rejects a picture; `right` has None where nothing is right.
    """
    images, labels = EXHIBITS[exhibit.name].pictures(examined, *exhibit.numbers)
    probabilities, likenesses = examined.classifier.examine(images)
    said = probabilities.argmax(axis=1)
    likelihood = [None] * len(said) if likenesses is None else [float(each) for each in likenesses]
    return {
        "sheet": sheet(images).url,
        "count": len(images),
        "digits": said.tolist(),
        "sure": [round(float(each), 4) for each in probabilities.max(axis=1)],
        "right": [bool(digit == label) if label != _NONE else None for digit, label in zip(said, labels, strict=True)],
        "rejected": [examined.classifier.why_rejected(each) is not None for each in likelihood],
    }


def checked(shown: Any) -> dict[str, Any] | None:
    """Return what `show` once returned, which anybody may have written since; raises whatever is wrong with it."""
    if shown is None:
        return None
    url, count = str(shown["sheet"]), int(shown["count"])
    if not re.fullmatch(rf"{PNG_URL}[A-Za-z0-9+/=]*", url) or not 1 <= count <= _MOST:
        raise ValueError("It is no sheet of pictures.")
    parts: dict[str, list[Any]] = {
        "digits": [int(digit) for digit in shown["digits"]],
        "sure": [float(share) for share in shown["sure"]],
        "right": [None if right is None else bool(right) for right in shown["right"]],
        "rejected": [bool(rejected) for rejected in shown["rejected"]],
    }
    if any(len(part) != count for part in parts.values()):
        raise ValueError("It does not say something of each picture.")
    return {"sheet": url, "count": count, **parts}
