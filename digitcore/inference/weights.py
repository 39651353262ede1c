"""A run as a file for browsers: its layers' numbers, and all rules that a reading with them follows.

The file begins with the length of its header, uint32. The header is JSON, padded with spaces so that all that follows
lies at multiples of 4 bytes: float32, little-endian, one array after the other. An array's `at` counts floats from
there.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.inference import test_time_augmentation
from digitcore.inference.classifier import NOT_A_DIGIT
from digitcore.inference.engine_layers import EngineLayer, layers_of
from digitcore.inference.rejection import FARTHEST, Rejection
from digitcore.runs.record import LITERT_FILE, REJECTION_FILE, Run, reading

VERSION = 1  # of the file's form; a page that knows another one asks the server to read instead


def weights_file(run: Run) -> bytes:
    """Return the file of a run: 0.05 to 0.9 MB. Raises `BadRun` where its network or its score can't be read."""
    with reading(run.id, LITERT_FILE):
        layers = layers_of((run.folder / LITERT_FILE).read_bytes())
    file = run.folder / REJECTION_FILE
    with reading(run.id, REJECTION_FILE):
        rejection = Rejection.load(file) if file.exists() else None
    return pack(run, layers, rejection)


def pack(run: Run, layers: Sequence[EngineLayer], rejection: Rejection | None) -> bytes:
    """Return the file of a run with these layers and this score."""
    body = _Body()
    header = {
        "version": VERSION,
        "run": {"id": run.id, "name": run.name, "network": run.network},
        "temperature": run.temperature,
        "layers": [
            {
                "name": each.name,
                "kind": each.kind,
                "same": each.same,
                "arrays": [body.add(part) for part in each.arrays],
            }
            for each in layers
        ],
        "augmentation": test_time_augmentation.rules() if run.config.test_time_augmentation else None,
        "rejection": None if rejection is None else _score(rejection, body),
    }
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    return len(text).to_bytes(4, "little") + text + bytes(body)


def _score(rejection: Rejection, body: "_Body") -> dict[str, Any]:
    names = ("centre", "spread", "hidden", "hidden_bias", "output", "output_bias")
    arrays = {name: body.add(getattr(rejection, name)) for name in names}
    return {"threshold": rejection.threshold, "farthest": FARTHEST, "reason": NOT_A_DIGIT, **arrays}


class _Body:
    """The arrays of a file, in the order in which they were added."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._floats = 0

    def add(self, array: NDArray[np.float32]) -> dict[str, Any]:
        """Append an array, and return what the header says of it."""
        place = {"shape": list(array.shape), "at": self._floats}
        self._parts.append(np.ascontiguousarray(array, "<f4").tobytes())
        self._floats += array.size
        return place

    def __bytes__(self) -> bytes:
        return b"".join(self._parts)
