"""A run as a file for browsers: its layers' numbers, and all rules that a reading with them follows.

The file begins with the length of its header, uint32. The header is JSON, padded with spaces so that all that follows
lies at multiples of 4 bytes: float32, little-endian, one array after the other. An array's `at` counts floats from
there.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.inference import test_time_augmentation
from digitcore.inference.classifier import NOT_A_DIGIT
from digitcore.inference.engine_layers import EngineLayer, layers_of
from digitcore.inference.rejection import FARTHEST, Rejection
from digitcore.networks import Network
from digitcore.runs.record import LITERT_FILE, REJECTION_FILE, Run, reading

VERSION = 2  # of the file's form; a page that knows another one asks the server to read instead


def weights_fingerprint(file: bytes) -> str:
    """Return six letters and digits that stand for the numbers in a file of weights, such as "K7M 2QX".

    Other numbers have another one, but for one time in a billion; a run's name or id has no say in it.
    """
    numbers = file[4 + int.from_bytes(file[:4], "little") :]
    letters = base64.b32encode(hashlib.sha256(numbers).digest()).decode()
    return f"{letters[:3]} {letters[3:6]}"


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
        "run": {"id": run.id, "name": run.name, "network": run.network},
        "temperature": run.temperature,
        "layers": _layers(run.config.architecture, layers, body),
        "augmentation": test_time_augmentation.rules() if run.config.test_time_augmentation else None,
        "rejection": None if rejection is None else _score(rejection, body),
    }
    return _file(header, body)


def pack_learning(network: Network, layers: Sequence[EngineLayer]) -> bytes:
    """Return the file of a network that still learns: it has no temperature yet, and rejects nothing."""
    body = _Body()
    header = {
        "run": {"id": "", "name": "", "network": network.name},
        "temperature": 1.0,
        "layers": _layers(network, layers, body),
        "augmentation": None,
        "rejection": None,
    }
    return _file(header, body)


def _file(header: dict[str, Any], body: "_Body") -> bytes:
    header = {"version": VERSION, **header}
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    return len(text).to_bytes(4, "little") + text + bytes(body)


def _trained_parameters(network: Network) -> dict[str, int]:
    """Return how many parameters a convolution or dense layer has, with those of a batch normalisation after it.

    The file has that folded into the layer, so its numbers are fewer.
    """
    counts: dict[str, int] = {}
    owner = ""
    for row in network.summary():
        owner = row.name if row.kind in ("conv", "dense") else owner
        if row.parameters:
            counts[owner] = counts.get(owner, 0) + row.parameters
    return counts


def _layers(network: Network, layers: Sequence[EngineLayer], body: "_Body") -> list[dict[str, Any]]:
    trained = _trained_parameters(network)
    return [_layer(each, body) | {"parameters": trained.get(each.name, 0)} for each in layers]


def _layer(layer: EngineLayer, body: "_Body") -> dict[str, Any]:
    arrays = [body.add(array) for array in layer.arrays]
    return {"name": layer.name, "kind": layer.kind, "same": layer.same, "stride": layer.stride, "arrays": arrays}


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
