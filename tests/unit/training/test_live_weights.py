"""What a page gets of a network that still learns computes what the network itself does."""

import json
from itertools import islice

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.inference.weights import weights_fingerprint
from digitcore.networks import NETWORKS
from digitcore.runs.config import TrainingConfig
from digitcore.training.keras_model import build, logits_with_own_statistics
from digitcore.training.live_weights import live_weights
from digitcore.training.trainer import Trainer

Array = NDArray[np.float32]


def test_every_step_of_a_training_changes_the_fingerprint_and_guessing_does_not() -> None:
    trainer = Trainer(TrainingConfig(network="linear", train_size=200, validation_share=0.01), load_mnist().train)
    seen = [weights_fingerprint(trainer.live_weights())]
    for _ in islice(trainer.run(), 2):
        trainer.sample_guesses()
        assert weights_fingerprint(trainer.live_weights()) == weights_fingerprint(trainer.live_weights())
        seen.append(weights_fingerprint(trainer.live_weights()))
    assert len(set(seen)) == 3


@pytest.mark.parametrize("network", NETWORKS)
def test_a_page_reads_with_the_statistics_of_the_last_guesses(network: str) -> None:
    model = build(NETWORKS[network], seed=1)
    images = to_network(load_mnist().test.images[:40])[..., np.newaxis]
    logits, statistics = logits_with_own_statistics(model, images)
    file = live_weights(model, NETWORKS[network], statistics)
    assert np.allclose(_computed(file, images), np.asarray(logits), atol=1e-3)


def _computed(file: bytes, values: Array) -> Array:
    """Compute the layers of a file as the page does."""
    start = 4 + int.from_bytes(file[:4], "little")
    header = json.loads(file[4:start])
    assert (header["temperature"], header["augmentation"], header["rejection"]) == (1, None, None)
    floats = np.frombuffer(file[start:], "<f4")
    for layer in header["layers"]:
        arrays = [floats[each["at"] :][: np.prod(each["shape"])].reshape(each["shape"]) for each in layer["arrays"]]
        values = _apply(layer, arrays, values)
    return values


def _apply(layer: dict[str, object], arrays: list[Array], values: Array) -> Array:
    match layer["kind"]:
        case "conv":
            return _convolved(layer, arrays, values)
        case "dense":
            return values @ arrays[0].T + arrays[1]
        case "batch_norm":
            return values * arrays[0] + arrays[1]
        case "relu":
            return np.maximum(values, 0)
        case "max_pool":
            even = values[:, : values.shape[1] // 2 * 2, : values.shape[2] // 2 * 2]
            blocks = even.reshape(len(even), even.shape[1] // 2, 2, even.shape[2] // 2, 2, -1)
            return np.asarray(blocks.max(axis=(2, 4)))
        case "average_pool":
            return np.asarray(values.mean(axis=(1, 2)))
        case "flatten":
            return values.reshape(len(values), -1)
    raise AssertionError(layer["kind"])


def _convolved(layer: dict[str, object], arrays: list[Array], values: Array) -> Array:
    kernel, bias = arrays
    side, stride = kernel.shape[1], int(str(layer.get("stride", 1)))
    before = (side - 1) // 2 if layer["same"] else 0
    after = side - 1 - before if layer["same"] else 0
    framed = np.pad(values, ((0, 0), (before, after), (before, after), (0, 0)))
    patches = sliding_window_view(framed, (side, side), axis=(1, 2))[:, ::stride, ::stride]  # (N, H, W, I, K, K)
    return np.asarray(np.einsum("nhwikl,okli->nhwo", patches, kernel, optimize=True) + bias)
