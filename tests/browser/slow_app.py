"""The app, with a network that takes its time: what a slow server or a slow line looks like.

But what takes the real one three quarters of a minute, how well corrupted digits are read, takes it seconds.
"""

import time
from functools import partial, wraps

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app import app
from digitcore.analysis.robustness import robustness
from digitcore.inference.classifier import DigitClassifier, Reading
from digitcore.preprocessing.pipeline import Prepared
from digitcore.ui.diagnostics import cached

__all__ = ["app"]

DELAY = 0.3  # seconds longer for a drawing
MEASURED = 40  # digits of which it says how well they are read when something has happened to them
CHUNK_DELAY = 1.0  # seconds longer for a chunk of a file

quick = DigitClassifier.read_prepared
quick_chunk = DigitClassifier.predict_proba


@wraps(quick)
def slow(self: DigitClassifier, prepared: Prepared, *, once: bool = False) -> Reading:
    time.sleep(DELAY)
    return quick(self, prepared, once=once)


@wraps(quick_chunk)
def slow_chunk(self: DigitClassifier, images: ArrayLike) -> NDArray[np.float32]:
    if len(np.asarray(images)) > MEASURED:
        time.sleep(CHUNK_DELAY)
    return quick_chunk(self, images)


cached.robustness = partial(robustness, count=MEASURED)  # type: ignore[attr-defined]
DigitClassifier.read_prepared = slow  # type: ignore[method-assign]
DigitClassifier.predict_proba = slow_chunk  # type: ignore[method-assign]
